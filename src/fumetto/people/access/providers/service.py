"""Use cases of sign-in by a provider. Somebody is known by issuer and subject, never by an address of mail."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.oidc import MOCK_PROVIDER, OidcProvider
from fumetto.people.access.kinds import Method
from fumetto.people.access.providers import repository
from fumetto.people.access.providers.client import Someone, authorization_address, redeem
from fumetto.people.access.providers.errors import (
    AttemptUnknown,
    LastWayIn,
    LoginNotFound,
    LoginTaken,
    NotInvited,
    ProviderRefused,
    ProviderUnknown,
    ProviderUntrusted,
)
from fumetto.people.access.providers.models import OidcAttempt
from fumetto.people.access.providers.rules import safe_next
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.access.service import Client, NewSession, start_session
from fumetto.people.accounts.errors import NameConfusing, NameTaken, NameUnusable
from fumetto.people.accounts.models import User
from fumetto.people.accounts.repository import user_by_name
from fumetto.people.accounts.service import create_user, free_name

MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class SentAway:
    """Where somebody is to go, and what their browser keeps until they come back."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class CameBack:
    """Somebody who is signed in now, or whose account has another login, and where they go on."""

    session: NewSession | None
    next: str


@dataclass(frozen=True, slots=True)
class Login:
    id: UUID
    provider: str
    created_at: datetime
    last_used_at: datetime | None


def providers_of(settings: Settings, base: str) -> Sequence[OidcProvider]:
    """Those that the operator has named and, for developers, the one that Fumetto is itself. `base`: our address."""
    if not settings.development:
        return settings.providers
    issuer = f"{base}/{MOCK_PROVIDER}"
    mock = OidcProvider(
        id=MOCK_PROVIDER, name=MOCK_PROVIDER, issuer=issuer, client_id="fumetto", join=True, private=True
    )
    return (*settings.providers, mock)


def provider_called(settings: Settings, base: str, name: str) -> OidcProvider:
    """Raises ProviderUnknown."""
    found = next((each for each in providers_of(settings, base) if each.id == name), None)
    if found is None:
        raise ProviderUnknown
    return found


def redirect_address(base: str, provider: OidcProvider) -> str:
    """Where a provider sends people back to; operators register it there."""
    return f"{base}/api/v1/session/oidc/{provider.id}/callback"


