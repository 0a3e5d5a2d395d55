"""Every error has one shape, in the language that was asked for, and tells nothing it should not."""

from __future__ import annotations

import errno
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import psycopg
import pytest
import sqlalchemy.exc
from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, Field
from starlette.middleware import Middleware
from starlette.responses import Response, StreamingResponse

from fumetto.kernel.errors import Busy, FumettoError, NotFound, NotSignedIn
from fumetto.kernel.logs import configure_logs
from fumetto.kernel.settings import Settings
from fumetto.kernel.web.problems import MEDIA_TYPE, install_problem_handlers
from fumetto.kernel.web.requests import Requests

SECRET = "Episode 39: the betrayal"


class Body(BaseModel):
    title: str = Field(max_length=5)
    number: int


class Wordless(FumettoError):
    status = 409
    code = "has_no_text"


def an_app() -> FastAPI:
    app = FastAPI(openapi_url=None)

    def opds(request: Request) -> Response:
        return Response(b"<feed/>", 401, {"WWW-Authenticate": "Basic"}, "application/xml")

    install_problem_handlers(app, {"/opds": opds, "/basic": lambda _: {"WWW-Authenticate": 'Basic realm="Fumetto"'}})
    app.state.seen = []
    app.user_middleware = [Middleware(Requests, observe=lambda *seen: app.state.seen.append(seen))]

    failures: dict[str, Exception] = {
        "missing": NotFound(),
        "busy": Busy(),
        "later": Busy(retry_after=30),
        "wordless": Wordless(title="x"),
        "teapot": HTTPException(418),
        "forbidden": HTTPException(403),
        "unexpected": RuntimeError(SECRET),
        "full": OSError(errno.ENOSPC, "No space left", SECRET),
        "file": FileNotFoundError(errno.ENOENT, "No such file", SECRET),
        "gone": sqlalchemy.exc.OperationalError("SELECT 1", {"title": SECRET}, psycopg.OperationalError("closed")),
        "disk": sqlalchemy.exc.OperationalError("INSERT", {}, psycopg.errors.DiskFull("no space")),
    }

    @app.get("/fail/{name}")
    async def fail(name: str) -> None:
        raise failures[name]

    @app.get("/opds/feed")
    @app.get("/basic/thing")
    @app.get("/plain/thing")
    async def signed_in_only() -> None:
        raise NotSignedIn

    @app.post("/things/{thing_id}")
    async def things(thing_id: int, body: Body, limit: Annotated[int, Query(ge=1)] = 1) -> None: ...

    @app.get("/broken")
    async def broken() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begun"
            raise RuntimeError(SECRET)

        return StreamingResponse(parts())

    return app


@pytest.fixture
def app() -> FastAPI:
    return an_app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://fumetto.test") as client:
        yield client


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logs(Settings(data_dir=tmp_path), stream=stream)
    yield stream
    configure_logs(Settings(data_dir=tmp_path))


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fail/missing", 404, "not_found"),
        ("/fail/busy", 503, "busy"),
        ("/fail/wordless", 409, "has_no_text"),
        ("/fail/teapot", 400, "request_malformed"),
        ("/fail/forbidden", 403, "not_allowed"),
        ("/fail/unexpected", 500, "internal"),
        ("/fail/full", 507, "disk_full"),
        ("/fail/file", 500, "internal"),
        ("/fail/gone", 503, "database_unreachable"),
        ("/fail/disk", 507, "disk_full"),
        ("/nowhere", 404, "not_found"),
        ("/plain/thing", 401, "not_signed_in"),
    ],
)
async def test_every_error_has_the_one_shape(client: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    answer = await client.get(path)
    body = answer.json()
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:fumetto:error:{code}"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


async def test_wrong_method_names_the_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/things/3")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "method_unsupported", "POST")


async def test_each_field_that_is_wrong_is_named_without_repeating_what_was_sent(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things/x?limit=0", json={"title": SECRET})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("path.thing_id", "int_parsing"),
        ("query.limit", "greater_than_equal"),
        ("body.title", "string_too_long"),
        ("body.number", "missing"),
    }
    assert {error["message"] for error in body["errors"] if error["field"] == "body.title"} == {
        "Must have at most 5 characters."
    }
    assert SECRET not in answer.text


async def test_body_that_is_no_json_is_a_field_error_too(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things/3", content=b'{"title": ', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "json_invalid")


@pytest.mark.parametrize(
    ("language", "said"), [("fr-CA, en;q=0.5", "Il n’y a rien"), ("it", "Qui non"), ("de", "There is")]
)
async def test_text_is_in_the_language_that_was_asked_for(client: httpx.AsyncClient, language: str, said: str) -> None:
    answer = await client.get("/fail/missing", headers={"Accept-Language": language})
    assert answer.json()["detail"].startswith(said)
    assert answer.headers["content-language"] == {"f": "fr", "i": "it", "d": "en"}[language[0]]
    assert "accept-language" in answer.headers["vary"].lower()


async def test_busy_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert (await client.get("/fail/busy")).headers["retry-after"] == "2"
    assert (await client.get("/fail/later")).headers["retry-after"] == "30"


async def test_each_part_of_the_house_asks_for_credentials_in_its_own_way(client: httpx.AsyncClient) -> None:
    assert (await client.get("/plain/thing")).headers["www-authenticate"] == 'Bearer realm="Fumetto"'
    assert (await client.get("/basic/thing")).headers["www-authenticate"] == 'Basic realm="Fumetto"'
    feed = await client.get("/opds/feed")
    assert (feed.status_code, feed.text, feed.headers["www-authenticate"]) == (401, "<feed/>", "Basic")


async def test_request_id_of_the_client_is_kept_when_it_is_harmless(client: httpx.AsyncClient) -> None:
    kept = await client.get("/fail/missing", headers={"X-Request-Id": "abc-123.DEF_4"})
    assert kept.json()["request_id"] == kept.headers["x-request-id"] == "abc-123.DEF_4"
    for bad in ("short", "x" * 65, "a b c d e f", "<script>alert"):
        assert (await client.get("/fail/missing", headers={"X-Request-Id": bad})).headers["x-request-id"] != bad


async def test_mistake_of_ours_is_in_the_log_under_the_request_id_without_the_title(
    client: httpx.AsyncClient, logged: io.StringIO
) -> None:
    answer = await client.get("/fail/unexpected?token=fum_k_abcdefghijklmnop")
    text = logged.getvalue()
    assert answer.headers["x-request-id"] in text
    assert "RuntimeError" in text
    assert "raise failures[name]" in text
    assert '"route": "/fail/{name}"' in text
    assert "fum_k_abc" not in text
    assert SECRET not in text


async def test_answer_that_breaks_off_is_logged_and_not_answered_twice(
    client: httpx.AsyncClient, logged: io.StringIO
) -> None:
    answer = await client.get("/broken")
    assert answer.text in {"", "begun"}
    assert "response.broken" in logged.getvalue()


async def test_each_request_is_observed_by_its_template(client: httpx.AsyncClient, app: FastAPI) -> None:
    await client.get("/fail/missing")
    await client.get("/nowhere/at/all")
    assert [seen[:3] for seen in app.state.seen] == [("GET", "/fail/{name}", 404), ("GET", "unknown", 404)]
    assert all(0 < seen[3] < 5 for seen in app.state.seen)
