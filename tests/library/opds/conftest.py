"""A library that really opens: two series of files on the disk, one reader with a key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Series
from fumetto.people.public import Account, Role, create_user
from tests.builders import a_series
from tests.builders.api import BASE, an_api_key, an_app
from tests.builders.archives import picture, zip_of
from tests.builders.readable import a_readable_episode


class Library:
    """What is on the shelf, and who reads it."""

    def __init__(self, app: FastAPI, database: Database, folder: Path) -> None:
        self.app = app
        self.database = database
        self.folder = folder
        self.reader: Account
        self.key = ""
        self.series: Series
        self.episodes: list[str] = []

    async def build(self) -> Library:
        async with self.database.write() as session:
            self.reader = await create_user(session, name="ada", role=Role.READER)
            self.series = await a_series(
                session,
                title="Ombre & <Lune>",
                slug="ombre-lune",
                publisher="Une maison",
                tags=["aventure", "a \x01 tag"],
                credits=[{"role": "writer", "name": "Ida"}, {"role": "bruitages", "name": "Léo"}],
            )
            for number in (1, 2):
                pages = {f"{index:02}.png": picture(number * 20 + index) for index in range(8)}
                path = zip_of(self.folder / f"Ombre {number}.cbz", pages)
                episode = await a_readable_episode(
                    session, self.folder, path, self.series, title="Le début" if number == 1 else "La suite"
                )
                self.episodes.append(str(episode.id))
            await a_series(session, title="Empty", slug="empty")
        self.key = await an_api_key(self.database, self.reader)
        return self

    def client(self, **options: object) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE, **options)  # type: ignore[arg-type]


@pytest.fixture
async def library(settings: Settings, database: Database, tmp_path: Path) -> AsyncIterator[Library]:
    app = an_app(settings, database)
    folder = tmp_path / "comics"
    folder.mkdir()
    yield await Library(app, database, folder).build()
    await app.state.pictures.close()


@pytest.fixture
async def client(library: Library) -> AsyncIterator[httpx.AsyncClient]:
    """As KOReader and Panels sign in: a name and a key by Basic."""
    async with library.client(auth=("ada", library.key)) as made:
        yield made
