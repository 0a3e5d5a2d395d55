"""What is on a page, over HTTP: told to who has seen it, set right by editors, and kept from everybody else."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pyvips
from fastapi import FastAPI
from sqlalchemy import delete

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.kinds import BalloonKind, TextSource
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageState, PageText
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState, PanelSource
from fumetto.library.contents.models import PageDescription, PageLook, Panel
from fumetto.library.ingestion.books import open_book
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.people.public import Role
from tests.builders import a_series, an_episode
from tests.builders.api import a_client_as, an_app


@dataclass
class Told:
    """An episode of three pages; what is said is on the second."""

    series_id: uuid.UUID
    episode: Episode
    page: Page

    @property
    def address(self) -> str:
        return f"/api/v1/pages/{self.page.id}"

    @property
    def editing(self) -> str:
        return f"/api/v1/editing/pages/{self.page.id}"


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    made = an_app(settings, database)
    yield made
    await made.state.pictures.close()


@pytest.fixture
async def told(database: Database, tmp_path: Path) -> Told:
    async with database.write(EVERY_READER) as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=2, language="fr")
        rows = await session.scalars(Page.__table__.select().with_only_columns(Page.id).order_by(Page.order_index))
        page = await session.get_one(Page, list(rows)[1])
        folder = tmp_path / "book"
        folder.mkdir()
        red, blue = (
            pyvips.Image.black(100, 200, bands=3).copy(interpretation="srgb") + tint
            for tint in ([200, 0, 0], [0, 0, 200])
        )
        picture = red.join(blue, "horizontal").cast("uchar").copy(interpretation="srgb")
        (folder / page.member).write_bytes(picture.pngsave_buffer())
        with open_book(folder) as book:
            page.fingerprint = book.member(page.member).fingerprint
        root = LibraryRoot(path=str(folder), managed=False)
        session.add(root)
        await session.flush()
        session.add(
            Source(root_id=root.id, episode_id=episode.id, path=".", kind="folder", byte_size=1, modified_ns=1,
                   state=SourceState.PRESENT)
        )  # fmt: skip
        for source, language, words in (
            (TextSource.OCR, "fr", ["Bonj0ur"]),
            (TextSource.SIDECAR, "fr", ["Bonjour", "Paf", "Nulle part"]),
            (TextSource.OCR, "en", ["Hello"]),
        ):
            text = PageText(page_id=page.id, language=language, source=source, state=PageState.READY)
            session.add(text)
            await session.flush()
            for order, said in enumerate(words):
                session.add(
                    Balloon(
                        page_text_id=text.id, order_index=order, text=said, x=(0.1, 0.6, 0.48)[order], y=0.1, width=0.1,
                        height=0.1, kind=BalloonKind.SOUND if said == "Paf" else BalloonKind.SPEECH,
                        speaker_name="Pepper" if order == 0 else None, panel_number=2 if order == 2 else None,
                        confidence=0.5 if source is TextSource.OCR else None,
                    )
                )  # fmt: skip
        for order, x in enumerate((0.0, 0.55)):
            session.add(
                Panel(page_id=page.id, order_index=order, x=x, y=0, width=0.45, height=1, source=PanelSource.SIDECAR,
                      description=("Une sorcière.", None)[order], language="fr")
            )  # fmt: skip
        session.add(
            PageDescription(page_id=page.id, language="fr", source=DescriptionSource.SIDECAR,
                            visual_description="Une sorcière touille.", mood_tags=["calme"])
        )  # fmt: skip
        session.add(
            PageLook(page_id=page.id, look=Look.OCR, state=LookState.SKIPPED, reason_code="ocr_alphabet",
                     reason_detail={"language": "ar", "script": "Arab"})
        )  # fmt: skip
    return Told(series.id, episode, page)


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.READER) as client:
        yield client


@pytest.fixture
async def editor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.EDITOR) as client:
        yield client


async def turn_to(client: httpx.AsyncClient, told: Told) -> None:
    turn = {"episode_id": str(told.episode.id), "shown": [1], "device": "d", "at": datetime.now(UTC).isoformat()}
    assert (await client.post("/api/v1/reading/turns", json=turn)).status_code == 200


async def test_words_come_from_the_source_that_is_trusted_most_with_speaker_and_panel(
    reader: httpx.AsyncClient, told: Told
) -> None:
    await turn_to(reader, told)
    answer = (await reader.get(f"{told.address}/texts", params={"lang": "fr"})).json()
    assert (answer["language"], answer["source"], answer["direction"]) == ("fr", "sidecar", "ltr")
    assert [
        (each["text"], each["kind"], each["panel"], each["speaker"], each["order"]) for each in answer["balloons"]
    ] == [
        ("Bonjour", "speech", 1, {"id": None, "name": "Pepper"}, 0),
        ("Paf", "sound", 2, None, 1),
        ("Nulle part", "speech", 2, None, 2),  # as the sidecar says, though it lies between the two
    ]
    english = (await reader.get(f"{told.address}/texts", params={"lang": "en"})).json()
    assert [(each["text"], each["confidence"]) for each in english["balloons"]] == [("Hello", 0.5)]


async def test_a_transcript_reads_the_page_panel_by_panel(reader: httpx.AsyncClient, told: Told) -> None:
    await turn_to(reader, told)
    answer = (await reader.get(f"{told.address}/transcript", params={"lang": "fr"})).json()
    assert (answer["description"], answer["mood_tags"]) == ("Une sorcière touille.", ["calme"])
    assert [
        (panel["description"], [(line["speaker"], line["text"]) for line in panel["lines"]])
        for panel in answer["panels"]
    ] == [("Une sorcière.", [("Pepper", "Bonjour")]), (None, [(None, "Paf"), (None, "Nulle part")])]
    panels = (await reader.get(f"{told.address}/panels")).json()["items"]
    assert [(panel["order"], panel["number"], panel["x"], panel["source"]) for panel in panels] == [
        (0, 1, 0.0, "sidecar"), (1, 2, 0.55, "sidecar"),
    ]  # fmt: skip


async def test_a_seen_page_without_words_is_silent_and_one_panel(
    reader: httpx.AsyncClient, told: Told, database: Database
) -> None:
    async with database.write(EVERY_READER) as session:
        for model in (PageText, Panel, PageDescription):
            await session.execute(delete(model))
    await turn_to(reader, told)
    texts = (await reader.get(f"{told.address}/texts", params={"lang": "de"})).json()
    assert (texts["language"], texts["source"], texts["balloons"]) == ("de", None, [])
    transcript = (await reader.get(f"{told.address}/transcript")).json()
    assert [(panel["box"]["width"], panel["lines"]) for panel in transcript["panels"]] == [(1.0, [])]


async def test_a_crop_is_that_part_of_the_picture(reader: httpx.AsyncClient, told: Told) -> None:
    await turn_to(reader, told)
    box = {"x": 0.5, "y": 0, "w": 0.5, "h": 0.5, "width": 50}
    answer = await reader.get(f"{told.address}/crop", params=box)
    assert answer.headers["content-type"] == "image/webp"
    picture = pyvips.Image.new_from_buffer(answer.content, "")
    assert (picture.width, picture.height) == (50, 50)
    red, _, blue = picture.getpoint(40, 25)[:3]
    assert (red < 60, blue > 150) == (True, True)
    again = await reader.get(f"{told.address}/crop", params=box, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await reader.get(f"{told.address}/crop", params=box | {"x": 1.5})).status_code == 422


@pytest.mark.parametrize("what", ["texts", "panels", "transcript", "crop?x=0&y=0&w=1&h=1"])
async def test_an_unseen_page_looks_like_one_that_is_not_there(
    reader: httpx.AsyncClient, editor: httpx.AsyncClient, told: Told, what: str
) -> None:
    for client in (reader, editor):  # who edits reads as everybody does
        unseen = await client.get(f"{told.address}/{what}")
        nowhere = await client.get(f"/api/v1/pages/{uuid.uuid4()}/{what}")
        assert (unseen.status_code, unseen.json()["code"]) == (404, "page_not_found")
        assert unseen.json()["detail"] == nowhere.json()["detail"]


@pytest.mark.parametrize("what", ["texts", "panels", "description", "looks"])
async def test_the_editing_view_is_for_editors_only(reader: httpx.AsyncClient, told: Told, what: str) -> None:
    assert (await reader.get(f"{told.editing}/{what}")).status_code == 404


async def test_an_editor_sets_words_right_and_takes_that_back(
    editor: httpx.AsyncClient, told: Told, database: Database
) -> None:
    before = (await editor.get(f"{told.editing}/texts", params={"lang": "fr"})).json()
    assert [(each["source"], each["language"], each["balloons"]) for each in before["sources"]] == [
        ("ocr", "en", 1), ("ocr", "fr", 1), ("sidecar", "fr", 3),
    ]  # fmt: skip
    balloons = [{"text": " Salut ", "x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1, "speaker": "Carrot"}]
    edit = {"language": "fr", "version": before["version"], "balloons": balloons}
    after = await editor.put(f"{told.editing}/texts", json=edit)
    assert after.status_code == 200, after.text
    assert after.headers["etag"] == f'"{after.json()["version"]}"'
    await turn_to(editor, told)
    shown = (await editor.get(f"{told.address}/texts", params={"lang": "fr"})).json()
    assert (shown["source"], [(each["text"], each["speaker"]["name"]) for each in shown["balloons"]]) == (
        "person", [("Salut", "Carrot")],
    )  # fmt: skip
    late = await editor.put(f"{told.editing}/texts", json=edit)
    assert (late.status_code, late.json()["code"]) == (409, "page_changed_meanwhile")
    reverted = await editor.delete(f"{told.editing}/texts", params={"lang": "fr", "version": after.json()["version"]})
    assert [each["text"] for each in reverted.json()["balloons"]] == ["Bonjour", "Paf", "Nulle part"]
    async with database.read() as session:
        logged = await (
            await session.raw().execute(
                "SELECT action, new_value FROM app.audit_logs WHERE entity_id = %s ORDER BY created_at",
                (str(told.page.id),),
            )
        ).fetchall()
    assert [action for action, _ in logged] == ["page.texts", "page.texts.reverted"]
    assert "Salut" not in str(logged)


async def test_a_page_is_saved_whole_or_not_at_all(editor: httpx.AsyncClient, told: Told) -> None:
    async def there() -> list[dict[str, Any]]:
        return [
            (await editor.get(f"{told.editing}/{part}", params={"lang": "fr"})).json()
            for part in ("texts", "panels", "description")
        ]

    texts, panels, described = before = await there()
    box = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1}
    edit = {
        "texts": {"language": "fr", "version": texts["version"], "balloons": [{"text": "Salut", **box}]},
        "panels": {"version": panels["version"], "language": "fr", "panels": [box]},
        "description": {"language": "fr", "version": described["version"], "description": "Mieux."},
    }
    amiss = {"texts": edit["texts"] | {"balloons": [{"text": "Salut", **box, "x": 0.95}]}}
    late = {"description": edit["description"] | {"version": "of-yesterday"}}
    for change, code in ((amiss, "box_invalid"), (late, "page_changed_meanwhile")):
        assert (await editor.put(told.editing, json=edit | change)).json()["code"] == code
        assert await there() == before
    saved = (await editor.put(told.editing, json=edit)).json()
    assert [saved["texts"], saved["panels"], saved["description"]] == await there()
    assert [each["source"] for each in await there()] == ["person"] * 3
    part = {"description": edit["description"] | {"version": saved["description"]["version"], "description": "Bien."}}
    assert (await editor.put(told.editing, json=part)).json()["texts"] is None
    assert [each["version"] for each in (await there())[:2]] == [saved["texts"]["version"], saved["panels"]["version"]]


async def test_an_editor_writes_the_first_words_in_a_language(editor: httpx.AsyncClient, told: Told) -> None:
    empty = (await editor.get(f"{told.editing}/texts", params={"lang": "it"})).json()
    assert (empty["language"], empty["source"], empty["balloons"]) == ("it", None, [])
    edit = {"language": "it", "version": empty["version"], "balloons": []}
    assert (await editor.put(f"{told.editing}/texts", json=edit)).json()["source"] == "person"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"balloons": [{"text": "x", "x": 0.9, "y": 0, "width": 0.2, "height": 0.1}]}, "box_invalid"),
        ({"balloons": [{"text": " ", "x": 0, "y": 0, "width": 0.2, "height": 0.1}]}, "invalid"),
        ({"balloons": [{"text": "a\0b", "x": 0, "y": 0, "width": 0.2, "height": 0.1}]}, "invalid"),
        ({"language": "klingonese"}, "language_invalid"),
    ],
)
async def test_edits_that_make_no_sense_are_refused(
    editor: httpx.AsyncClient, told: Told, change: dict[str, Any], code: str
) -> None:
    before = (await editor.get(f"{told.editing}/texts", params={"lang": "fr"})).json()
    edit = {"language": "fr", "version": before["version"], "balloons": []} | change
    answer = await editor.put(f"{told.editing}/texts", json=edit)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_an_editor_draws_panels_anew_and_has_them_found_again(
    editor: httpx.AsyncClient, told: Told, database: Database
) -> None:
    before = (await editor.get(f"{told.editing}/panels")).json()
    edit = {
        "version": before["version"],
        "language": "fr",
        "panels": [{"x": 0, "y": 0, "width": 1, "height": 1, "description": "Tout."}],
    }
    after = (await editor.put(f"{told.editing}/panels", json=edit)).json()
    assert (after["source"], [each["description"] for each in after["panels"]]) == ("person", ["Tout."])
    await turn_to(editor, told)
    words = (await editor.get(f"{told.address}/texts", params={"lang": "fr"})).json()
    assert [each["panel"] for each in words["balloons"]] == [1, 1, 1]  # the sidecar's numbers were of its own panels
    gone = (await editor.delete(f"{told.editing}/panels", params={"version": after["version"]})).json()
    assert (gone["source"], gone["panels"]) == (None, [])
    async with database.read() as session:
        jobs = await session.raw().execute(
            "SELECT args ->> 'again' FROM jobs.procrastinate_jobs WHERE task_name = 'library.look_at_page'"
        )
        assert await jobs.fetchall() == [("panels",)]


async def test_an_editor_describes_a_page_and_takes_that_back(editor: httpx.AsyncClient, told: Told) -> None:
    before = (await editor.get(f"{told.editing}/description", params={"lang": "fr"})).json()
    edit = {"language": "fr", "version": before["version"], "description": "Mieux.", "mood_tags": ["Gai", "gai"]}
    after = (await editor.put(f"{told.editing}/description", json=edit)).json()
    assert (after["source"], after["description"], after["mood_tags"]) == ("person", "Mieux.", ["gai"])
    await turn_to(editor, told)
    assert (await editor.get(f"{told.address}/transcript", params={"lang": "fr"})).json()["description"] == "Mieux."
    gone = await editor.delete(f"{told.editing}/description", params={"lang": "fr", "version": after["version"]})
    assert (gone.json()["source"], gone.json()["description"]) == ("sidecar", "Une sorcière touille.")


async def test_why_a_page_was_not_read_is_told_in_words(editor: httpx.AsyncClient, told: Told) -> None:
    (look,) = (await editor.get(f"{told.editing}/looks")).json()["items"]
    assert (look["look"], look["state"], look["reason_code"]) == ("ocr", "skipped", "ocr_alphabet")
    assert "Arab" in look["reason"]
    series = (await editor.get(f"/api/v1/editing/series/{told.series_id}/looks")).json()
    assert [(each["look"], each["reason_code"], each["pages"]) for each in series["items"]] == [
        ("ocr", "ocr_alphabet", 1)
    ]


async def test_ocr_is_switched_off_for_a_series_and_its_pages_are_looked_at_accordingly(
    editor: httpx.AsyncClient, told: Told, database: Database
) -> None:
    answer = await editor.put(f"/api/v1/editing/series/{told.series_id}/ocr", json={"ocr": False})
    assert answer.json()["ocr"] is False
    async with database.read() as session:
        jobs = await session.raw().execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.look_at_page'"
        )
        assert await jobs.fetchone() == (3,)
    assert (await editor.put(f"/api/v1/editing/series/{uuid.uuid4()}/ocr", json={"ocr": False})).status_code == 404
