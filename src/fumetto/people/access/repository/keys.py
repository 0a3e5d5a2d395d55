"""Queries on the keys of programs. Times are the database's own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.models import ApiKey


async def keys_of(session: ReadSession, user_id: UUID) -> Sequence[ApiKey]:
    """The user's keys that still work, and those that have expired, by name."""
    found = await session.scalars(
        select(ApiKey)
        .where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    return found.all()


async def revoke_key(session: WriteSession, user_id: UUID, key_id: UUID) -> str | None:
    """Revoke a key of the user; returns its name, or None when they have none of that id."""
    statement = (
        update(ApiKey)
        .where(ApiKey.user_id == user_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(ApiKey.name)
    )
    return (await session.execute(statement)).scalar_one_or_none()
