"""Queries on what minors asked their guardians for. Times are the database's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.rules.clocks import CLOCKS_DIFFER
from fumetto.people.consent.kinds import Purpose, RequestState
from fumetto.people.consent.models import ParentalAuthorizationRequest


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
    """Also of one that was made later than now, before a clock was set back: nobody knows when its time is over."""
    made_later = ParentalAuthorizationRequest.created_at > func.now() + CLOCKS_DIFFER
    over = or_(ParentalAuthorizationRequest.expires_at <= func.now(), made_later)
    return bool(await session.scalar(select(over).where(ParentalAuthorizationRequest.id == request_id)))


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


async def asked_lately(session: ReadSession, child_id: UUID, within: timedelta) -> int:
    """How many requests a minor made in that time."""
    found = await session.scalar(
        select(func.count()).where(
            ParentalAuthorizationRequest.child_id == child_id,
            # What seems to come yet was asked before a clock was set back, and keeps nobody from asking.
            ParentalAuthorizationRequest.created_at.between(func.now() - within, func.now() + CLOCKS_DIFFER),
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
