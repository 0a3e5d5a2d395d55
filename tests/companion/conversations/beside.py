"""A story that is talked about: an application, its reader beside the page, and what they do there."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.events import emit
from fumetto.library.contents.events import PageTextChanged
from tests.builders.api import a_client_as
from tests.builders.world import Story, said_on

API = "/api/v1/companion"
SAID = {
    1: ("Ada", "The owl guards a golden egg."),
    2: ("Ben", "It is far too dangerous."),
    3: ("Ada", "The owl was my brother."),
    4: ("Ben", "The egg is full of poison."),
}


async def a_told_story(database: Database) -> Story:
    """Four pages in an episode and two in the next, each with something that is said on it."""
    story = await Story(database).build(4, 2)
    async with database.write(EVERY_READER) as session:
        for number, words in SAID.items():
            await said_on(session, story.page(1, number), words)
        await said_on(session, story.page(2, 1), ("Cleo", "Ben is the king of the moon."))
        await session.raw().execute("UPDATE library.page_texts SET state = 'ready'")
        for page in story.pages.values():
            await emit(session, PageTextChanged(page.id))
    return story


@dataclass
class Told:
    """One server-sent event."""

    id: int
    event: str
    data: dict[str, Any]


@dataclass
class Beside:
    """A reader with the companion open."""

    client: httpx.AsyncClient
    story: Story
    session: dict[str, Any] = field(default_factory=dict)

    async def opened(self, episode: int = 1, page: int | None = 1, **more: Any) -> dict[str, Any]:
        number = self.story.pages[episode, page or 1]
        body = {"episode_id": str(number.episode_id)} | ({"page_id": str(number.id)} if page else {}) | more
        answer = await self.client.post(f"{API}/sessions", json=body)
        assert answer.status_code == 200, answer.text
        self.session = answer.json()
        return self.session

    async def turns_to(self, page: int, episode: int = 1) -> dict[str, Any]:
        return await self.changes(page_id=str(self.story.page(episode, page)))

    async def changes(self, **change: Any) -> dict[str, Any]:
        answer = await self.client.patch(f"{API}/sessions/{self.session['id']}", json=change)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def posts(self, text: str, **more: Any) -> httpx.Response:
        body = {"text": text, "request_id": str(uuid.uuid4())} | more
        return await self.client.post(f"{API}/sessions/{self.session['id']}/messages", json=body)

    async def asks(self, text: str, **more: Any) -> dict[str, Any]:
        answer = await self.posts(text, **more)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def follows(self, asked: dict[str, Any], after: int | None = None) -> list[Told]:
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        answer = await self.client.get(asked["events"], headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return events_in(answer.text)

    async def is_told(self, text: str, **more: Any) -> dict[str, Any]:
        """The answer to a question, as the last event has it."""
        last = (await self.follows(await self.asks(text, **more)))[-1]
        assert last.event == "done", last
        return last.data["message"]

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.client.get(f"{API}{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def messages(self) -> list[dict[str, Any]]:
        return (await self.get(f"/sessions/{self.session['id']}/messages"))["items"]


def events_in(stream: str) -> list[Told]:
    found = []
    for block in stream.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in lines:
            found.append(Told(int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


@asynccontextmanager
async def a_reader_beside(app: FastAPI, story: Story, name: str | None = None) -> AsyncIterator[Beside]:
    async with a_client_as(app, name=name) as client:
        yield Beside(client, story)
