"""Queries of rules and of what they come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.accounts.models import User
from fumetto.people.ages.models import ReadingFits, ReadingRule
from fumetto.people.ages.rules import Fits, Rule
from fumetto.people.collectives.kinds import MemberRole
from fumetto.people.collectives.models import Collective, CollectiveMembership

OWN = aliased(Collective)
FITTING = (
    ReadingFits.max_age,
    ReadingFits.unrated,
    ReadingFits.labels_allowed,
    ReadingFits.labels_excluded,
    ReadingFits.only_shelves,
    ReadingFits.collective_ids,
)


def fits_column(user_id: Any) -> ColumnElement[Any]:
    """What fits a user, for a query that is about them: see `fits_from`. NULL for whoever is not restricted."""
    return select(func.json_build_array(*FITTING)).where(ReadingFits.user_id == user_id).scalar_subquery()


def fits_from(row: Sequence[Any] | None) -> Fits | None:
    """From what `fits_column` gives."""
    if row is None:
        return None
    max_age, unrated, allowed, excluded, only_shelves, collectives = row
    rule = Rule(max_age, unrated, None if allowed is None else frozenset(allowed), frozenset(excluded), only_shelves)
    return Fits(rule, tuple(UUID(str(each)) for each in collectives))


async def fits_of(session: ReadSession, user_id: UUID) -> Fits | None:
    """What a user is restricted to, as their next request will know it."""
    found = (await session.execute(select(*FITTING).where(ReadingFits.user_id == user_id))).one_or_none()
    return fits_from(found)


def rule_from(row: ReadingRule) -> Rule:
    allowed = None if row.labels_allowed is None else frozenset(row.labels_allowed)
    return Rule(row.max_age, row.unrated, allowed, frozenset(row.labels_excluded), row.only_shelves)


async def rule_of_user(session: ReadSession, user_id: UUID) -> ReadingRule | None:
    found: ReadingRule | None = await session.scalar(select(ReadingRule).where(ReadingRule.user_id == user_id))
    return found


async def rule_of_collective(session: ReadSession, collective_id: UUID) -> ReadingRule | None:
    query = select(ReadingRule).where(ReadingRule.collective_id == collective_id)
    found: ReadingRule | None = await session.scalar(query)
    return found


async def drop_rule(session: WriteSession, rule: ReadingRule) -> None:
    await session.execute(delete(ReadingRule).where(ReadingRule.id == rule.id))


async def hold_users(session: WriteSession, user_ids: Collection[UUID]) -> Sequence[User]:
    """Some users, in an order that no two transactions wait for each other in, till the end of this one."""
    rows = select(User).where(User.id.in_(user_ids)).order_by(User.id).with_for_update(key_share=True)
    return (await session.scalars(rows.execution_options(populate_existing=True))).all()


async def rules_of_users(session: ReadSession, user_ids: Collection[UUID]) -> dict[UUID, Rule]:
    """Their own rules."""
    rows = await session.scalars(select(ReadingRule).where(ReadingRule.user_id.in_(user_ids)))
    return {row.user_id: rule_from(row) for row in rows if row.user_id}


async def memberships_of(
    session: ReadSession, user_ids: Collection[UUID]
) -> Sequence[tuple[UUID, MemberRole, UUID, ReadingRule | None]]:
    """(user, role, collective, its rule), for what they belong to and for the schools that hold their classes."""
    around = or_(Collective.id == CollectiveMembership.collective_id, Collective.id == OWN.parent_id)
    rows = await session.execute(
        select(CollectiveMembership.user_id, CollectiveMembership.role, Collective.id, ReadingRule)
        .join(OWN, OWN.id == CollectiveMembership.collective_id)
        .join(Collective, around)
        .outerjoin(ReadingRule, ReadingRule.collective_id == Collective.id)
        .where(CollectiveMembership.user_id.in_(user_ids))
        .order_by(Collective.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def members_of(session: ReadSession, collective_id: UUID) -> list[UUID]:
    """Whoever is in a collective, or in a class of it."""
    within = select(Collective.id).where(or_(Collective.id == collective_id, Collective.parent_id == collective_id))
    rows = select(CollectiveMembership.user_id).where(CollectiveMembership.collective_id.in_(within)).distinct()
    return list(await session.scalars(rows))


async def restricted_among(session: ReadSession, user_ids: Collection[UUID]) -> set[UUID]:
    """Those whom not everything fits."""
    return set(await session.scalars(select(ReadingFits.user_id).where(ReadingFits.user_id.in_(user_ids))))


async def save_fits(session: WriteSession, user_id: UUID, fits: Fits | None) -> None:
    """Make this what fits a user; None: everything."""
    if fits is None:
        await session.execute(delete(ReadingFits).where(ReadingFits.user_id == user_id))
        return
    rule = fits.rule
    values = {
        "max_age": rule.max_age,
        "unrated": rule.unrated,
        "labels_allowed": None if rule.labels_allowed is None else sorted(rule.labels_allowed),
        "labels_excluded": sorted(rule.labels_excluded),
        "only_shelves": rule.only_shelves,
        "collective_ids": list(fits.collective_ids),
        "updated_at": func.now(),
    }
    added = insert(ReadingFits).values(user_id=user_id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=values))
