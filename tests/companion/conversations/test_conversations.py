"""Conversations over HTTP, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.api import an_app
from tests.companion.conversations.beside import Beside, a_reader_beside, a_told_story


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    app = an_app(settings, database)
    yield app
    await app.state.companion.close()


@pytest.fixture
async def reader(app: FastAPI, database: Database) -> AsyncIterator[Beside]:
    async with a_reader_beside(app, await a_told_story(database)) as beside:
        yield beside


async def test_question_is_answered_as_it_comes_and_kept(reader: Beside) -> None:
    await reader.opened(page=2)
    told = await reader.follows(await reader.asks("Who said “too dangerous”?"))
    assert [one.event for one in told] == ["started", "retrieved", "citation", "sentence", "done"]
    assert [one.id for one in told] == [1, 2, 3, 4, 5]
    message = told[-1].data["message"]
    assert "Ben says it on page 2 of episode 1" in message["content"]
    assert message["citations"][0]["page_number"] == 2
    question, answer = await reader.messages()
    assert (question["content"], question["state"]) == ("Who said “too dangerous”?", "done")
    assert answer == message
