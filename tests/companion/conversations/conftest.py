"""A story, somebody beside it, and an application that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from fumetto.companion.conversations.turns import Turns
from fumetto.entry.companion import companion_rooms
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.api import an_app
from tests.builders.world import Story
from tests.companion.conversations.beside import Beside, a_reader_beside, a_told_story
from tests.companion.conversations.slow import Slow


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    app = an_app(settings, database)
    yield app
    await app.state.companion.close()


@pytest.fixture
async def story(database: Database) -> Story:
    return await a_told_story(database)


@pytest.fixture
async def reader(app: FastAPI, story: Story) -> AsyncIterator[Beside]:
    async with a_reader_beside(app, story) as beside:
        yield beside


@pytest.fixture
async def slow(app: FastAPI, settings: Settings, database: Database) -> AsyncIterator[Slow]:
    """The application's answerer, from now on."""
    slow = Slow()
    rooms = companion_rooms(settings, database)
    app.state.companion = Turns(database, rooms, grace=3600, run=slow.run)
    yield slow
    await app.state.companion.close()
