"""The owner switches AI off while an answer is being written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from fumetto.companion.conversations.following import Following
from fumetto.entry.hearing import hearing
from fumetto.kernel.db.sessions import Database
from fumetto.people.flags.kinds import Audience
from fumetto.people.flags.service import set_flag
from fumetto.people.flags.shipped import shipped
from fumetto.people.public import flags
from tests.companion.conversations.beside import API, Beside
from tests.companion.conversations.slow import Slow


@pytest.fixture(autouse=True)
def flags_as_shipped() -> Iterator[None]:
    yield
    flags.BOARD.put([])


async def test_answer_stops_and_what_was_said_stays(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    reader_id: uuid.UUID = reader.client.account.id  # type: ignore[attr-defined] # the builder's own
    async with hearing(app):
        await reader.opened(page=1)
        asked = await reader.asks("Who?")
        events = Following(app.state.companion, database, reader_id, uuid.UUID(asked["question"]["id"]), "en").events()
        assert [(await anext(events)).event for _ in range(4)] == ["started", "retrieved", "citation", "sentence"]
        async with database.write() as session:  # as another process does
            await set_flag(session, replace(shipped()["ai"], is_enabled=False), actor=None)
        rest = [event async for event in events]
    (last,) = rest
    assert (last.event, last.data["code"]) == ("failed", "ai_switched_off")
    assert "switched off" in last.data["detail"]
    assert slow.ended == 1
    refused = await reader.posts("And now?")
    assert (refused.status_code, refused.json()["code"]) == (503, "ai_switched_off")
    assert (await reader.client.get(f"{API}/conversations")).status_code == 200


async def test_answer_goes_on_when_ai_is_switched_off_for_others(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    async with hearing(app):
        await reader.opened(page=1)
        asked = await reader.asks("Who?")
        async with database.write() as session:
            await set_flag(session, replace(shipped()["ai"], variant=Audience.PARENT), actor=None)
        slow.go_on.set()
        assert (await reader.follows(asked))[-1].event == "done"
