"""Every screen can be used by everybody: axe finds nothing, in light and dark, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.axe import amiss
from tests.browser.reader import SCHEMES, episodes, in_scheme
from tests.builders.fumetto import RunningFumetto

SCREENS = ("/", "/series/the-empty-balloon", "/lists", "/import", "/settings", "/read")
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
OPENS = {"/": ("Menu of owner", "Sort by", "Filters"), "/series/the-empty-balloon": ("More for this series", "Edit")}
OPENED = "[role=menu], [role=dialog]"
WIDTHS = (390, 820, 1440, 2560)


@pytest.mark.parametrize("size", sorted(SIZES))
def test_axe_finds_nothing_amiss(
    size: str, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str, api: APIRequestContext
) -> None:
    viewport: Any = SIZES[size]
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, viewport=viewport, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    told = []
    for screen in SCREENS:
        open_screen(page, api, screen)
        page.evaluate(axe)
        for scheme in SCHEMES:
            in_scheme(page, scheme)
            told += [f"{screen}, {scheme}: {what}" for what in amiss(page)]
    context.close()
    assert told == []


def test_axe_finds_nothing_amiss_in_what_opens(
    chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str
) -> None:
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    told = []
    for screen, names in OPENS.items():
        page.goto(screen)
        page.evaluate(axe)
        for name in names:
            button = page.get_by_role("button", name=name)
            button.click()
            expect(page.locator(OPENED).first).to_be_visible()
            told += [f"{name}: {what}" for what in amiss(page)]
            page.keyboard.press("Escape")
            expect(page.locator(OPENED)).to_have_count(0)
    context.close()
    assert told == []


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_scrolls_sideways(screen: str, page: Page, api: APIRequestContext) -> None:
    open_screen(page, api, screen)
    beyond = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(250)
        beyond[width] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert {width: much for width, much in beyond.items() if much > 0} == {}


def open_screen(page: Page, api: APIRequestContext, screen: str) -> None:
    page.goto(f"/read/{episodes(api)[0]['id']}?page=2" if screen == "/read" else screen)
    expect(page.locator("main")).to_be_visible()
    page.wait_for_load_state("networkidle")
