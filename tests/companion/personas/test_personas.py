"""Personas over HTTP: one's own, everybody's, and those of characters, which nobody has who has not met them."""

from __future__ import annotations

from io import BytesIO

import pytest
from fastapi import FastAPI
from httpx import Response
from PIL import Image
from sqlalchemy import select

from fumetto.companion.personas import tasks
from fumetto.companion.personas.portraits import LARGEST
from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.settings import Settings
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


async def test_voice_has_a_picture_of_its_own_which_only_those_see_who_have_the_voice(
    app: FastAPI, database: Database, reader: Beside
) -> None:
    made = (await reader.client.post(PERSONAS, json={"name": "The Owl"})).json()
    path = f"{PERSONAS}/{made['id']}/portrait"
    assert made["portrait"] is None
    assert (await reader.client.get(path)).status_code == 404
    first = (await sends(reader, path, a_picture("red", 900, 600))).json()["portrait"]
    seen = await reader.client.get(f"/api/v1/{first}")
    assert (seen.headers["content-type"], "immutable" in seen.headers["cache-control"]) == ("image/webp", True)
    with Image.open(BytesIO(seen.content)) as picture:
        assert picture.size == (256, 256)
    second = (await sends(reader, path, a_picture("blue", 40, 90))).json()["portrait"]
    assert second != first
    assert (await reader.client.get(path, headers={"If-None-Match": seen.headers["etag"]})).status_code == 200
    async with a_client_as(app) as other:
        assert (await other.get(path)).status_code == 404
        assert (await other.put(path, files={"portrait": ("a.png", a_picture("red", 9, 9))})).status_code == 404
        assert (await other.delete(path)).status_code == 404
    stored = [one.key async for one in app.state.storage.list("personas")]
    assert len(stored) == 1  # the first is gone
    assert (await reader.client.delete(path)).json()["portrait"] is None
    assert [one.key async for one in app.state.storage.list("personas")] == []


async def test_picture_of_a_voice_that_is_gone_is_swept_away_and_others_stay(
    app: FastAPI, settings: Settings, reader: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = [(await reader.client.post(PERSONAS, json={"name": name})).json()["id"] for name in ("Owl", "Fox")]
    for one in (kept, gone):
        await sends(reader, f"{PERSONAS}/{one}/portrait", a_picture("red", 9, 9))
    assert (await reader.client.delete(f"{PERSONAS}/{gone}")).status_code == 204
    context = JobContext(app.state.database, settings, app.state.storage, 1, "test", 1, None, lambda: False)
    await tasks.tidy_portraits(context)
    assert len([one.key async for one in app.state.storage.list("personas")]) == 2  # it may be of an open transaction
    monkeypatch.setattr(tasks, "SPARES", -tasks.SPARES)
    await tasks.tidy_portraits(context)
    assert [one.key.split("/")[1] async for one in app.state.storage.list("personas")] == [kept]


async def test_what_is_no_picture_or_too_large_is_refused_and_changes_nothing(reader: Beside) -> None:
    made = (await reader.client.post(PERSONAS, json={"name": "The Owl"})).json()
    path = f"{PERSONAS}/{made['id']}/portrait"
    kept = (await sends(reader, path, a_picture("red", 90, 60))).json()["portrait"]
    for data in (b"", b"<svg onload='alert(1)'/>", a_picture("red", 90, 60)[:60]):
        refused = await sends(reader, path, data)
        assert (refused.status_code, refused.json()["code"]) == (422, "portrait_unreadable")
    too_large = await sends(reader, path, bytes(LARGEST + 1))
    assert (too_large.status_code, too_large.json()["code"]) == (413, "portrait_too_large")
    assert (await sends(reader, path, bytes(2 * LARGEST))).status_code == 413
    [now] = (await reader.client.get(PERSONAS)).json()["items"]
    assert now["portrait"] == kept


async def sends(beside: Beside, path: str, data: bytes) -> Response:
    return await beside.client.put(path, files={"portrait": ("a.png", data)})


def a_picture(colour: str, width: int, height: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), colour).save(data, "PNG")
    return data.getvalue()


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
