"""The reader in other layouts, directions and circumstances: manga, strips, no network, a closer look, bad pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, BrowserContext, Page, expect

from tests.browser.reader import episodes, eventually, is_at, open_reader, place, prefer, seen, stays_at
from tests.builders.archives import picture, zip_of
from tests.builders.fumetto import RunningFumetto, command

ODD = "odd-book"


@pytest.fixture(scope="module")
def odd_book(fumetto: RunningFumetto, api: APIRequestContext, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The slug of a book of three pages, the second of which is damaged."""
    pages = {f"{n:03d}.png": picture(n, 300, 450) for n in (1, 2, 3)}
    pages["002.png"] = pages["002.png"][:60]
    path = zip_of(tmp_path_factory.mktemp("odd") / "Odd book 01.cbz", pages)
    command(fumetto.data_dir, "import", str(path), "--series", "Odd book", check=False)

    def settled() -> bool:
        found = api.get(f"/api/v1/series/{ODD}")
        if not found.ok or not episodes(api, ODD):
            return False
        pages = api.get(f"/api/v1/episodes/{episodes(api, ODD)[0]['id']}").json()["pages"]
        return [item["state"] for item in pages] == ["ready", "failed", "ready"]

    eventually(settled, "the odd book")
    return ODD


def test_manga_goes_on_to_the_left_and_lies_the_other_way_round(page: Page, api: APIRequestContext) -> None:
    prefer(api, direction="rtl", layout="spread")
    open_reader(page, at=2)
    left, right = (page.locator(f"[data-where={side}] img").first for side in ("left", "right"))
    expect(right).to_have_attribute("alt", "Page 1")
    expect(left).to_have_attribute("alt", "Page 2")
    page.keyboard.press("ArrowLeft")
    is_at(page, 4)
    page.mouse.click(1400, 450)
    is_at(page, 2)
    expect(right).to_have_attribute("alt", "Page 1")


def test_key_held_down_leafs_to_the_end_and_no_further(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=0)
    for _ in range(30):
        page.keyboard.down("ArrowRight")
        page.wait_for_timeout(45)
    page.keyboard.up("ArrowRight")
    is_at(page, 6)
    expect(page.get_by_role("heading", name="Found in a tree")).to_be_attached()


def test_three_quick_presses_are_three_pages(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=1)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert stays_at(page, 4)


def test_turn_survives_a_window_that_changes_its_size(page: Page) -> None:
    open_reader(page, at=2)
    page.keyboard.press("ArrowRight")
    page.set_viewport_size({"width": 1100, "height": 760})
    is_at(page, 4)
    expect(page.locator("[data-part=back]")).to_have_count(0)


def test_wheel_turns_one_page_a_notch(page: Page) -> None:
    open_reader(page, at=2)
    page.mouse.move(700, 450)
    page.mouse.wheel(0, 120)
    assert stays_at(page, 4)
    page.mouse.wheel(0, -120)
    assert stays_at(page, 2)


