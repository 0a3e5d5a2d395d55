"""What is said on pages and who reads them, to test a story's world with. Sessions must be for EVERY_READER."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import httpx

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.library.catalogue.models import Balloon, BalloonKind, Page, PageText, Series, TextSource
from fumetto.library.reading.repository import add_seen
from fumetto.library.reading.rules import cells_of
from tests.builders.library import a_page, a_series, an_episode
from tests.builders.people import a_user


async def said_on(
    session: WriteSession,
    page_id: uuid.UUID,
    *texts: str | tuple[str, str],
    language: str = "en",
    source: TextSource = TextSource.LETTERING,
    kind: BalloonKind = BalloonKind.SPEECH,
) -> list[Balloon]:
    """Balloons on a page: texts, or `(speaker, text)`."""
    text = PageText(page_id=page_id, language=language, source=source)
    session.add(text)
    await session.flush()
    balloons = []
    for index, each in enumerate(texts):
        speaker, words = each if isinstance(each, tuple) else (None, each)
        balloons.append(
            Balloon(
                id=uuid7(),
                page_text_id=text.id,
                order_index=index,
                text=words,
                kind=kind,
                x=0.1,
                y=0.1 * index,
                width=0.3,
                height=0.1,
                speaker_name=speaker,
            )
        )
    session.add_all(balloons)
    await session.flush()
    return balloons


class Story:
    """A series whose episodes have so many story pages each, without covers, and readers of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.series: Series
        self.pages: dict[tuple[int, int], Page] = {}

    async def build(self, *lengths: int, title: str = "A Story", numbers: Sequence[int] = ()) -> Story:
        async with self.database.write(EVERY_READER) as session:
            self.series = await a_series(session, title=title)
            for number, length in zip(numbers or range(1, len(lengths) + 1), lengths, strict=True):
                await self.add(session, number, length)
        return self

    async def add(self, session: WriteSession, number: int, length: int) -> None:
        episode = await an_episode(session, self.series, episode_number=number)
        for page in range(1, length + 1):
            self.pages[number, page] = await a_page(session, episode)

    def page(self, episode: int, page: int) -> uuid.UUID:
        return self.pages[episode, page].id

    async def a_reader(self, *seen: tuple[int, int]) -> uuid.UUID:
        """Somebody who has seen these pages and no other."""
        async with self.database.write(EVERY_READER) as session:
            reader = (await a_user(session)).id
        await self.sees(reader, *seen)
        return reader

    async def sees(self, reader: uuid.UUID, *seen: tuple[int, int]) -> None:
        async with self.database.write(reader) as session:
            await add_seen(session, reader, self.series.id, cells_of(self.pages[each].position for each in seen))


class EditedStory(Story):
    """The same with an editor and a reader, each at their client."""

    editor: httpx.AsyncClient
    reader: httpx.AsyncClient

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """What the editor is answered, whose status has to be that."""
        answer = await self.editor.request(method, f"/api/v1{path}", **options)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return answer.json() if answer.content else None
