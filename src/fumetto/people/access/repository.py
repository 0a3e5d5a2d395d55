"""Queries on sign-ins, keys, links and failed attempts. Times are the database's own: one clock for all processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, bindparam, case, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.people.access.kinds import KeyScope, SessionScope
from fumetto.people.access.models import ApiKey, AppSession, SignInFailure, SignInLink
from fumetto.people.access.readers import Reader, Visit
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.models import User

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A visit found by its token; `stale` when the last sign of life was noted more than a minute ago."""

    visit: Visit
    stale: bool


PERSON = (User.id, User.username, User.role, User.language, User.hide_unread_titles, User.hide_unread_covers)


def known_by(found_id: UUID, scopes: list[str] | None, stale: bool, *person: Any) -> Known:
    """From the columns of the two questions: a session has no scopes."""
    reader = Reader(person[0], person[1], Role(person[2]), *person[3:])
    if scopes is None:
        return Known(Visit(reader, session_id=found_id), stale)
    return Known(Visit(reader, key_id=found_id, key_scopes=frozenset(KeyScope(scope) for scope in scopes)), stale)


BY_SESSION = Question(
    select(AppSession.id, null(), AppSession.last_active_at < func.now() - TOUCH_EVERY, *PERSON)
    .join(AppSession, AppSession.user_id == User.id)
    .where(
        AppSession.token_hash == bindparam("token_hash"),
        AppSession.expires_at > func.now(),
        AppSession.idle_expires_at > func.now(),
        AppSession.scope == SessionScope.FULL,
        User.is_active,
    ),
    known_by,
)
BY_KEY = Question(
    select(
        ApiKey.id,
        ApiKey.scopes,
        or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < func.now() - TOUCH_EVERY),
        *PERSON,
    )
    .join(ApiKey, ApiKey.user_id == User.id)
    .where(
        ApiKey.key_hash == bindparam("token_hash"),
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
        User.is_active,
    ),
    known_by,
)


async def find_visit(database: Database, token_hash: bytes, *, by_key: bool) -> Known | None:
    """Whoever is signed in by this session, or holds this key, and still may. Asked with every request, and never
    kept: what was revoked is refused from then on, by every process."""
    asked = (BY_KEY if by_key else BY_SESSION).about(token_hash=token_hash)
    await database.ask(asked)
    return asked.first


def to_reader(user: User) -> Reader:
    return Reader(
        id=user.id,
        name=user.username,
        role=user.role,
        language=user.language,
        hide_unread_titles=user.hide_unread_titles,
        hide_unread_covers=user.hide_unread_covers,
    )


async def touch(session: WriteSession, visit: Visit, idle: timedelta) -> None:
    """Note that a session or key, and its person, were here now; the session's idle time starts again."""
    await session.execute(update(User).where(User.id == visit.reader.id).values(last_seen_at=func.now()))
    if visit.session_id:
        await session.execute(
            update(AppSession)
            .where(AppSession.id == visit.session_id)
            .values(last_active_at=func.now(), idle_expires_at=func.now() + idle)
        )
    if visit.key_id:
        await session.execute(update(ApiKey).where(ApiKey.id == visit.key_id).values(last_used_at=func.now()))


async def add_link(session: WriteSession, link: SignInLink, lifetime: timedelta) -> datetime:
    """Store a link that expires after `lifetime`; returns when."""
    values = {"id": link.id, "user_id": link.user_id, "purpose": link.purpose, "token_hash": link.token_hash}
    statement = insert(SignInLink).values(**values, expires_at=func.now() + lifetime).returning(SignInLink.expires_at)
    return (await session.execute(statement)).scalar_one()


async def consume_link(session: WriteSession, token_hash: bytes) -> UUID | None:
    """Use up a link and return whose it is; None when it cannot be used. Of two at once, one gets it."""
    statement = (
        update(SignInLink)
        .where(SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > func.now())
        .values(used_at=func.now())
        .returning(SignInLink.user_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def link_by_hash(session: ReadSession, token_hash: bytes) -> SignInLink | None:
    return (await session.scalars(select(SignInLink).where(SignInLink.token_hash == token_hash))).one_or_none()


async def forget_old_links(session: WriteSession, after: timedelta) -> None:
    """Drop links that expired longer than `after` ago; until then a late use can still be told what happened."""
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < func.now() - after))


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


async def seconds_blocked(session: ReadSession, place: str, most: int, window: timedelta) -> int:
    """How long attempts from this place are refused yet; 0 while it has failed at most `most` times in the window."""
    left = func.extract("epoch", SignInFailure.window_started_at + window - func.now())
    found = await session.scalar(
        select(left).where(SignInFailure.place == place, SignInFailure.failures >= most, left > 0)
    )
    return int(found) + 1 if found is not None else 0


async def count_failure(session: WriteSession, place: str, window: timedelta) -> int:
    """Count a failed attempt; returns how many there were in this window. Windows long past are dropped."""
    await session.execute(delete(SignInFailure).where(SignInFailure.window_started_at < func.now() - window * 10))
    over = SignInFailure.window_started_at < func.now() - window
    statement = (
        insert(SignInFailure)
        .values(place=place)
        .on_conflict_do_update(
            index_elements=[SignInFailure.place],
            set_={
                "failures": case((over, 1), else_=SignInFailure.failures + 1),
                "window_started_at": case((over, func.now()), else_=SignInFailure.window_started_at),
            },
        )
        .returning(SignInFailure.failures)
    )
    return (await session.execute(statement)).scalar_one()
