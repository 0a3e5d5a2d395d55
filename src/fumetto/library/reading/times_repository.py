"""Queries of how long a minor read, by the hour."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.reading.models import ReadingTime


async def hold_last_turn(session: WriteSession, reader_id: uuid.UUID) -> datetime | None:
    """When the reader last turned a page. Of two devices that turn at once, one waits here for the other."""
    return await session.scalar(
        select(ReadingTime.last_at)
        .where(ReadingTime.reader_id == reader_id)
        .order_by(ReadingTime.hour.desc())
        .limit(1)
        .with_for_update()
    )


async def add_time(session: WriteSession, reader_id: uuid.UUID, at: datetime, seconds: int) -> None:
    added = insert(ReadingTime).values(
        reader_id=reader_id,
        hour=at.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        seconds=seconds,
        last_at=at,
    )
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["reader_id", "hour"],
            set_={
                "seconds": ReadingTime.seconds + added.excluded.seconds,
                "last_at": func.greatest(ReadingTime.last_at, added.excluded.last_at),
            },
        )
    )


async def times_since(session: ReadSession, reader_id: uuid.UUID, since: datetime) -> Sequence[ReadingTime]:
    """By the hour, the earliest first."""
    rows = await session.scalars(
        select(ReadingTime)
        .where(ReadingTime.reader_id == reader_id, ReadingTime.hour >= since)
        .order_by(ReadingTime.hour)
    )
    return rows.all()
