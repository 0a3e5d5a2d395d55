"""The server is away for a while, or knows the reader no more: that is told, nothing read is lost, and all goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import APIRequestContext, BrowserContext, Page, expect

from tests.browser.reader import eventually, is_at, open_reader, prefer, seen

WAITING = "Object.keys(localStorage).filter(key => key.startsWith('fumetto-turns.')).length"


def test_server_that_is_away_is_named_and_the_screen_comes_once_it_is_back(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    to_the_series = page.get_by_role("link", name=re.compile("The Empty Balloon")).first
    expect(to_the_series).to_be_visible()
    context.set_offline(True)
    to_the_series.click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name="The Empty Balloon")).to_be_visible()


@pytest.mark.parametrize("why", ["the server is away", "the session is over"])
def test_page_turned_when_it_could_not_be_told_is_told_by_the_next_tab(
    why: str, page: Page, context: BrowserContext, api: APIRequestContext
) -> None:
    prefer(api, layout="single")
    episode = open_reader(page, at=2)
    eventually(lambda: 2 in seen(api, episode), "the first turn")
    page.wait_for_load_state("networkidle")
    cookies = context.cookies()
    if why == "the server is away":
        context.set_offline(True)
    else:
        context.clear_cookies()
    page.keyboard.press("ArrowRight")
    is_at(page, 3)
    eventually(lambda: page.evaluate(WAITING) == 1, "the turn that waits")
    page.close()
    assert 3 not in seen(api, episode)
    context.set_offline(False)
    context.add_cookies(cookies)  # type: ignore[arg-type] # what it gave
    later = context.new_page()
    later.goto("/")
    eventually(lambda: 3 in seen(api, episode), "the turn of the tab that was closed")
    eventually(lambda: later.evaluate(WAITING) == 0, "an end of waiting")
