"""The companion beside the page: asking, following what an answer rests on, paging back, keys, and a phone's sheet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Locator, Page, Route, expect

from tests.browser.axe import amiss
from tests.browser.reader import SAMPLE, eventually, is_at, open_reader, prefer
from tests.builders.fumetto import RunningFumetto

PAGE = 3  # its second balloon says "You’re empty."


ANNOUNCED = """() => {
    window.announced = [];
    new MutationObserver(changes => {
        for (const { addedNodes } of changes)
            for (const node of addedNodes)
                if (node.parentElement?.closest('[aria-live=polite]')) announced.push(node.textContent);
    }).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture
def read(api: APIRequestContext) -> None:
    """All of the sample was read, a page at a time, and nothing was asked."""
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    assert api.delete("/api/v1/companion/conversations").ok
    prefer(api, layout="single")


def companion(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Companion")


def ask(page: Page, question: str) -> Locator:
    """Asks, and waits for the whole answer."""
    field = companion(page).get_by_role("textbox", name="Your question")
    field.fill(question)
    field.press("Enter")
    expect(companion(page).get_by_text(question, exact=True)).to_be_visible()
    answer = companion(page).get_by_role("article", name="Answer").last
    expect(answer.get_by_role("button", name="How it came about")).to_be_visible()
    return answer


@pytest.mark.usefixtures("read")
def test_citation_leads_to_its_balloon_and_back_and_paging_back_folds_the_answer_away(page: Page) -> None:
    open_reader(page, at=PAGE + 1)
    page.keyboard.press("a")
    expect(companion(page).get_by_role("textbox", name="Your question")).to_be_focused()
    answer = ask(page, "Who said “You’re empty”?")
    expect(answer).to_contain_text("You’re empty")
    answer.get_by_role("link", name=re.compile("^Source 1: page")).click()
    is_at(page, PAGE)
    expect(page.locator("[data-ring]")).to_have_count(1)
    # Who looks something up has not paged back.
    expect(companion(page)).to_contain_text("You are looking something up")
    expect(answer).to_be_visible()
    page.go_back()
    is_at(page, PAGE + 1)
    page.locator("main").focus()
    for index in range(PAGE, 0, -1):
        page.keyboard.press("ArrowLeft")
        is_at(page, index)
    expect(companion(page)).to_contain_text("2 later messages are folded away")
    expect(companion(page).get_by_text("Who said “You’re empty”?")).to_have_count(0)
    # What is being written is there again after a reload.
    companion(page).get_by_role("textbox", name="Your question").fill("Not yet asked")
    page.reload()
    expect(companion(page).get_by_role("textbox", name="Your question")).to_have_value("Not yet asked")


@pytest.mark.usefixtures("read")
def test_companion_works_by_keyboard_alone_and_axe_finds_nothing_amiss(page: Page, axe: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_reader(page, at=PAGE)
    page.keyboard.press("a")
    field = companion(page).get_by_role("textbox", name="Your question")
    expect(field).to_be_focused()
    page.keyboard.type("Who is on")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("this page?")
    expect(field).to_have_value("Who is on\nthis page?")
    page.keyboard.press("Enter")
    expect(companion(page).get_by_role("button", name="How it came about")).to_be_visible()
    page.evaluate(axe)
    assert amiss(page) == []
    field.press("Escape")
    expect(companion(page)).to_be_visible()
    page.keyboard.press("ArrowRight")
    is_at(page, PAGE + 1)
    page.keyboard.press("Escape")
    expect(companion(page)).to_have_count(0)


@pytest.mark.usefixtures("read")
def test_answer_goes_on_where_the_connection_left_it_and_each_sentence_is_announced_once(
    page: Page, api: APIRequestContext, axe: str
) -> None:
    """The stream ends after its first sentence; then, for another question, the server is out of order."""
    page.emulate_media(reduced_motion="reduce")
    open_reader(page, at=PAGE)
    page.keyboard.press("a")
    page.evaluate(axe)
    page.evaluate(ANNOUNCED)
    asked_after: list[str | None] = []
    held: list[Route] = []

    def cut(route: Route) -> None:
        asked_after.append(route.request.headers.get("last-event-id"))
        if len(asked_after) > 1:
            held.append(route)
            return
        events = route.fetch().text().split("\n\n")
        first = next(number for number, event in enumerate(events, 1) if "event: sentence" in event)
        kept = "".join(f"{event}\n\n" for event in events[:first])
        route.fulfill(headers={"Content-Type": "text/event-stream"}, body=kept)

    page.route("**/companion/turns/*/events", cut)
    field = companion(page).get_by_role("textbox", name="Your question")
    field.fill("Who said “You’re empty”?")
    field.press("Enter")
    expect(companion(page).get_by_role("article", name="Answer")).to_contain_text("The connection is lost")
    expect(companion(page).get_by_role("button", name="Stop answering")).to_be_visible()
    assert amiss(page) == []
    eventually(lambda: len(held) == 1, "the second try")
    held[0].continue_()
    expect(companion(page).get_by_role("button", name="How it came about")).to_be_visible()
    assert asked_after[0] is None
    assert int(asked_after[1] or 0) > 2
    [talk] = api.get("/api/v1/companion/conversations").json()["items"]
    told = api.get(f"/api/v1/companion/conversations/{talk['id']}/export?format=json").json()["messages"]
    assert [one["state"] for one in told] == ["done", "done"], "it was asked once"
    announced = page.evaluate("announced")
    assert [announced.count(one["text"]) for one in told[1]["sentences"]] == [1] * len(told[1]["sentences"])

    page.route("**/companion/sessions/*/messages", lambda route: route.fulfill(status=503, json={"status": 503}))
    field.fill("And then?")
    field.press("Enter")
    expect(companion(page).get_by_role("alert")).to_contain_text("Your question is still here")
    expect(field).to_have_value("And then?")
    assert amiss(page) == []


@pytest.mark.usefixtures("read")
def test_sheet_on_a_phone_makes_room_when_a_citation_is_followed(
    playwright: Any, chromium: Browser, signed_in: Any, fumetto: RunningFumetto
) -> None:
    context = chromium.new_context(
        **(playwright.devices["Pixel 7"] | {"base_url": fumetto.url, "storage_state": signed_in, "locale": "en-GB"})
    )
    page = context.new_page()
    open_reader(page, at=PAGE + 1)
    page.keyboard.press("a")
    expect(companion(page)).to_have_attribute("data-stop", "1")
    # What is in the sheet's head can be touched, and does not pull it up.
    companion(page).get_by_role("button", name="More of the companion").tap()
    page.get_by_role("menuitem", name="New conversation").tap()
    expect(companion(page)).to_have_attribute("data-stop", "1")
    answer = ask(page, "Who said “You’re empty”?")
    answer.get_by_role("link", name=re.compile("^Source 1: page")).click()
    expect(companion(page)).to_have_attribute("data-stop", "0")
    expect(page.locator("[data-ring]")).to_be_in_viewport()
    context.close()
