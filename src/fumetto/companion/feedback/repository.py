"""Queries of feedback, and of how answers did."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, and_, case, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.companion.conversations.models import ChatSession
from fumetto.companion.feedback.models import AnswerMeasure, Feedback
from fumetto.companion.feedback.schemas import FeedbackGiven
from fumetto.companion.kinds import TurnState
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession

Measure = AnswerMeasure


async def keep(
    session: WriteSession, reader_id: uuid.UUID, session_id: uuid.UUID, answer_id: uuid.UUID, given: FeedbackGiven
) -> None:
    said = given.model_dump()
    row = insert(Feedback).values(id=uuid7(), user_id=reader_id, session_id=session_id, message_id=answer_id, **said)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["user_id", "session_id", "message_id"], set_=said | {"updated_at": func.now()}
        )
    )
    await count(session, answer_id, given.is_positive, given.rating)


async def drop(session: WriteSession, reader_id: uuid.UUID, answer_id: uuid.UUID) -> None:
    await session.execute(delete(Feedback).where(Feedback.user_id == reader_id, Feedback.message_id == answer_id))
    await count(session, answer_id, None, None)


async def drop_all_of(session: WriteSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> None:
    """What a reader said of a conversation's answers, while it is there."""
    of_it = select(ChatSession.id).where(ChatSession.conversation_id == conversation_id)
    await session.execute(delete(Feedback).where(Feedback.user_id == reader_id, Feedback.session_id.in_(of_it)))


async def count(session: WriteSession, answer_id: uuid.UUID, is_positive: bool | None, rating: int | None) -> None:
    await session.execute(
        update(Measure).where(Measure.answer_id == answer_id).values(is_positive=is_positive, rating=rating)
    )


def counted() -> list[ColumnElement[Any]]:
    """The columns of `schemas.Quality`, in its order."""
    answers = func.count()
    known = func.count().filter(Measure.cache.in_(("hit", "miss")))
    return [
        answers.label("answers"),
        quantile(0.5, Measure.latency_ms).label("latency_p50"),
        quantile(0.95, Measure.latency_ms).label("latency_p95"),
        quantile(0.5, Measure.first_sentence_ms).label("first_sentence_p50"),
        quantile(0.95, Measure.first_sentence_ms).label("first_sentence_p95"),
        quantile(0.5, Measure.retrieval_ms).label("retrieval_p50"),
        func.coalesce(func.sum(Measure.tokens_in), 0).label("tokens_in"),
        func.coalesce(func.sum(Measure.tokens_out), 0).label("tokens_out"),
        share(func.count().filter(Measure.cache == "hit"), known).label("cache_hits"),
        share(func.count().filter(Measure.evidence_count > 0), answers).label("found"),
        func.coalesce(func.sum(Measure.withheld), 0).label("withheld"),
        func.coalesce(func.sum(Measure.regenerated), 0).label("regenerated"),
        func.count().filter(Measure.fell_back).label("fell_back"),
        func.count().filter(Measure.state != TurnState.DONE).label("not_finished"),
        func.count().filter(Measure.is_positive.is_(True)).label("positive"),
        func.count().filter(Measure.is_positive.is_(False)).label("negative"),
        func.avg(Measure.rating).label("rating"),
    ]


def quantile(part: float, column: Any) -> ColumnElement[Any]:
    """Of whole milliseconds; null of none."""
    return func.percentile_disc(part).within_group(column.asc())


def share(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((whole == 0, 0.0), else_=part * 1.0 / func.nullif(whole, 0))


def on_days(since: date, until: date) -> ColumnElement[bool]:
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until + timedelta(days=1), time.min, UTC)
    return and_(Measure.created_at >= first, Measure.created_at < last)


DAY = cast(func.timezone("UTC", Measure.created_at), Date)


async def whole(session: ReadSession, since: date, until: date) -> Row[Any]:
    return (await session.execute(select(*counted()).where(on_days(since, until)))).one()


async def by_model(session: ReadSession, since: date, until: date) -> Sequence[Row[Any]]:
    of = (Measure.mode, Measure.model)
    rows = await session.execute(select(*of, *counted()).where(on_days(since, until)).group_by(*of).order_by(*of))
    return rows.all()


async def by_day(session: ReadSession, since: date, until: date) -> Sequence[Row[Any]]:
    rows = await session.execute(
        select(DAY.label("day"), *counted()).where(on_days(since, until)).group_by("day").order_by("day")
    )
    return rows.all()


async def by_day_and_model(session: ReadSession, since: date, until: date) -> Sequence[Row[Any]]:
    of = (DAY.label("day"), Measure.mode, Measure.model)
    rows = await session.execute(
        select(*of, *counted())
        .where(on_days(since, until))
        .group_by("day", Measure.mode, Measure.model)
        .order_by("day", Measure.mode, Measure.model)
    )
    return rows.all()