async def send_away(
    database: Database,
    provider: OidcProvider,
    base: str,
    *,
    next_path: str = "/",
    invitation: str | None = None,
    user_id: UUID | None = None,
    language: str = "en",
) -> SentAway:
    """Send somebody to a provider: to sign in or, with `user_id`, to have another login for that account.

    Raises ProviderAway or ProviderUntrusted.
    """
    state, nonce, browser = (secrets.token_urlsafe(32) for _ in range(3))
    verifier = secrets.token_urlsafe(64)
    address = await authorization_address(
        provider,
        redirect=redirect_address(base, provider),
        state=state,
        nonce=nonce,
        verifier=verifier,
        language=language,
    )
    attempt = OidcAttempt(
        state_hash=hash_token(state),
        browser_hash=hash_token(browser),
        provider=provider.id,
        nonce=nonce,
        verifier=verifier,
        next=safe_next(next_path),
        invitation=invitation,
        user_id=user_id,
    )
    async with database.write() as session:
        await repository.add_attempt(session, attempt)
    return SentAway(address, browser)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brings back from a provider."""

    state: str
    browser: str
    code: str | None
    error: str | None
    issuer: str | None


async def take_back(
    database: Database,
    settings: Settings,
    provider: OidcProvider,
    base: str,
    returned: Returned,
    client: Client,
    visitor: UUID | None,
) -> CameBack:
    """Somebody comes back from a provider. `visitor`: whose session the browser has, if any.

    Raises AttemptUnknown for a state that is not this browser's, is over, or was used; ProviderRefused; ProviderAway;
    ProviderUntrusted; NotInvited; LoginTaken; and what accepting an invitation raises.
    """
    async with database.write() as session:
        attempt = await repository.use_attempt(
            session, hash_token(returned.state), hash_token(returned.browser), provider.id
        )
    if attempt is None or (attempt.user_id is not None and attempt.user_id != visitor):
        raise AttemptUnknown
    if returned.issuer is not None and returned.issuer != provider.issuer:
        raise ProviderUntrusted(provider=provider.name, reason="issuer")
    if returned.error or not returned.code:
        raise ProviderRefused(provider=provider.name, reason=(returned.error or "none")[:40])
    someone = await redeem(
        provider,
        returned.code[:2048],
        redirect=redirect_address(base, provider),
        nonce=attempt.nonce,
        verifier=attempt.verifier,
    )
    async with database.write() as session:
        if attempt.user_id is not None:
            await link(session, provider, someone, attempt.user_id)
            return CameBack(None, attempt.next)
        user_id = await recognise(session, provider, someone, attempt)
        await repository.touch_login(session, someone.issuer, someone.subject)
        return CameBack(await start_session(session, user_id, settings, Method.PROVIDER, client), attempt.next)


async def recognise(session: WriteSession, provider: OidcProvider, someone: Someone, attempt: OidcAttempt) -> UUID:
    """Whose login it is; for a new one an account is made, when they were invited or anybody may join."""
    from fumetto.people.collectives.invitations import join, join_as_new

    known = await repository.user_of_login(session, someone.issuer, someone.subject)
    if known is not None:
        if attempt.invitation:
            await join(session, attempt.invitation, known.id)
        return known.id
    if not attempt.invitation and not provider.join:
        raise NotInvited(provider=provider.name)
    name = await unused_name(session, someone.name)
    if attempt.invitation:
        user_id = await join_as_new(session, attempt.invitation, name, "en")
    else:
        user_id = (await create_user(session, name=name, user_type=None)).id
    await link(session, provider, someone, user_id)
    return user_id


async def link(session: WriteSession, provider: OidcProvider, someone: Someone, user_id: UUID) -> None:
    """Raises LoginTaken when it signs somebody else in; one's own again changes nothing."""
    if await repository.add_login(session, someone.issuer, someone.subject, provider.id, user_id):
        await audit(session, user_id, "login.link", "user", user_id, new={"provider": provider.id})
        return
    known = await repository.user_of_login(session, someone.issuer, someone.subject)
    if known is None or known.id != user_id:
        raise LoginTaken(provider=provider.name)


async def unused_name(session: WriteSession, told: str) -> str:
    """A name like the one that the provider tells, which nobody has yet."""
    for number in range(1, MOST_NAMES):
        wanted = f"{told[:60]} {number}" if number > 1 else told[:60]
        try:
            name = await free_name(session, wanted)
            if await user_by_name(session, name) is None:
                return name
        except NameUnusable:
            break
        except (NameConfusing, NameTaken):
            continue
    return f"reader-{secrets.token_hex(4)}"


async def list_logins(session: ReadSession, user_id: UUID) -> list[Login]:
    """The user's accounts with providers, the oldest first."""
    found = await repository.logins_of(session, user_id)
    return [Login(each.id, each.provider, each.created_at, each.last_used_at) for each in found]


async def remove_login(session: WriteSession, user_id: UUID, login_id: UUID) -> None:
    """Raises LoginNotFound, or LastWayIn for the only way in that somebody has."""
    user = await session.get(User, user_id, with_for_update=True)
    logins = await repository.logins_of(session, user_id)
    if all(each.id != login_id for each in logins):
        raise LoginNotFound
    if len(logins) == 1 and (user is None or user.hashed_password is None):
        raise LastWayIn
    provider = await repository.remove_login(session, user_id, login_id)
    await audit(session, user_id, "login.remove", "user", user_id, old={"provider": provider})
