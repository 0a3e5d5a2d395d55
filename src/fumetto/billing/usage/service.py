"""What may be spent on models: kept back before one is asked, set right when it has answered.

A question is let through only while what was spent, what is kept back for questions under way, and the most that this
one can cost stay within every limit together. One reservation is made at a time, in a transaction of its own; no
connection is held while a model answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fumetto.billing.usage import repository
from fumetto.billing.usage.errors import SpendingLimitReached
from fumetto.billing.usage.models import RequestType, UsageRecord
from fumetto.billing.usage.repository import Used
from fumetto.billing.usage.rules import Bounds, LimitKind, Spent, in_the_way, is_near, pairs
from fumetto.billing.usage.schemas import SpendingLimit, SpendingLimits
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.providers.chat.naming import offered_chat_models, price_of
from fumetto.kernel.settings import Settings

MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is kept back for one question. `most` in millionths."""

    record_id: uuid.UUID
    model: str
    most: int


def bounds_of(settings: Settings) -> Bounds:
    """The limits of the settings, in millionths; 0 there is none here."""

    def limit(amount: float) -> int | None:
        return round(amount * MILLION) if amount else None

    return Bounds(
        limit(settings.chat_limit_reader_day), limit(settings.chat_limit_day), limit(settings.chat_limit_total)
    )


def is_metered(settings: Settings, model: str) -> bool:
    """Whether asking this model costs something."""
    return price_of(settings, model) is not None


async def require_money(database: Database, settings: Settings, user_id: uuid.UUID | None, model: str) -> None:
    """Raises SpendingLimitReached where a limit is used up already. Nothing is kept back."""
    bounds = bounds_of(settings)
    if not (bounds.any and is_metered(settings, model)):
        return
    async with database.read(EVERY_READER, patient=True) as session:
        already = await repository.spent(session, user_id)
    if limit := in_the_way(already, for_whom(bounds, user_id), 0):
        raise SpendingLimitReached(model=model, limit=limit.value)


async def reserve(
    database: Database,
    settings: Settings,
    user_id: uuid.UUID | None,
    model: str,
    *,
    most_in: int,
    most_out: int,
    conversation_id: uuid.UUID | None = None,
) -> Reservation | None:
    """Keep back what a question can cost at most; None where the model is not metered. user_id: None for the operator,
    to whom the limit of a reader does not apply. most_in, most_out: tokens.

    Raises SpendingLimitReached. What nobody settles stays kept back for ever: its cost is not known to be less.
    """
    price = price_of(settings, model)
    if price is None:
        return None
    most, bounds = price.of(most_in, most_out), bounds_of(settings)
    record = UsageRecord(
        id=uuid.uuid4(),
        user_id=user_id,
        request_type=RequestType.RAG,
        model=model,
        cost=most,
        conversation_id=conversation_id,
    )
    async with database.write(EVERY_READER, patient=True) as session:
        if bounds.any:
            await repository.hold_still(session)
            already = await repository.spent(session, user_id)
            if limit := in_the_way(already, for_whom(bounds, user_id), most):
                raise SpendingLimitReached(model=model, limit=limit.value)
        await repository.keep_back(session, record)
    return Reservation(record.id, model, most)


async def settle(
    database: Database,
    settings: Settings,
    reservation: Reservation,
    *,
    tokens_in: int,
    tokens_out: int,
    latency_ms: int | None = None,
) -> None:
    """Put what it did cost in the place of what was kept back. The second time nothing happens."""
    price = price_of(settings, reservation.model)
    cost = price.of(tokens_in, tokens_out) if price else 0
    async with database.write(EVERY_READER, patient=True) as session:
        await repository.settle(
            session,
            reservation.record_id,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=cost,
            latency_ms=latency_ms,
        )


def for_whom(bounds: Bounds, user_id: uuid.UUID | None) -> Bounds:
    return bounds if user_id is not None else Bounds(None, bounds.day, bounds.total)


async def limits_for(
    database: Database, settings: Settings, user_id: uuid.UUID | None, *, amounts: bool
) -> SpendingLimits:
    """How near somebody is to each limit. amounts: tell those of everybody together too."""
    async with database.read(EVERY_READER) as session:
        already = await repository.spent(session, user_id)
    return told(settings, already, amounts=amounts, reader=user_id is not None, now=datetime.now(UTC))


def told(settings: Settings, already: Spent, *, amounts: bool, reader: bool, now: datetime) -> SpendingLimits:
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    items = []
    for kind, spent, limit in pairs(already, bounds_of(settings)):
        if kind is LimitKind.READER_DAY and not reader:
            continue
        shown = amounts or kind is LimitKind.READER_DAY
        items.append(
            SpendingLimit(
                kind=kind,
                limit=limit / MILLION if limit is not None and shown else None,
                spent=spent / MILLION if shown else None,
                left=max(0, limit - spent) / MILLION if limit is not None and shown else None,
                warn=is_near(spent, limit),
                reached=limit is not None and spent >= limit,
                resets_at=None if kind is LimitKind.TOTAL else tomorrow,
            )
        )
    metered = any(is_metered(settings, name) for name in offered_chat_models(settings))
    return SpendingLimits(currency=settings.chat_currency, metered=metered, items=items)


async def used(database: Database, days: int) -> Sequence[Used]:
    """What everybody used of each metered model on each day, for the operator."""
    async with database.read(EVERY_READER) as session:
        return await repository.used(session, days)
