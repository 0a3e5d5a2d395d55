"""Books on a real disk, scanned into a real database, and looked at in real processes."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from fumetto.kernel.events import bind, unbind
from fumetto.kernel.storage.opening import open_storage
from fumetto.library.contents.events import PageLookedAt, PageTextChanged
from fumetto.library.contents.kinds import Look
from fumetto.library.contents.looking_service import PageLooker
from fumetto.library.contents.pool import LookingPool
from fumetto.library.ingestion.imaging import ImageMaker
from tests.library.ingestion.conftest import Library, Shelf, library, parsers, shelf

__all__ = ["Library", "Looked", "Shelf", "a_sidecar", "library", "parsers", "shelf"]


def a_sidecar(**values: Any) -> bytes:
    return json.dumps({"version": 1, **values}).encode()


@dataclass
class Looked:
    """A library whose pages are looked at, and what was told of that."""

    library: Library
    looker: PageLooker
    told: list[PageLookedAt]
    changed: list[uuid.UUID]

    async def bring(self, shelf: Shelf) -> None:
        """Scan, make images, and look at every page in reading order."""
        await self.library.scan(shelf.path)
        storage = open_storage(self.library.settings)
        for (episode_id,) in await self.library.rows("SELECT id FROM library.episodes ORDER BY sort_key"):
            maker = ImageMaker(self.library.database, storage, self.library.settings, self.library.parsers)
            assert await maker.make_episode(episode_id)
        await self.look()

    async def look(self, *again: Look) -> None:
        for page_id in await self.pages():
            assert await self.looker.look(page_id, again=frozenset(again))

    async def pages(self) -> list[uuid.UUID]:
        return [row[0] for row in await self.library.rows("SELECT id FROM library.pages ORDER BY position, id")]

    async def looks(self, page: int = 0) -> dict[str, tuple[str, str | None]]:
        """State and reason of each look at a page."""
        page_id = (await self.pages())[page]
        rows = await self.library.rows(
            "SELECT look, state, reason_code FROM library.page_looks WHERE page_id = %s", page_id
        )
        return {look: (state, reason) for look, state, reason in rows}

    async def words(self, page: int = 0) -> list[tuple[str, str, str, str | None]]:
        """Source, language, text and speaker of every balloon of a page, by source and order."""
        page_id = (await self.pages())[page]
        return [
            (source, language, text, speaker)
            for source, language, text, speaker in await self.library.rows(
                "SELECT t.source, t.language, b.text, b.speaker_name FROM library.balloons b"
                " JOIN library.page_texts t ON t.id = b.page_text_id WHERE t.page_id = %s"
                " ORDER BY t.source, t.language, b.order_index",
                page_id,
            )
        ]

    async def panels(self, page: int = 0) -> list[tuple[str, list[float]]]:
        page_id = (await self.pages())[page]
        return [
            (source, [round(value, 2) for value in box])
            for source, *box in await self.library.rows(
                "SELECT source, x, y, width, height FROM library.panels WHERE page_id = %s ORDER BY order_index",
                page_id,
            )
        ]


@pytest.fixture
async def looked(library: Library) -> AsyncIterator[Looked]:
    pool = LookingPool(library.settings)
    looker = PageLooker(library.database, library.settings, library.parsers, pool)
    made = Looked(library, looker, [], [])

    async def hear(_: object, fact: PageLookedAt) -> None:
        made.told.append(fact)

    async def note(_: object, fact: PageTextChanged) -> None:
        made.changed.append(fact.page_id)

    bind(PageLookedAt, hear)
    bind(PageTextChanged, note)
    yield made
    unbind(PageLookedAt, hear)
    unbind(PageTextChanged, note)
    await pool.close()
