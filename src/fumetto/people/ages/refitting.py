"""What fits a reader, worked out again: in the transaction of whatever it depends on, so that it acts at once. Those
who may be in the middle of something that no longer fits are named to every process that serves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from fumetto.kernel.db.notices import publish
from fumetto.kernel.db.sessions import WriteSession
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User
from fumetto.people.ages import repository
from fumetto.people.ages.rules import Fits, Rule, default_for, effective
from fumetto.people.collectives.kinds import MemberRole
from fumetto.people.consent.rules import is_minor

FITS: Final = "fumetto_fits"
EVERYBODY: Final = "*"


async def tell_what_fits_changed(session: WriteSession, whom: str = EVERYBODY) -> None:
    """With the commit: something may fit somebody no longer, since a rule, a rating, a label or a shelf changed."""
    await publish(session, FITS, whom)


async def refit(session: WriteSession, user_ids: Collection[UUID]) -> None:
    """Renew what fits these users: call it after any change of a rule, membership, role, user type or age class.

    Owners of the house are restricted by nothing.
    """
    if not user_ids:
        return
    await session.flush()
    users = await repository.hold_users(session, user_ids)
    own = await repository.rules_of_users(session, user_ids)
    bound: dict[UUID, list[Rule]] = {user.id: [] for user in users}
    belongs: dict[UUID, list[UUID]] = {user.id: [] for user in users}
    known = {user.id: user for user in users}
    for user_id, role, collective_id, rule in await repository.memberships_of(session, list(belongs)):
        belongs[user_id].append(collective_id)
        if rule is not None and is_bound(role, known[user_id]):
            bound[user_id].append(repository.rule_from(rule))
    for user in users:
        found = rule_for(user, own.get(user.id), bound[user.id])
        fits = Fits(found, tuple(dict.fromkeys(belongs[user.id]))) if found.restricts else None
        await repository.save_fits(session, user.id, fits)
        if fits is not None:
            await tell_what_fits_changed(session, str(user.id))


def is_bound(role: MemberRole, user: User) -> bool:
    """Whether a collective's rule binds somebody with this role in it: minors, and adults who are plain members.
    Whoever runs it makes the rule."""
    return role is MemberRole.MEMBER or is_minor(user.user_type, user.age_class)


def rule_for(user: User, own: Rule | None, collectives: list[Rule]) -> Rule:
    """What all the rules for a user come to."""
    if user.role is Role.OWNER:
        return Rule()
    return effective(own, default_for(user.user_type, user.age_class), collectives)
