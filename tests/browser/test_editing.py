"""What editors set right in the browser: readers are shown it, search finds it, who only reads has no door to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.axe import amiss
from tests.browser.reader import SAMPLE, episodes, eventually
from tests.builders.fumetto import RunningFumetto

ARTICLE = """---
title: Lamps of the harbour
---

# Keepers

- The keeper polishes the brass every seventh evening.
- The old lens came from a wrecked schooner.
- Gulls nest behind the northern shutter.
- A spare wick hangs under the stairs.
"""
PAGE = 3


@pytest.fixture
def article(api: APIRequestContext) -> Iterator[str]:
    """The id of an article with four statements that wait for a decision; all of the sample counts as read."""
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    sent = {"name": "lamps.md", "mimeType": "text/markdown", "buffer": ARTICLE.encode()}
    assert api.post(f"/api/v1/editing/series/{SAMPLE}/wiki/import", multipart={"files": sent}).ok
    items = api.get(f"/api/v1/editing/series/{SAMPLE}/wiki").json()["items"]
    made = next(str(item["id"]) for item in items if item["title"] == "Lamps of the harbour")
    yield made
    assert api.delete(f"/api/v1/editing/wiki/{made}").ok


def read_facts(api: APIRequestContext, article: str) -> list[str]:
    """What a reader is told of an article."""
    answer = api.get(f"/api/v1/wiki/{article}")
    return [fact["text"] for section in answer.json()["sections"] for fact in section["facts"]] if answer.ok else []


def test_review_decides_by_keyboard_and_in_bulk_what_readers_are_told(
    page: Page, api: APIRequestContext, article: str
) -> None:
    assert read_facts(api, article) == []
    page.goto(f"/edit/{SAMPLE}/review?about={article}")
    rows = page.get_by_role("list", name="Review").get_by_role("listitem").filter(has=page.get_by_role("checkbox"))
    expect(rows).to_have_count(4)
    expect(page.get_by_text("This view shows the whole story")).to_be_visible()
    expect(page.get_by_text("0 of 4 decided")).to_be_visible()
    page.keyboard.press("j")
    first = rows.first.inner_text()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Episode 1, page 1").check(force=True)
    dialog.get_by_role("button", name="Accept with these pages").click()
    expect(dialog).to_have_count(0)
    expect(rows).to_have_count(3)
    told = read_facts(api, article)
    assert len(told) == 1
    assert told[0] in first
    page.keyboard.press("r")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("2 of 4 decided")).to_be_visible()
    page.keyboard.press("u")
    expect(rows).to_have_count(3)
    page.keyboard.press("x")
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("toolbar").get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    assert read_facts(api, article) == told
    page.get_by_text("Rejected · 3").click()
    expect(rows).to_have_count(3)


def test_article_declared_safe_lore_is_read_whole(page: Page, api: APIRequestContext, article: str) -> None:
    page.goto(f"/edit/{SAMPLE}/wiki?article={article}")
    page.get_by_role("switch", name="Safe lore").click(force=True)
    expect(page.get_by_text("is safe lore now")).to_be_visible()
    assert len(read_facts(api, article)) == 4


def found(api: APIRequestContext, words: str) -> list[str]:
    hits = api.get("/api/v1/search", params={"q": words, "series": SAMPLE, "language": "en"}).json()["items"]
    return [hit["text"] for hit in hits]


def test_corrected_balloon_is_found_and_a_conflict_is_told(page: Page, api: APIRequestContext) -> None:
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    episode = str(episodes(api)[0]["id"])
    shown = api.get(f"/api/v1/episodes/{episode}").json()["pages"][PAGE]["id"]
    texts = f"/api/v1/editing/pages/{shown}/texts"
    page.goto(f"/edit/{SAMPLE}/pages/{episode}?page={shown}&lang=en")
    save = page.get_by_role("button", name="Save", exact=True)
    first = page.get_by_label("Text of balloon 1", exact=True)
    before = first.input_value()
    expect(save).to_be_disabled()

    box = page.get_by_role("button", name="Balloon 1:")
    box.press("ArrowRight")
    expect(save).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(save).to_be_disabled()

    first.fill("Marmalade zeppelins over the pier")
    page.get_by_label("Who speaks in balloon 1", exact=True).fill("Ada")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_label("Text of balloon 2", exact=True)).to_have_value("Marmalade zeppelins over the pier")
    page.get_by_role("link", name="Characters").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The page was saved")).to_be_visible()
    assert any("zeppelins" in text for text in found(api, "marmalade zeppelins"))
    kept = api.get(texts, params={"lang": "en"}).json()
    assert kept["source"] == "person"
    assert kept["balloons"][1]["speaker"] == "Ada"

    other = [{**balloon, "text": "Somebody else was here"} for balloon in kept["balloons"]]
    assert api.put(texts, data={"language": "en", "version": kept["version"], "balloons": other}).ok
    page.get_by_label("Text of balloon 2", exact=True).fill("Marmalade balloons over the pier")
    save.click()
    dialog = page.get_by_role("dialog", name="Somebody else changed this page")
    dialog.get_by_role("button", name="Save mine over it").click()
    expect(dialog).to_have_count(0)
    eventually(lambda: any("Marmalade balloons" in text for text in found(api, "marmalade")), "the words saved last")

    page.get_by_role("button", name="More for this page").click()
    page.get_by_role("menuitem", name="Words back to what was found").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to what was found").click()
    expect(page.get_by_label("Text of balloon 1", exact=True)).to_have_value(before)
    assert not any("Marmalade" in text for text in found(api, "marmalade balloons"))


def test_axe_finds_nothing_amiss_where_things_are_edited(
    chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str, api: APIRequestContext, article: str
) -> None:
    episode = episodes(api)[0]["id"]
    shown = api.get(f"/api/v1/episodes/{episode}").json()["pages"][PAGE]["id"]
    screens = {
        f"review?about={article}": "A spare wick",
        f"pages/{episode}?page={shown}": "Add a balloon",
        "characters": "Choose a character",
        "world": "The world of this story",
        f"wiki?article={article}": "A spare wick",
    }
    context = chromium.new_context(base_url=fumetto.url, storage_state=signed_in, reduced_motion="reduce")
    page = context.new_page()
    told = []
    for where, sign in screens.items():
        page.goto(f"/edit/{SAMPLE}/{where}")
        expect(page.get_by_text(sign).first).to_be_attached()
        page.evaluate(axe)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            told += [f"{where}: wider than a window of {width}"] if wide > width else []
            told += [f"{where}, {width}: {what}" for what in amiss(page)]
    context.close()
    assert told == []


@pytest.mark.usefixtures("article")
def test_reader_finds_no_door_to_the_editing_screens(
    chromium: Browser, fumetto: RunningFumetto, api: APIRequestContext, page: Page
) -> None:
    made = api.post("/api/v1/users", data={"name": "Only Reads", "role": "reader", "user_type": "adult"}).json()
    link = f"{fumetto.url}/welcome#token={made['sign_in_token']}"
    context = chromium.new_context(base_url=fumetto.url, locale="en-GB")
    reader = context.new_page()
    reader.goto(link)
    reader.wait_for_url(f"{fumetto.url}/")
    reader.goto(f"/series/{SAMPLE}")
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/series/{SAMPLE}")
    expect(page.get_by_role("link", name=re.compile("wait for you"))).to_be_visible()
    expect(reader.get_by_role("link", name=re.compile("wait for you"))).to_have_count(0)
    reader.goto(f"/edit/{SAMPLE}/review")
    expect(reader.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    context.close()
