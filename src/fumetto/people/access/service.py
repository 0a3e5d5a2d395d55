"""Use cases of access: links that sign somebody in once, devices that stay signed in, keys for programs.

Every token is made here, returned once, and stored as its hash.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.settings import Settings
from fumetto.people.access import repository
from fumetto.people.access.errors import DeviceNotFound, KeyNotFound, LinkExpired, LinkUnknown, LinkUsed
from fumetto.people.access.kinds import KeyScope, LinkPurpose, SessionScope
from fumetto.people.access.models import ApiKey, AppSession, SignInLink
from fumetto.people.access.readers import Reader
from fumetto.people.access.rules import TokenKind, device_name, hash_token, is_token, new_token, shown_prefix
from fumetto.people.accounts.models import User

LIFETIMES = {LinkPurpose.OWNER: timedelta(days=1), LinkPurpose.SIGN_IN: timedelta(days=7)}
LINKS_KEPT = timedelta(days=30)
SIGN_IN_PATH = "/welcome"


@dataclass(frozen=True, slots=True)
class NewLink:
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """A sign-in that has just begun; `token` goes into the cookie and nowhere else."""

    token: str
    reader: Reader
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is signed in."""

    id: UUID
    name: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key, without its secret. `prefix` is its beginning, to tell it from others."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[KeyScope, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey(Key):
    token: str


def sign_in_address(base: str, token: str) -> str:
    """The link to show or send. The token is in the fragment, which browsers keep to themselves: no log sees it."""
    return f"{base}{SIGN_IN_PATH}#token={token}"


async def create_sign_in_link(
    session: WriteSession, user_id: UUID, purpose: LinkPurpose = LinkPurpose.SIGN_IN, *, actor: UUID | None = None
) -> NewLink:
    """A token that signs this user in once: the owner's for a day, others' for a week."""
    await repository.forget_old_links(session, LINKS_KEPT)
    token = new_token(TokenKind.LINK)
    link = SignInLink(id=uuid7(), user_id=user_id, purpose=purpose, token_hash=hash_token(token))
    expires_at = await repository.add_link(session, link, LIFETIMES[purpose])
    await audit(session, actor, "sign_in_link.create", "user", user_id, new={"purpose": purpose})
    return NewLink(token, expires_at)


async def sign_in(
    session: WriteSession, token: str, settings: Settings, *, user_agent: str = "", origin: str = "web"
) -> NewSession:
    """Exchange a one-time link for a session. Raises LinkUnknown, LinkUsed or LinkExpired.

    A link of a closed account is unknown: it says nothing about who was here.
    """
    hashed = hash_token(token)
    user_id = await repository.consume_link(session, hashed) if is_token(token, TokenKind.LINK) else None
    user = await session.get(User, user_id) if user_id else None
    if user is None or not user.is_active:
        raise await why_not(session, hashed, consumed=user_id is not None)
    secret = new_token(TokenKind.SESSION)
    started = AppSession(
        id=uuid7(),
        user_id=user.id,
        token_hash=hash_token(secret),
        origin=origin,
        device_name=device_name(user_agent),
        scope=SessionScope.FULL,
    )
    expires_at = await repository.add_session(
        session, started, timedelta(days=settings.session_idle_days), timedelta(days=settings.session_days)
    )
    await session.execute(update(User).where(User.id == user.id).values(last_login=func.now(), last_seen_at=func.now()))
    await audit(session, user.id, "session.start", "session", started.id, new={"device": started.device_name})
    return NewSession(secret, repository.to_reader(user), expires_at)


async def why_not(session: ReadSession, hashed: bytes, *, consumed: bool) -> LinkUnknown | LinkUsed | LinkExpired:
    link = None if consumed else await repository.link_by_hash(session, hashed)
    if link is None:
        return LinkUnknown()
    return LinkUsed() if link.used_at else LinkExpired()


async def list_devices(session: ReadSession, user_id: UUID) -> list[Device]:
    """The user's devices that are signed in, the last active first."""
    return [
        Device(found.id, found.device_name, found.created_at, found.last_active_at)
        for found in await repository.sessions_of(session, user_id)
    ]


async def sign_out(session: WriteSession, user_id: UUID, session_id: UUID) -> None:
    """Sign one device of the user out, at once. Raises DeviceNotFound."""
    if not await repository.end_session(session, user_id, session_id):
        raise DeviceNotFound
    await audit(session, user_id, "session.end", "session", session_id)


async def sign_out_everywhere(session: WriteSession, user_id: UUID, keep: UUID | None = None) -> int:
    """Sign all devices of the user out, but the one to keep; returns how many that were."""
    ended = await repository.end_sessions_of(session, user_id, keep)
    await audit(session, user_id, "session.end_all", "user", user_id, new={"ended": ended})
    return ended


async def create_api_key(
    session: WriteSession,
    user_id: UUID,
    name: str,
    scopes: Collection[KeyScope] = (KeyScope.READ_PROGRESS,),
    *,
    expires_in: timedelta | None = None,
    actor: UUID | None = None,
) -> NewKey:
    """A key for a program, returned with its secret once. It may do what its scopes and its user's role both allow."""
    token = new_token(TokenKind.KEY)
    key = ApiKey(
        user_id=user_id,
        name=" ".join(name.split()) or "key",
        prefix=shown_prefix(token),
        key_hash=hash_token(token),
        scopes=[scope.value for scope in KeyScope if scope in set(scopes)],
        expires_at=datetime.now(UTC) + expires_in if expires_in else None,
    )
    session.add(key)
    await session.flush()
    await audit(session, actor or user_id, "api_key.create", "api_key", key.id, new={"name": key.name, "for": user_id})
    shown = to_key(key)
    return NewKey(**{field: getattr(shown, field) for field in Key.__slots__}, token=token)


async def list_api_keys(session: ReadSession, user_id: UUID) -> list[Key]:
    """The user's keys that were not revoked, the newest first."""
    return [to_key(key) for key in await repository.keys_of(session, user_id)]


async def revoke_api_key(session: WriteSession, user_id: UUID, key_id: UUID, *, actor: UUID | None = None) -> None:
    """Make a key useless, at once. Raises KeyNotFound."""
    name = await repository.revoke_key(session, user_id, key_id)
    if name is None:
        raise KeyNotFound
    await audit(session, actor or user_id, "api_key.revoke", "api_key", key_id, old={"name": name})


def to_key(key: ApiKey) -> Key:
    return Key(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=tuple(KeyScope(scope) for scope in key.scopes),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
    )
