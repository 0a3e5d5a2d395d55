"""A made-up story of two pages that were read and one that was not, and whoever asks about it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fumetto.companion.answering.ports import Ended, Happening, Look, Rooms, Turn
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.answering.turning import run
from fumetto.companion.public import Answer, Mode, answer
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database
from fumetto.library.public import evidence
from fumetto.library.reading.horizon import horizon_of
from tests.builders.speakers import Scripted
from tests.builders.world import Story

UNREAD = ("brother", "poison", "dies")  # words of the page that was not read


@dataclass
class Standing:
    """A reader who stands on a page of a series; which one may change."""

    database: Database
    reader_id: uuid.UUID | None
    series_id: uuid.UUID
    page_id: uuid.UUID

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        async with self.database.read(self.reader_id) as session:
            horizon = await horizon_of(session, self.reader_id, self.series_id, present=self.page_id)
            here = await evidence.spots(session, horizon, [self.page_id])
            yield Look(session, horizon, here[self.page_id])


class Told:
    """A story of two pages that were read and one that was not, and its reader."""

    def __init__(self, story: Story, reader: uuid.UUID) -> None:
        self.story = story
        self.reader = reader

    async def asked(self, text: str, *, page: int = 2, mode: Mode = Mode.PAGE, language: str = "en") -> Answer:
        async with self.story.database.read(self.reader) as session:
            present = self.story.page(1, page)
            horizon = await horizon_of(session, self.reader, self.story.series.id, present=present)
            return await answer(session, horizon, text, mode=mode, language=language)

    def standing(self, page: int = 2) -> Standing:
        return Standing(self.story.database, self.reader, self.story.series.id, self.story.page(1, page))

    def turn(self, text: str, *, page: int = 2, mode: Mode = Mode.PAGE, language: str = "en") -> Turn:
        return Turn(uuid7(), uuid7(), self.standing(page), text, mode, language)

    def rooms(self, model: Scripted | None = None) -> Rooms:
        return Rooms(LocalizedPrompts(), speakers=model)

    async def answered(self, turn: Turn, rooms: Rooms) -> Ended:
        *_, ended = await happenings(turn, rooms)
        assert isinstance(ended, Ended)
        return ended


async def happenings(turn: Turn, rooms: Rooms) -> list[Happening]:
    return [one async for one in run(turn, rooms)]
