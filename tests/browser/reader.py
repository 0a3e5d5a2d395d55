"""What tests do in the reader: open it, look at where it is, and ask the server what it knows has been seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import APIRequestContext, FloatRect, Locator, Page, expect

SAMPLE = "the-empty-balloon"
ARRIVED = """async scheme => {
    const room = document.querySelector('main[data-layout]');  // is dark by day too
    if (!room && document.documentElement.dataset.mantineColorScheme !== scheme) return false;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const moving = document.getAnimations().filter(one => one.playState === 'running');
    return moving.every(one => one.effect.getTiming().iterations === Infinity);
}"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 60.0  # seconds; what is waited for may be behind other jobs


def episodes(api: APIRequestContext, series: str = SAMPLE) -> list[dict[str, Any]]:
    return list(api.get(f"/api/v1/series/{series}/episodes").json()["items"])


def prefer(api: APIRequestContext, series: str = SAMPLE, **how: Any) -> None:
    """Read this series so from now on."""
    known = api.get(f"/api/v1/series/{series}").json()
    assert api.put(f"/api/v1/reading/preferences/{known['id']}", data=how).ok


def open_reader(page: Page, number: int = 1, at: int | None = None, series: str = SAMPLE) -> str:
    """Opens an episode by its place in the series, at a page by its index; returns its id once a page is drawn."""
    episode = str(episodes(page.request, series)[number - 1]["id"])
    page.goto(f"/read/{episode}" + ("" if at is None else f"?page={at}"))
    expect(page.locator("main img[data-here]").first).to_be_visible()
    return episode


def seen(api: APIRequestContext, episode: str) -> list[int]:
    pages = api.get(f"/api/v1/episodes/{episode}").json()["pages"]
    return [item["order_index"] for item in pages if item["seen"]]


def place(page: Page) -> Locator:
    return page.get_by_role("slider")


def is_at(page: Page, index: int) -> None:
    """Waits until the page with this index is the first one open."""
    expect(place(page)).to_have_attribute("aria-valuenow", str(index + 1))


def stays_at(page: Page, index: int) -> bool:
    """Waits for the same, and tells whether it goes no further by itself."""
    is_at(page, index)
    page.wait_for_timeout(500)
    return place(page).get_attribute("aria-valuenow") == str(index + 1)


def at_rest(page: Page, what: Locator) -> FloatRect:
    """Where it is, once it does not move any more."""
    before = None
    while (box := what.bounding_box()) is None or box != before:
        before = box
        page.wait_for_timeout(120)
    return box


def in_scheme(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Shows the page in light or dark, and waits until every colour has arrived there."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    eventually(lambda: bool(page.evaluate(ARRIVED, scheme)), "the colours")


def eventually(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.1)
