"""What is remembered, as its reader sees, changes and deletes it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.api import a_client_as, an_app
from tests.builders.world import Story
from tests.companion.memory.conftest import Talk

MEMORY = "/api/v1/companion/memory"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app) as client:
        yield client


@pytest.fixture
async def told(reader: httpx.AsyncClient, story: Story) -> Talk:
    """They have read pages 1 to 3 and then, as one who un-reads it, know of page 9 no more."""
    account = reader.account  # type: ignore[attr-defined] # what builders.api gives it
    await story.sees(account.id, (1, 1), (1, 2), (1, 3))
    talk = await Talk(story, account.id).begin()
    await talk.asked("I like Ada.", "Good.", pages=(2,))
    await talk.asked("I like THORNS.", "THORNS it is.", pages=(9,))
    return talk


async def listed(client: httpx.AsyncClient) -> dict[str, list[dict[str, object]]]:
    answer = await client.get(MEMORY)
    assert answer.status_code == 200
    found: dict[str, list[dict[str, object]]] = answer.json()
    return found


async def test_a_reader_sees_what_is_remembered_of_what_they_have_read(reader: httpx.AsyncClient, told: Talk) -> None:
    seen = await listed(reader)
    assert {fact["text"] for fact in seen["facts"]} == {"Likes Ada", "Asks in English"}
    assert seen["facts"][0]["source"] == {"conversation_id": str(told.conversation)}
    (summary,) = seen["summaries"]
    assert summary["text"] == "Asked “I like Ada.” – Good."
    assert summary["id"] == summary["conversation_id"] == str(told.conversation)
    assert "THORNS" not in (await reader.get(MEMORY)).text
    await told.story.sees(told.reader, (1, 9))
    assert "THORNS" in (await reader.get(MEMORY)).text


async def test_a_reader_words_it_anew_and_it_stays_so(reader: httpx.AsyncClient, told: Talk) -> None:
    seen = await listed(reader)
    fact = next(fact for fact in seen["facts"] if fact["kind"] == "likes")
    changed = await reader.patch(f"{MEMORY}/{fact['id']}", json={"text": "Adores Ada"})
    assert (changed.status_code, changed.json()["text"], changed.json()["by"]) == (200, "Adores Ada", "reader")
    await told.asked("I like Ada.", "Still.", pages=(3,))
    assert "Adores Ada" in {fact["text"] for fact in (await listed(reader))["facts"]}
    for text in ("", "   ", "x" * 4001, "bell\a", 7, None):
        assert (await reader.patch(f"{MEMORY}/{told.conversation}", json={"text": text})).status_code == 422
    await reader.patch(f"{MEMORY}/{told.conversation}", json={"text": "We spoke of Ada."})
    (summary,) = (await listed(reader))["summaries"]
    assert (summary["text"], summary["by"]) == ("We spoke of Ada.", ["reader"])
    await told.story.sees(told.reader, (1, 9))
    (summary,) = (await listed(reader))["summaries"]
    assert "We spoke of Ada." in str(summary["text"])
    assert "THORNS it is." in str(summary["text"]), "what they could not see was not written over"


async def test_a_reader_forgets_one_thing_and_then_everything(reader: httpx.AsyncClient, told: Talk) -> None:
    seen = await listed(reader)
    fact = next(fact for fact in seen["facts"] if fact["kind"] == "likes")
    assert (await reader.delete(f"{MEMORY}/{fact['id']}")).status_code == 204
    assert (await reader.delete(f"{MEMORY}/{fact['id']}")).json()["code"] == "memory_not_found"
    assert (await reader.delete(f"{MEMORY}/{told.conversation}")).status_code == 204
    seen = await listed(reader)
    assert [fact["text"] for fact in seen["facts"]] == ["Asks in English"]
    assert seen["summaries"] == []
    await told.asked("I like Bea.", "Good.", remember=False)
    assert (await reader.delete(MEMORY)).status_code == 204
    await told.story.sees(told.reader, (1, 9))
    assert await listed(reader) == {"facts": [], "summaries": []}
    async with told.database.read(told.reader) as session:
        left = await (await session.raw().execute("SELECT count(*) FROM app.memory_notes")).fetchone()
    assert left == (0,), "what was still to be remembered is forgotten too"


async def test_what_another_has_and_what_was_not_read_look_as_if_it_were_not_there(
    app: FastAPI, reader: httpx.AsyncClient, told: Talk
) -> None:
    mine = await listed(reader)
    async with told.database.read(told.reader) as session:
        rows = await session.raw().execute("SELECT key FROM langgraph.store WHERE value::text LIKE '%Likes THORNS%'")
        hidden = [row[0] for row in await rows.fetchall()]
    assert len(hidden) == 1
    async with a_client_as(app) as other:
        assert await listed(other) == {"facts": [], "summaries": []}
        theirs = [(other, str(item["id"])) for item in [*mine["facts"], *mine["summaries"]]]
        for client, item in [*theirs, (reader, hidden[0])]:
            for answer in (
                await client.delete(f"{MEMORY}/{item}"),
                await client.patch(f"{MEMORY}/{item}", json={"text": "x"}),
            ):
                assert (answer.status_code, answer.json()["code"]) == (404, "memory_not_found")
    assert await listed(reader) == mine
