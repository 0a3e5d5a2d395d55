"""Every route by everybody, with the ids of what is not theirs: it answers as for what is not there.

Made of the application's own routes. What a reader has not the age for, and what is somebody else's, has to look like
nothing, byte for byte; with both walls, and with either of them alone.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.models import AppSession
from fumetto.people.public import Account, KeyScope, Role, SessionScope, create_user
from tests.builders.api import a_client, a_client_as, an_api_key, an_app
from tests.builders.matrix import BODIES, MARK, PARAMETERS, Route, World, a_world, address, parameters, routes
from tests.builders.walls import WALLS, only_this_wall

OWN_STREAMS = {("GET", "/api/v1/activities/events"), ("GET", "/ofrep/v1/events")}
"""They answer with a stream that does not end."""
CHANGING_ONESELF = ("/api/v1/session", "/api/v1/password", "/api/v1/devices")
"""What would sign the visitor out. No id of the library goes into these."""
VOLATILE = {"x-request-id", "date", "content-length", "x-ratelimit-remaining", "server-timing"}
PRIVATE = (
    "/api/v1/collections",
    "/api/v1/companion/answers",
    "/api/v1/companion/conversations",
    "/api/v1/companion/memory",
    "/api/v1/companion/sessions",
    "/api/v1/companion/turns",
    "/api/v1/reading-lists",
    "/api/v1/shelves",
    "/opds/{version}/collections",
    "/opds/{version}/reading-lists",
)
"""Nobody sees another's of these, whatever their role."""

Answer = tuple[int, object, tuple[tuple[str, str], ...]]


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def world(database: Database) -> World:
    async with database.write() as session:
        restricted = await create_user(session, name="Restricted")
        other = await create_user(session, name="Somebody else")
    return await a_world(database, restricted, other)


async def asked(client: httpx.AsyncClient, route: Route, values: Mapping[str, str]) -> Answer:
    """What is answered, without what differs from request to request, and with the ids that were asked for told
    apart from others no more."""
    method, path = route
    body = None if method in {"GET", "DELETE"} else BODIES.get(route, {})
    answer = await client.request(method, address(path, values), json=body)
    text = answer.text
    for name, value in sorted(values.items()):
        if len(value) < 10:  # "en", and no id
            continue
        text = text.replace(value, f"<{name}>")
    told: object = text
    if "json" in answer.headers.get("content-type", "") and text:
        told = json.loads(text)
        if isinstance(told, dict):
            told.pop("request_id", None)
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in VOLATILE))
    assert answer.status_code < 500, (route, text[:300])
    assert MARK not in json.dumps(told), (route, text[:500])
    return answer.status_code, told, headers


async def assert_nothing_there(
    client: httpx.AsyncClient, app: FastAPI, world: World, hidden: Mapping[str, str], *, only: tuple[str, ...] = ("",)
) -> int:
    """Ask every route for what is hidden and for nothing; returns how many that were."""
    walked = 0
    for route in routes(app):
        names = set(parameters(route[1])) & hidden.keys()
        if not names or not route[1].startswith(only) or route in OWN_STREAMS or route[1].startswith(CHANGING_ONESELF):
            continue
        nothing = world.nothing()
        there = nothing | {name: hidden[name] for name in names}
        assert await asked(client, route, there) == await asked(client, route, nothing), route
        walked += 1
    return walked


def test_every_parameter_of_every_route_is_known(app: FastAPI) -> None:
    unknown = {(path, name) for _, path in routes(app) for name in parameters(path) if name not in PARAMETERS}
    assert unknown == set()
    assert set(BODIES) <= set(routes(app)) | {("PATCH", "/opds/episodes/{episode_id}/progression")}


@pytest.mark.parametrize("wall", WALLS)
async def test_what_does_not_fit_a_reader_is_on_no_route(
    app: FastAPI, database: Database, world: World, wall: str
) -> None:
    async with only_this_wall(database, wall), a_client_as(app, account=world.restricted) as client:
        assert await assert_nothing_there(client, app, world, world.forbidden) > 90


async def test_keys_of_a_restricted_reader_open_no_more(app: FastAPI, database: Database, world: World) -> None:
    for scope in KeyScope:
        key = await an_api_key(database, world.restricted, scope)
        async with a_client(app, headers={"Authorization": f"Bearer {key}"}) as client:
            await assert_nothing_there(
                client, app, world, world.forbidden, only=("/opds", "/v1", "/api/v1/reading", "/api/v1/pages")
            )


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
async def test_another_persons_things_are_on_no_route(app: FastAPI, world: World, role: Role) -> None:
    async with a_client_as(app, role) as client:
        assert await assert_nothing_there(client, app, world, world.foreign) > 40


FOR_EVERYBODY = {
    "/api/v1/companion/support/monsters/{name}.svg": "drawings that come with the program",
}
"""What a cache may hand to anybody."""


async def test_no_answer_may_be_kept_for_anybody_else(app: FastAPI, world: World) -> None:
    kept: dict[str, set[str]] = {}
    async with a_client_as(app, account=world.other) as theirs, a_client_as(app, Role.OWNER) as owner:
        there = world.nothing() | world.forbidden | world.foreign
        for method, path in routes(app):
            if method != "GET" or (method, path) in OWN_STREAMS or path in FOR_EVERYBODY:
                continue
            for client in (theirs, owner):
                answer = await client.get(address(path, there))
                keep = answer.headers["cache-control"]
                if keep != "no-store":
                    assert keep.startswith("private"), (path, keep)
                    assert {"cookie", "authorization"} <= set(answer.headers["vary"].lower().split(", ")), path
                kept.setdefault(keep, set()).add(path)
    assert len(kept["private, no-cache"]) > 60


async def test_owner_of_the_house_has_no_way_into_what_is_private(app: FastAPI, world: World) -> None:
    async with a_client_as(app, Role.OWNER) as client:
        assert await assert_nothing_there(client, app, world, world.foreign, only=PRIVATE) > 20


@pytest.fixture
async def half_in(
    app: FastAPI, database: Database, world: World
) -> AsyncIterator[dict[SessionScope, httpx.AsyncClient]]:
    """Somebody who has still to say who they are, and somebody who waits for a grown-up."""
    async with AsyncExitStack() as stack:
        found = {}
        for scope in (SessionScope.ONBOARDING, SessionScope.PENDING_CONSENT):
            async with database.write() as session:
                account: Account = await create_user(session, name=scope.value)
            client = await stack.enter_async_context(a_client_as(app, account=account))
            async with database.write() as session:
                narrowed = update(AppSession).where(AppSession.user_id == account.id).values(scope=scope)
                await session.execute(narrowed)
            found[scope] = client
        yield found


async def test_sessions_that_are_half_in_learn_nothing_of_the_library(
    app: FastAPI, world: World, half_in: dict[SessionScope, httpx.AsyncClient]
) -> None:
    there = world.nothing() | world.foreign | world.forbidden
    codes = {SessionScope.ONBOARDING: "onboarding_needed", SessionScope.PENDING_CONSENT: "consent_needed"}
    for scope, client in half_in.items():
        refused = 0
        for route in routes(app):
            if route in OWN_STREAMS or route[1].startswith(CHANGING_ONESELF):
                continue
            status, told, _ = await asked(client, route, there)
            if isinstance(told, dict) and told.get("code") == codes[scope]:
                assert status == 403
                refused += 1
        assert refused > 150
