"""The whole route table, walked: who gets in where, and in which shape those who do not are told."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from fumetto.people.public import Account, KeyScope, Role, create_user
from tests.builders.api import a_client, a_client_as, an_api_key, an_app

OPEN = {
    ("GET", "/health"): "liveness probes have no account",
    ("GET", "/ready"): "readiness probes have no account",
    ("GET", "/api/v1/openapi.json"): "the description of the API is the same for everybody",
    ("GET", "/api/v1/session"): "says that nobody is signed in",
    ("POST", "/api/v1/session"): "signs in",
    ("DELETE", "/api/v1/session"): "signing out twice is no mistake",
    ("POST", "/api/v1/session/password"): "signs in",
    ("POST", "/api/v1/session/child"): "signs in, on a paired device",
    ("GET", "/api/v1/session/children"): "says that a device is not paired",
    ("GET", "/api/v1/session/providers"): "says with whom one may sign in",
    ("GET", "/api/v1/session/oidc/{provider}/start"): "signs in",
    ("GET", "/api/v1/session/oidc/{provider}/callback"): "signs in",
    ("POST", "/api/v1/password/reset"): "signs in by a link",
    ("POST", "/api/v1/password/forgotten"): "is for who cannot sign in",
    ("POST", "/api/v1/devices/codes"): "a device asks to be paired",
    ("POST", "/api/v1/devices/claim"): "a device asks whether it was",
    ("GET", "/api/v1/invitations/{token}"): "says what an invitation is",
    ("GET", "/api/v1/consents/policies/{purpose}"): "says what is agreed to",
    ("GET", "/api/v1/consents/requests/{secret}"): "says what a child asks, to whom it sent the link",
    ("GET", "/api/v1/words/{language}.json"): "the words of the pages before anybody is signed in",
    ("GET", "/opds/v2/auth"): "the authentication document tells a reader how to sign in",
    ("GET", "/opds/v1.2/search"): "an OpenSearch description holds nothing but the shape of an address",
}
OWNER_ONLY = {
    ("GET", "/metrics"),
    ("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"),
    ("PATCH", "/api/v1/users/{user_id}"),
    ("POST", "/api/v1/users/{user_id}/sign-in-links"),
    ("POST", "/api/v1/imports"),
    ("POST", "/api/v1/roots"),
    ("DELETE", "/api/v1/roots/{root_id}"),
}
READERS_OWN = (
    "/api/v1/activities/",
    "/api/v1/session",
    "/api/v1/api-keys",
    "/api/v1/consents",
    "/api/v1/devices",
    "/api/v1/guardian/",
    "/api/v1/invitations/",
    "/api/v1/password/",
    "/api/v1/privacy/",
    "/api/v1/shelves",
    "/api/v1/users/me/",
    "/api/v1/users/{user_id}/reading-rule",
    "/api/v1/users/{user_id}/secret",
    "/ofrep/",
    "/api/v1/collections",
    "/api/v1/collectives",
    "/api/v1/companion/answers",
    "/api/v1/companion/conversations",
    "/api/v1/companion/memory",
    "/api/v1/companion/personas",
    "/api/v1/companion/sessions",
    "/api/v1/companion/support",
    "/api/v1/companion/turns",
    "/api/v1/reading-lists",
    "/api/v1/reading/",
    "/opds/",
    "/v1/",
)
"""Below these, everybody may change what is their own; everything else is changed by editors."""
PROBLEM = {"type", "title", "status", "code", "detail", "request_id"}

Route = tuple[str, str]


def routes(app: FastAPI) -> Iterator[Route]:
    for context in iter_route_contexts(app.routes):
        for method in sorted((context.methods or set()) - {"HEAD"}):
            assert context.path
            yield method, context.path


def address(path: str) -> str:
    """The path with something that could be there for each of its parameters."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda name: "display" if name[1] == "variant" else str(uuid.uuid4()), path)


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def owner(database: Database) -> Account:
    async with database.write() as session:
        return await create_user(session, name="Owner", role=Role.OWNER)