def test_space_scrolls_a_wide_page_to_its_end_and_then_turns(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single", fit="width")
    open_reader(page, at=3)
    stage = page.locator("[data-fit]")
    page.keyboard.press("Space")
    eventually(lambda: stage.evaluate("stage => stage.scrollTop") > 300, "what is further down")
    is_at(page, 3)
    stage.evaluate("stage => stage.scrollTo(0, stage.scrollHeight)")
    page.keyboard.press("Space")
    is_at(page, 4)
    eventually(lambda: stage.evaluate("stage => stage.scrollTop") == 0, "the top of the next page")
    assert stays_at(page, 4)


def test_zoom_is_left_before_the_book_is(page: Page) -> None:
    open_reader(page, at=2)
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator("[data-zoomed]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[data-zoomed]")).to_have_count(0)
    expect(page).to_have_url(re.compile("/read/"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/series/"))


def test_sheet_of_keys_is_left_before_the_book_is(page: Page) -> None:
    open_reader(page, at=2)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/read/"))
    is_at(page, 2)


def test_two_fingers_look_closer_and_turn_nothing(chromium: Any, playwright: Any, signed_in: Any, fumetto: Any) -> None:
    phone = playwright.devices["Pixel 7"] | {"base_url": fumetto.url, "storage_state": signed_in}
    context = chromium.new_context(**phone)
    page = context.new_page()
    open_reader(page, at=2)
    touch = context.new_cdp_session(page)

    def fingers(kind: str, *xs: int) -> None:
        points = [{"x": x, "y": 400, "id": number} for number, x in enumerate(xs)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 180)
    fingers("touchStart", 180, 220)
    for step in range(1, 8):
        fingers("touchMove", 180 - step * 12, 220 + step * 12)
    fingers("touchEnd")
    expect(page.locator("[data-zoomed]")).to_have_count(1)
    is_at(page, 2)
    context.close()


def test_strip_keeps_its_place_and_tells_what_has_been_seen(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="strip")
    episode = open_reader(page, at=3)
    is_at_page = re.compile("^[345]$")
    expect(place(page)).to_have_attribute("aria-valuenow", is_at_page)
    page.set_viewport_size({"width": 700, "height": 640})
    expect(place(page)).to_have_attribute("aria-valuenow", is_at_page)
    for _ in range(4):
        page.keyboard.press("Space")
        page.wait_for_timeout(700)
    eventually(lambda: bool({3, 4} & set(seen(api, episode))), "a page of the strip")
    assert 0 not in seen(api, episode)


def test_pages_read_without_a_network_are_told_when_it_is_back(
    page: Page, context: BrowserContext, api: APIRequestContext
) -> None:
    episode = open_reader(page, at=2)
    eventually(lambda: 2 in seen(api, episode), "the first turn")
    page.wait_for_load_state("networkidle")  # the next pictures are here
    context.set_offline(True)
    page.keyboard.press("ArrowRight")
    is_at(page, 4)
    page.wait_for_timeout(1_500)
    assert 4 not in seen(api, episode)
    context.set_offline(False)
    eventually(lambda: {4, 5} <= set(seen(api, episode)), "what was read offline")


def test_page_seen_just_before_the_tab_is_left_is_told(
    page: Page, context: BrowserContext, api: APIRequestContext
) -> None:
    episode = open_reader(page, at=2)
    eventually(lambda: 2 in seen(api, episode), "the first turn")
    context.route("**/reading/turns", lambda route: route.abort())
    page.keyboard.press("ArrowRight")
    waiting = "Object.keys(localStorage).filter(key => key.startsWith('fumetto-turns.')).map(key => localStorage[key])"
    eventually(lambda: any("[4,5]" in turns for turns in page.evaluate(waiting)), "the turn in the browser's storage")
    context.unroute_all()
    page.goto("about:blank")
    eventually(lambda: {4, 5} <= set(seen(api, episode)), "the last turn")
    assert set(seen(api, episode)) == {2, 3, 4, 5}


def test_damaged_page_says_so_is_not_seen_and_stops_nobody(page: Page, api: APIRequestContext, odd_book: str) -> None:
    prefer(api, odd_book, layout="single")
    episode = str(episodes(api, odd_book)[0]["id"])
    page.goto(f"/read/{episode}?page=1")
    expect(page.get_by_role("group", name=re.compile("cannot be shown"))).to_be_visible()
    page.keyboard.press("ArrowRight")
    is_at(page, 2)
    eventually(lambda: 2 in seen(api, episode), "the page after it")
    assert 1 not in seen(api, episode)


def test_picture_that_did_not_come_can_be_fetched_again(
    page: Page, context: BrowserContext, api: APIRequestContext
) -> None:
    prefer(api, layout="single")
    context.route(re.compile("/pages/.+/image/(display|original)"), lambda route: route.abort())
    page.goto(f"/read/{episodes(api)[0]['id']}?page=3")
    expect(page.get_by_role("group", name=re.compile("cannot be shown"))).to_be_visible()
    context.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main img[data-here]").first).to_be_visible()


def test_scrubber_goes_where_it_is_clicked_and_the_keys_stay_with_the_book(page: Page) -> None:
    open_reader(page, at=0)
    page.mouse.move(600, 300)
    page.mouse.move(640, 320)
    box = place(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    expect(page.locator("footer img")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    is_at(page, 2)
    page.keyboard.press("ArrowRight")
    is_at(page, 4)


def test_number_beyond_the_last_page_opens_the_last(page: Page) -> None:
    open_reader(page, at=100_000)
    is_at(page, 6)
    assert place(page).get_attribute("aria-valuenow") == place(page).get_attribute("aria-valuemax")


def test_bars_come_with_the_tab_key_and_stay_while_it_is_in_them(page: Page) -> None:
    open_reader(page, at=2)
    bar = page.locator("main header")
    expect(bar).to_have_css("opacity", "0")
    page.keyboard.press("Tab")
    expect(bar).to_have_css("opacity", "1")
    page.wait_for_timeout(2_600)
    expect(bar).to_have_css("opacity", "1")
