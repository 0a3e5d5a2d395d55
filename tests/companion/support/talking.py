"""Somebody who talks with the helper, and the house that they do it in."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import update

from fumetto.documents.collections.models import DocumentCollection
from fumetto.documents.intake import service
from fumetto.documents.intake.tasks import STARTER
from fumetto.documents.kinds import Audience
from fumetto.documents.parsing.model import Limits
from fumetto.documents.parsing.reading import read_document
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.people.access.service import reader_of, settle
from fumetto.people.accounts.models import User
from fumetto.people.consent.service import agree_for
from fumetto.people.public import AgeClass, Purpose, Reader
from tests.builders.families import MINE, a_collective, a_newcomer, an_adult

SUPPORT = "/api/v1/companion/support"


@dataclass
class Talk:
    """A conversation with a monster."""

    client: httpx.AsyncClient
    conversation: dict[str, Any]

    @property
    def path(self) -> str:
        return f"{SUPPORT}/conversations/{self.conversation['id']}"

    async def say(self, text: str, **values: Any) -> dict[str, Any]:
        """The answer to a message, once it is whole."""
        asked = await self.client.post(
            f"{self.path}/messages", json={"text": text, "request_id": str(uuid.uuid4())} | values
        )
        assert asked.status_code == 202, asked.text
        told = await self.client.get(asked.json()["events"])
        events = [block for block in told.text.replace("\r", "").split("\n\n") if "event: done" in block]
        assert events, told.text
        data = next(line for line in events[-1].splitlines() if line.startswith("data:"))
        return dict(json.loads(data.removeprefix("data:"))["message"])

    async def incident(self) -> dict[str, Any]:
        return dict((await self.client.get(f"{self.path}/incident")).json())


def words_of(message: dict[str, Any]) -> str:
    return " ".join(sentence["text"] for sentence in message["sentences"])


async def a_talk(client: httpx.AsyncClient, monster: str = "betty", **values: Any) -> Talk:
    made = await client.post(f"{SUPPORT}/conversations", json={"monster": monster} | values)
    assert made.status_code == 201, made.text
    return Talk(client, made.json())


async def read_starter(context: JobContext, *languages: str) -> None:
    """The house's texts for young people in some languages, as they are after a first start."""
    async with context.database.write(EVERY_READER) as session:
        collection = DocumentCollection(slug="docs_youth", name="Youth", audience=Audience.YOUTH)
        session.add(collection)
        await session.flush()
        for language in languages:
            for path in sorted((STARTER / "docs_youth" / language).glob("*.md")):
                file = service.Received(f"{language}-{path.name}", path.read_bytes())
                row = await service.add(session, None, collection, file, built_in=True)
                await service.take_in(session, row, read_document(file.data, file.kind, path.name, Limits()))


async def a_teenager(
    database: Database, language: str = "fr", purposes: tuple[Purpose, ...] = MINE, country: str = "FR"
) -> tuple[Reader, Reader]:
    """A teenager and a parent of theirs, who agreed to some purposes for them."""
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        young = await a_newcomer(session, parent, family, age_class=AgeClass.TEENAGER, country=country)
        await agree_for(session, parent.id, young.id, list(purposes), language="en")
        await session.execute(update(User).where(User.id == young.id).values(language=language))
        await settle(session, young.id)
        return await reader_of(session, young.id), parent
