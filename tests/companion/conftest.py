"""A story, an application that answers, and a reader beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.api import an_app
from tests.builders.world import Story
from tests.companion.conversations.beside import Beside, a_reader_beside, a_told_story


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    app = an_app(settings, database)
    yield app
    await app.state.companion.close()
    await app.state.assistants.close()


@pytest.fixture
async def story(database: Database) -> Story:
    return await a_told_story(database)


@pytest.fixture
async def reader(app: FastAPI, story: Story) -> AsyncIterator[Beside]:
    async with a_reader_beside(app, story) as beside:
        yield beside
