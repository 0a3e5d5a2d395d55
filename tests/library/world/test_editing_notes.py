"""What editors do to the makers' notes: written, corrected, moved, deleted; read by who has read so far, and found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.world.rules.commentary import Commentary, Note
from fumetto.library.world.service.notes import write_notes
from fumetto.people.public import Role
from tests.builders.api import a_client_as, an_app
from tests.builders.world import EditedStory

COMMENTARY = Commentary(
    (
        Note("The mill was drawn from a photograph.", 1, "page 1"),
        Note("Ada was called Anna at first.", 2, "page 2"),
        Note("All of this was painted in nine days.", None, None),
    ),
    "en",
)


class Desk(EditedStory):
    """An editor with two episodes, of which the first has a commentary, and a reader who has read the first page."""

    def episode(self, number: int) -> str:
        return str(self.pages[number, 1].episode_id)

    async def notes(self, number: int = 1) -> dict[str, dict[str, Any]]:
        items = (await self.ask("GET", f"/editing/episodes/{self.episode(number)}/notes"))["items"]
        return {item["text"]: item for item in items}

    async def read_commentary(self) -> None:
        async with self.database.write(EVERY_READER) as session:
            await write_notes(session, self.pages[1, 1].episode_id, COMMENTARY, "https://maker.example/one")

    async def beside(self, page: int) -> list[str]:
        answer = await self.reader.get(f"/api/v1/pages/{self.page(1, page)}/notes")
        return [item["text"] for item in answer.json().get("items", [])]

    async def found(self, words: str) -> list[str]:
        answer = await self.reader.get("/api/v1/search", params={"q": words, "kind": "note"})
        return [hit["text"] for hit in answer.json()["items"]]


@pytest.fixture
async def desk(database: Database, settings: Settings) -> AsyncIterator[Desk]:
    made = Desk(database)
    await made.build(3, 2)
    bind_rooms()
    app = an_app(settings, database)
    async with a_client_as(app, Role.EDITOR) as editor, a_client_as(app) as reader:
        made.editor, made.reader = editor, reader
        await made.sees(reader.account.id, (1, 1))  # type: ignore[attr-defined]
        await made.read_commentary()
        yield made


async def test_note_written_by_hand_is_read_beside_its_page_and_found_until_it_moves_beyond_the_reader(
    desk: Desk,
) -> None:
    body = {
        "text": "The owl is the painter's own.",
        "page_id": str(desk.page(1, 1)),
        "url": "https://maker.example/owl",
    }
    made = await desk.ask("POST", f"/editing/episodes/{desk.episode(1)}/notes", 201, json=body)
    assert await desk.beside(1) == ["The mill was drawn from a photograph.", "The owl is the painter's own."]
    assert await desk.found("painter owl") == ["The owl is the painter's own."]
    await desk.ask("PATCH", f"/editing/notes/{made['id']}", 204, json={"text": "The owl is nobody's."})
    assert await desk.found("owl nobody") == ["The owl is nobody's."]
    await desk.ask("PATCH", f"/editing/notes/{made['id']}", 204, json={"page_id": str(desk.page(1, 2))})
    assert await desk.beside(1) == ["The mill was drawn from a photograph."]
    assert await desk.found("owl nobody") == []
    async with desk.database.read() as session:
        deeds = await session.scalars(select(AuditLog.action).order_by(AuditLog.created_at, AuditLog.id))
        assert [deed for deed in deeds if deed.startswith("note")] == ["note.create", "note.edit", "note.edit"]


async def test_corrected_and_deleted_notes_stay_so_when_the_commentary_is_read_again(desk: Desk) -> None:
    before = await desk.notes()
    mill, anna = [before[note.text]["id"] for note in COMMENTARY.notes[:2]]
    await desk.ask("PATCH", f"/editing/notes/{mill}", 204, json={"text": "The mill is made up.", "language": "en"})
    await desk.ask("DELETE", f"/editing/notes/{anna}", 204)
    assert await desk.found("mill") == ["The mill is made up."]
    await desk.read_commentary()
    after = await desk.notes()
    assert list(after) == ["The mill is made up.", "All of this was painted in nine days."]
    assert (after["The mill is made up."]["id"], after["The mill is made up."]["origin"]) == (mill, "person")
    episodes = (await desk.ask("GET", f"/editing/series/{desk.series.slug}/notes"))["items"]
    assert [(one["notes"], one["left_out"]) for one in episodes] == [(2, 1), (0, 0)]
    assert (await desk.ask("POST", f"/editing/episodes/{desk.episode(1)}/notes/restore"))["left_out"] == 0
    await desk.read_commentary()
    assert list(await desk.notes()) == [
        "The mill is made up.", "Ada was called Anna at first.", "All of this was painted in nine days.",
    ]  # fmt: skip


async def test_note_of_another_episode_is_taken_there_and_does_not_come_again(desk: Desk) -> None:
    note = (await desk.notes())["Ada was called Anna at first."]
    there = {"episode_id": desk.episode(2), "page_id": str(desk.page(2, 2))}
    await desk.ask("PATCH", f"/editing/notes/{note['id']}", 204, json=there)
    await desk.read_commentary()
    assert "Ada was called Anna at first." not in await desk.notes()
    assert (await desk.notes(2))["Ada was called Anna at first."]["page_number"] == 2


async def test_note_needs_words_a_web_address_and_a_page_of_its_episode(desk: Desk) -> None:
    path = f"/editing/episodes/{desk.episode(1)}/notes"
    elsewhere = {"text": "Here?", "page_id": str(desk.page(2, 1))}
    assert (await desk.ask("POST", path, 422, json=elsewhere))["code"] == "pages_elsewhere"
    for wrong in ({"text": " "}, {"text": "Here", "url": "javascript:alert(1)"}):
        assert (await desk.ask("POST", path, 422, json=wrong))["code"] == "invalid"
    gone = await desk.ask("DELETE", f"/editing/notes/{desk.page(1, 1)}", 404)
    assert gone["code"] == "note_not_found"
    answers = [
        await desk.reader.get(f"/api/v1{path}"),
        await desk.reader.get(f"/api/v1/editing/series/{desk.series.slug}/notes"),
        await desk.reader.post(f"/api/v1{path}", json={"text": "Mine"}),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
