"""Somebody looks for what was said: it is found once it was read and not before, and opens where it was said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.axe import amiss
from tests.browser.reader import SAMPLE, SCHEMES, eventually, in_scheme, is_at, open_reader, prefer, seen
from tests.builders.fumetto import RunningFumetto

SENTENCE = "It followed Ada home. It followed her everywhere."
WORDS = "followed her everywhere"
PAGE = 3


def hits(api: APIRequestContext, words: str) -> list[dict[str, Any]]:
    return list(api.get("/api/v1/search", params={"q": words, "series": SAMPLE}).json()["items"])


def read_page(page: Page, api: APIRequestContext, at: int) -> str:
    episode = open_reader(page, at=at)
    eventually(lambda: at in seen(api, episode), "the turn")
    return episode


@pytest.fixture
def indexed(api: APIRequestContext) -> None:
    """The sample's words are in the index; looked for as one who has read it all, and then nothing has been read."""
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    eventually(lambda: any(hit["text"] == SENTENCE for hit in hits(api, WORDS)), "the sample in the index")
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "unread"}).ok


@pytest.mark.usefixtures("indexed")
def test_sentence_is_found_once_it_was_read_and_not_before(page: Page, api: APIRequestContext) -> None:
    page.goto(f"/search?q={WORDS.replace(' ', '+')}&series={SAMPLE}")
    expect(page.get_by_role("heading", name=re.compile("^Nothing about"))).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(SENTENCE)
    read_page(page, api, PAGE)
    page.goto(f"/search?q={WORDS.replace(' ', '+')}&series={SAMPLE}")
    hit = page.get_by_role("link", name=re.compile("episode 1, page"))
    expect(hit.filter(has_text=SENTENCE).first).to_be_visible()
    expect(hit.filter(has_text=SENTENCE).first.locator("mark").first).to_have_text("followed")


@pytest.mark.usefixtures("indexed")
def test_hit_opens_its_page_with_the_balloon_ringed(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    read_page(page, api, PAGE)
    page.goto(f"/search?q={WORDS.replace(' ', '+')}")
    page.get_by_role("link").filter(has_text=SENTENCE).first.click()
    expect(page).to_have_url(re.compile(r"/read/.*box="))
    is_at(page, PAGE)
    ring = page.locator("[data-ring]")
    expect(ring).to_have_count(1)
    found = next(hit for hit in hits(api, WORDS) if hit["text"] == SENTENCE)["box"]
    face = page.locator("[data-where=alone] img").first.bounding_box()
    around = ring.bounding_box()
    assert face
    assert around
    middle = (around["x"] + around["width"] / 2 - face["x"]) / face["width"]
    assert abs(middle - (found["x"] + found["width"] / 2)) < 0.02
    page.keyboard.press("ArrowRight")
    is_at(page, PAGE + 1)
    expect(page).not_to_have_url(re.compile("box="))
    page.keyboard.press("ArrowLeft")
    is_at(page, PAGE)
    expect(page.locator("[data-ring]")).to_have_count(0)


@pytest.mark.usefixtures("indexed")
def test_palette_finds_series_and_sentences_by_keyboard_alone(page: Page, api: APIRequestContext) -> None:
    read_page(page, api, PAGE)
    page.goto("/")
    expect(page.get_by_role("heading").first).to_be_visible()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.type(WORDS)
    option = page.get_by_role("option").filter(has_text=SENTENCE)
    expect(option).to_have_count(1)
    for _ in range(8):
        if option.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/read/.*box="))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name=WORDS)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/read/"))


def test_what_is_typed_at_once_after_the_key_is_in_the_field(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading").first).to_be_visible()
    page.evaluate("() => void (window.requestAnimationFrame = (draw) => setTimeout(() => draw(0), 200))")  # is busy
    page.keyboard.press("/")
    page.keyboard.type(WORDS)
    expect(page.get_by_role("combobox", name="Search")).to_have_value(WORDS)


@pytest.mark.usefixtures("indexed")
def test_palette_leads_to_another_page_of_the_episode_that_is_open(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    read_page(page, api, PAGE)
    page.keyboard.press("Home")
    is_at(page, 0)
    page.keyboard.press("Control+k")
    page.keyboard.type(WORDS)
    page.get_by_role("option").filter(has_text=SENTENCE).click()
    is_at(page, PAGE)
    expect(page.locator("[data-ring]")).to_have_count(1)


@pytest.mark.usefixtures("indexed")
def test_who_read_it_elsewhere_says_so_by_name_and_finds_all_of_it(page: Page) -> None:
    page.goto(f"/search?q={WORDS.replace(' ', '+')}&series={SAMPLE}")
    page.get_by_role("button", name="I have read this elsewhere").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("All pages of The Empty Balloon that are here will count as read by you")
    dialog.get_by_role("button", name="Mark The Empty Balloon as read").click()
    expect(page.get_by_role("link").filter(has_text=SENTENCE).first).to_be_visible()


@pytest.mark.usefixtures("indexed")
def test_what_is_looked_for_is_all_in_the_address(page: Page, api: APIRequestContext) -> None:
    read_page(page, api, PAGE)
    page.goto("/search?q=Ada")
    expect(page.locator("main ol > li").first).to_be_visible()
    page.get_by_text("What is said").click()
    page.get_by_placeholder("Any language").click()
    page.get_by_role("option", name="Français").click()
    expect(page).to_have_url(re.compile(r"q=Ada.*kind=dialogue.*language=fr|q=Ada.*language=fr.*kind=dialogue"))
    expect(page.locator("main ol > li [lang=fr]").first).to_be_visible()
    assert page.locator("main ol > li [lang=en]").count() == 0
    page.reload()
    expect(page.locator("main ol > li [lang=fr]").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.usefixtures("indexed")
def test_axe_finds_nothing_amiss_in_search(
    width: int, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str, api: APIRequestContext
) -> None:
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, viewport={"width": width, "height": 844}, locale="en-GB"
    )
    page = context.new_page()
    told = []
    for place in ("/search", "/search?q=Puff", "/search?q=zzzzqqqq", "palette", "elsewhere"):
        if place == "palette":
            page.goto("/series/the-empty-balloon")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.keyboard.press("/")
            page.keyboard.type("Puff")
            expect(page.get_by_role("option").nth(1)).to_be_visible()
        elif place == "elsewhere":
            page.goto("/search")
            page.get_by_role("button", name="I have read this elsewhere").click()
            expect(page.get_by_role("dialog")).to_be_visible()
        else:
            page.goto(place)
            expect(page.locator("main ol > li, main h2").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        for scheme in SCHEMES:
            in_scheme(page, scheme)
            told += [f"{place}, {scheme}: {what}" for what in amiss(page)]
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()
    assert told == []
