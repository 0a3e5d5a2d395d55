"""Pages of other sites, malformed hosts and endless bodies do not get in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.middleware import Middleware

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.web.gate import BODY_LIMIT, BodyLimits, CrossSiteGuard
from fumetto.kernel.web.identity import NOBODY, Identity
from fumetto.kernel.web.problems import install_problem_handlers

COOKIE = {"Cookie": "fumetto_session=x"}
UPLOAD_LIMIT = 3 * BODY_LIMIT


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app, {})
    app.user_middleware = [
        Middleware(CrossSiteGuard, cookie="fumetto_session", public_url="https://read.example.org"),
        Middleware(BodyLimits, larger={"/uploads": UPLOAD_LIMIT}),
    ]

    async def identify(request: Request) -> Identity:
        return Identity(reader=uuid7()) if "signed-in" in request.headers else NOBODY

    app.state.identify = identify

    @app.post("/things")
    @app.post("/uploads")
    @app.get("/things")
    async def things(request: Request) -> int:
        return len(await request.body())

    @app.post("/json")
    async def parsed(body: dict[str, str]) -> int:
        return len(body)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://192.168.1.20:8420") as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "X-Fumetto-Client": "1"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://192.168.1.20:8420"}, 403),
        ({"Origin": "http://192.168.1.20:8420"}, 200),
        ({"Origin": "https://192.168.1.20:8420"}, 200),
        ({"Origin": "https://read.example.org"}, 200),
        ({"Origin": "http://192.168.1.20"}, 403),
        ({"Origin": "http://192.168.1.20:9000"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "X-Fumetto-Client": "1"}, 200),
        ({}, 403),
        ({"X-Fumetto-Client": "1"}, 200),
    ],
)
async def test_cookie_changes_things_only_for_pages_of_our_own(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.post("/things", headers=COOKIE | headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "cross_site"
    assert (await client.get("/things", headers=COOKIE | headers)).status_code == 200


async def test_other_sites_page_cannot_sign_somebody_in_either(client: httpx.AsyncClient) -> None:
    assert (await client.post("/things", headers={"Origin": "https://evil.test"})).status_code == 403
    assert (await client.post("/things")).status_code == 200


async def test_password_that_a_browser_remembers_does_not_work_for_other_sites(client: httpx.AsyncClient) -> None:
    basic = {"Authorization": "Basic bWU6eA=="}
    assert (await client.post("/things", headers=basic | {"Origin": "https://evil.test"})).status_code == 403
    assert (await client.post("/things", headers=basic | {"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await client.post("/things", headers=basic)).status_code == 200


async def test_program_with_a_key_needs_no_proof_of_its_page(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", headers={"Authorization": "Bearer x", "Origin": "https://evil.test"})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.test/x", "a b", "a@b", "[::1", "", "a:b", "evil.test#"])
async def test_malformed_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/things", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "host_malformed")


@pytest.mark.parametrize("host", ["localhost", "192.168.1.20:8420", "[::1]:8420", "my_nas.local", "xn--fumetto-9za.it"])
async def test_ordinary_hosts_are_let_in(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/things", headers={"Host": host})).status_code == 200


async def pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 65536):
        yield b"x" * 65536


@pytest.mark.parametrize("path", ["/things", "/json"])
async def test_body_beyond_the_limit_is_refused_whether_it_says_so_or_not(client: httpx.AsyncClient, path: str) -> None:
    declared = await client.post(path, content=b"x" * (BODY_LIMIT + 1))
    assert (declared.status_code, declared.json()["code"]) == (413, "too_large")
    counted = await client.post(path, content=pieces(2 * BODY_LIMIT))
    assert (counted.status_code, counted.json()["code"]) == (413, "too_large")
    assert (await client.post("/things", content=b"x" * BODY_LIMIT)).json() == BODY_LIMIT


async def test_large_body_is_taken_where_it_is_expected_and_from_somebody_signed_in(client: httpx.AsyncClient) -> None:
    stranger = await client.post("/uploads", content=pieces(2 * BODY_LIMIT))
    assert (stranger.status_code, stranger.json()["code"]) == (401, "not_signed_in")
    signed_in = {"signed-in": "yes"}
    assert (await client.post("/uploads", content=pieces(UPLOAD_LIMIT), headers=signed_in)).json() == UPLOAD_LIMIT
    assert (await client.post("/uploads", content=pieces(2 * UPLOAD_LIMIT), headers=signed_in)).status_code == 413
    assert (await client.post("/uploads", content=b"small")).json() == 5


async def test_lie_about_the_length_does_not_help(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", content=pieces(2 * BODY_LIMIT), headers={"Content-Length": "5"})
    assert answer.status_code == 413
