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
from fumetto.people.access.errors import (
    CredentialsWrong,
    DeviceNotFound,
    KeyNotFound,
    KeyTooWide,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    OnPairedDevice,
)
from fumetto.people.access.kinds import Capability, KeyScope, LinkPurpose, Method, SessionScope
from fumetto.people.access.models import ApiKey, AppSession, SignInLink
from fumetto.people.access.readers import Reader, Visit
from fumetto.people.access.repository import keys, links, sessions, visits
from fumetto.people.access.rules.scopes import reaches
from fumetto.people.access.rules.tokens import TokenKind, device_name, hash_token, is_token, new_token, shown_prefix
from fumetto.people.accounts.errors import UserNotFound
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.consent.rules import is_minor

LIFETIMES = {
    LinkPurpose.OWNER: timedelta(days=1),
    LinkPurpose.SIGN_IN: timedelta(days=7),
    LinkPurpose.PASSWORD: timedelta(hours=2),
}
PEOPLE = "fumetto_people"
"""The channel on which every process hears that something about a person has changed; see `kernel.db.notices`."""

LINKS_KEPT = timedelta(days=30)
SIGN_IN_PATH = "/welcome"


@dataclass(frozen=True, slots=True)
class NewLink:
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """A sign-in that has just begun, or goes on with a new token, which goes into the cookie and nowhere else."""

    id: UUID
    token: str
    reader: Reader
    scope: SessionScope
    expires_at: datetime
    capabilities: tuple[Capability, ...] = ()
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """What signs in: what it calls itself and can do, and from where; on which paired device, if on one."""

    user_agent: str = ""
    origin: str = "web"
    place: str | None = None
    capabilities: tuple[str, ...] = ()
    device_id: UUID | None = None


UNKNOWN_CLIENT = Client()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What there is to say of a session beyond whose it is."""

    capabilities: tuple[Capability, ...] = ()
    expires_at: datetime | None = None
    renewable: bool = False
    has_password: bool = False


NO_FACTS = SessionFacts()


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is signed in."""

    id: UUID
    name: str
    scope: SessionScope
    paired: bool
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
    await links.forget_old_links(session, LINKS_KEPT)
    token = new_token(TokenKind.LINK)
    link = SignInLink(id=uuid7(), user_id=user_id, made_by=actor, purpose=purpose, token_hash=hash_token(token))
    expires_at = await links.add_link(session, link, LIFETIMES[purpose])
    await audit(session, actor, "sign_in_link.create", "user", user_id, new={"purpose": purpose})
    return NewLink(token, expires_at)


async def sign_in(
    session: WriteSession,
    token: str,
    settings: Settings,
    *,
    user_agent: str = "",
    origin: str = "web",
    client: Client | None = None,
) -> NewSession:
    """Exchange a one-time link for a session. Raises LinkUnknown, LinkUsed or LinkExpired.

    A link of a closed account is unknown: it says nothing about who was here.
    """
    user_id = await use_link(session, token, LinkPurpose.OWNER, LinkPurpose.SIGN_IN)
    return await start_session(session, user_id, settings, Method.LINK, client or Client(user_agent, origin))


async def use_link(session: WriteSession, token: str, *purposes: LinkPurpose) -> UUID:
    """Use a link up and return whose it is. Raises LinkUnknown, also for a link of a closed account or one that is for
    something else, LinkUsed or LinkExpired."""
    hashed = hash_token(token)
    user_id = await links.consume_link(session, hashed, purposes) if is_token(token, TokenKind.LINK) else None
    user = await session.get(User, user_id) if user_id else None
    if user is None or not user.is_active:
        raise await why_not(session, hashed, purposes, consumed=user_id is not None)
    return user.id


async def start_session(
    session: WriteSession, user_id: UUID, settings: Settings, method: Method, client: Client = UNKNOWN_CLIENT
) -> NewSession:
    """Sign somebody in who has shown who they are. Their session is as wide as they have come.

    Raises CredentialsWrong for an account that is closed.
    """
    person = await visits.person(session, user_id)
    if person is None:
        raise CredentialsWrong
    secret, known = new_token(TokenKind.SESSION), [each for each in Capability if each in set(client.capabilities)]
    started = AppSession(
        id=uuid7(),
        user_id=user_id,
        token_hash=hash_token(secret),
        origin=client.origin,
        device_name=device_name(client.user_agent),
        scope=person.scope,
        capabilities={each.value: True for each in known},
        place=client.place,
        device_id=client.device_id,
    )
    expires_at = await sessions.add_session(
        session, started, timedelta(days=settings.session_idle_days), timedelta(days=settings.session_days)
    )
    await session.execute(update(User).where(User.id == user_id).values(last_login=func.now(), last_seen_at=func.now()))
    new = {"device": started.device_name, "method": method, "scope": person.scope}
    await audit(session, user_id, "session.start", "session", started.id, new=new)
    return NewSession(started.id, secret, person.reader, person.scope, expires_at, tuple(known), person.has_password)


