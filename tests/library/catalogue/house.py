"""Something to edit, and what may be said of it before and after."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.reading import service as reading
from fumetto.library.reading.models import ReadingLedger, ReadingProgress
from fumetto.library.reading.repository import HAS_SEEN
from fumetto.library.reading.rules import position_of
from fumetto.library.reading.schemas import Mark, MarkState
from tests.builders import a_series, a_user, an_episode

Seen = dict[tuple[uuid.UUID, uuid.UUID], bool]


class House:
    """Two series, one of four episodes and one of two, and two readers who have seen some of their pages."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def build(self) -> House:
        async with self.database.write() as session:
            self.editor = (await a_user(session)).id
            self.readers = [(await a_user(session)).id for _ in range(2)]
            self.long = (await a_series(session, title="The Long One")).id
            self.short = (await a_series(session, title="Short")).id
            long, short = await session.get_one(Series, self.long), await session.get_one(Series, self.short)
            self.episodes = [(await an_episode(session, long, pages=3)).id for _ in range(4)]
            self.episodes += [
                (await an_episode(session, short, pages=3, episode_number=Decimal(number))).id for number in (11, 12)
            ]
        for index, reader in enumerate(self.readers):
            async with self.database.write(reader=reader) as session:
                for number, episode in enumerate(self.episodes):
                    if (number + index) % 3:
                        mark = Mark(state=MarkState.UP_TO, episode_id=episode, order_index=(number + index) % 4)
                        await reading.mark_up_to(session, reader, episode, mark.order_index, datetime.now(UTC))
        return self

    async def seen(self) -> Seen:
        """Whether each reader has seen each page, by where the pages are now."""
        async with self.database.read(reader=EVERY_READER) as session:
            rows = await session.execute(
                select(Page.id, ReadingLedger.reader_id, HAS_SEEN)
                .join(Episode, Episode.id == Page.episode_id)
                .join(ReadingLedger, ReadingLedger.series_id == Episode.series_id)
            )
            found = {(reader, page): seen for page, reader, seen in rows}
            pages = await session.scalars(select(Page.id))
            return {(reader, page): found.get((reader, page), False) for page in pages for reader in self.readers}

    async def check_positions(self) -> None:
        """Pages are where their episode's number says, and so is everybody's progress."""
        async with self.database.read(reader=EVERY_READER) as session:
            for page, episode in await session.execute(
                select(Page, Episode).join(Episode, Episode.id == Page.episode_id)
            ):
                assert page.position == position_of(episode.sort_key, page.kind, page.page_number)
            rows = await session.execute(
                select(ReadingProgress.position, Page.position).join(
                    Page,
                    (Page.episode_id == ReadingProgress.episode_id) & (Page.order_index == ReadingProgress.order_index),
                )
            )
            assert all(one == other for one, other in rows)

    async def snapshot(self) -> dict[str, Any]:
        """Everything an edit may touch, except times."""
        async with self.database.read(reader=EVERY_READER) as session:
            tables = ("series", "episodes", "episode_titles", "pages", "collection_series", "reading_progress")
            found: dict[str, Any] = {}
            for table in tables:
                rows = await session.execute(text(f"SELECT to_jsonb(t) - 'updated_at' FROM library.{table} t"))  # noqa: S608  # table names of ours
                found[table] = sorted((row[0] for row in rows), key=str)
            rows = await session.execute(
                text("SELECT reader_id, series_id, seen FROM library.reading_ledgers WHERE NOT isempty(seen)")
            )
            found["ledgers"] = sorted(str(row) for row in rows)
            return found
