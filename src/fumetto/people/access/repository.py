"""Queries on sign-ins, keys, links and failed attempts. Times are the database's own: one clock for all processes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CursorResult,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.people.access.kinds import KeyScope, LinkPurpose, SessionScope
from fumetto.people.access.models import ApiKey, AppSession, SignInFailure, SignInLink
from fumetto.people.access.readers import Reader, Visit
from fumetto.people.access.rules.scopes import Standing, narrower, reaches, standing_of
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.accounts.models import User
from fumetto.people.ages.repository import fits_column, fits_from
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.rules import held, is_minor
from fumetto.people.consent.standing import marks_of

TOUCH_EVERY = timedelta(minutes=1)
LONGEST_KEPT = timedelta(hours=2)  # failures; longer than any window


@dataclass(frozen=True, slots=True)
class Known:
    """A visit found by its token; `stale` when the last sign of life was noted more than a minute ago."""

    visit: Visit
    stale: bool


PREVIOUS_GOOD = timedelta(seconds=30)
"""How long a token that was exchanged is good yet, for what was on its way: a page asks for many things at once."""


PERSON = (
    User.id,
    User.username,
    User.role,
    User.language,
    User.hide_unread_titles,
    User.hide_unread_covers,
    User.user_type,
    User.age_class,
    User.country,
    User.onboarded_at.is_not(None),
    marks_of(User.id),
    User.hashed_password.is_not(None),
    fits_column(User.id),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A reader, and how far the facts about them let them come."""

    reader: Reader
    scope: SessionScope
    has_password: bool


def person_of(*columns: Any) -> Person:
    """From the columns of PERSON, as psycopg returns them."""
    known_id, name, role, language, titles, covers, kind, age, country, onboarded, marks, password, fits = columns
    user_type, age_class = UserType(kind), AgeClass(age) if age else None
    consents = held(user_type, age_class, marks)
    given = Purpose.ACCOUNT in consents
    scope = standing_of(Standing(onboarded=onboarded, needed=is_minor(user_type, age_class), given=given))
    restricted = fits_from(fits)
    reader = Reader(
        known_id, name, Role(role), language, titles, covers, user_type, age_class, country, consents, restricted
    )
    return Person(reader, scope, password)


def known_by(found_id: UUID, scopes: list[str] | None, stale: bool, scope: str, *columns: Any) -> Known:
    """From the columns of the two questions: a session has a scope of its own, a key has its user's and scopes."""
    person = person_of(*columns)
    if scopes is None:
        reached = narrower(SessionScope(scope), person.scope)
        return Known(Visit(person.reader, reached, session_id=found_id), stale)
    allowed = frozenset(KeyScope(each) for each in scopes)
    if person.reader.is_minor:
        allowed -= {KeyScope.MANAGE}
    return Known(Visit(person.reader, person.scope, key_id=found_id, key_scopes=allowed), stale)


