"""Queries on who somebody is elsewhere, and on sign-ins that are on their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.providers.models import IdpLogin, OidcAttempt
from fumetto.people.accounts.models import User

LIFETIME = timedelta(minutes=10)
KEPT = timedelta(days=1)


async def add_attempt(session: WriteSession, attempt: OidcAttempt) -> None:
    """Store a sign-in that is on its way; those of yesterday are dropped."""
    await session.execute(delete(OidcAttempt).where(OidcAttempt.created_at < func.now() - KEPT))
    names = ("state_hash", "browser_hash", "provider", "nonce", "verifier", "next", "invitation", "user_id")
    values = {name: getattr(attempt, name) for name in names}
    await session.execute(insert(OidcAttempt).values(**values, expires_at=func.now() + LIFETIME))


async def use_attempt(
    session: WriteSession, state_hash: bytes, browser_hash: bytes, provider: str
) -> OidcAttempt | None:
    """Use an attempt up; None when it is not this browser's, is over, or was used. Of two at once, one gets it."""
    statement = (
        update(OidcAttempt)
        .where(
            OidcAttempt.state_hash == state_hash,
            OidcAttempt.browser_hash == browser_hash,
            OidcAttempt.provider == provider,
            OidcAttempt.used_at.is_(None),
            OidcAttempt.expires_at > func.now(),
            OidcAttempt.created_at < func.now() + timedelta(minutes=1),
        )
        .values(used_at=func.now())
        .returning(OidcAttempt)
    )
    return (await session.scalars(statement)).one_or_none()


async def user_of_login(session: ReadSession, issuer: str, subject: str) -> User | None:
    found = select(User).join(IdpLogin, IdpLogin.user_id == User.id)
    return (await session.scalars(found.where(IdpLogin.issuer == issuer, IdpLogin.subject == subject))).one_or_none()


async def add_login(session: WriteSession, issuer: str, subject: str, provider: str, user_id: UUID) -> bool:
    """Tie a provider's account to a user; False when it is somebody's already."""
    values = {"issuer": issuer, "subject": subject, "provider": provider, "user_id": user_id}
    statement = insert(IdpLogin).values(**values).on_conflict_do_nothing().returning(IdpLogin.user_id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def touch_login(session: WriteSession, issuer: str, subject: str) -> None:
    here = (IdpLogin.issuer == issuer, IdpLogin.subject == subject)
    await session.execute(update(IdpLogin).where(*here).values(last_used_at=func.now()))


async def logins_of(session: ReadSession, user_id: UUID) -> Sequence[IdpLogin]:
    """The user's accounts with providers, the oldest first."""
    found = select(IdpLogin).where(IdpLogin.user_id == user_id)
    return (await session.scalars(found.order_by(IdpLogin.created_at, IdpLogin.id))).all()


async def remove_login(session: WriteSession, user_id: UUID, login_id: UUID) -> str | None:
    """Returns the provider, None when the user has no such login."""
    statement = delete(IdpLogin).where(IdpLogin.user_id == user_id, IdpLogin.id == login_id)
    return (await session.execute(statement.returning(IdpLogin.provider))).scalar_one_or_none()
