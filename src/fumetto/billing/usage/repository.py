"""Statements about what was used."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Date

from fumetto.billing.usage.models import SpendingDay, UsageRecord
from fumetto.billing.usage.rules import Spent
from fumetto.kernel.db.sessions import ReadSession, WriteSession

LOCK = 0x46755370  # "FuSp": whoever reserves holds this advisory lock
TODAY: ColumnElement[bool] = UsageRecord.created_at >= func.date_trunc("day", func.now(), "UTC")


@dataclass(frozen=True, slots=True)
class Used:
    """What a model was used on one day. Cost in millionths."""

    day: date
    model: str
    requests: int
    tokens_in: int
    tokens_out: int
    cost: int


async def hold_still(session: WriteSession) -> None:
    """Until this transaction ends, nobody else reserves: what is read next stays true."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


async def spent(session: ReadSession, user_id: uuid.UUID | None) -> Spent:
    """By somebody today, which is nothing for nobody, by everybody today, and ever."""
    mine = select(func.sum(UsageRecord.cost)).where(UsageRecord.user_id == user_id, TODAY).scalar_subquery()
    by_day = func.coalesce(func.sum(SpendingDay.cost).filter(SpendingDay.day == day_of(func.now())), 0)
    query = select(func.coalesce(mine, 0), by_day, func.coalesce(func.sum(SpendingDay.cost), 0))
    row = (await session.execute(query)).one()
    return Spent(int(row[0]), int(row[1]), int(row[2]))


async def keep_back(session: WriteSession, record: UsageRecord) -> None:
    """Add what a request may cost. Who keeps something back or settles waits for those that did before and are not
    committed, so it is the last that a transaction does."""
    session.add(record)
    await session.flush()
    today = insert(SpendingDay).values(day=day_of(func.now()), cost=record.cost)
    more = {"cost": SpendingDay.cost + today.excluded.cost}
    await session.execute(today.on_conflict_do_update(index_elements=[SpendingDay.day], set_=more))


async def settle(
    session: WriteSession, record_id: uuid.UUID, *, tokens_in: int, tokens_out: int, cost: int, latency_ms: int | None
) -> None:
    """Once only: what was settled stays as it is."""
    found = await session.execute(
        select(day_of(UsageRecord.created_at), UsageRecord.cost)
        .where(UsageRecord.id == record_id, UsageRecord.settled.is_(False))
        .with_for_update()
    )
    kept_back = found.first()
    if kept_back is None:
        return
    await session.execute(
        update(UsageRecord)
        .where(UsageRecord.id == record_id)
        .values(tokens_input=tokens_in, tokens_output=tokens_out, cost=cost, latency_ms=latency_ms, settled=True)
    )
    day, most = kept_back
    rest = func.greatest(SpendingDay.cost - most + cost, 0)  # another release may have kept it back and not counted it
    await session.execute(update(SpendingDay).where(SpendingDay.day == day).values(cost=rest))


def day_of(time: Any) -> ColumnElement[date]:
    """The day of UTC of a time."""
    return cast(func.timezone("UTC", time), Date)


async def used(session: ReadSession, days: int) -> Sequence[Used]:
    """By day of UTC and model, the latest day first; today is the first of `days`."""
    day = day_of(UsageRecord.created_at)
    since = func.date_trunc("day", func.now(), "UTC") - func.make_interval(0, 0, 0, days - 1)
    rows = await session.execute(
        select(
            day,
            UsageRecord.model,
            func.count(),
            func.sum(UsageRecord.tokens_input),
            func.sum(UsageRecord.tokens_output),
            func.sum(UsageRecord.cost),
        )
        .where(UsageRecord.created_at >= since)
        .group_by(day, UsageRecord.model)
        .order_by(day.desc(), UsageRecord.model)
    )
    return [Used(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), int(row[5])) for row in rows]