HASH: BindParameter[bytes] = bindparam("token_hash")
BY_SESSION = Question(
    select(
        AppSession.id,
        null(),
        AppSession.last_active_at < func.now() - TOUCH_EVERY,
        case((AppSession.token_hash == HASH, AppSession.scope), else_=AppSession.previous_scope),
        *PERSON,
    )
    .join(AppSession, AppSession.user_id == User.id)
    .where(
        or_(
            AppSession.token_hash == HASH,
            and_(
                AppSession.previous_hash == HASH,
                AppSession.rotated_at.between(func.now() - PREVIOUS_GOOD, func.now() + PREVIOUS_GOOD),
            ),
        ),
        AppSession.expires_at > func.now(),
        AppSession.idle_expires_at > func.now(),
        User.is_active,
    ),
    known_by,
)
BY_KEY = Question(
    select(
        ApiKey.id,
        ApiKey.scopes,
        or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < func.now() - TOUCH_EVERY),
        literal_column("''"),
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


async def person(session: ReadSession, user_id: UUID) -> Person | None:
    """Somebody with an account that is open, as the next request will know them."""
    found = (await session.execute(select(*PERSON).where(User.id == user_id, User.is_active))).one_or_none()
    return person_of(*found) if found else None


async def why_refused(session: ReadSession, token_hash: bytes) -> tuple[str, UUID | None]:
    """Why a token opens nothing, and whose it was: revoked, expired, closed (its account), ended, or unknown."""
    key = (await session.scalars(select(ApiKey).where(ApiKey.key_hash == token_hash))).one_or_none()
    if key is not None:
        return ("revoked" if key.revoked_at else "expired or closed"), key.user_id
    kept = (await session.scalars(select(AppSession).where(AppSession.token_hash == token_hash))).one_or_none()
    if kept is not None:
        return "expired or closed", kept.user_id
    replayed = await session_before(session, token_hash)
    return ("replayed", replayed.user_id) if replayed else ("unknown", None)


async def session_before(session: ReadSession, token_hash: bytes) -> AppSession | None:
    """The session that had this token before it was exchanged."""
    return (await session.scalars(select(AppSession).where(AppSession.previous_hash == token_hash))).first()


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


async def consume_link(session: WriteSession, token_hash: bytes, purposes: Collection[LinkPurpose]) -> UUID | None:
    """Use up a link and return whose it is; None when it cannot be used. Of two at once, one gets it."""
    statement = (
        update(SignInLink)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.purpose.in_(purposes),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > func.now(),
        )
        .values(used_at=func.now())
        .returning(SignInLink.user_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def link_by_hash(session: ReadSession, token_hash: bytes) -> SignInLink | None:
    return (await session.scalars(select(SignInLink).where(SignInLink.token_hash == token_hash))).one_or_none()


async def forget_old_links(session: WriteSession, after: timedelta) -> None:
    """Drop links that expired longer than `after` ago; until then a late use can still be told what happened."""
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < func.now() - after))


async def void_links(session: WriteSession, user_id: UUID, purpose: LinkPurpose) -> None:
    """Nobody can use this person's links for this purpose any more."""
    await session.execute(
        update(SignInLink)
        .where(SignInLink.user_id == user_id, SignInLink.purpose == purpose, SignInLink.used_at.is_(None))
        .values(used_at=func.now())
    )


async def recent_links(session: ReadSession, user_id: UUID) -> int:
    """How many links for a new password were made for somebody within the last hour."""
    made = select(func.count()).where(
        SignInLink.user_id == user_id,
        SignInLink.purpose == LinkPurpose.PASSWORD,
        SignInLink.created_at > func.now() - timedelta(hours=1),
    )
    return (await session.scalar(made)) or 0


async def user_called(session: ReadSession, name: str, mail: str) -> User | None:
    """Whoever has this name or, as none does, this address, and an account that is open."""
    by_name, by_mail = func.lower(User.username) == func.lower(name), func.lower(User.email) == func.lower(mail)
    found = select(User).where(or_(by_name, by_mail), User.is_active).order_by(by_name.desc().nulls_last()).limit(1)
    return (await session.scalars(found)).first()


async def is_signed_in_at(session: ReadSession, user_id: UUID, place: str) -> bool:
    """Whether somebody has come in from this place before, and is signed in there yet."""
    found = select(AppSession.id).where(
        AppSession.user_id == user_id,
        AppSession.place == place,
        AppSession.expires_at > func.now(),
        AppSession.idle_expires_at > func.now(),
    )
    return await session.scalar(found.limit(1)) is not None


async def forget_failures(session: WriteSession, keys: Sequence[str]) -> None:
    await session.execute(delete(SignInFailure).where(SignInFailure.place.in_(keys)))


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
    # A window that begins in the future was begun before the clock was set back: it lasts no longer for that.
    return min(int(found) + 1, int(window.total_seconds())) if found is not None else 0


async def count_failure(session: WriteSession, place: str, window: timedelta) -> int:
    """Count a failed attempt; returns how many there were in this window. Windows long past are dropped."""
    await session.execute(delete(SignInFailure).where(SignInFailure.window_started_at < func.now() - LONGEST_KEPT))
    over = not_(SignInFailure.window_started_at.between(func.now() - window, func.now() + timedelta(minutes=1)))
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
