"""Queries on what guardians allow the children of a collective."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.collectives.models import CollectiveMembership
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.models import CollectiveGrant


async def grant_of(session: ReadSession, collective_id: UUID, guardian_id: UUID) -> CollectiveGrant | None:
    wanted = select(CollectiveGrant).where(
        CollectiveGrant.collective_id == collective_id,
        CollectiveGrant.guardian_id == guardian_id,
        CollectiveGrant.revoked_at.is_(None),
    )
    return (await session.scalars(wanted)).one_or_none()


async def set_grant(
    session: WriteSession, collective_id: UUID, guardian_id: UUID, purposes: Collection[Purpose]
) -> None:
    """In place of the one before; none at all for no purposes."""
    await session.execute(
        update(CollectiveGrant)
        .where(
            CollectiveGrant.collective_id == collective_id,
            CollectiveGrant.guardian_id == guardian_id,
            CollectiveGrant.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )
    if purposes:
        listed = [purpose.value for purpose in Purpose if purpose in purposes]
        await session.execute(
            insert(CollectiveGrant).values(
                id=uuid7(), collective_id=collective_id, guardian_id=guardian_id, purposes=listed
            )
        )


async def grants_by(session: ReadSession, guardian_id: UUID) -> Sequence[CollectiveGrant]:
    found = await session.scalars(
        select(CollectiveGrant).where(CollectiveGrant.guardian_id == guardian_id, CollectiveGrant.revoked_at.is_(None))
    )
    return found.all()


async def is_with_others(session: ReadSession, user_id: UUID) -> bool:
    """Whether somebody is in a collective."""
    found = await session.scalar(
        select(CollectiveMembership.id).where(CollectiveMembership.user_id == user_id).limit(1)
    )
    return found is not None
