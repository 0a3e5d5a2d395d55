"""What lies over and beside the page: panel by panel by keys and touch, the page in words, rings, a phone's sheet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.axe import amiss
from tests.browser.reader import SAMPLE, at_rest, episodes, eventually, is_at, open_reader, prefer, seen
from tests.builders.fumetto import RunningFumetto

PAGE = 3  # five panels


@pytest.fixture
def looked_at(api: APIRequestContext) -> list[int]:
    """How many panels each page of the first episode has, once all have been looked at; all of it counts as read."""
    series = api.get(f"/api/v1/series/{SAMPLE}").json()["id"]
    assert api.post("/api/v1/reading/mark", data={"series_id": series, "state": "read"}).ok
    pages = api.get(f"/api/v1/episodes/{episodes(api)[0]['id']}").json()["pages"]

    def panels() -> list[int]:
        return [len(api.get(f"/api/v1/pages/{page['id']}/panels").json()["items"]) for page in pages]

    eventually(lambda: panels()[PAGE] == 5 and panels()[PAGE + 1] == 5, "the panels of the sample")
    return panels()


def guided(page: Page) -> Any:
    return expect(page.locator("[data-guided]"))


@pytest.mark.usefixtures("looked_at")
def test_guided_view_walks_a_page_by_keyboard_and_leads_on_to_the_next(page: Page) -> None:
    open_reader(page, at=PAGE)
    page.keyboard.press("g")
    for panel in range(1, 6):
        guided(page).to_have_attribute("data-guided", str(panel))
        expect(page.get_by_role("status").filter(has_text=f"panel {panel} of 5")).to_have_count(1)
        page.keyboard.press("ArrowRight")
    is_at(page, PAGE + 1)
    guided(page).to_have_attribute("data-guided", "page")
    page.keyboard.press("Space")
    guided(page).to_have_attribute("data-guided", "1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    is_at(page, PAGE)
    guided(page).to_have_attribute("data-guided", "5")
    page.keyboard.press("Escape")
    guided(page).to_have_count(0)
    expect(page).to_have_url(re.compile("/read/"))


@pytest.mark.usefixtures("looked_at")
def test_panel_fills_the_room_and_stands_in_its_middle(page: Page, api: APIRequestContext) -> None:
    episode = open_reader(page, at=PAGE)
    page.keyboard.press("g")
    guided(page).to_have_attribute("data-guided", "1")
    page.keyboard.press("ArrowRight")
    guided(page).to_have_attribute("data-guided", "2")
    shown = api.get(f"/api/v1/episodes/{episode}").json()["pages"][PAGE]
    panel = api.get(f"/api/v1/pages/{shown['id']}/panels").json()["items"][1]
    face = at_rest(page, page.locator("[data-guided] img").first)
    middle = face["x"] + face["width"] * (panel["x"] + panel["width"] / 2)
    height, width = face["height"] * panel["height"], face["width"] * panel["width"]
    assert abs(middle - 720) < 3
    assert max(height / 900, width / 1440) > 0.9
    assert height <= 900
    assert width <= 1440


@pytest.mark.usefixtures("looked_at")
def test_guided_view_walks_by_touch_and_is_remembered_for_the_series(
    playwright: Any, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, api: APIRequestContext
) -> None:
    prefer(api, guided=True, layout="single")
    phone = playwright.devices["Pixel 7"] | {"base_url": fumetto.url, "storage_state": signed_in}
    context = chromium.new_context(**phone)
    page = context.new_page()
    open_reader(page, at=PAGE)
    size = page.viewport_size or {"width": 400, "height": 800}
    guided(page).to_have_attribute("data-guided", "page")
    page.touchscreen.tap(size["width"] - 20, size["height"] / 2)
    guided(page).to_have_attribute("data-guided", "1")
    touch = context.new_cdp_session(page)
    for kind, x in (
        ("touchStart", 300),
        ("touchMove", 260),
        ("touchMove", 180),
        ("touchMove", 120),
        ("touchEnd", None),
    ):
        points = [] if x is None else [{"x": x, "y": 400}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    guided(page).to_have_attribute("data-guided", "2")
    assert [one.get_attribute("data-guided") for one in page.locator("[data-guided]").all()] == ["2"]
    context.close()


@pytest.mark.usefixtures("looked_at")
def test_manga_is_guided_from_the_right_and_steps_to_the_left(page: Page, api: APIRequestContext) -> None:
    prefer(api, direction="rtl")
    open_reader(page, at=PAGE)
    page.keyboard.press("g")
    guided(page).to_have_attribute("data-guided", "1")
    page.keyboard.press("ArrowLeft")
    guided(page).to_have_attribute("data-guided", "2")
    # The right one of the two panels of the second row comes first.
    face = at_rest(page, page.locator("[data-guided] img").first)
    assert (720 - face["x"]) / face["width"] > 0.6


def test_page_without_panels_is_shown_whole_and_gone_past(
    page: Page, looked_at: list[int], api: APIRequestContext
) -> None:
    assert looked_at[1] == 0
    prefer(api, guided=True)
    open_reader(page, at=1)
    guided(page).to_have_attribute("data-guided", "page")
    expect(page.locator("[data-guided] img[data-here]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("ArrowRight")
    is_at(page, 2)


def test_new_page_is_seen_whole_before_its_panels_are_told(page: Page, api: APIRequestContext) -> None:
    prefer(api, guided=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/panels") else None)
    episode = open_reader(page, at=PAGE)
    guided(page).to_have_attribute("data-guided", "page")
    before = set(seen(api, episode))
    eventually(lambda: PAGE in seen(api, episode), "the turn")
    assert PAGE not in before or not asked
    page.keyboard.press("ArrowRight")
    guided(page).to_have_attribute("data-guided", "1")
    assert seen(api, episode) == [PAGE]


@pytest.mark.usefixtures("looked_at")
def test_transcript_reads_the_page_panel_by_panel_and_follows_it(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=PAGE)
    page.keyboard.press("t")
    side = page.get_by_role("complementary", name="About this page")
    expect(side.get_by_role("tab", name="Transcript")).to_be_focused()
    expect(side.get_by_role("heading", level=4)).to_have_text([f"Panel {number}" for number in range(1, 6)])
    expect(side.get_by_role("listitem").filter(has_text="You’re empty.")).to_have_count(1)
    side.get_by_role("combobox").select_option("fr")
    expect(side.locator("[lang=fr]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_have_count(0)
    page.keyboard.press("t")
    page.locator("main").click(position={"x": 500, "y": 450})
    page.keyboard.press("ArrowRight")
    is_at(page, PAGE + 1)
    expect(side).to_contain_text("An empty balloon?")


@pytest.mark.usefixtures("looked_at")
def test_panel_beside_the_page_leaves_it_room_and_rings_what_is_asked_for(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=PAGE)
    page.keyboard.press("t")
    side = page.get_by_role("complementary", name="About this page")
    side.get_by_role("button", name="Show panel 2 on the page").click()
    expect(page.locator("[data-ring]")).to_have_count(1)
    box, face = side.bounding_box(), page.locator("[data-where=alone] img").first.bounding_box()
    assert box
    assert face
    assert face["x"] + face["width"] <= box["x"]
    page.keyboard.press("ArrowDown")
    is_at(page, PAGE)
    side.get_by_role("tab", name="Transcript").focus()
    page.keyboard.press("ArrowRight")
    expect(side.get_by_role("tab", name="People")).to_be_focused()
    is_at(page, PAGE)


@pytest.mark.usefixtures("looked_at")
def test_screen_reader_hears_the_page_in_words_without_opening_anything(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=PAGE)
    words = page.get_by_role("region", name=re.compile("in words$"))
    expect(words.get_by_role("listitem").filter(has_text="Did somebody lose you?")).to_have_count(1)


@pytest.mark.usefixtures("looked_at")
def test_words_lie_over_the_balloons_only_when_they_are_asked_for(page: Page, api: APIRequestContext) -> None:
    prefer(api, layout="single")
    open_reader(page, at=PAGE)
    over = page.locator("[data-where=alone]").get_by_text("You’re empty.")
    expect(over).to_have_count(0)
    page.keyboard.press("b")
    expect(over).to_have_count(1)
    page.keyboard.press("b")
    expect(over).to_have_count(0)


@pytest.mark.usefixtures("looked_at")
def test_sheet_on_a_phone_has_three_stops_and_is_pushed_away(
    playwright: Any, chromium: Browser, signed_in: Any, fumetto: RunningFumetto
) -> None:
    context = chromium.new_context(
        **(playwright.devices["Pixel 7"] | {"base_url": fumetto.url, "storage_state": signed_in})
    )
    page = context.new_page()
    open_reader(page, at=PAGE)
    size = page.viewport_size or {"width": 400, "height": 800}
    page.touchscreen.tap(size["width"] / 2, size["height"] / 2)
    page.get_by_role("button", name="About this page").click()
    sheet = page.get_by_role("complementary", name="About this page")
    expect(sheet).to_have_attribute("data-stop", "1")
    touch = context.new_cdp_session(page)

    def pull(*ys: float) -> None:
        kinds = ["touchStart", *["touchMove"] * (len(ys) - 1), "touchEnd"]
        for kind, y in zip(kinds, [*ys, None], strict=True):
            points = [] if y is None else [{"x": 150, "y": size["height"] * y}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(40)
        page.wait_for_timeout(300)

    pull(0.5, 0.4, 0.2, 0.12, 0.12)
    expect(sheet).to_have_attribute("data-stop", "2")
    sheet.get_by_role("button", name="Push down").focus()
    page.keyboard.press("Enter")
    expect(sheet).to_have_attribute("data-stop", "0")
    page.wait_for_timeout(300)
    pull(0.86, 0.92, 0.99, 0.99)
    expect(sheet).to_have_count(0)
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.usefixtures("looked_at")
def test_axe_finds_nothing_amiss_over_and_beside_the_page(
    width: int, chromium: Browser, signed_in: Any, fumetto: RunningFumetto, axe: str, api: APIRequestContext
) -> None:
    prefer(api, layout="single")
    context = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, viewport={"width": width, "height": 844}, reduced_motion="reduce"
    )
    page = context.new_page()
    told = []
    open_reader(page, at=PAGE)
    page.evaluate(axe)
    for keys in ("t", "p", "n", "n g", "b"):
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        told += [f"{keys}: {what}" for what in amiss(page)]
    context.close()
    assert told == []
