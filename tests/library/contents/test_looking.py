"""Pages are looked at: real books, a real database, and the real models in their process."""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta

import pytest

from fumetto.library.contents import pages_repository, tasks
from fumetto.library.contents.describing.port import Description, Picture
from fumetto.library.contents.describing.service import describe
from fumetto.library.contents.importing import check_folder, import_folder
from fumetto.library.contents.kinds import Look
from fumetto.library.contents.looking_service import PageLooker
from fumetto.library.contents.pool import LookingPool
from fumetto.library.contents.rules import VERSIONS
from fumetto.library.ingestion.events import EpisodeIngested
from tests.library.contents.conftest import Looked, Shelf, a_sidecar
from tests.library.ingestion.conftest import a_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 400"><text x="30" y="60" font-size="24">{}</text></svg>'


PLAIN = a_picture(1, 300, 400)
TINY = a_picture(1)
"""With no room for a letter: the models are not loaded for it."""


class Asked:
    """A vision model that counts the pictures it is shown."""

    model = "eyes"
    pictures = 0

    async def describe(self, picture: Picture, language: str) -> Description:
        self.pictures += 1
        return Description("Something.", ())


async def test_a_sidecar_beside_the_picture_gives_words_panels_description_and_people(
    looked: Looked, shelf: Shelf
) -> None:
    sidecar = a_sidecar(
        language="en",
        description="A witch at a pot.",
        mood_tags=["calm"],
        characters=[{"name": "Pepper", "aliases": ["the witch"]}],
        panels=[{"box": [0, 0, 1, 0.5], "description": "The pot."}, {"box": [0, 0.5, 1, 0.5]}],
        balloons=[
            {"text": "Hm", "box": [0.1, 0.1, 0.2, 0.1], "speaker": "Pepper", "panel": 1},
            {"text": "Oh", "panel": 2},
        ],
    )
    shelf.file("S/1/01.png", PLAIN)
    shelf.file("S/1/01.json", sidecar)
    await looked.bring(shelf)
    assert await looked.words() == [("sidecar", "en", "Hm", "Pepper"), ("sidecar", "en", "Oh", None)]
    assert await looked.panels() == [("sidecar", [0, 0, 1, 0.5]), ("sidecar", [0, 0.5, 1, 0.5])]
    told = await looked.library.rows(
        "SELECT source, language, visual_description, mood_tags FROM library.page_descriptions"
    )
    assert told == [("sidecar", "en", "A witch at a pot.", ["calm"])]
    (fact,) = looked.told
    assert fact.characters is not None
    assert [(each.name, each.aliases) for each in fact.characters] == [("Pepper", ("the witch",))]
    assert looked.changed == await looked.pages()
    assert await looked.looks() == {
        "sidecar": ("done", None),
        "ocr": ("skipped", "better_text"),
        "panels": ("skipped", "better_panels"),
    }


async def test_sidecars_inside_archives_are_read(looked: Looked, shelf: Shelf) -> None:
    sidecar = a_sidecar(language="fr", balloons=[{"text": "Bonjour"}])
    shelf.archive("S/1.cbz", {"p/01.png": PLAIN, "p/01.png.json": b"\xef\xbb\xbf" + sidecar})
    await looked.bring(shelf)
    assert await looked.words() == [("sidecar", "fr", "Bonjour", None)]


