"""What consent there is now, as the door asks with every request: one expression inside its own question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, aliased

from fumetto.kernel.db.sessions import ReadSession
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.consent.kinds import EndReason, Purpose
from fumetto.people.consent.models import ParentalConsent, UserConsent
from fumetto.people.consent.rules import NO, held, is_minor


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """needed: the account waits for consent, as a minor's does; given: it is in force. purposes: all that is held."""

    needed: bool
    given: bool
    purposes: frozenset[Purpose]


def in_force(receipt: type[UserConsent] | type[ParentalConsent]) -> ColumnElement[bool]:
    """The receipts that hold now."""
    return and_(receipt.revoked_at.is_(None), or_(receipt.expires_at.is_(None), receipt.expires_at > func.now()))


def marks_of(user_id: InstrumentedAttribute[UUID] | ColumnElement[UUID]) -> ColumnElement[list[str]]:
    """The marks of a user as an array of text, never null, for `rules.held`: put it among the columns of a question."""
    later = aliased(UserConsent)
    own = select(cast(UserConsent.purpose, String).label("mark")).where(
        UserConsent.user_id == user_id, in_force(UserConsent)
    )
    given = select(cast(ParentalConsent.purpose, String)).where(
        ParentalConsent.child_id == user_id, in_force(ParentalConsent)
    )
    refused = select(literal(NO, String) + cast(UserConsent.purpose, String)).where(
        UserConsent.user_id == user_id,
        UserConsent.end_reason == EndReason.REVOKED,
        ~exists().where(
            later.user_id == UserConsent.user_id, later.purpose == UserConsent.purpose, later.revoked_at.is_(None)
        ),
    )
    marks = union_all(*(each.correlate(User) for each in (own, given, refused)))
    return func.array(marks.scalar_subquery(), type_=ARRAY(String))


async def standing_facts(session: ReadSession, user_id: UUID) -> StandingFacts:
    """What access needs to know to say how far somebody has come. An unknown user has nothing."""
    row = (
        await session.execute(select(User.user_type, User.age_class, marks_of(User.id)).where(User.id == user_id))
    ).one_or_none()
    if row is None:
        return StandingFacts(needed=True, given=False, purposes=frozenset())
    return facts_of(row[0], row[1], row[2])


def facts_of(user_type: UserType, age_class: AgeClass | None, marks: list[str]) -> StandingFacts:
    purposes = held(UserType(user_type), AgeClass(age_class) if age_class else None, marks)
    needed = is_minor(UserType(user_type), AgeClass(age_class) if age_class else None)
    return StandingFacts(needed, Purpose.ACCOUNT in purposes, purposes)


async def purposes_of(session: ReadSession, user_ids: Collection[UUID]) -> dict[UUID, frozenset[Purpose]]:
    """What each of them may be served for now, of those with an account."""
    found = await session.execute(
        select(User.id, User.user_type, User.age_class, marks_of(User.id)).where(User.id.in_(user_ids))
    )
    return {row[0]: facts_of(row[1], row[2], row[3]).purposes for row in found}


async def still_may(session: ReadSession, user_ids: Collection[UUID]) -> dict[UUID, frozenset[Purpose]]:
    """What those of them may be served for who are full members now; whoever is not in the answer may do nothing."""
    found = await session.execute(
        select(User.id, User.user_type, User.age_class, marks_of(User.id)).where(
            User.id.in_(user_ids), User.is_active, User.onboarded_at.is_not(None)
        )
    )
    known = {row[0]: facts_of(row[1], row[2], row[3]) for row in found}
    return {user_id: facts.purposes for user_id, facts in known.items() if facts.given or not facts.needed}
