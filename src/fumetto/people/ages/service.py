"""Use cases of rules: who may make them, for whom, and what they come to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User
from fumetto.people.ages import repository
from fumetto.people.ages.errors import ReaderNotFound, RuleNotYours
from fumetto.people.ages.models import ReadingRule
from fumetto.people.ages.refitting import is_bound, refit
from fumetto.people.ages.rules import Fits, Rule, default_for
from fumetto.people.collectives.belonging import looking_after
from fumetto.people.collectives.guardians import is_guardian
from fumetto.people.collectives.models import Collective


@dataclass(frozen=True, slots=True)
class Counts:
    """One rule that counts for somebody: their own, a default, or a collective's."""

    rule: Rule
    own: bool = False
    collective: Collective | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The rules of somebody, and what they come to: None where everything fits."""

    own: Rule | None
    fits: Fits | None
    because: list[Counts]
    may_change: bool


async def of_user(session: ReadSession, reader: Reader, user_id: UUID) -> Standing:
    """Raises ReaderNotFound for whoever is neither oneself nor somebody whom one answers for."""
    user = await seen_user(session, reader, user_id)
    own = await repository.rule_of_user(session, user_id)
    rule = repository.rule_from(own) if own else None
    because: list[Counts] = []
    if user.role is not Role.OWNER:
        default = default_for(user.user_type, user.age_class)
        if rule is not None or default.restricts:
            because.append(Counts(default if rule is None else rule, own=rule is not None))
        because += await by_collectives(session, user)
    fits = await repository.fits_of(session, user_id)
    return Standing(rule, fits, because, await may_change(session, reader, user))


async def by_collectives(session: ReadSession, user: User) -> list[Counts]:
    rows = await repository.memberships_of(session, [user.id])
    rules = {
        collective_id: repository.rule_from(rule)
        for _, role, collective_id, rule in rows
        if rule is not None and is_bound(role, user)
    }
    named = {one.id: one for one in await session.scalars(select(Collective).where(Collective.id.in_(rules)))}
    return [Counts(rule, collective=named[key]) for key, rule in rules.items() if key in named]


async def set_for_user(session: WriteSession, reader: Reader, user_id: UUID, rule: Rule | None) -> None:
    """Make this somebody's own rule; None: have none, so that the default counts. Acts at once.

    Raises ReaderNotFound as `of_user`, and RuleNotYours for whoever may see it and not change it.
    """
    user = await seen_user(session, reader, user_id)
    if not await may_change(session, reader, user):
        raise RuleNotYours
    row = await repository.rule_of_user(session, user_id)
    await put(session, reader, row, ReadingRule(user_id=user_id), rule, ("user", user_id))
    await refit(session, [user_id])


async def of_collective(session: ReadSession, reader: Reader, collective_id: UUID) -> tuple[ReadingRule | None, int]:
    """A collective's rule, and how many it binds. Raises CollectiveNotFound for who does not look after it."""
    await looking_after(session, reader, collective_id, change=False)
    return await repository.rule_of_collective(session, collective_id), await bound_by(session, collective_id)


async def set_for_collective(session: WriteSession, reader: Reader, collective_id: UUID, rule: Rule | None) -> None:
    """Make this the rule of a collective; None: have none. Raises CollectiveNotFound, RoleNotAllowed."""
    await looking_after(session, reader, collective_id, change=True)
    row = await repository.rule_of_collective(session, collective_id)
    made = ReadingRule(collective_id=collective_id)
    await put(session, reader, row, made, rule, ("collective", collective_id))
    await refit(session, await repository.members_of(session, collective_id))


async def put(
    session: WriteSession,
    reader: Reader,
    row: ReadingRule | None,
    new: ReadingRule,
    rule: Rule | None,
    entity: tuple[str, UUID],
) -> None:
    old = repository.rule_from(row) if row else None
    if rule is None:
        if row is not None:
            await repository.drop_rule(session, row)
    else:
        kept = row or new
        kept.max_age, kept.unrated, kept.only_shelves = rule.max_age, rule.unrated, rule.only_shelves
        kept.labels_allowed = None if rule.labels_allowed is None else sorted(rule.labels_allowed)
        kept.labels_excluded, kept.changed_by = sorted(rule.labels_excluded), reader.id
        session.add(kept)
    if rule != old:
        await audit(session, reader.id, "reading_rule.change", *entity, old=spoken(old), new=spoken(rule))


def spoken(rule: Rule | None) -> dict[str, Any] | None:
    """A rule as the audit log has it."""
    if rule is None:
        return None
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(rule).items()}


async def bound_by(session: ReadSession, collective_id: UUID) -> int:
    ids = await repository.members_of(session, collective_id)
    users = {user.id: user for user in await session.scalars(select(User).where(User.id.in_(ids)))}
    bound = {
        user_id
        for user_id, role, around, _ in await repository.memberships_of(session, ids)
        if around == collective_id and is_bound(role, users[user_id]) and users[user_id].role is not Role.OWNER
    }
    return len(bound)


async def seen_user(session: ReadSession, reader: Reader, user_id: UUID) -> User:
    """Somebody whose rule the reader may see: themselves, whom they answer for, anybody for the owner of the house."""
    user = await session.get(User, user_id)
    may = user_id == reader.id or reader.may_act_as(Role.OWNER) or await is_guardian(session, reader.id, user_id)
    if user is None or not may:
        raise ReaderNotFound
    return user


async def may_change(session: ReadSession, reader: Reader, user: User) -> bool:
    if reader.may_act_as(Role.OWNER):
        return True
    if reader.is_minor:
        return False
    return user.id == reader.id or await is_guardian(session, reader.id, user.id)


async def reading_fits_of(session: ReadSession, reader: Reader, user_id: UUID) -> Fits | None:
    """What somebody is restricted to, for who may see it. Raises ReaderNotFound."""
    await seen_user(session, reader, user_id)
    return await repository.fits_of(session, user_id)
