"""Queries on receipts, requests, policies and countries. Times are the database's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.accounts.models import User
from fumetto.people.collectives.models import CollectiveMembership
from fumetto.people.consent.kinds import EndReason, Method, Purpose, RequestState
from fumetto.people.consent.models import (
    CollectiveGrant,
    ConsentAge,
    ConsentPolicy,
    ParentalAuthorizationRequest,
    ParentalConsent,
    UserConsent,
)

AnyReceipt = TypeVar("AnyReceipt", UserConsent, ParentalConsent)


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


async def latest_policy(session: ReadSession, purpose: Purpose) -> ConsentPolicy | None:
    wanted = (
        select(ConsentPolicy).where(ConsentPolicy.purpose == purpose).order_by(ConsentPolicy.version.desc()).limit(1)
    )
    return (await session.scalars(wanted)).one_or_none()


async def add_policy(session: WriteSession, values: dict[str, Any]) -> None:
    await session.execute(insert(ConsentPolicy).values(**values).on_conflict_do_nothing())


async def add_request(
    session: WriteSession,
    child_id: UUID,
    token_hash: bytes,
    code_hash: bytes,
    purposes: Sequence[Purpose],
    lifetime: timedelta,
) -> ParentalAuthorizationRequest:
    statement = (
        insert(ParentalAuthorizationRequest)
        .values(
            id=uuid7(),
            child_id=child_id,
            token_hash=token_hash,
            code_hash=code_hash,
            purposes=[purpose.value for purpose in purposes],
            state=RequestState.WAITING,
            expires_at=func.now() + lifetime,
        )
        .returning(ParentalAuthorizationRequest)
    )
    return (await session.execute(statement)).scalar_one()


async def withdraw_requests(session: WriteSession, child_id: UUID) -> int:
    done = await session.scalars(
        update(ParentalAuthorizationRequest)
        .where(
            ParentalAuthorizationRequest.child_id == child_id,
            ParentalAuthorizationRequest.state == RequestState.WAITING,
        )
        .values(state=RequestState.WITHDRAWN, decided_at=func.now())
        .returning(ParentalAuthorizationRequest.id)
    )
    return len(list(done))


async def request_by(
    session: ReadSession, secret_hash: bytes, *, lock: bool = False
) -> ParentalAuthorizationRequest | None:
    """The request with this token or code."""
    wanted = select(ParentalAuthorizationRequest).where(
        or_(
            ParentalAuthorizationRequest.token_hash == secret_hash,
            ParentalAuthorizationRequest.code_hash == secret_hash,
        )
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(wanted)).one_or_none()


async def request_with_id(
    session: ReadSession, request_id: UUID, *, lock: bool = False
) -> ParentalAuthorizationRequest | None:
    wanted = select(ParentalAuthorizationRequest).where(ParentalAuthorizationRequest.id == request_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(wanted)).one_or_none()


async def has_expired(session: ReadSession, request_id: UUID) -> bool:
    found = await session.scalar(
        select(ParentalAuthorizationRequest.expires_at <= func.now()).where(
            ParentalAuthorizationRequest.id == request_id
        )
    )
    return bool(found)


async def requests_of(session: ReadSession, child_ids: Collection[UUID]) -> Sequence[ParentalAuthorizationRequest]:
    """Of these children, the newest first."""
    found = await session.scalars(
        select(ParentalAuthorizationRequest)
        .where(ParentalAuthorizationRequest.child_id.in_(child_ids))
        .order_by(ParentalAuthorizationRequest.created_at.desc(), ParentalAuthorizationRequest.id.desc())
        .limit(500)
    )
    return found.all()


async def expire_requests(session: WriteSession) -> int:
    done = await session.scalars(
        update(ParentalAuthorizationRequest)
        .where(
            ParentalAuthorizationRequest.state == RequestState.WAITING,
            ParentalAuthorizationRequest.expires_at <= func.now(),
        )
        .values(state=RequestState.EXPIRED, decided_at=func.now())
        .returning(ParentalAuthorizationRequest.id)
    )
    return len(list(done))


async def decide(
    session: WriteSession, request_id: UUID, state: RequestState, guardian_id: UUID, collective_id: UUID | None
) -> None:
    await session.execute(
        update(ParentalAuthorizationRequest)
        .where(ParentalAuthorizationRequest.id == request_id)
        .values(state=state, decided_at=func.now(), decided_by=guardian_id, collective_id=collective_id)
    )


async def grant_of(session: ReadSession, collective_id: UUID, guardian_id: UUID) -> CollectiveGrant | None:
    wanted = select(CollectiveGrant).where(
        CollectiveGrant.collective_id == collective_id,
        CollectiveGrant.guardian_id == guardian_id,
        CollectiveGrant.revoked_at.is_(None),
    )
    return (await session.scalars(wanted)).one_or_none()


async def set_grant(
    session: WriteSession, collective_id: UUID, guardian_id: UUID, purposes: Collection[Purpose]
) -> None:
    """In place of the one before; none at all for no purposes."""
    await session.execute(
        update(CollectiveGrant)
        .where(
            CollectiveGrant.collective_id == collective_id,
            CollectiveGrant.guardian_id == guardian_id,
            CollectiveGrant.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )
    if purposes:
        listed = [purpose.value for purpose in Purpose if purpose in purposes]
        await session.execute(
            insert(CollectiveGrant).values(
                id=uuid7(), collective_id=collective_id, guardian_id=guardian_id, purposes=listed
            )
        )


async def grants_by(session: ReadSession, guardian_id: UUID) -> Sequence[CollectiveGrant]:
    found = await session.scalars(
        select(CollectiveGrant).where(CollectiveGrant.guardian_id == guardian_id, CollectiveGrant.revoked_at.is_(None))
    )
    return found.all()


async def is_with_others(session: ReadSession, user_id: UUID) -> bool:
    """Whether somebody is in a collective."""
    found = await session.scalar(
        select(CollectiveMembership.id).where(CollectiveMembership.user_id == user_id).limit(1)
    )
    return found is not None


async def confirmed_countries(session: ReadSession) -> dict[str, ConsentAge]:
    return {row.country: row for row in (await session.scalars(select(ConsentAge))).all()}


async def confirmed_country(session: ReadSession, country: str | None) -> ConsentAge | None:
    return await session.get(ConsentAge, country) if country else None


async def database_time(session: ReadSession) -> datetime:
    return (await session.execute(select(func.now()))).scalar_one()


async def agreeing_alone_in(session: ReadSession, country: str) -> list[UUID]:
    """Those of a country who agreed to something for themselves that holds."""
    found = await session.scalars(
        select(UserConsent.user_id)
        .join(User, User.id == UserConsent.user_id)
        .where(User.country == country, UserConsent.revoked_at.is_(None))
        .distinct()
    )
    return [user_id for user_id in found if user_id is not None]


async def asked_lately(session: ReadSession, child_id: UUID, within: timedelta) -> int:
    """How many requests a minor made in that time."""
    found = await session.scalar(
        select(func.count()).where(
            ParentalAuthorizationRequest.child_id == child_id,
            ParentalAuthorizationRequest.created_at > func.now() - within,
        )
    )
    return found or 0


async def count_attempt(session: WriteSession, request_id: UUID, most: int) -> None:
    """Count somebody who may not decide it and tried; after too many the request can be used no more."""
    await session.execute(
        update(ParentalAuthorizationRequest)
        .where(ParentalAuthorizationRequest.id == request_id)
        .values(attempts=ParentalAuthorizationRequest.attempts + 1)
    )
    await session.execute(
        update(ParentalAuthorizationRequest)
        .where(
            ParentalAuthorizationRequest.id == request_id,
            ParentalAuthorizationRequest.attempts >= most,
            ParentalAuthorizationRequest.state == RequestState.WAITING,
        )
        .values(state=RequestState.EXPIRED, decided_at=func.now())
    )
