"""Somebody opens Fumetto, finds something to read, and reads it: with keys, by touch, in French, on two devices."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.reader import eventually, is_at, open_reader, seen
from tests.builders.fumetto import RunningFumetto

TITLE = "The Empty Balloon"


def test_stranger_opens_the_sample_from_the_shelf_and_sees_its_first_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.locator("a[href*='/read/']").first.click()
    expect(page).to_have_url(re.compile("/read/"))
    expect(page.locator("main img[data-here]").first).to_be_visible()
    is_at(page, 0)


def test_arrow_key_turns_the_page_and_the_server_remembers_it_was_seen(page: Page, api: APIRequestContext) -> None:
    episode = open_reader(page, at=2)
    page.keyboard.press("ArrowRight")
    is_at(page, 4)
    eventually(lambda: {4, 5} <= set(seen(api, episode)), "the turn")
    assert 6 not in seen(api, episode)


def test_page_that_flies_past_is_not_seen(page: Page, api: APIRequestContext) -> None:
    episode = open_reader(page, number=2, at=0)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    eventually(lambda: 6 in seen(api, episode), "the last page")
    assert not {2, 3, 4} & set(seen(api, episode))


def test_french_is_chosen_without_leaving_the_page(page: Page) -> None:
    open_reader(page, at=2)
    page.mouse.move(400, 300)
    page.mouse.move(420, 320)
    page.get_by_role("button", name=re.compile("^Language")).click()
    page.get_by_role("menuitem", name="Français").click()
    expect(page.locator("main img[src*='lang=fr']").first).to_be_visible()
    expect(page.get_by_role("heading", name="Trouvée dans un arbre")).to_be_visible()
    is_at(page, 2)


def test_reader_opens_where_another_device_left_off(
    page: Page, api: APIRequestContext, chromium: Browser, signed_in: Any, fumetto: RunningFumetto
) -> None:
    episode = open_reader(page, number=2, at=3)
    eventually(lambda: 3 in seen(api, episode), "the turn")
    other = chromium.new_context(base_url=fumetto.url, storage_state=signed_in, viewport={"width": 390, "height": 844})
    phone = other.new_page()
    phone.goto(f"/read/{episode}")
    expect(phone.get_by_role("slider")).to_have_attribute("aria-valuenow", re.compile("^[45]$"))
    other.close()


def test_finger_pulls_the_page_over_and_the_leaf_curls(
    playwright: Any, chromium: Browser, signed_in: Any, fumetto: RunningFumetto
) -> None:
    context = chromium.new_context(
        **(playwright.devices["Pixel 7"] | {"base_url": fumetto.url, "storage_state": signed_in})
    )
    page = context.new_page()
    open_reader(page, number=1, at=2)
    size = page.viewport_size or {"width": 400, "height": 800}
    y = size["height"] / 2
    touch = context.new_cdp_session(page)

    def at(kind: str, x: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    at("touchStart", size["width"] - 20)
    for step in range(1, 9):
        at("touchMove", size["width"] - 20 - step * size["width"] / 12)
        page.wait_for_timeout(16)
    expect(page.locator("[data-part=back]")).to_have_attribute("style", re.compile("matrix"))
    for step in range(9, 13):
        at("touchMove", size["width"] - 20 - step * size["width"] / 14)
    at("touchEnd", 0)
    is_at(page, 3)
    context.close()


def test_spread_pairs_the_pages_and_single_and_strip_are_one_key_away(page: Page) -> None:
    open_reader(page, at=2)
    expect(page.locator("main")).to_have_attribute("data-layout", "spread")
    page.keyboard.press("d")
    expect(page.locator("main")).to_have_attribute("data-layout", "strip")
    page.keyboard.press("d")
    expect(page.locator("main")).to_have_attribute("data-layout", "single")
    page.keyboard.press("d")
    expect(page.locator("main")).to_have_attribute("data-layout", "spread")


def test_end_of_an_episode_leads_to_the_next(page: Page) -> None:
    open_reader(page, at=6)
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The keeper’s word")
    page.get_by_role("button", name="Read on").click()
    expect(page.get_by_role("heading", name="The keeper’s word")).to_be_visible()


def test_screen_reader_hears_what_the_balloons_say(page: Page) -> None:
    open_reader(page, at=3)
    expect(page.get_by_role("listitem").filter(has_text="You’re empty.")).to_have_count(1)


@pytest.mark.parametrize("address", ["/", "/series/the-empty-balloon", "/import", "/settings", "/lists"])
def test_nobody_who_is_not_signed_in_sees_anything_but_the_door(
    chromium: Browser, fumetto: RunningFumetto, address: str
) -> None:
    context = chromium.new_context(base_url=fumetto.url)
    page = context.new_page()
    page.goto(address)
    expect(page).to_have_url(re.compile("/welcome"))
    assert TITLE not in page.content()
    context.close()
