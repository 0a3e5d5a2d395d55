"""Personas over HTTP: one's own, everybody's, and those of characters, which nobody has who has not met them."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.world.kinds import Origin, Presence
from fumetto.library.world.models import Character, PageCharacter
from fumetto.people.public import Role
from tests.builders.api import a_client_as
from tests.companion.conversations.beside import Beside

PERSONAS = "/api/v1/companion/personas"


async def names(beside: Beside) -> list[str]:
    answer = await beside.client.get(PERSONAS)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_reader_makes_changes_and_deletes_a_voice_of_their_own(app: FastAPI, reader: Beside) -> None:
    made = await reader.client.post(PERSONAS, json={"name": " The\x00 Owl ", "voice": "Speak slowly.\x07"})
    assert made.status_code == 201, made.text
    assert (made.json()["name"], made.json()["handle"], made.json()["voice"]) == ("The Owl", "the-owl", "Speak slowly.")
    path = f"{PERSONAS}/{made.json()['id']}"
    changed = await reader.client.patch(path, json={"opening": "Whoo?"})
    assert (changed.json()["name"], changed.json()["opening"]) == ("The Owl", "Whoo?")
    async with a_client_as(app) as other:
        assert (await other.get(PERSONAS)).json()["items"] == []
        assert (await other.patch(path, json={"name": "Mine"})).status_code == 404
        assert (await other.delete(path)).status_code == 404
    await reader.opened(persona_id=made.json()["id"])
    assert reader.session["persona"]["name"] == "The Owl"
    assert (await reader.client.delete(path)).status_code == 204
    assert (await reader.opened(page=2))["persona"] is None
    assert await names(reader) == []


async def test_shared_voice_is_for_editors_to_make_and_for_all_to_have(
    app: FastAPI, database: Database, reader: Beside
) -> None:
    body = {"name": "Librarian", "shared": True}
    assert (await reader.client.post(PERSONAS, json=body)).status_code == 403
    async with a_client_as(app, Role.EDITOR) as editor:
        made = (await editor.post(PERSONAS, json=body)).json()
    assert await names(reader) == ["Librarian"]
    path = f"{PERSONAS}/{made['id']}"
    assert (await reader.client.patch(path, json={"name": "Mine"})).status_code == 403
    assert (await reader.client.delete(path)).status_code == 403
    async with database.read() as session:
        deeds = list(await session.scalars(select(AuditLog.action).where(AuditLog.entity_type == "persona")))
    assert deeds == ["persona.create"]


async def test_character_is_a_voice_for_those_alone_who_have_met_them(
    app: FastAPI, database: Database, reader: Beside
) -> None:
    story = reader.story
    async with database.write(EVERY_READER) as session:
        ben = Character(series_id=story.series.id, name="Ben", folded_name="ben", origin=Origin.PERSON)
        session.add(ben)
        await session.flush()
        on_the_second = PageCharacter(
            page_id=story.page(1, 2), character_id=ben.id, presence=Presence.SHOWN, origin=Origin.PERSON
        )
        session.add(on_the_second)
    of_ben = {"character_id": str(ben.id), "series_id": str(story.series.id)}
    await reader.opened(page=1)
    assert (await reader.client.post(PERSONAS, json=of_ben)).status_code == 404
    async with a_client_as(app, Role.EDITOR) as client:
        editor = Beside(client, story)
        await editor.opened(page=2)
        made = await client.post(PERSONAS, json=of_ben | {"shared": True})
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "Ben"
    assert "Ben" in made.json()["voice"]
    assert await names(reader) == []
    await reader.turns_to(2)
    assert await names(reader) == ["Ben"]


@pytest.mark.parametrize("body", [{}, {"name": "  \x00 "}, {"name": "x" * 129}, {"name": "x", "voice": "y" * 4001}])
async def test_voice_without_a_name_or_with_too_many_words_is_refused(reader: Beside, body: dict[str, str]) -> None:
    assert (await reader.client.post(PERSONAS, json=body)).status_code == 422
    assert await names(reader) == []
