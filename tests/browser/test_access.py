"""Every screen can be used by everybody: axe finds nothing, in light and dark, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.builders.fumetto import RunningFumetto

SCREENS = ("/", "/series/the-empty-balloon", "/lists", "/import", "/settings", "/read")
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_amiss(
    screen: str, size: str, scheme: Any, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str
) -> None:
    viewport: Any = SIZES[size]
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address_of(page, screen))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    told = [
        f"{rule['id']}: {rule['nodes'][0]['target']} {rule['nodes'][0]['failureSummary']}"
        for rule in found["violations"]
    ]
    context.close()
    assert told == []


def address_of(page: Page, screen: str) -> str:
    if screen != "/read":
        return screen
    found = page.request.get("/api/v1/series/the-empty-balloon/episodes").json()["items"]
    return f"/read/{found[0]['id']}?page=2"


@pytest.mark.parametrize("width", [390, 820, 1440, 2560])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_scrolls_sideways(screen: str, width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address_of(page, screen))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
