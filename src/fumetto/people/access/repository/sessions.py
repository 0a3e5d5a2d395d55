"""Queries on sign-ins: beginning, exchanging, narrowing and ending them. Times are the database's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.kinds import SessionScope
from fumetto.people.access.models import AppSession
from fumetto.people.access.rules.scopes import narrower, reaches


async def is_signed_in_at(session: ReadSession, user_id: UUID, place: str) -> bool:
    """Whether somebody has come in from this place before, and is signed in there yet."""
    found = select(AppSession.id).where(
        AppSession.user_id == user_id,
        AppSession.place == place,
        AppSession.expires_at > func.now(),
        AppSession.idle_expires_at > func.now(),
    )
    return await session.scalar(found.limit(1)) is not None


async def add_session(session: WriteSession, new: AppSession, idle: timedelta, absolute: timedelta) -> datetime:
    """Store a sign-in; returns when it ends at the latest. Sessions that have ended by themselves are dropped."""
    await session.execute(
        delete(AppSession).where(or_(AppSession.expires_at < func.now(), AppSession.idle_expires_at < func.now()))
    )
    statement = insert(AppSession).values(
        id=new.id,
        user_id=new.user_id,
        token_hash=new.token_hash,
        origin=new.origin,
        device_name=new.device_name,
        scope=new.scope,
        capabilities=new.capabilities,
        place=new.place,
        device_id=new.device_id,
        idle_expires_at=func.now() + idle,
        expires_at=func.now() + absolute,
    )
    return (await session.execute(statement.returning(AppSession.expires_at))).scalar_one()


async def sessions_of(session: ReadSession, user_id: UUID) -> Sequence[AppSession]:
    """The user's devices that are signed in, the last active first."""
    found = await session.scalars(
        select(AppSession)
        .where(
            AppSession.user_id == user_id,
            AppSession.expires_at > func.now(),
            AppSession.idle_expires_at > func.now(),
        )
        .order_by(AppSession.last_active_at.desc(), AppSession.id)
    )
    return found.all()


async def lock_session(session: WriteSession, session_id: UUID) -> AppSession | None:
    """A session that goes on, locked: of two that exchange its token at once the second sees what the first did."""
    statement = (
        select(AppSession)
        .where(AppSession.id == session_id, AppSession.expires_at > func.now(), AppSession.idle_expires_at > func.now())
        .with_for_update()
    )
    return (await session.scalars(statement)).one_or_none()


async def rotate(session: WriteSession, kept: AppSession, token_hash: bytes, scope: SessionScope) -> None:
    """Give a session a new token, and keep the one before for what is on its way, as narrow as it was."""
    values = {
        "previous_hash": kept.token_hash,
        "previous_scope": narrower(kept.scope, scope),
        "rotated_at": func.now(),
        "token_hash": token_hash,
        "scope": scope,
    }
    await session.execute(update(AppSession).where(AppSession.id == kept.id).values(**values))


async def narrow_sessions(session: WriteSession, user_id: UUID, scope: SessionScope) -> int:
    """Take from the user's sessions what reaches beyond `scope`; returns from how many."""
    wider = [each for each in SessionScope if not reaches(scope, each)]
    if not wider:
        return 0
    statement = (
        update(AppSession)
        .where(AppSession.user_id == user_id, AppSession.scope.in_(wider))
        .values(scope=scope)
        .returning(AppSession.id)
    )
    await session.execute(
        update(AppSession)
        .where(AppSession.user_id == user_id, AppSession.previous_scope.in_(wider))
        .values(previous_scope=scope)
    )
    return await affected(session, statement)


async def tell_everybody(session: WriteSession, channel: str, user_id: UUID) -> None:
    """Tell every process, when the transaction is kept, that something about this person has changed."""
    await session.execute(select(func.pg_notify(channel, str(user_id))))


async def end_session(session: WriteSession, user_id: UUID, session_id: UUID) -> bool:
    """Sign one device of the user out; False when they have none of that id."""
    statement = delete(AppSession).where(AppSession.user_id == user_id, AppSession.id == session_id)
    return await affected(session, statement.returning(AppSession.id)) == 1


async def end_sessions_of(session: WriteSession, user_id: UUID, keep: UUID | None = None) -> int:
    """Sign all of the user's devices out, but the one to keep; returns how many that were."""
    statement = delete(AppSession).where(AppSession.user_id == user_id)
    if keep:
        statement = statement.where(AppSession.id != keep)
    return await affected(session, statement.returning(AppSession.id))


async def affected(session: WriteSession, statement: object) -> int:
    result: CursorResult[tuple[UUID]] = await session.execute(statement)  # type: ignore[call-overload] # a delete
    return len(result.all())
