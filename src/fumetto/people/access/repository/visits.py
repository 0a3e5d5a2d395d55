"""Who a token belongs to, asked with every request. Times are the database's own: one clock for all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.people.access.kinds import KeyScope, SessionScope
from fumetto.people.access.models import ApiKey, AppSession
from fumetto.people.access.readers import Reader, Visit
from fumetto.people.access.rules.scopes import Standing, narrower, standing_of
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.accounts.models import User
from fumetto.people.ages.repository import fits_column, fits_from
from fumetto.people.collectives.models import CollectiveMembership
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.rules import held, is_minor
from fumetto.people.consent.standing import marks_of

TOUCH_EVERY = timedelta(minutes=1)


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
    func.array(
        select(CollectiveMembership.collective_id)
        .where(CollectiveMembership.user_id == User.id)
        .order_by(CollectiveMembership.collective_id)
        .correlate(User)
        .scalar_subquery(),
        type_=ARRAY(Uuid),
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A reader, and how far the facts about them let them come."""

    reader: Reader
    scope: SessionScope
    has_password: bool


def person_of(*columns: Any) -> Person:
    """From the columns of PERSON, as psycopg returns them."""
    known_id, name, role, language, titles, covers, kind, age, country, onboarded, marks, password, fits, inside = (
        columns
    )
    user_type, age_class = UserType(kind), AgeClass(age) if age else None
    consents = held(user_type, age_class, marks)
    given = Purpose.ACCOUNT in consents
    scope = standing_of(Standing(onboarded=onboarded, needed=is_minor(user_type, age_class), given=given))
    restricted = fits_from(fits)
    reader = Reader(
        known_id,
        name,
        Role(role),
        language,
        titles,
        covers,
        user_type,
        age_class,
        country,
        consents,
        restricted,
        tuple(inside),
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


async def user_called(session: ReadSession, name: str, mail: str) -> User | None:
    """Whoever has this name or, as none does, this address, and an account that is open."""
    by_name, by_mail = func.lower(User.username) == func.lower(name), func.lower(User.email) == func.lower(mail)
    found = select(User).where(or_(by_name, by_mail), User.is_active).order_by(by_name.desc().nulls_last()).limit(1)
    return (await session.scalars(found)).first()