async def renew(session: WriteSession, session_id: UUID) -> NewSession | None:
    """Exchange the token of a session, which from then on is as wide as its person has come.

    None when it has ended meanwhile. The token before stays good for half a minute, for no more than it was.
    """
    kept = await sessions.lock_session(session, session_id)
    person = await visits.person(session, kept.user_id) if kept else None
    if kept is None or person is None:
        return None
    secret, old = new_token(TokenKind.SESSION), kept.scope
    await sessions.rotate(session, kept, hash_token(secret), person.scope)
    if old is not person.scope:
        new = {"scope": person.scope}
        await audit(session, kept.user_id, "session.scope", "session", session_id, old={"scope": old}, new=new)
    known = tuple(each for each in Capability if kept.capabilities.get(each.value))
    return NewSession(kept.id, secret, person.reader, person.scope, kept.expires_at, known, person.has_password)


async def is_renewable(session: ReadSession, visit: Visit) -> bool:
    """Whether the visitor has come further than their session reaches."""
    person = await visits.person(session, visit.reader.id)
    return person is not None and person.scope is not visit.scope and reaches(person.scope, visit.scope)


async def session_facts(session: ReadSession, visit: Visit) -> SessionFacts:
    kept = await session.get(AppSession, visit.session_id)
    user = await session.get(User, visit.reader.id)
    if kept is None or user is None:
        return NO_FACTS
    known = tuple(each for each in Capability if kept.capabilities.get(each.value))
    renewable = visit.scope is not SessionScope.FULL and await is_renewable(session, visit)
    return SessionFacts(known, kept.expires_at, renewable, user.hashed_password is not None)


async def require_own_sign_in(session: ReadSession, visit: Visit) -> None:
    """For what makes another way in. Raises OnPairedDevice for a child who came in by picture and PIN: four digits
    on the tablet in the kitchen must not become a password that works everywhere."""
    kept = await session.get(AppSession, visit.session_id) if visit.session_id else None
    if kept is not None and kept.device_id is not None:
        raise OnPairedDevice


async def reader_of(session: ReadSession, user_id: UUID) -> Reader:
    """Raises UserNotFound."""
    person = await visits.person(session, user_id)
    if person is None:
        raise UserNotFound
    return person.reader


async def onboard(
    session: WriteSession, user_id: UUID, user_type: UserType, age_class: AgeClass, language: str, country: str | None
) -> None:
    """Somebody says who they are; see `accounts.service.onboard`. How far they come by that is settled."""
    from fumetto.people.accounts.service import onboard
    from fumetto.people.consent.service import reconsider

    await onboard(session, user_id, user_type, age_class, language, country)
    await reconsider(session, user_id)


async def settle(session: WriteSession, user_id: UUID) -> SessionScope:
    """Find out anew how far somebody has come, after whatever it depends on has changed, in that transaction.

    Sessions that reach further are narrowed at once. None gets wider by itself: `renew` does that, with a new token.
    """
    person = await visits.person(session, user_id)
    scope = person.scope if person else SessionScope.ONBOARDING
    narrowed = await sessions.narrow_sessions(session, user_id, scope)
    if narrowed:
        new = {"scope": scope, "sessions": narrowed}
        await audit(session, None, "session.narrow", "user", user_id, new=new)
    await sessions.tell_everybody(session, PEOPLE, user_id)
    return scope


async def why_not(
    session: ReadSession, hashed: bytes, purposes: Collection[LinkPurpose], *, consumed: bool
) -> LinkUnknown | LinkUsed | LinkExpired:
    link = None if consumed else await links.link_by_hash(session, hashed)
    if link is None or link.purpose not in purposes:
        return LinkUnknown()
    return LinkUsed() if link.used_at else LinkExpired()


async def list_devices(session: ReadSession, user_id: UUID) -> list[Device]:
    """The user's devices that are signed in, the last active first."""
    return [
        Device(
            found.id,
            found.device_name,
            found.scope,
            found.device_id is not None,
            found.created_at,
            found.last_active_at,
        )
        for found in await sessions.sessions_of(session, user_id)
    ]


async def sign_out(session: WriteSession, user_id: UUID, session_id: UUID) -> None:
    """Sign one device of the user out, at once. Raises DeviceNotFound."""
    if not await sessions.end_session(session, user_id, session_id):
        raise DeviceNotFound
    await audit(session, user_id, "session.end", "session", session_id)


async def sign_out_everywhere(session: WriteSession, user_id: UUID, keep: UUID | None = None) -> int:
    """Sign all devices of the user out, but the one to keep; returns how many that were."""
    ended = await sessions.end_sessions_of(session, user_id, keep)
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
    """A key for a program, returned with its secret once. It may do what its scopes and its user's role both allow.

    Raises KeyTooWide for a minor who wants one that does more than read and keep progress.
    """
    user = await session.get(User, user_id)
    if KeyScope.MANAGE in scopes and user is not None and is_minor(user.user_type, user.age_class):
        raise KeyTooWide
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
    return [to_key(key) for key in await keys.keys_of(session, user_id)]


async def revoke_api_key(session: WriteSession, user_id: UUID, key_id: UUID, *, actor: UUID | None = None) -> None:
    """Make a key useless, at once. Raises KeyNotFound."""
    name = await keys.revoke_key(session, user_id, key_id)
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
