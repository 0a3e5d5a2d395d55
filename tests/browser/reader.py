"""What tests do in the reader: open it, look at where it is, and ask the server what it knows has been seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import APIRequestContext, Locator, Page, expect

SAMPLE = "the-empty-balloon"
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


def is_at_for_good(page: Page, index: int) -> None:
    """The same, and that it goes no further by itself."""
    is_at(page, index)
    page.wait_for_timeout(500)
    assert place(page).get_attribute("aria-valuenow") == str(index + 1)


def eventually(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.1)
