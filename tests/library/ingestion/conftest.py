"""Real books on a real disk, scanned into a real database."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.jobs.context import JobActivity
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion.roots import root_for
from fumetto.library.ingestion.scan import Scan, Scanned, Waiting
from fumetto.library.ingestion.tasks import schedule_images


def a_picture(shade: int = 0, width: int = 8, height: int = 12) -> bytes:
    """A PNG of one colour; another `shade` is another picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes([shade % 256, shade // 256 % 256, 90]) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


@dataclass
class Shelf:
    """A folder to put books in."""

    path: Path
    _clock: int = field(default=1_700_000_000)

    def book(self, name: str, *shades: int, **about: str) -> Path:
        """A CBZ with a page of each shade, and a ComicInfo.xml of what it says about itself."""
        pages = {f"{number:03}.png": a_picture(shade) for number, shade in enumerate(shades or (1, 2, 3), 1)}
        return self.archive(name, pages, **about)

    def archive(self, name: str, members: dict[str, bytes], **about: str) -> Path:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(place, "w") as archive:
            for member, data in members.items():
                archive.writestr(zipfile.ZipInfo(member), data)
            if about:
                tags = "".join(f"<{tag}>{text}</{tag}>" for tag, text in about.items())
                archive.writestr(
                    zipfile.ZipInfo("ComicInfo.xml"), f"<?xml version='1.0'?><ComicInfo>{tags}</ComicInfo>"
                )
        return self.touched(place)

    def file(self, name: str, data: bytes) -> Path:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return self.touched(place)

    def touched(self, place: Path) -> Path:
        """With a time of its own, so that no change hides in one tick of the clock."""
        self._clock += 1
        os.utime(place, (self._clock, self._clock))
        return place


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "comics").mkdir()
    return Shelf(tmp_path / "comics")


@pytest.fixture
async def parsers() -> AsyncIterator[ParserPool]:
    async with ParserPool(size=1, timeout=20, preload=("fumetto.library.ingestion.parsing",)) as pool:
        yield pool


@dataclass
class Library:
    """What a scan is run on, and questions about what came of it."""

    database: Database
    settings: Settings
    parsers: ParserPool
    waiting: list[Waiting] = field(default_factory=list)
    activity: JobActivity | None = None

    async def scan(self, root: Path, series: str | None = None, *, retry_failed: bool = False) -> Scanned:
        async with self.database.write() as session:
            root_id = (await root_for(session, self.settings, root, series)).id
        return await Scan(
            self.database,
            self.settings,
            self.parsers,
            self.schedule,
            root_id=root_id,
            retry_failed=retry_failed,
            activity=self.activity,
        ).run()

    async def schedule(self, session: WriteSession, episodes: Sequence[Waiting]) -> None:
        self.waiting += episodes
        await schedule_images(session, episodes)

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self.database.write("*") as session:
            cursor = await session.raw().execute(query.encode(), values)
            return await cursor.fetchall() if cursor.description else []

    async def one(self, query: str, *values: Any) -> Any:
        ((value,),) = await self.rows(query, *values)
        return value

    async def episodes(self) -> list[tuple[str, str, str]]:
        """Series, number and title of all episodes in reading order."""
        found = await self.rows(
            "SELECT s.title, coalesce(trim_scale(e.episode_number)::text, '-'), e.title FROM library.episodes e"
            " JOIN library.series s ON s.id = e.series_id ORDER BY s.title, e.sort_key, e.id"
        )
        return [(series, number, title) for series, number, title in found]

    async def states(self) -> dict[str, str]:
        return dict(await self.rows("SELECT path, state FROM library.sources"))


@pytest.fixture
def library(database: Database, settings: Settings, parsers: ParserPool) -> Library:
    return Library(database, settings, parsers)


Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]