@pytest.fixture
async def nobody(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(app) as client:
        yield client


def assert_problem(answer: httpx.Response, status: int, what: Route) -> None:
    assert answer.status_code == status, (what, answer.status_code, answer.text[:300])
    if answer.headers["content-type"] == "application/problem+json":
        body = answer.json()
        assert set(body) >= PROBLEM, what
        assert body["status"] == status
        assert body["request_id"] == answer.headers["x-request-id"]
    elif what[1].startswith("/v1/"):  # and so are clients that speak OpenAI's protocol
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}, what
        assert answer.headers["www-authenticate"].startswith("Bearer"), what
    else:  # OPDS readers are told in their own words
        assert what[1].startswith("/opds"), what
        assert answer.headers["www-authenticate"].startswith("Basic"), what


async def test_nobody_gets_in_anywhere_but_where_a_reason_is_given(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    walked = 0
    for method, path in routes(app):
        if (method, path) in OPEN:
            continue
        answer = await nobody.request(method, address(path), json={} if method in {"POST", "PUT", "PATCH"} else None)
        assert_problem(answer, 401, (method, path))
        assert "www-authenticate" in answer.headers, (method, path)
        walked += 1
    assert walked > 20


async def test_wrong_or_revoked_credentials_get_in_nowhere(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    wrong = {"Authorization": "Bearer fum_k_" + "A" * 43}
    closed = [route for route in routes(app) if route not in OPEN]
    for method, path in closed[:10]:
        assert_problem(await nobody.request(method, address(path), headers=wrong), 401, (method, path))


async def test_owners_routes_refuse_readers_and_editors(app: FastAPI) -> None:
    for role in (Role.READER, Role.EDITOR):
        async with a_client_as(app, role) as client:
            for method, path in sorted(OWNER_ONLY):
                answer = await client.request(method, address(path), json={} if method != "GET" else None)
                assert_problem(answer, 404 if method == "GET" else 403, (method, path))


async def test_reader_changes_nothing_but_their_own(app: FastAPI) -> None:
    refused = 0
    async with a_client_as(app, Role.READER) as client:
        for method, path in routes(app):
            if method != "GET" and not path.startswith(READERS_OWN):
                answer = await client.request(method, address(path), json={})
                assert_problem(answer, 403, (method, path))
                refused += 1
    assert refused > 10


async def test_what_a_reader_may_not_see_looks_like_what_is_not_there(app: FastAPI) -> None:
    async with a_client_as(app, Role.READER) as client:
        hidden, missing = await client.get("/api/v1/users"), await client.get("/api/v1/episodes/" + str(uuid.uuid4()))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["title"] == missing.json()["title"]


async def test_narrow_key_reads_everything_and_writes_nothing(app: FastAPI, database: Database, owner: Account) -> None:
    key = await an_api_key(database, owner, KeyScope.READ)
    async with a_client(app, headers={"Authorization": f"Bearer {key}"}) as client:
        for method, path in routes(app):
            if (method, path) in OPEN or method == "GET" or not path.startswith(("/api/v1", "/opds")):
                continue
            answer = await client.request(method, address(path), json={})
            if path.startswith(("/api/v1/session", "/api/v1/api-keys", "/api/v1/consents")):
                continue  # these ask for themselves, after they have read what was sent
            assert_problem(answer, 403, (method, path))
            assert answer.json()["code"] == "key_too_narrow"
        assert (await client.get("/api/v1/series")).status_code == 200


async def test_public_reading_lets_anybody_look_and_nobody_change(settings: Settings, database: Database) -> None:
    public = load_settings({}, **settings.model_dump(include=settings.model_fields_set), public_reading=True)
    app = an_app(public, database)
    async with a_client(app) as client:
        assert (await client.get("/api/v1/series")).json()["items"] == []
        told = (await client.get("/api/v1/session")).json()
        assert (told["user"], told["scope"], told["public_reading"]) == (None, None, True)
        assert told["version"] == (await client.get("/api/v1/openapi.json")).json()["info"]["version"]
        for method, path in routes(app):
            if (method, path) in OPEN or path.startswith("/ofrep/"):  # whose POST asks and changes nothing
                continue
            if (
                method != "GET"
                or (method, path) in OWNER_ONLY
                or path.startswith(("/api/v1/session", "/api/v1/api-keys"))
            ):
                answer = await client.request(method, address(path), json={} if method != "GET" else None)
                assert_problem(answer, 401, (method, path))


def test_every_route_that_is_named_here_exists(app: FastAPI) -> None:
    assert set(OPEN) | OWNER_ONLY <= set(routes(app))
