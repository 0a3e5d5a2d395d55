"""Use cases of accounts: who may come in, as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.repository import end_sessions_of
from fumetto.people.accounts import repository
from fumetto.people.accounts.errors import LastOwner, NameTaken, NameUnusable, UserNotFound
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User
from fumetto.people.accounts.rules import clean_name

FIRST_OWNER_LOCK = 0x66756D6574746F01
DEFAULT_OWNER_NAME = "owner"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as others see it. `is_first` is the one that the first start made."""

    id: UUID
    name: str
    role: Role
    language: str
    is_active: bool
    is_first: bool
    hide_unread_titles: bool
    hide_unread_covers: bool
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """What to change about an account; None leaves a thing as it is."""

    name: str | None = None
    role: Role | None = None
    is_active: bool | None = None
    language: str | None = None
    hide_unread_titles: bool | None = None
    hide_unread_covers: bool | None = None


async def create_user(
    session: WriteSession,
    *,
    name: str,
    role: Role = Role.READER,
    language: str = "en",
    actor: UUID | None = None,
    is_first: bool = False,
) -> Account:
    """A new account, which nobody can sign in to before a link is made for it. Raises NameUnusable or NameTaken."""
    user = User(username=usable(name), role=role, language=language, is_superuser=is_first)
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise NameTaken(name=user.username) from error
    await audit(session, actor, "user.create", "user", user.id, new={"name": user.username, "role": role})
    return to_account(user)


async def ensure_owner(session: WriteSession, name: str = DEFAULT_OWNER_NAME) -> Account:
    """The first owner, made if there is none who can sign in. Two processes that start at once make one."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FIRST_OWNER_LOCK})
    owners = [user for user in await repository.all_users(session) if user.role is Role.OWNER and user.is_active]
    if owners:
        return to_account(min(owners, key=lambda user: (not user.is_superuser, user.created_at)))
    return await create_user(session, name=name, role=Role.OWNER, is_first=True)


async def list_users(session: ReadSession) -> list[Account]:
    """Everybody with an account, by name."""
    return [to_account(user) for user in await repository.all_users(session)]


async def find_user(session: ReadSession, name: str) -> Account | None:
    """The account of that name, capitals aside."""
    user = await repository.user_by_name(session, clean_name(name) or "")
    return to_account(user) if user else None


async def get_user(session: ReadSession, user_id: UUID) -> Account:
    """Raises UserNotFound."""
    return to_account(await existing(session, user_id))


async def change_user(
    session: WriteSession, user_id: UUID, changes: AccountChanges, *, actor: UUID | None = None
) -> Account:
    """Change an account; one that is closed is signed out everywhere, at once.

    Raises UserNotFound, NameUnusable, NameTaken, or LastOwner for what would leave nobody to look after the rest.
    """
    stops_owning = (changes.role or Role.OWNER) is not Role.OWNER or changes.is_active is False
    owners = await repository.lock_active_owners(session) if stops_owning else set()
    user = await existing(session, user_id)
    if owners == {user_id}:
        raise LastOwner(name=user.username)
    wanted = {
        "username": usable(changes.name) if changes.name is not None else None,
        "role": changes.role,
        "is_active": changes.is_active,
        "language": changes.language,
        "hide_unread_titles": changes.hide_unread_titles,
        "hide_unread_covers": changes.hide_unread_covers,
    }
    new = {key: value for key, value in wanted.items() if value is not None and value != getattr(user, key)}
    if not new:
        return to_account(user)
    old = {key: getattr(user, key) for key in new}
    try:
        async with session.begin_nested():
            for key, value in new.items():
                setattr(user, key, value)
    except IntegrityError as error:
        raise NameTaken(name=str(changes.name)) from error
    if changes.is_active is False:
        await end_sessions_of(session, user_id)
    await audit(session, actor, "user.change", "user", user_id, old=old, new=new)
    return to_account(user)


async def existing(session: ReadSession, user_id: UUID) -> User:
    user = await repository.user_by_id(session, user_id)
    if user is None:
        raise UserNotFound
    return user


def usable(name: str) -> str:
    cleaned = clean_name(name)
    if cleaned is None:
        raise NameUnusable
    return cleaned


def to_account(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.username,
        role=user.role,
        language=user.language,
        is_active=user.is_active,
        is_first=user.is_superuser,
        hide_unread_titles=user.hide_unread_titles,
        hide_unread_covers=user.hide_unread_covers,
        created_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )
