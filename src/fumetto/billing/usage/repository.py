"""Statements about what was used."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, cast, func, select, text, update
from sqlalchemy.types import Date

from fumetto.billing.usage.models import UsageRecord
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


async def spent(session: ReadSession, user_id: uuid.UUID | None, *, ever: bool) -> Spent:
    """ever: look at all that there is, and not only at today; else `total` is today's."""

    def cost(*where: ColumnElement[bool]) -> ColumnElement[int]:
        summed = func.sum(UsageRecord.cost)
        return func.coalesce(summed.filter(and_(*where)) if where else summed, 0)

    mine = (UsageRecord.user_id == user_id) if user_id is not None else UsageRecord.user_id.is_(None)
    query = select(cost(mine, TODAY), cost(TODAY), cost())
    row = (await session.execute(query if ever else query.where(TODAY))).one()
    return Spent(int(row[0]) if user_id is not None else 0, int(row[1]), int(row[2]))


async def settle(
    session: WriteSession, record_id: uuid.UUID, *, tokens_in: int, tokens_out: int, cost: int, latency_ms: int | None
) -> None:
    """Once only: what was settled stays as it is."""
    await session.execute(
        update(UsageRecord)
        .where(UsageRecord.id == record_id, UsageRecord.settled.is_(False))
        .values(tokens_input=tokens_in, tokens_output=tokens_out, cost=cost, latency_ms=latency_ms, settled=True)
    )


async def used(session: ReadSession, days: int) -> Sequence[Used]:
    """By day of UTC and model, the latest day first; today is the first of `days`."""
    day = cast(func.timezone("UTC", UsageRecord.created_at), Date)
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
