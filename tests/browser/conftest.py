"""A running Fumetto with the sample on its shelf, and Chromium signed in to it as the owner."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from fumetto.kernel.settings import load_settings
from tests.builders.chat_servers import ChatServer, Pause, serving
from tests.builders.fumetto import RunningFumetto, answer_of, fumetto_up, wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)  # before the groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(400))
            item.add_marker(pytest.mark.xdist_group(item.path.stem))  # each worker has a Fumetto of its own


SLOW = "ollama/made-up"
"""A model that says one sentence and then thinks on. It answers only those whose family chose it."""


@pytest.fixture(scope="session")
def slow_model() -> Iterator[ChatServer]:
    with serving(lambda _: ["A girl reaches up to an empty balloon [1]. ", "She ", Pause(threading.Event())]) as server:
        yield server


@pytest.fixture(scope="session")
def fumetto(tmp_path_factory: pytest.TempPathFactory, slow_model: ChatServer) -> Iterator[RunningFumetto]:
    offered = {"OLLAMA_BASE_URL": slow_model.address, "CHAT_MODELS": SLOW}
    with fumetto_up(tmp_path_factory.mktemp("browser") / "data", **offered) as running:
        wait_for(lambda: sample_is_ready(running), running, "the sample series")
        yield running


def sample_is_ready(running: RunningFumetto) -> bool:
    status = answer_of(running.data_dir, "status")
    ready = bool(status["pages"]) and not status["pages_waiting"] and not status["jobs_running"]
    if not ready:
        time.sleep(1)  # each look takes processor time that the sample needs
    return ready


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = load_settings().chromium or next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "the browser tests need Chromium; ./fumetto test installs it where it can"
    browser = playwright.chromium.launch(executable_path=path)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def signed_in(fumetto: RunningFumetto, chromium: Browser) -> Any:
    """The cookies of the owner, who came in by the link that the first start printed."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(fumetto.owner_link())
    page.wait_for_url(f"{fumetto.url}/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def api(fumetto: RunningFumetto, playwright: Playwright, signed_in: Any) -> Iterator[APIRequestContext]:
    """The owner's way to the API without a browser."""
    made = playwright.request.new_context(
        base_url=fumetto.url, storage_state=signed_in, extra_http_headers={"Origin": fumetto.url}
    )
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def nothing_read(api: APIRequestContext) -> None:
    """Every test begins as if nobody had read or set anything before it."""
    for series in api.get("/api/v1/series").json()["items"]:
        assert api.post("/api/v1/reading/mark", data={"series_id": series["id"], "state": "unread"}).ok
        assert api.put(f"/api/v1/reading/preferences/{series['id']}", data={}).ok


@pytest.fixture
def context(fumetto: RunningFumetto, chromium: Browser, signed_in: Any) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        base_url=fumetto.url, storage_state=signed_in, locale="en-GB", viewport={"width": 1440, "height": 900}
    )
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which no script may fail and nothing may be fetched from elsewhere."""
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    assert errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    return AXE.read_text("utf-8")
