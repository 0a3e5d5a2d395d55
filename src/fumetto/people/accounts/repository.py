"""Queries on accounts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User


async def user_by_id(session: ReadSession, user_id: UUID, *, lock: bool = False) -> User | None:
    return await session.get(User, user_id, with_for_update=lock or None)


async def user_by_name(session: ReadSession, name: str) -> User | None:
    """The account of that name, capitals aside."""
    return (await session.scalars(select(User).where(func.lower(User.username) == func.lower(name)))).one_or_none()


async def names_of_length(session: ReadSession, length: int) -> Sequence[tuple[UUID, str]]:
    """All names of so many characters: only these can look like another of that length."""
    found = await session.execute(select(User.id, User.username).where(func.char_length(User.username) == length))
    return [(row[0], row[1]) for row in found]


async def all_users(session: ReadSession) -> Sequence[User]:
    return (await session.scalars(select(User).order_by(func.lower(User.username)))).all()


async def lock_active_owners(session: WriteSession) -> set[UUID]:
    """The ids of all owners who can sign in, locked until the transaction ends, so that two cannot leave at once."""
    owners = select(User.id).where(User.role == Role.OWNER, User.is_active).order_by(User.id).with_for_update()
    return set((await session.scalars(owners)).all())
