"""The world of a story beside its pages: it grows and shrinks with them, leads to what shows it, by keys too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Locator, Page, expect

from tests.browser.axe import amiss
from tests.browser.reader import SAMPLE, episodes, eventually, is_at, open_reader, prefer
from tests.builders.fumetto import RunningFumetto

FIRST, LATER = 2, 4  # pages, by their index


@pytest.fixture(scope="module")
def world(api: APIRequestContext) -> Iterator[None]:
    """In place of the sample's own: Mia, her lighthouse and their tie are known from one page on; a stranger and a fact
    of her from a later one."""
    for one in sample_world(api):
        assert api.delete(f"/api/v1/editing/entities/{one['id']}").ok
    pages = api.get(f"/api/v1/episodes/{episodes(api)[0]['id']}").json()["pages"]
    first, later = pages[FIRST]["id"], pages[LATER]["id"]

    def made(path: str, **fields: Any) -> str:
        answer = api.post(
            f"/api/v1/editing/{path}", data=json.dumps(fields), headers={"Content-Type": "application/json"}
        )
        assert answer.ok, answer.text()
        return str(answer.json()["id"])

    here = f"series/{SAMPLE}"
    mia = made(f"{here}/entities", name="Mia", kind="character", page_ids=[first])
    tower = made(f"{here}/entities", name="The lighthouse", kind="place", page_ids=[first])
    stranger = made(f"{here}/entities", name="A stranger", kind="creature", page_ids=[later])
    made(f"{here}/relationships", source_id=mia, target_id=tower, kind="lives_in", page_ids=[first])
    made(f"{here}/relationships", source_id=stranger, target_id=mia, kind="friend_of", page_ids=[later])
    made(f"entities/{mia}/facts", text="She keeps a book of empty balloons.", page_ids=[later])
    yield
    for entity in (mia, tower, stranger):
        assert api.delete(f"/api/v1/editing/entities/{entity}").ok


def sample_world(api: APIRequestContext) -> list[dict[str, Any]]:
    """The entities that the sample comes with; they are there soon after its pages."""
    found: list[dict[str, Any]] = []

    def all_there() -> bool:
        answer = api.get(f"/api/v1/editing/series/{SAMPLE}/world")
        found[:] = answer.json()["entities"]
        return {"ada", "teodoro"} <= {one["slug"] for one in found}

    eventually(all_there, "the sample's world")
    return found


@pytest.fixture(autouse=True)
def all_read(world: None, api: APIRequestContext, nothing_read: None) -> None:
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    prefer(api, layout="single")


def drawn(page: Page) -> Locator:
    return page.locator("[data-entity]")


def test_graph_grows_as_pages_are_turned_shrinks_on_the_way_back_and_nobody_moves(page: Page) -> None:
    open_reader(page, at=FIRST)
    page.keyboard.press("w")
    expect(drawn(page)).to_have_count(2)
    mia = page.locator(".react-flow__node", has=page.get_by_role("button", name="Mia", exact=False)).first
    before = mia.get_attribute("style")
    page.get_by_role("slider").focus()
    for index in (FIRST + 1, LATER):
        page.keyboard.press("ArrowRight")
        is_at(page, index)
    expect(drawn(page)).to_have_count(3)
    expect(page.get_by_role("button", name="A stranger, creature, 1 tie, new on this page")).to_be_visible()
    assert mia.get_attribute("style") == before
    for index in (LATER - 1, FIRST):
        page.keyboard.press("ArrowLeft")
        is_at(page, index)
    expect(drawn(page)).to_have_count(2)


def test_what_is_known_leads_to_the_page_that_shows_it_and_the_world_stays_open(page: Page) -> None:
    open_reader(page, at=LATER + 1)
    page.keyboard.press("w")
    page.get_by_role("button", name="Mia, character").click()
    card = page.get_by_role("complementary", name="What is known")
    fact = card.get_by_role("listitem").filter(has_text="book of empty balloons")
    fact.get_by_role("link").click()
    is_at(page, LATER)
    expect(fact).to_be_visible()
    card.get_by_role("button", name="The lighthouse").click()
    expect(card.get_by_role("heading", name="The lighthouse")).to_be_visible()


def test_world_is_walked_with_the_keyboard_alone(page: Page) -> None:
    open_reader(page, at=LATER)
    page.keyboard.press("w")
    expect(drawn(page)).to_have_count(3)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    search = page.get_by_role("combobox", name="Find somebody or something")
    expect(search).to_be_focused()
    search.press_sequentially("light")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The lighthouse")).to_be_focused()
    page.keyboard.press("Escape")
    tower = page.get_by_role("button", name="The lighthouse, place")
    expect(tower).to_be_focused()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    is_at(page, LATER)
    expect(page.locator("[data-entity]:focus")).to_have_count(1)
    page.locator("[data-entity]:focus").press("Enter")
    expect(page.get_by_role("complementary", name="What is known")).to_be_visible()
    page.get_by_role("button", name="Look closer").press("Enter")
    expect(page.get_by_role("group", name="What is drawn")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="What is drawn")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(drawn(page)).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_amiss_in_the_graph_and_in_the_list(
    width: int, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str
) -> None:
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, viewport={"width": width, "height": 844}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"/series/{SAMPLE}#world")
    told = []
    expect(page.locator("[data-world]")).to_have_attribute("data-world", "graph" if width == 1440 else "list")
    page.evaluate(axe)
    for view in ("List", "Graph"):
        page.get_by_role("radio", name=view).check(force=True)
        page.locator("[data-row], [data-entity]").first.click()
        expect(page.get_by_role("complementary", name="What is known").get_by_role("link").first).to_be_visible()
        page.wait_for_timeout(300)
        told += [f"{view}: {what}" for what in amiss(page)]
    context.close()
    assert told == []
