"""How far a class has read what is on its shelves: other people's rows, asked for these people and series only."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.models import Episode
from fumetto.library.reading.models import EpisodeReading, ReadState

Read = tuple[int, int, datetime | None]
"""Episodes read to the end, episodes begun, and when last."""


async def progress_of(
    database: Database, readers: Collection[uuid.UUID], series: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], Read]:
    """By reader and series. Who may see it is for the caller to make sure of."""
    if not readers or not series:
        return {}
    rows = (
        select(
            EpisodeReading.reader_id,
            Episode.series_id,
            func.count().filter(EpisodeReading.state == ReadState.READ),
            func.count(),
            func.max(EpisodeReading.last_read_at),
        )
        .join(Episode, Episode.id == EpisodeReading.episode_id)
        .where(
            EpisodeReading.reader_id.in_(readers),
            Episode.series_id.in_(series),
            EpisodeReading.state != ReadState.UNREAD,
        )
        .group_by(EpisodeReading.reader_id, Episode.series_id)
    )
    async with database.read(EVERY_READER) as session:
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in await session.execute(rows)}
