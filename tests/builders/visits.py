"""Visiting a running Fumetto over HTTP, and looking at the processes that it is made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

from tests.builders.fumetto import PATIENCE, RunningFumetto

T = TypeVar("T")
API = "/api/v1"


@contextmanager
def visitor(running: RunningFumetto, link: str | None = None, **options: Any) -> Iterator[httpx.Client]:
    """A client of the server; with a sign-in link, one that has come in by it."""
    headers = {"X-Fumetto-Client": "tests"} | options.pop("headers", {})
    with httpx.Client(base_url=running.url, timeout=60, headers=headers, **options) as client:
        if link is not None:
            client.post(f"{API}/session", json={"token": link.partition("#token=")[2]}).raise_for_status()
        yield client


def answer(client: httpx.Client, path: str, **query: Any) -> Any:
    """What the API answers to a GET that must succeed."""
    response = client.get(f"{API}{path}", params=query)
    assert response.status_code == 200, f"{path}: {response.status_code} {response.text}"
    return response.json()


def come_true(look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """The first answer that is one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def settled(client: httpx.Client, seconds: float = PATIENCE) -> None:
    """Waits until an editor sees nothing being done any more."""
    open_states = {"queued", "running"}

    def look() -> bool:
        return not any(each["state"] in open_states for each in answer(client, "/activities")["items"])

    come_true(look, "the end of all work", seconds)


def series_of(client: httpx.Client, title: str) -> dict[str, Any]:
    found = [each for each in answer(client, "/series")["items"] if each["title"] == title]
    assert len(found) == 1, f"{title}: {found}"
    detail: dict[str, Any] = answer(client, f"/series/{found[0]['slug']}")
    return detail


def episodes_of(client: httpx.Client, title: str) -> list[dict[str, Any]]:
    """A series' episodes in full, in their order."""
    cards = answer(client, f"/series/{series_of(client, title)['slug']}/episodes")["items"]
    return [answer(client, f"/episodes/{card['id']}") for card in cards]


def image(client: httpx.Client, address: str) -> httpx.Response:
    """A picture that must be one."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code} {response.text[:500]}"
    assert response.headers["content-type"].startswith("image/")
    assert len(response.content) > 100
    return response


def family(data_dir: Path) -> list[psutil.Process]:
    """Every process that a Fumetto on this data directory consists of: server, workers, parsers, keeper, PostgreSQL."""
    own = psutil.Process()
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if process != own and any(str(data_dir) in word for word in words):
            found[process.pid] = process
            try:
                found |= {child.pid: child for child in process.children(recursive=True)}
            except psutil.NoSuchProcess:
                continue
    return list(found.values())


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; what ended and was not yet asked about by its parent does not."""
    return [process for process in processes if is_running(process)]


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
