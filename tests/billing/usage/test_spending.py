"""What may be spent on models: kept back before, set right after, and never more than the limits together."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from fumetto.billing.public import Reservation, SpendingLimitReached, limits_for, require_money, reserve, settle
from fumetto.billing.usage.models import SpendingDay, UsageRecord
from fumetto.billing.usage.rules import Bounds, LimitKind, Spent, in_the_way, is_near
from fumetto.billing.usage.service import used
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.people import a_user

MODEL = "openai/gpt-4o-mini"


def limited(settings: Settings, **limits: float) -> Settings:
    """A token costs a millionth of the currency, read or written, so that tokens and cost are the same number."""
    named = {f"chat_limit_{name}": amount for name, amount in limits.items()}
    return settings.model_copy(update={"chat_prices": f"{MODEL}=1:1", "chat_provider": "openai"} | named)


async def two_readers(database: Database) -> tuple[uuid.UUID, uuid.UUID]:
    async with database.write() as session:
        return (await a_user(session)).id, (await a_user(session)).id


async def kept(database: Database) -> int:
    """What all questions cost together, which is what was added up as they came."""
    async with database.read(EVERY_READER) as session:
        cost = int(await session.scalar(select(func.coalesce(func.sum(UsageRecord.cost), 0))) or 0)
        assert cost == (await session.scalar(select(func.sum(SpendingDay.cost))) or 0)
        return cost


async def asked(
    database: Database, settings: Settings, reader: uuid.UUID | None, most: int, uses: int | None = None
) -> Reservation | None:
    """Keep back `most` tokens, and use some of them, or never come back."""
    reserved = await reserve(database, settings, reader, MODEL, most_in=most, most_out=0)
    if reserved is not None and uses is not None:
        await settle(database, settings, reserved, tokens_in=uses, tokens_out=0, latency_ms=5)
    return reserved


async def test_what_was_kept_back_is_replaced_by_what_it_did_cost(database: Database, settings: Settings) -> None:
    priced = limited(settings)
    reader, _ = await two_readers(database)
    reserved = await reserve(database, priced, reader, MODEL, most_in=700, most_out=300)
    assert reserved is not None
    assert await kept(database) == 1000
    await settle(database, priced, reserved, tokens_in=400, tokens_out=60, latency_ms=5)
    await settle(database, priced, reserved, tokens_in=0, tokens_out=0)  # told twice, counted once
    assert await kept(database) == 460
    (day,) = await used(database, 1)
    assert (day.model, day.requests, day.tokens_in, day.tokens_out, day.cost) == (MODEL, 1, 400, 60, 460)


async def test_model_without_a_price_is_not_metered(database: Database, settings: Settings) -> None:
    assert await reserve(database, settings, None, "ollama/qwen2.5:7b", most_in=10, most_out=10) is None
    await require_money(database, limited(settings, total=0.000001), None, "ollama/qwen2.5:7b")
    assert await kept(database) == 0


@pytest.mark.parametrize("kind", list(LimitKind))
async def test_question_that_could_go_beyond_a_limit_is_not_asked(
    database: Database, settings: Settings, kind: LimitKind
) -> None:
    priced = limited(settings, **{kind.value: 0.001})
    reader, other = await two_readers(database)
    await asked(database, priced, reader, 900, uses=900)
    with pytest.raises(SpendingLimitReached) as raised:
        await asked(database, priced, reader, 101)
    assert raised.value.detail["limit"] == kind.value
    await asked(database, priced, reader, 100, uses=100)
    with pytest.raises(SpendingLimitReached):
        await require_money(database, priced, reader, MODEL)
    if kind is LimitKind.READER_DAY:
        await asked(database, priced, other, 900)
        await asked(database, priced, None, 5000)  # the operator is no reader
    else:
        with pytest.raises(SpendingLimitReached):
            await asked(database, priced, other, 1)


async def test_answer_that_ends_after_midnight_is_paid_on_the_day_that_it_was_asked(
    database: Database, settings: Settings
) -> None:
    reserved = await asked(database, limited(settings), None, 1000)
    assert reserved is not None
    async with database.write(EVERY_READER) as session:
        await session.execute(update(UsageRecord).values(created_at=UsageRecord.created_at - timedelta(days=1)))
        await session.execute(update(SpendingDay).values(day=SpendingDay.day - 1))
    await asked(database, limited(settings), None, 70, uses=70)
    await settle(database, limited(settings), reserved, tokens_in=300, tokens_out=0)
    async with database.read(EVERY_READER) as session:
        days = list(await session.scalars(select(SpendingDay.cost).order_by(SpendingDay.day)))
    assert days == [300, 70]


async def test_day_ends_and_the_total_does_not(database: Database, settings: Settings) -> None:
    reader, _ = await two_readers(database)
    await asked(database, limited(settings), reader, 1000, uses=1000)
    async with database.write(EVERY_READER) as session:
        await session.execute(update(UsageRecord).values(created_at=UsageRecord.created_at - timedelta(days=1)))
        await session.execute(update(SpendingDay).values(day=SpendingDay.day - 1))
    await asked(database, limited(settings, reader_day=0.001, day=0.001), reader, 1000)
    with pytest.raises(SpendingLimitReached):
        await asked(database, limited(settings, total=0.0025), reader, 501)


@given(
    questions=st.lists(
        st.tuples(st.sampled_from([0, 1, None]), st.integers(1, 60), st.none() | st.integers(0, 100)),
        min_size=1,
        max_size=12,
    ),
    reader_day=st.integers(30, 120),
    day=st.integers(30, 200),
)
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_however_many_ask_at_once_no_limit_is_exceeded(
    database: Database,
    settings: Settings,
    questions: Sequence[tuple[int | None, int, int | None]],
    reader_day: int,
    day: int,
) -> None:
    priced = limited(settings, reader_day=reader_day / 1e6, day=day / 1e6)
    readers = await two_readers(database)
    async with database.write(EVERY_READER) as session:
        await session.execute(delete(UsageRecord))
        await session.execute(delete(SpendingDay))

    async def one(who: int | None, most: int, share: int | None) -> bool:
        reader = readers[who] if who is not None else None
        try:
            await asked(database, priced, reader, most, uses=None if share is None else most * share // 100)
        except SpendingLimitReached:
            return False
        return True

    went = await asyncio.gather(*(one(*question) for question in questions))
    assert await kept(database) <= day
    async with database.read(EVERY_READER) as session:
        rows = await session.execute(
            select(UsageRecord.user_id, func.sum(UsageRecord.cost)).group_by(UsageRecord.user_id)
        )
        by_reader = {user: int(cost) for user, cost in rows}
        assert await session.scalar(select(func.count()).select_from(UsageRecord)) == sum(went)
    assert all(cost <= reader_day for user, cost in by_reader.items() if user is not None)
    most = sum(most for _, most, _ in questions)
    assert all(went) or most > min(day, reader_day), "nobody is refused where all fit"


async def test_owner_sees_amounts_and_a_reader_only_their_own(database: Database, settings: Settings) -> None:
    priced = limited(settings, reader_day=0.001, day=0.002)
    reader, other = await two_readers(database)
    await asked(database, priced, reader, 790, uses=790)
    await asked(database, priced, other, 900, uses=900)
    for whole in (True, False):
        told = await limits_for(database, priced, reader, amounts=whole)
        by_kind = {item.kind: item for item in told.items}
        assert (told.currency, told.metered, len(told.items)) == ("EUR", True, 3)
        mine, ours, ever = by_kind[LimitKind.READER_DAY], by_kind[LimitKind.DAY], by_kind[LimitKind.TOTAL]
        assert (mine.spent, mine.left, mine.limit, mine.warn) == (0.00079, 0.00021, 0.001, False)
        assert (ours.spent, ours.left) == ((0.00169, 0.00031) if whole else (None, None))
        assert (ours.warn, ours.reached) == (True, False), "how near it is, everybody is told"
        assert (ever.limit, ever.warn, ever.resets_at) == (None, False, None)
    assert is_near(800, 1000)
    assert not is_near(799, 1000)


def test_limits_are_looked_at_in_the_order_in_which_they_are_nearest_to_the_reader() -> None:
    spent = Spent(reader_day=10, day=10, total=10)
    assert in_the_way(spent, Bounds(10, 10, 10), 1) is LimitKind.READER_DAY
    assert in_the_way(spent, Bounds(None, None, 10), 1) is LimitKind.TOTAL
    assert in_the_way(spent, Bounds(11, 11, 11), 1) is None
    assert in_the_way(spent, Bounds(10, None, None), 0) is LimitKind.READER_DAY
    assert in_the_way(spent, Bounds(None, None, None), 10**9) is None
