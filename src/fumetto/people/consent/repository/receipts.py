"""Queries on what was agreed to, by people for themselves and by guardians. Times are the database's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.accounts.models import User
from fumetto.people.consent.kinds import EndReason, Method, Purpose
from fumetto.people.consent.models import ParentalConsent, UserConsent


@dataclass(frozen=True, slots=True)
class Wording:
    """What is agreed to, as it is shown in one language."""

    version: int
    edition: int
    hash: bytes
    language: str


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt to be: of what, how, from where, and for how long."""

    purpose: Purpose
    wording: Wording
    method: Method
    ip_address: str | None
    lifetime: timedelta | None
    evidence: dict[str, Any]

    def values(self) -> dict[str, Any]:
        return {
            "id": uuid7(),
            "purpose": self.purpose,
            "policy_version": self.wording.version,
            "policy_edition": self.wording.edition,
            "policy_hash": self.wording.hash,
            "language": self.wording.language,
            "method": self.method,
            "ip_address": self.ip_address,
            "evidence": self.evidence,
            "expires_at": func.now() + self.lifetime if self.lifetime else None,
        }


async def lock_consents_of(session: WriteSession, user_id: UUID) -> None:
    """Until the transaction ends, nobody else changes what this user has agreed to, or a guardian for them."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"consent:{user_id}", 0))))


async def add_own(session: WriteSession, user_id: UUID, given: Given) -> UUID | None:
    """None where an active one is there already."""
    statement = (
        insert(UserConsent)
        .values(user_id=user_id, **given.values())
        .on_conflict_do_nothing(index_elements=["user_id", "purpose"], index_where=UserConsent.revoked_at.is_(None))
        .returning(UserConsent.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def add_parental(
    session: WriteSession, child_id: UUID, actor_id: UUID, guardianship_id: UUID, request_id: UUID | None, given: Given
) -> UUID | None:
    """None where this guardian has given it already."""
    statement = (
        insert(ParentalConsent)
        .values(
            child_id=child_id,
            actor_id=actor_id,
            guardianship_id=guardianship_id,
            request_id=request_id,
            **given.values(),
        )
        .on_conflict_do_nothing(
            index_elements=["guardianship_id", "purpose"], index_where=ParentalConsent.revoked_at.is_(None)
        )
        .returning(ParentalConsent.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def end_own(session: WriteSession, user_id: UUID, purposes: Collection[Purpose], reason: EndReason) -> list[UUID]:
    """End a user's own active receipts of these purposes; returns their ids."""
    ended = await session.scalars(
        update(UserConsent)
        .where(UserConsent.user_id == user_id, UserConsent.purpose.in_(purposes), UserConsent.revoked_at.is_(None))
        .values(revoked_at=func.now(), end_reason=reason)
        .returning(UserConsent.id)
    )
    return list(ended)


async def end_parental(
    session: WriteSession,
    reason: EndReason,
    *,
    child_id: UUID | None = None,
    purposes: Collection[Purpose] | None = None,
    guardianship_ids: Collection[UUID] | None = None,
) -> list[UUID]:
    """End active receipts that guardians gave, those that fit all that is said; returns their ids."""
    statement = update(ParentalConsent).where(ParentalConsent.revoked_at.is_(None))
    if child_id is not None:
        statement = statement.where(ParentalConsent.child_id == child_id)
    if purposes is not None:
        statement = statement.where(ParentalConsent.purpose.in_(purposes))
    if guardianship_ids is not None:
        statement = statement.where(ParentalConsent.guardianship_id.in_(guardianship_ids))
    ended = await session.scalars(
        statement.values(revoked_at=func.now(), end_reason=reason).returning(ParentalConsent.id)
    )
    return list(ended)


async def end_outdated(session: WriteSession, purpose: Purpose, edition: int) -> set[UUID]:
    """End what was agreed to before the present edition of a policy; returns whose it was."""
    whose: set[UUID] = set()
    for receipt, column in ((UserConsent, UserConsent.user_id), (ParentalConsent, ParentalConsent.child_id)):
        ended = await session.scalars(
            update(receipt)
            .where(receipt.purpose == purpose, receipt.policy_edition < edition, receipt.revoked_at.is_(None))
            .values(revoked_at=func.now(), end_reason=EndReason.POLICY_CHANGED)
            .returning(column)
        )
        whose |= {user_id for user_id in ended if user_id is not None}
    return whose


async def end_expired(session: WriteSession) -> set[UUID]:
    """Say of receipts whose time is over that they ended; returns whose they were. The door does not wait for it."""
    whose: set[UUID] = set()
    for receipt, column in ((UserConsent, UserConsent.user_id), (ParentalConsent, ParentalConsent.child_id)):
        ended = await session.scalars(
            update(receipt)
            .where(receipt.expires_at <= func.now(), receipt.revoked_at.is_(None))
            .values(revoked_at=func.now(), end_reason=EndReason.EXPIRED)
            .returning(column)
        )
        whose |= {user_id for user_id in ended if user_id is not None}
    return whose


async def end_expired_of(session: WriteSession, user_id: UUID) -> None:
    """The same for one user, before they or a guardian agree again."""
    for receipt, column in ((UserConsent, UserConsent.user_id), (ParentalConsent, ParentalConsent.child_id)):
        await session.execute(
            update(receipt)
            .where(column == user_id, receipt.expires_at <= func.now(), receipt.revoked_at.is_(None))
            .values(revoked_at=func.now(), end_reason=EndReason.EXPIRED)
        )


async def shorten_addresses(session: WriteSession, after: timedelta, most: int = 10_000) -> int:
    """Shorten the addresses of receipts older than that, to a network of many; returns how many were."""
    count = 0
    for receipt in (UserConsent, ParentalConsent):
        old = (
            select(receipt.id)
            .where(receipt.ip_truncated_at.is_(None), receipt.created_at < func.now() - after)
            .limit(most)
        )
        done = await session.scalars(
            update(receipt)
            .where(receipt.id.in_(old))
            .values(ip_address=func.app.shortened_address(receipt.ip_address), ip_truncated_at=func.now())
            .returning(receipt.id)
        )
        count += len(list(done))
    return count


async def own_receipts(session: ReadSession, user_id: UUID) -> Sequence[UserConsent]:
    """All that somebody ever agreed to, the newest first."""
    found = await session.scalars(
        select(UserConsent)
        .where(UserConsent.user_id == user_id)
        .order_by(UserConsent.created_at.desc(), UserConsent.id.desc())
        .limit(500)
    )
    return found.all()


async def parental_receipts(session: ReadSession, child_id: UUID) -> Sequence[ParentalConsent]:
    """All that guardians ever agreed to for a minor, the newest first."""
    found = await session.scalars(
        select(ParentalConsent)
        .where(ParentalConsent.child_id == child_id)
        .order_by(ParentalConsent.created_at.desc(), ParentalConsent.id.desc())
        .limit(500)
    )
    return found.all()


async def agreeing_alone_in(session: ReadSession, country: str) -> list[UUID]:
    """Those of a country who agreed to something for themselves that holds."""
    found = await session.scalars(
        select(UserConsent.user_id)
        .join(User, User.id == UserConsent.user_id)
        .where(User.country == country, UserConsent.revoked_at.is_(None))
        .distinct()
    )
    return [user_id for user_id in found if user_id is not None]
