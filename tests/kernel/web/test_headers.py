"""What responses say besides their content."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response, StreamingResponse

from fumetto.kernel.web.headers import Compression, HeadAsGet, SecurityHeaders, application_policy

LONG = {"titles": ["Potion of Flight"] * 500}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.user_middleware = [Middleware(SecurityHeaders), Middleware(Compression), Middleware(HeadAsGet)]

    @app.get("/long")
    async def long() -> Response:
        return JSONResponse(LONG, headers={"ETag": '"abc"'})

    @app.get("/short")
    async def short() -> Response:
        return JSONResponse({"a": 1}, headers={"Cache-Control": "no-store"})

    @app.get("/picture")
    async def picture() -> Response:
        return Response(b"\xff" * 5000, media_type="image/jpeg")

    @app.get("/events")
    async def events() -> Response:
        async def lines() -> AsyncIterator[bytes]:
            yield b"data: 1\n\n" * 500

        return StreamingResponse(lines(), media_type="text/event-stream")

    @app.get("/export")
    async def export() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"[" + b"1," * 1000
            yield b"2]"

        return StreamingResponse(parts(), media_type="application/json")

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        yield client


async def test_long_json_is_compressed_and_its_validator_becomes_weak(client: httpx.AsyncClient) -> None:
    request = client.build_request("GET", "/long", headers={"Accept-Encoding": "br, gzip"})
    answer = await client.send(request, stream=True)
    raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(raw))
    assert answer.headers["etag"] == 'W/"abc"'
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(raw) < 500 < len(gzip.decompress(raw))


async def test_client_that_cannot_unpack_gets_json_as_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/long", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert (answer.headers["etag"], answer.json()) == ('"abc"', LONG)


@pytest.mark.parametrize("path", ["/short", "/picture", "/events", "/export"])
async def test_short_answers_pictures_and_streams_are_sent_as_they_are(client: httpx.AsyncClient, path: str) -> None:
    assert "content-encoding" not in (await client.get(path, headers={"Accept-Encoding": "gzip"})).headers


@pytest.mark.parametrize("path", ["/long", "/picture", "/nowhere"])
async def test_every_answer_keeps_browsers_from_guessing_framing_and_telling(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-cache"
    assert "cross-origin-opener-policy" not in headers


async def test_answer_that_says_how_it_is_kept_is_not_overruled(client: httpx.AsyncClient) -> None:
    assert (await client.get("/short")).headers["cache-control"] == "no-store"


async def test_head_has_the_headers_of_get_and_no_body(client: httpx.AsyncClient) -> None:
    for path in ("/long", "/picture", "/events"):
        got, head = await client.get(path), await client.head(path)
        assert head.content == b""
        assert head.status_code == got.status_code
        assert head.headers["content-type"] == got.headers["content-type"]
    assert (await client.head("/picture")).headers["content-length"] == "5000"


def test_policy_of_the_application_lets_no_inline_script_run() -> None:
    directives = dict(part.strip().split(" ", 1) for part in application_policy().split(";"))
    assert directives["script-src"] == "'self'"
    assert "unsafe-eval" not in application_policy()
    assert directives["img-src"] == "'self' blob: data:"


def test_images_may_come_from_the_prefix_that_the_operator_named() -> None:
    policy = application_policy("https://images.example.org/fumetto")
    assert "img-src 'self' blob: data: https://images.example.org;" in policy
    assert "script-src 'self';" in policy
