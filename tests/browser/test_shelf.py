"""Somebody keeps a shelf: drops a book on it, gives it a better name, takes that back, and signs out."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.reader import episodes, eventually
from tests.builders.archives import picture, zip_bytes, zip_of
from tests.builders.fumetto import RunningFumetto, answer_of, command

DROP = """([name, data]) => {
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: 'application/vnd.comicbook+zip' }));
    for (const kind of ['dragenter', 'dragover', 'drop'])
        window.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def test_book_dropped_on_the_import_screen_can_be_read(page: Page, api: APIRequestContext) -> None:
    book = zip_bytes({f"{n:03d}.png": picture(n, 320, 480) for n in range(1, 5)})
    page.goto("/import")
    page.get_by_label("Put them into the series").fill("Dropped in")
    page.evaluate(DROP, ["Dropped in 01.cbz", base64.b64encode(book).decode()])
    eventually(lambda: api.get("/api/v1/series/dropped-in").ok and bool(episodes(api, "dropped-in")), "the book")
    episode = episodes(api, "dropped-in")[0]
    assert episode["page_count"] == 4
    page.goto("/series/dropped-in")
    page.locator(f"a[href*='{episode['id']}']").first.click()
    expect(page.locator("main img[data-here]").first).to_be_visible()


def test_title_is_changed_and_taken_back(page: Page) -> None:
    page.goto("/series/the-empty-balloon")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Title", exact=True).fill("The Full Balloon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="The Full Balloon")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1, name="The Empty Balloon")).to_be_visible()


def test_shelf_is_narrowed_to_what_is_read_and_to_a_language_and_is_whole_again(page: Page) -> None:
    page.goto("/")
    shelf = page.get_by_role("region", name="Series")
    page.get_by_role("radiogroup", name="Show").get_by_text("Read", exact=True).click()
    expect(page).to_have_url(re.compile("filter=read"))
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(shelf.get_by_role("link", name=re.compile("Empty Balloon"))).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Français").click()
    expect(page).to_have_url(re.compile("language=fr"))
    page.keyboard.press("Escape")
    expect(shelf.get_by_role("link")).to_have_count(1)
    shelf.get_by_role("button", name="Without this filter: Français").click()
    expect(page).not_to_have_url(re.compile("language"))


def test_two_series_become_one_and_are_two_again(page: Page, fumetto: RunningFumetto, tmp_path: Path) -> None:
    for number, title in enumerate(("Ant", "Bee"), 1):
        folder = tmp_path / "shelf" / title
        folder.mkdir(parents=True)
        zip_of(folder / f"{title} {number:02}.cbz", {"1.png": picture(number, 64, 96)})
    answer_of(fumetto.data_dir, "import", str(tmp_path / "shelf"), "--wait")
    page.goto("/")
    shelf = page.get_by_role("region", name="Series")
    page.get_by_role("button", name="Choose several").click()
    for title in ("Ant", "Bee"):
        shelf.get_by_role("checkbox", name=title, exact=True).check()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("radio", name=re.compile("^Ant")).check()
    page.get_by_role("button", name="Merge into Ant").click()
    expect(shelf.get_by_role("link", name=re.compile(r"\bAnt\b"))).to_contain_text("2 episodes")
    expect(shelf.get_by_role("link", name=re.compile(r"\bBee\b"))).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(shelf.get_by_role("link", name=re.compile(r"\bBee\b"))).to_be_visible()


def test_who_signs_out_is_at_the_door_again(chromium: Browser, fumetto: RunningFumetto) -> None:
    said = command(fumetto.data_dir, "user", "add", "Guest", "--role", "reader", "--type", "adult").stdout
    link = re.search(r"/welcome#token=(\S+)", said)
    assert link, said
    context = chromium.new_context(base_url=fumetto.url, locale="en-GB")
    page = context.new_page()
    page.goto(f"/welcome#token={link.group(1)}")
    page.get_by_role("button", name=re.compile("^Menu")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_url(re.compile("/welcome"))
    page.goto("/")
    expect(page).to_have_url(re.compile("/welcome"))
    context.close()
