"""What a rule would do before anybody makes it: what fits each whom it binds now, and what would."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import AgeClass, Role
from fumetto.people.accounts.models import User
from fumetto.people.ages import repository
from fumetto.people.ages.errors import RuleNotYours
from fumetto.people.ages.refitting import is_bound, rule_for
from fumetto.people.ages.rules import Fits, Rule
from fumetto.people.ages.schemas import ReadingRuleIn
from fumetto.people.ages.service import by_collectives, may_change, seen_user
from fumetto.people.collectives.belonging import collectives_around, looking_after
from fumetto.people.collectives.guardians import children_of
from fumetto.people.consent.rules import class_of


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """On one person. `name` is None for whoever the asker does not answer for: what others set for them is theirs."""

    name: str | None
    age_class: AgeClass
    now: Fits | None
    then: Fits | None


async def effect_on_user(session: ReadSession, reader: Reader, user_id: UUID, body: ReadingRuleIn) -> RuleEffect:
    """Of a rule of somebody's own. Raises ReaderNotFound and RuleNotYours, as making it does."""
    user = await seen_user(session, reader, user_id)
    if not await may_change(session, reader, user):
        raise RuleNotYours
    theirs = [one.rule for one in await by_collectives(session, user)]
    around = await collectives_around(session, user_id)
    now, then = await repository.fits_of(session, user_id), what_fits(rule_for(user, body.rule(), theirs), around)
    return RuleEffect(user.username, class_of(user.user_type, user.age_class), now, then)


async def effects_in_collective(
    session: ReadSession, reader: Reader, collective_id: UUID, body: ReadingRuleIn
) -> list[RuleEffect]:
    """Of a collective's rule, on everybody whom it would bind. Raises CollectiveNotFound, RoleNotAllowed."""
    await looking_after(session, reader, collective_id, change=True)
    ids = await repository.members_of(session, collective_id)
    users = {one.id: one for one in await session.scalars(select(User).where(User.id.in_(ids)))}
    own = await repository.rules_of_users(session, ids)
    mine = {one.id: one.name for one in await children_of(session, reader.id)}
    belongs: dict[UUID, list[UUID]] = {key: [] for key in users}
    now: dict[UUID, list[Rule]] = {key: [] for key in users}
    then: dict[UUID, list[Rule]] = {key: [] for key in users}
    bound: set[UUID] = set()
    for user_id, role, around, row in await repository.memberships_of(session, ids):
        user = users[user_id]
        belongs[user_id].append(around)
        if not is_bound(role, user):
            continue
        if row is not None:
            now[user_id].append(repository.rule_from(row))
        if around == collective_id:
            then[user_id].append(body.rule())
            bound.add(user_id)
        elif row is not None:
            then[user_id].append(repository.rule_from(row))
    return [
        RuleEffect(
            name=mine.get(key),
            age_class=class_of(user.user_type, user.age_class),
            now=what_fits(rule_for(user, own.get(key), now[key]), belongs[key]),
            then=what_fits(rule_for(user, own.get(key), then[key]), belongs[key]),
        )
        for key, user in users.items()
        if key in bound and user.is_active and user.role is not Role.OWNER
    ]


def what_fits(rule: Rule, around: list[UUID]) -> Fits | None:
    """As it would be kept; where shelves do not matter, the same for everybody with the same rule."""
    if not rule.restricts:
        return None
    return Fits(rule, tuple(dict.fromkeys(around)) if rule.only_shelves else ())
