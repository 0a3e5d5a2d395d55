"""A parent, a child, and two browsers: invited, waiting, allowed, reading, asking, taken back, taken along, erased."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.conftest import SLOW
from tests.builders.chat_servers import ChatServer
from tests.builders.fumetto import RunningFumetto


@pytest.fixture
def child(fumetto: RunningFumetto, chromium: Browser) -> Iterator[Page]:
    """A phone of its own, on which nobody has signed in."""
    context = chromium.new_context(base_url=fumetto.url, locale="en-GB", viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    errors: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    context.close()
    assert errors == []


def test_a_child_reads_and_asks_once_somebody_says_yes_and_no_longer_when_it_is_taken_back(
    page: Page, child: Page, api: APIRequestContext, slow_model: ChatServer
) -> None:
    # The parent makes a family and invites.
    page.goto("/family")
    page.get_by_role("button", name="New family or class").first.click()
    page.get_by_label("Name").fill("The Rossis")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("button", name="Make the invitation").click()
    invitation = page.get_by_label("Invitation", exact=True).input_value()

    # The child joins, says who they are, and waits.
    child.goto("/join")  # an old tab: only what stands after the # changes
    expect(child.get_by_text("This invitation does not work")).to_be_visible()
    child.goto(invitation)
    child.get_by_label("What should we call you?").fill("Leo")
    child.get_by_role("button", name="Join").click()
    child.get_by_role("button", name="Go on").click()
    child.get_by_role("button", name="Ask a grown-up").click()
    expect(child.get_by_text("Asked. Waiting for an answer")).to_be_visible()
    assert child.request.get("/api/v1/series").status == 403

    # The parent sees what would happen and says yes; the child's screen goes on by itself.
    page.goto("/family")
    page.get_by_role("link", name="See what would happen").click()
    expect(page.get_by_text("Never: what is written to the companion").first).to_be_visible()
    page.get_by_role("button", name="Yes, for Leo").click()
    child.wait_for_url(re.compile("/$"))

    # The child reads.
    child.get_by_role("link", name=re.compile("The Empty Balloon")).first.click()
    child.get_by_role("link", name=re.compile("^(Read|Start|Begin)")).first.click()
    expect(child.locator("main[data-layout] img[data-here]").first).to_be_visible()

    # The child asks, and the book itself answers.
    child.keyboard.press("a")
    companion = child.get_by_role("complementary", name="Companion")
    question = companion.get_by_role("textbox", name="Your question")
    question.fill("Who is on this page?")
    question.press("Enter")
    expect(companion.get_by_role("button", name="How it came about")).to_be_visible()

    # While a model that the family chose is answering, the parent takes back that it may be asked.
    families = api.get("/api/v1/collectives").json()["items"]
    family = next(one["id"] for one in families if one["name"] == "The Rossis")
    assert api.put(f"/api/v1/collectives/{family}/models", data={"model": SLOW, "cloud_off": False}).ok
    question.fill("And what is that?")
    question.press("Enter")
    expect(companion.get_by_text("A girl reaches up to an empty balloon").first).to_be_visible()
    page.reload()
    page.get_by_role("switch", name="Asking the companion").uncheck(force=True)
    expect(companion.get_by_text("You can talk about it with them, or ask them again")).to_be_visible()
    expect(companion.get_by_text("This answer was stopped")).to_be_visible()
    expect(question).to_have_count(0)
    assert slow_model.asked[-1].stopped.wait(30)
    companion.get_by_role("button", name="Ask a grown-up").click()
    expect(companion.get_by_role("textbox", name="Link to the question")).to_be_visible()

    # The parent sees for how long the child read; what else they take back ends at once, too.
    expect(page.get_by_role("figure", name=re.compile("in two weeks, on one day"))).to_be_visible()
    page.get_by_role("switch", name="Having an account here").uncheck(force=True)
    expect(page.get_by_text("taken back").first).to_be_visible()
    child.reload()
    child.wait_for_url(re.compile("/waiting"))

    # What a guardian may take along is taken along, then all of it is erased.
    page.get_by_role("button", name="Export for Leo").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as downloading:
        link.click()
    with zipfile.ZipFile(BytesIO(downloading.value.path().read_bytes())) as taken:
        texts = [taken.read(name).decode("utf-8", "replace") for name in taken.namelist()]
    assert any("Leo" in text for text in texts)
    page.get_by_role("button", name="Delete the account of Leo").click()
    page.get_by_label("Type Leo to go ahead").fill("Leo")
    page.get_by_role("button", name="Delete for ever").click()
    page.wait_for_url(re.compile("/family$"))
    expect(page.get_by_text("Leo", exact=True)).to_have_count(0)
    assert json.loads(child.request.get("/api/v1/session").text())["user"] is None
