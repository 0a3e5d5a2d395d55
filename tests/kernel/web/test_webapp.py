"""The web application's files, and its one page for every other address."""

from __future__ import annotations

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.middleware import Middleware

from fumetto.kernel.web.problems import install_problem_handlers
from fumetto.kernel.web.proxies import Proxies
from fumetto.kernel.web.webapp import WebApplication, with_base

PAGE = '<!doctype html><html><head><meta charset="utf-8" /><base href="/" /><title>Fumetto</title></head></html>'
SCRIPT = "console.log('leaf');" * 200
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "main-a1b2.js").write_text(SCRIPT)
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / ".secret").write_text("hidden")
    (tmp_path / "outside.txt").write_text("outside")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    return folder


def an_app(folder: Path, base_path: str = "") -> FastAPI:
    app = FastAPI(redirect_slashes=False, openapi_url=None)
    install_problem_handlers(app, {})
    app.router.default = WebApplication(folder, "default-src 'self'")
    app.user_middleware = [Middleware(Proxies, trusted=(), base_path=base_path)]

    @app.post("/api/v1/things")
    async def things() -> int:
        return 1

    return app


@pytest.fixture
async def client(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=an_app(built))
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/series/pepper-and-carrot", "/read/01a2", "/settings/devices"])
async def test_address_of_a_screen_is_answered_with_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/opds/v9", "/metrics/x"])
async def test_unknown_address_of_the_api_is_a_problem_even_for_a_browser(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")


async def test_wrong_method_on_the_api_is_told_and_not_hidden_behind_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/things", headers=BROWSER)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_missing_file_is_no_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/gone-1234.js", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")


async def test_posting_to_a_screen_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.post("/series/pepper", headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_unsupported")


async def test_hashed_file_is_kept_for_ever_and_sent_small(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/main-a1b2.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 5, mtime=0))
    plain = await client.get("/assets/main-a1b2.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (SCRIPT, False)


async def test_unchanged_page_costs_a_304_and_a_changed_one_is_sent(client: httpx.AsyncClient, built: Path) -> None:
    etag = (await client.get("/", headers=BROWSER)).headers["etag"]
    assert (await client.get("/", headers=BROWSER | {"If-None-Match": etag})).status_code == 304
    (built / "index.html").write_text(PAGE.replace("Fumetto", "Fumetto 2"))
    os.utime(built / "index.html", ns=(1, 1))
    changed = await client.get("/", headers=BROWSER | {"If-None-Match": etag})
    assert (changed.status_code, "Fumetto 2" in changed.text) == (200, True)


@pytest.mark.parametrize(
    "path",
    ["/.secret", "/link.txt", "/../outside.txt", "/assets/%2e%2e/%2e%2e/outside.txt", "/..%5coutside.txt", "/a%00b",
     "/assets", "/" + "x" * 5000, "/index.html/x"],
)  # fmt: skip
async def test_nothing_outside_the_folder_and_nothing_hidden_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 404
    assert "outside" not in answer.text
    assert "hidden" not in answer.text


async def test_base_path_is_put_into_the_page(built: Path) -> None:
    transport = httpx.ASGITransport(app=an_app(built, base_path="/comics"))
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        for path in ("/comics", "/comics/", "/comics/series/pepper", "/series/pepper"):
            answer = await client.get(path, headers=BROWSER)
            assert '<base href="/comics/" />' in answer.text
            assert '<base href="/" />' not in answer.text
        assert (await client.get("/comics/assets/main-a1b2.js")).text == SCRIPT


def test_page_without_a_base_is_given_one_that_cannot_break_out() -> None:
    assert with_base("<html><head lang='en'><title>x</title></head></html>", '/"><script>') == (
        "<html><head lang='en'><base href=\"/&quot;&gt;&lt;script&gt;/\" /><title>x</title></head></html>"
    )


async def test_application_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(app=an_app(tmp_path / "nowhere"))
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        answer = await client.get("/", headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (503, "web_application_missing")
    assert "./fumetto up" in answer.json()["detail"]