async def test_a_wrong_sidecar_is_told_by_line_and_costs_itself_only(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    shelf.file("S/1/01.json", b'{"version": 1,\n"balons": []}')
    await looked.bring(shelf)
    assert (await looked.looks())["sidecar"] == ("failed", "sidecar_invalid")
    detail = await looked.library.one("SELECT reason_detail FROM library.page_looks WHERE look = 'sidecar'")
    assert (detail["line"], detail["key"]) == (2, "$.balons")
    assert detail["file"].endswith("S/1/01.json")
    assert (await looked.looks())["panels"][0] == "done"


async def test_other_programs_files_beside_pictures_are_left_alone(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    shelf.file("S/1/01.png.json", b'{"category": "gallery"}')
    await looked.bring(shelf)
    assert (await looked.looks())["sidecar"] == ("skipped", "not_a_sidecar")


async def test_a_sidecar_that_changes_or_goes_takes_what_it_said_along(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    beside = shelf.file("S/1/01.json", a_sidecar(language="en", description="One.", balloons=[{"text": "one"}]))
    await looked.bring(shelf)
    shelf.file("S/1/01.json", a_sidecar(language="de", balloons=[{"text": "zwei"}]))
    await looked.look()
    assert await looked.words() == [("sidecar", "de", "zwei", None)]
    assert await looked.library.rows("SELECT 1 FROM library.page_descriptions") == []
    beside.unlink()
    await looked.look()
    assert await looked.words() == []
    assert (await looked.looks())["sidecar"] == ("skipped", "no_sidecar")


async def test_what_a_person_wrote_outlives_every_look(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    text_id, panel_id = uuid.uuid4(), uuid.uuid4()
    await looked.library.rows(
        "INSERT INTO library.page_texts (id, page_id, language, source, state)"
        " VALUES (%s, %s, 'en', 'person', 'ready')",
        text_id, page_id,
    )  # fmt: skip
    await looked.library.rows(
        "INSERT INTO library.balloons (id, page_text_id, order_index, text, kind, x, y, width, height)"
        " VALUES (%s, %s, 0, 'mine', 'speech', 0, 0, 1, 1)",
        uuid.uuid4(), text_id,
    )  # fmt: skip
    await looked.library.rows("DELETE FROM library.panels")
    await looked.library.rows(
        "INSERT INTO library.panels (id, page_id, order_index, x, y, width, height, source)"
        " VALUES (%s, %s, 0, 0, 0, 1, 0.25, 'person')",
        panel_id, page_id,
    )  # fmt: skip
    sidecar = a_sidecar(
        language="en",
        panels=[{"box": [0, 0, 1, 1]}],
        balloons=[{"text": "theirs", "box": [0, 0, 1, 1], "speaker": "X"}],
    )
    shelf.file("S/1/01.json", sidecar)
    await looked.look(Look.PANELS, Look.OCR)
    assert await looked.words() == [("person", "en", "mine", None), ("sidecar", "en", "theirs", "X")]
    assert await looked.panels() == [("person", [0, 0, 1, 0.25])]


async def test_letterings_of_all_languages_learn_who_speaks_from_the_sidecar(looked: Looked, shelf: Shelf) -> None:
    shelf.file("P/ep01/gfx_E01P01.png", PLAIN)
    for language, words in (("en", "Rain"), ("fr", "Pluie")):
        shelf.file(f"P/ep01/{language}/E01P01.svg", SVG.format(words).encode())
    balloons = [{"text": "Rain", "box": [0.1, 0.08, 0.3, 0.08], "speaker": "Pepper", "kind": "sound", "panel": 1}]
    shelf.file("P/ep01/gfx_E01P01.json", a_sidecar(language="en", panels=[{"box": [0, 0, 1, 1]}], balloons=balloons))
    await looked.bring(shelf)
    assert [word for word in await looked.words() if word[0] == "lettering"] == [
        ("lettering", "en", "Rain", "Pepper"),
        ("lettering", "fr", "Pluie", "Pepper"),
    ]
    assert (await looked.looks())["ocr"] == ("skipped", "better_text")


async def test_speakers_go_with_the_sidecar_that_named_them(looked: Looked, shelf: Shelf) -> None:
    shelf.file("P/ep01/gfx_E01P01.png", PLAIN)
    shelf.file("P/ep01/en/E01P01.svg", SVG.format("Rain").encode())
    balloons = [{"text": "Rain", "box": [0.1, 0.08, 0.3, 0.08], "speaker": "Pepper"}]
    beside = shelf.file("P/ep01/gfx_E01P01.json", a_sidecar(language="en", balloons=balloons))
    await looked.bring(shelf)
    beside.unlink()
    await looked.look()
    assert await looked.words() == [("lettering", "en", "Rain", None)]


async def test_balloons_of_an_earlier_version_are_put_where_their_letters_are(looked: Looked, shelf: Shelf) -> None:
    """In the background, and they stay the same balloons: who speaks them, and what refers to them."""
    here = looked.library
    shelf.file("P/ep01/gfx_E01P01.png", PLAIN)
    shelf.file("P/ep01/en/E01P01.svg", SVG.format("Rain").encode())
    shelf.file("P/ep01/fr/E01P01.svg", SVG.format("Pluie").encode())
    await looked.bring(shelf)
    boxes = "SELECT id, order_index, x, y, width, height FROM library.balloons ORDER BY id"
    right = await here.rows(boxes)
    await here.rows("UPDATE library.balloons SET x = 0, y = 0, width = 1, height = 1, order_index = 5")
    await looked.look()
    assert await here.rows(boxes) != right  # of this version: nothing is read again
    await here.rows("UPDATE library.page_looks SET version = 1")
    await here.rows("UPDATE library.episodes SET state = 'ready', updated_at = now() - interval '1 hour'")
    async with here.database.read("*") as session:
        waiting = await pages_repository.pages_not_looked_at(session, VERSIONS, timedelta(minutes=10), 10)
    assert [page_id for _, page_id in waiting] == await looked.pages()
    shelf.file("P/ep01/fr/E01P01.svg", SVG.format("Neige").encode())  # the next scan will see to that
    await looked.look()
    (now_en, now_fr) = await here.rows(boxes)
    assert sorted([now_en, now_fr], key=lambda row: row[1])[0] in right
    assert sum(row[1:] == (5, 0, 0, 1, 1) for row in (now_en, now_fr)) == 1
    async with here.database.read("*") as session:
        assert await pages_repository.pages_not_looked_at(session, VERSIONS, timedelta(minutes=10), 10) == []


@pytest.mark.parametrize("change", ["another picture", "gone", "the whole book"])
async def test_a_page_that_is_not_the_one_that_was_scanned_is_left_to_the_scan(
    looked: Looked, shelf: Shelf, change: str
) -> None:
    """Nothing of another picture is ever told of a page."""
    page = shelf.file("S/1/01.png", TINY)
    shelf.file("S/1/02.png", a_picture(4))
    await looked.bring(shelf)
    before = await looked.library.rows("SELECT look, state, reason_code, looked_at FROM library.page_looks")
    shelf.file("S/1/01.json", a_sidecar(language="en", balloons=[{"text": "of the new picture"}]))
    if change == "another picture":
        shelf.file("S/1/01.png", a_picture(3))
    elif change == "gone":
        page.unlink()
    else:
        for name in ("01.json", "01.png", "02.png"):
            (shelf.path / "S/1" / name).unlink()
        (shelf.path / "S/1").rmdir()
    (first, _) = await looked.pages()
    assert not await looked.looker.look(first, again=frozenset(Look))
    assert await looked.words() == []
    assert await looked.library.rows("SELECT look, state, reason_code, looked_at FROM library.page_looks") == before
    described = Asked()
    await describe(looked.library.database, looked.library.settings, looked.library.parsers, first, described)
    assert described.pictures == 0


@pytest.mark.parametrize("which", ["cbz", "png", "svg", "epub"])
async def test_hostile_files_are_looked_at_without_harm(looked: Looked, shelf: Shelf, which: str) -> None:
    """A book is exchanged for something worse between its scan and the look."""
    hostile = {
        "cbz": ("S/1.cbz", b"PK\x03\x04" + b"\xff" * 400),
        "png": ("S/1.cbz", a_picture(1)),
        "epub": ("S/1.cbz", an_epub({"p1.png": "<p>other</p>"})),
        "svg": ("S/1.cbz", SVG.format("<!ENTITY").encode()),
    }
    shelf.archive("S/1.cbz", {"01.png": TINY})
    await looked.bring(shelf)
    name, data = hostile[which]
    shelf.file(name, data)
    (page_id,) = await looked.pages()
    await looked.looker.look(page_id, again=frozenset(Look))
    assert await looked.words() == []
    assert {state for state, _ in (await looked.looks()).values()} <= {"done", "skipped", "failed"}


async def test_panels_are_not_looked_for_while_that_is_off_and_are_once_it_is_on(looked: Looked, shelf: Shelf) -> None:
    shelf.archive("S/1.cbz", {"01.png": TINY})
    here = looked.library
    on, looking = here.settings, looked.looker.looking
    off = on.model_copy(update={"panels": False})
    looked.looker = PageLooker(here.database, off, here.parsers, looking)
    await looked.bring(shelf)
    assert (await looked.looks())["panels"] == ("skipped", "panels_disabled")
    await here.rows("UPDATE library.episodes SET state = 'ready', updated_at = now() - interval '1 hour'")
    async with here.database.read("*") as session:
        settled = timedelta(minutes=10)
        assert await pages_repository.pages_not_looked_at(session, VERSIONS, settled, 10) == []
        assert await pages_repository.pages_not_looked_at(session, VERSIONS, settled, 10, ["panels_disabled"]) != []
    looked.looker = PageLooker(here.database, on, here.parsers, looking)
    await looked.look()
    assert (await looked.looks())["panels"] == ("done", None)


async def test_a_picture_that_cannot_be_read_fails_alone(looked: Looked, shelf: Shelf) -> None:
    shelf.archive("S/1.cbz", {"01.png": b"no picture", "02.png": TINY})
    await looked.bring(shelf)
    assert (await looked.looks(0))["ocr"] == ("skipped", "page_unreadable")
    assert (await looked.looks(1))["ocr"] == ("done", None)


async def test_the_text_of_an_epub_is_its_pages(looked: Looked, shelf: Shelf) -> None:
    shelf.file(
        "S/book.epub", an_epub({"p1.png": "<p>Il <b>pleut</b>.</p><div>Encore<br/>un peu.</div><script>x()</script>"})
    )
    await looked.bring(shelf)
    assert [(source, language, text) for source, language, text, _ in await looked.words()] == [
        ("epub", "fr", "Il pleut."),
        ("epub", "fr", "Encore un peu."),
    ]
    assert (await looked.looks())["ocr"] == ("skipped", "better_text")


def an_epub(pages: dict[str, str]) -> bytes:
    """A fixed-layout EPUB in French with a document for each picture, which shows it above that text."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
        )
        items = spine = ""
        for number, (name, text) in enumerate(pages.items()):
            archive.writestr(name, a_picture(number, 300, 400))
            shown = f'<head><title>T</title></head><body><img src="{name}"/>{text}</body>'
            body = f'<html xmlns="http://www.w3.org/1999/xhtml">{shown}</html>'
            archive.writestr(f"{number}.xhtml", body)
            items += f'<item id="d{number}" href="{number}.xhtml" media-type="application/xhtml+xml"/>'
            items += f'<item id="i{number}" href="{name}" media-type="image/png"/>'
            spine += f'<itemref idref="d{number}"/>'
        archive.writestr(
            "c.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            '<dc:language>fr</dc:language><meta property="rendition:layout">pre-paginated</meta></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
    return held.getvalue()  # fmt: skip


async def test_sidecars_of_a_folder_apart_are_taken_over_by_command(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/ep 1/01.png", TINY)
    shelf.file("S/ep 2/01.png", a_picture(2))
    await looked.bring(shelf)
    apart = shelf.path.parent / "sidecars"
    for name, text in (("s/ep 1/01.json", "one"), ("s/ep 2/01.png.json", "two"), ("s/ep 9/09.json", "nine")):
        (apart / name).parent.mkdir(parents=True, exist_ok=True)
        (apart / name).write_bytes(a_sidecar(language="en", balloons=[{"text": text}]))
    (apart / "s/ep 9/09.json").write_bytes(b'{"version": 9}')
    result = await import_folder(looked.library.database, apart)
    assert result.taken == ["s/ep 1/01.json", "s/ep 2/01.png.json"]
    assert result.left == ["s/ep 9/09.json"]
    assert [problem.key for each in check_folder(apart) for problem in each.problems] == ["$.version"]
    assert [await looked.words(page) for page in (0, 1)] == [
        [("sidecar", "en", "one", None)],
        [("sidecar", "en", "two", None)],
    ]
    await looked.look()  # nothing beside the pictures takes them away again
    assert await looked.words(0) == [("sidecar", "en", "one", None)]


async def test_an_ingested_episode_has_its_pages_looked_at_as_part_of_its_activity(
    looked: Looked, shelf: Shelf
) -> None:
    shelf.file("S/1/01.png", TINY)
    shelf.file("S/1/02.png", a_picture(2))
    await looked.library.scan(shelf.path)
    (episode_id,) = [row[0] for row in await looked.library.rows("SELECT id FROM library.episodes")]
    jobs = "SELECT args ->> 'page_id' FROM jobs.procrastinate_jobs WHERE task_name = 'library.look_at_page' ORDER BY id"
    async with looked.library.database.write("*") as session:
        await tasks.look_at_ingested(session, EpisodeIngested(episode_id))
    assert await looked.library.rows(jobs) == []  # their images are still to be made
    await looked.library.rows("UPDATE library.pages SET state = 'ready'")
    async with looked.library.database.write("*") as session:
        await tasks.look_at_ingested(session, EpisodeIngested(episode_id))
        await tasks.look_at_ingested(session, EpisodeIngested(episode_id))
    assert await looked.library.rows(jobs) == [(str(page_id),) for page_id in await looked.pages()]


async def test_pages_of_older_libraries_are_looked_at_in_the_background(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    await looked.bring(shelf)
    await looked.library.rows("UPDATE library.episodes SET state = 'ready', updated_at = now() - interval '1 hour'")

    async def waiting(versions: dict[Look, int]) -> int:
        async with looked.library.database.read("*") as session:
            return len(await pages_repository.pages_not_looked_at(session, versions, timedelta(minutes=10), 10))

    assert await waiting(VERSIONS) == 0
    assert await waiting(VERSIONS | {Look.OCR: 2}) == 1
    await looked.library.rows("DELETE FROM library.page_looks")
    assert await waiting(VERSIONS) == 1


async def test_the_process_that_looks_ends_when_it_has_nothing_to_do(looked: Looked) -> None:
    pool = LookingPool(looked.library.settings, idle_seconds=0.05)
    assert not pool.is_running
    assert await pool.run(str.upper, "x", timeout=20, file="x") == "X"
    await pool.ended()
    assert not pool.is_running
    assert await pool.run(str.upper, "y", timeout=20, file="y") == "Y"
    await pool.close()
