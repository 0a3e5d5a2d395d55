"""Words are read off pages that have no better text, by the real model in its process."""

from __future__ import annotations

import json
import uuid

import pytest
import pyvips

from fumetto.kernel import fonts
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.looking_service import PageLooker
from tests.library.contents.conftest import Looked, Shelf
from tests.library.ingestion.conftest import a_picture
from tests.shared_data import shared_data

(FONT, *_) = fonts.paths({fonts.COMIC})
PLAIN = a_picture(1, 300, 400)
TINY = a_picture(1)
"""With no room for a letter: the model is not loaded for it."""


def a_drawn_page(*words: str) -> bytes:
    """A picture of grey panels with words in white balloons, one for each."""
    page = pyvips.Image.black(700, 1000, bands=3) + 255
    page = page.draw_rect([120, 130, 140], 20, 20, 660, 960, fill=True)
    for number, text in enumerate(words):
        made = pyvips.Image.text(text, font="Comic Neue Bold 28", dpi=72, fontfile=FONT)
        top = 60 + 240 * number
        page = page.draw_rect([255, 255, 255], 60, top, made.width + 60, made.height + 60, fill=True)
        page = page.insert((255 - made).bandjoin([255 - made, 255 - made]), 90, top + 30)
    return bytes(page.cast("uchar").copy(interpretation="srgb").pngsave_buffer())


async def test_words_are_read_off_a_page_that_has_no_better_text(looked: Looked, shelf: Shelf) -> None:
    shelf.archive(
        "S/1.cbz", {"01.png": a_drawn_page("Good morning, Sir", "I would like eight pumpkins")}, LanguageISO="en"
    )
    await looked.bring(shelf)
    assert [(source, language, text) for source, language, text, _ in await looked.words()] == [
        ("ocr", "en", "Good morning, Sir"),
        ("ocr", "en", "I would like eight pumpkins"),
    ]
    boxes = await looked.library.rows(
        "SELECT x, y, width, height, confidence FROM library.balloons ORDER BY order_index"
    )
    for (x, y, width, height, confidence), top in zip(boxes, (0.09, 0.33), strict=True):
        assert Box(x, y, width, height).common(Box(0.1, top - 0.02, 0.8, 0.06)) > 0.5 * width * height
        assert confidence > 0.8
    assert await looked.looks() == {
        "ocr": ("done", None),
        "panels": ("done", None),
        "sidecar": ("skipped", "no_sidecar"),
    }


async def test_a_page_that_was_read_is_not_read_again_until_it_changes(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", TINY)
    await looked.bring(shelf)
    at = await looked.library.one("SELECT looked_at FROM library.page_looks WHERE look = 'ocr'")
    await looked.look()
    assert await looked.library.one("SELECT looked_at FROM library.page_looks WHERE look = 'ocr'") == at
    shelf.file("S/1/01.png", a_picture(2))
    await looked.library.scan(shelf.path)
    await looked.look()
    assert await looked.library.one("SELECT looked_at FROM library.page_looks WHERE look = 'ocr'") > at


@pytest.mark.parametrize("switch", ["series", "setting"])
async def test_ocr_that_is_off_reads_nothing_and_forgets_what_it_had_read(
    looked: Looked, shelf: Shelf, switch: str
) -> None:
    shelf.archive("S/1.cbz", {"01.png": TINY})
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    await looked.library.rows(
        "INSERT INTO library.page_texts (id, page_id, language, source, state) VALUES (%s, %s, 'en', 'ocr', 'ready')",
        uuid.uuid4(), page_id,
    )  # fmt: skip
    if switch == "series":
        await looked.library.rows("UPDATE library.series SET ocr = false")
    else:
        off = looked.library.settings.model_copy(update={"ocr": False})
        looked.looker = PageLooker(looked.library.database, off, looked.library.parsers, looked.looker.looking)
    await looked.look()
    assert await looked.library.rows("SELECT 1 FROM library.page_texts") == []
    assert (await looked.looks())["ocr"] == ("skipped", "ocr_off" if switch == "series" else "ocr_disabled")


async def test_a_script_that_the_model_lacks_is_said_and_skipped(looked: Looked, shelf: Shelf) -> None:
    shelf.archive("S/1.cbz", {"01.png": PLAIN}, LanguageISO="ar")
    await looked.bring(shelf)
    assert (await looked.looks())["ocr"] == ("skipped", "ocr_alphabet")
    detail = await looked.library.one("SELECT reason_detail FROM library.page_looks WHERE look = 'ocr'")
    assert detail == {"language": "ar", "script": "Arab"}


@pytest.mark.shared_data
async def test_a_real_page_is_read_nearly_without_a_mistake(looked: Looked, shelf: Shelf) -> None:
    book = shared_data("pepper_carrot", "lettered", "Pepper and Carrot 01 - Potion of Flight")
    truth = shared_data("pepper_carrot", "dialogue.jsonl").read_text("utf-8").splitlines()
    said = [json.loads(row) for row in truth]
    wanted = [row["text"] for row in said if (row["episode"], row["page"], row["lang"]) == (1, 1, "en")]
    shelf.file("Pepper/1/01.jpg", (book / "01.jpg").read_bytes())
    await looked.bring(shelf)
    found = {text.rstrip(".") for _, _, text, _ in await looked.words()}
    assert {text for text in wanted if len(text) > 6} <= found
    assert [source for source, _ in await looked.panels()] == ["detected"] * 3
