"""The application and the job that reads documents, for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from fumetto.documents.intake.parsers import close_readers
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.settings import Settings
from tests.builders.api import an_app


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    app = an_app(settings, database)
    yield app
    await app.state.companion.close()
    await close_readers()


@pytest.fixture
def job(app: FastAPI, settings: Settings, database: Database) -> JobContext:
    return JobContext(database, settings, app.state.storage, 1, "test", 1, None, lambda: False)
