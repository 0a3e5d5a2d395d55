"""An answerer that can be watched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from fumetto.companion.conversations.turns import Turns
from fumetto.entry.companion import companion_rooms
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.companion.conversations.slow import Slow


@pytest.fixture
async def slow(app: FastAPI, settings: Settings, database: Database) -> AsyncIterator[Slow]:
    """The application's answerer, from now on."""
    slow = Slow()
    rooms = companion_rooms(settings, database)
    app.state.companion = Turns(database, rooms, grace=3600, run=slow.run)
    yield slow
    await app.state.companion.close()
