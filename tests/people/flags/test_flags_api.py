"""Flags over HTTP: the owner's, and OpenFeature's remote evaluation."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.provider._registry import provider_registry

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobActivity, JobContext
from fumetto.kernel.settings import Settings
from fumetto.kernel.web.server import make_server
from fumetto.library.ingestion.tasks import scan_root
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.flags.errors import AiOff
from fumetto.people.flags.kinds import FlagKind
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.flags.service import set_flag
from fumetto.people.public import KeyScope, Role, create_user, flags, reader_of
from tests.builders.api import a_client, a_client_as, an_api_key, an_app

API = "/api/v1"
OFREP = "/ofrep/v1/evaluate/flags"
SWITCH: dict[str, Any] = {"variants": {"on": True, "off": False}, "default_variant": "on"}


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def owner(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.OWNER) as client:
        yield client


async def test_owner_sees_sets_and_takes_back_a_shipped_flag(owner: httpx.AsyncClient) -> None:
    listed = {one["name"]: one for one in (await owner.get(f"{API}/admin/flags")).json()["items"]}
    assert (listed["ai"]["is_shipped"], listed["ai"]["is_set"]) == (True, False)
    put = await owner.put(f"{API}/admin/flags/ai", json=SWITCH | {"default_variant": "off", "version": 0})
    assert put.status_code == 200, put.text
    assert put.json()["version"] == 1
    assert not flags.is_on(None, "ai")
    late = await owner.put(f"{API}/admin/flags/ai", json=SWITCH | {"version": 0})
    assert (late.status_code, late.json()["code"]) == (409, "flag_changed")
    unconfirmed = await owner.delete(f"{API}/admin/flags/ai")
    assert unconfirmed.json()["code"] == "flag_unconfirmed"
    assert (await owner.delete(f"{API}/admin/flags/ai", params={"confirm": "ai"})).status_code == 204
    assert flags.is_on(None, "ai")
    deeds = (await owner.get(f"{API}/admin/flags/ai/history")).json()["items"]
    assert [deed["action"] for deed in deeds] == ["flag.delete", "flag.set"]
    assert deeds[1]["changes"]["default_variant"] == {"old": "on", "new": "off"}


async def test_only_the_owner_comes_near_the_switches(app: FastAPI) -> None:
    async with a_client_as(app, Role.EDITOR) as editor:
        assert (await editor.get(f"{API}/admin/flags")).status_code == 404
        assert (await editor.put(f"{API}/admin/flags/ai", json=SWITCH)).status_code == 403
    async with a_client(app) as nobody:
        assert (await nobody.get(f"{API}/admin/flags")).status_code == 401
        assert (await nobody.post(OFREP)).status_code == 401


async def test_rule_that_cannot_be_evaluated_is_refused_with_its_place(owner: httpx.AsyncClient) -> None:
    body = SWITCH | {"targeting": {"if": [{"==": [{"var": "country"}, "IT"]}, {"frobnicate": 1}]}}
    refused = await owner.put(f"{API}/admin/flags/newness", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "flag_unusable")
    assert refused.json()["values"]["place"] == "targeting.if[1].frobnicate"
    assert (await owner.get(f"{API}/admin/flags/newness")).status_code == 404


async def test_shared_rule_that_others_need_is_not_taken_back(owner: httpx.AsyncClient) -> None:
    rule = {"kind": "rule", "targeting": {"==": [{"var": "country"}, "IT"]}}
    assert (await owner.put(f"{API}/admin/flags/italians", json=rule)).status_code == 200
    user = SWITCH | {"targeting": {"if": [{"$ref": "italians"}, "on", "off"]}}
    assert (await owner.put(f"{API}/admin/flags/newness", json=user)).status_code == 200
    refused = await owner.delete(f"{API}/admin/flags/italians", params={"confirm": "italians"})
    assert refused.json()["code"] == "flag_unusable"


async def test_preview_says_what_somebody_would_get_and_why(
    owner: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    async with database.write() as session:
        child = await create_user(
            session, name="Tim", user_type=UserType.TEENAGER, age_class=AgeClass.TEENAGER, country="IT"
        )
    rule = {"if": [{"==": [{"var": "country"}, "IT"]}, {"fractional": [["on", 1], ["off", 3]]}, "off"]}
    draft = SWITCH | {"name": "newness", "targeting": rule}
    told = (await owner.post(f"{API}/admin/flags/preview", json={"user_id": str(child.id), "draft": draft})).json()
    assert told["audience"] == "teenager"
    assert told["claims"]["country"] == "IT"
    (one,) = told["flags"]
    assert (one["reason"], one["rule"], one["bucket"]["of"]) == ("SPLIT", "targeting.if[1].fractional", 4)
    assert one["value"] is (one["bucket"]["place"] < 1)
    elsewhere = {"claims": {"country": "FR", "isAdmin": True}, "draft": draft}
    told = (await owner.post(f"{API}/admin/flags/preview", json=elsewhere)).json()
    assert told["claims"] == {"country": "FR"}
    assert (told["flags"][0]["value"], told["flags"][0]["rule"]) == (False, "targeting.if[2]")
    assert (await owner.get(f"{API}/admin/flags/newness")).status_code == 404


async def test_client_is_told_by_what_the_server_knows_never_by_what_it_says(
    owner: httpx.AsyncClient, app: FastAPI
) -> None:
    body = SWITCH | {"targeting": {"if": [{"==": [{"var": "role"}, "owner"]}, "on", "off"]}, "visibility": "frontend"}
    await owner.put(f"{API}/admin/flags/newness", json=body)
    await owner.put(f"{API}/admin/flags/inside", json=SWITCH | {"visibility": "backend"})
    lie = {"context": {"targetingKey": "x", "role": "owner"}}
    async with a_client_as(app, Role.READER) as reader:
        told = (await reader.post(f"{OFREP}/newness", json=lie)).json()
        assert (told["value"], told["reason"]) == (False, "TARGETING_MATCH")
        missing = await reader.post(f"{OFREP}/inside", json=lie)
        assert (missing.status_code, missing.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")
        bad = await reader.post(f"{OFREP}/newness", json={"context": "mine"})
        assert (bad.status_code, bad.json()["errorCode"]) == (400, "INVALID_CONTEXT")
    assert (await owner.post(f"{OFREP}/newness")).json()["value"] is True


async def test_switch_for_a_class_is_known_inside_and_outside_for_who_is_in_it(
    app: FastAPI, owner: httpx.AsyncClient, database: Database
) -> None:
    async with a_client_as(app, Role.READER) as pupil, a_client_as(app, Role.READER) as other:
        made = await owner.post(f"{API}/collectives", json={"kind": "class", "name": "4b"})
        group = made.json()["id"]
        link = await owner.post(f"{API}/collectives/{group}/invitations", json={})
        assert (await pupil.post(f"{API}/invitations/{link.json()['token']}/accept", json={})).status_code == 200
        rule = {"if": [{"in": [group, {"var": "collectives"}]}, "on", "off"]}
        await owner.put(f"{API}/admin/flags/newness", json=SWITCH | {"targeting": rule})
        for client, on in ((pupil, True), (other, False)):
            assert (await client.post(f"{OFREP}/newness")).json()["value"] is on
            async with database.read() as session:
                reader = await reader_of(session, client.account.id)  # type: ignore[attr-defined] # the builder's own
            assert flags.is_on(reader, "newness") is on


async def test_bulk_has_a_validator_that_a_change_makes_stale(owner: httpx.AsyncClient) -> None:
    first = await owner.post(OFREP, json={"context": {}})
    told = first.json()
    assert {"ai", "imports", "sharing"} <= {one["key"] for one in told["flags"]}
    assert told["eventStreams"][0]["type"] == "sse"
    again = await owner.post(OFREP, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    await owner.put(f"{API}/admin/flags/ai", json=SWITCH | {"is_enabled": False})
    changed = await owner.post(OFREP, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    (ai,) = [one for one in changed.json()["flags"] if one["key"] == "ai"]
    assert ai["reason"] == "DISABLED"
    assert "value" not in ai
    assert (await owner.get("/ofrep/v1/configuration")).json()["name"] == "fumetto"


async def test_ai_that_is_switched_off_says_so_and_what_was_said_stays(owner: httpx.AsyncClient) -> None:
    await owner.put(f"{API}/admin/flags/ai", json=SWITCH | {"is_enabled": False})
    nowhere = f"{API}/companion/sessions/00000000-0000-0000-0000-000000000001"
    asked = await owner.post(f"{nowhere}/messages", json={"text": "Who is that?"})
    assert (asked.status_code, asked.json()["code"]) == (503, "ai_switched_off")
    assert (await owner.get(f"{nowhere}/suggestions")).json()["items"] == []
    programs = await owner.get("/v1/models")
    assert (programs.status_code, programs.json()["error"]["code"]) == (503, "ai_switched_off")
    assert (await owner.post("/mcp", json={})).status_code == 503
    assert (await owner.get(f"{API}/companion/conversations")).status_code == 200


async def test_imports_that_are_switched_off_take_nothing_in(owner: httpx.AsyncClient) -> None:
    await owner.put(f"{API}/admin/flags/imports", json=SWITCH | {"default_variant": "off"})
    for path in ("scan", "uploads"):
        refused = await owner.post(f"{API}/{path}")
        assert (refused.status_code, refused.json()["code"]) == (503, "imports_switched_off")
    assert (await owner.get(f"{API}/roots")).status_code == 200


async def test_stream_ends_at_once_when_its_switch_goes_off(owner: httpx.AsyncClient) -> None:
    closed = asyncio.Event()

    async def words() -> AsyncIterator[str]:
        try:
            yield "once"
            await asyncio.Event().wait()
        finally:
            closed.set()

    heard = flags.while_on(None, "ai", words())
    assert await anext(heard) == "once"
    waiting = asyncio.ensure_future(anext(heard))
    await owner.put(f"{API}/admin/flags/ai", json=SWITCH | {"is_enabled": False})
    with pytest.raises(AiOff):
        await waiting
    assert closed.is_set()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port of this machine, listening to what others change."""
    bound = socket.create_server(("127.0.0.1", 0))
    server = make_server(app)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def test_openfeatures_own_client_hears_over_http_what_another_process_changes(
    app: FastAPI, owner: httpx.AsyncClient, database: Database
) -> None:
    key = await an_api_key(database, owner.account, KeyScope.READ)  # type: ignore[attr-defined] # the builder's own
    credentials = {"Authorization": f"Bearer {key}"}
    theirs = Flag("newness", FlagKind.STRING, variants={"old": "old", "new": "new"}, default_variant="old")

    def ask() -> tuple[Any, Any, Any]:
        client = api.get_client("ofrep")
        told = client.get_string_details("newness", "fallback")
        known = client.get_boolean_details("ai", False)
        return told.value, told.reason, known.value

    async with served(app) as address, httpx.AsyncClient(base_url=address, headers=credentials) as client:
        provider = OFREPProvider(address, headers_factory=lambda: credentials)
        provider_registry.set_provider("ofrep", provider, wait_for_init=True)
        try:
            assert await asyncio.to_thread(ask) == ("fallback", "ERROR", True)
            async with client.stream("GET", "/ofrep/v1/events") as stream:
                lines = stream.aiter_lines()
                assert (await anext(lines)).startswith("retry:")
                async with database.write() as session:  # as another process does: this one hears of it
                    await set_flag(session, theirs, actor=None)
                event = [line async for line in until_data(lines)][-1]
                assert json.loads(event.removeprefix("data: "))["type"] == "refetchEvaluation"
            assert await asyncio.to_thread(ask) == ("old", "STATIC", True)
        finally:
            api.shutdown()
            api.clear_providers()


async def until_data(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith("data:"):
            return


async def test_flags_that_would_break_something_are_refused_and_never_a_mistake_of_ours(
    owner: httpx.AsyncClient,
) -> None:
    nested: Any = "on"
    for _ in range(200):
        nested = {"if": [True, nested]}
    for path, body in (
        ("a%00b", SWITCH),
        ("%F0%9F%90%BB", SWITCH),
        ("newness", SWITCH | {"description": "a\0b"}),
        ("newness", SWITCH | {"variants": {"on": "\0"}, "kind": "string"}),
        ("newness", SWITCH | {"targeting": nested}),
        ("newness", SWITCH | {"targeting": {"if": []}, "default_variant": "elsewhere"}),
        ("newness", SWITCH | {"kind": "spell"}),
        ("newness", SWITCH | {"magic": True}),
    ):
        refused = await owner.put(f"{API}/admin/flags/{path}", json=body)
        assert refused.status_code == 422, (path, body, refused.text)
    assert (await owner.get(f"{API}/admin/flags/a%00b")).status_code == 422
    assert not [one for one in (await owner.get(f"{API}/admin/flags")).json()["items"] if one["is_set"]]


async def test_scan_that_waited_leaves_the_library_as_it_is(
    owner: httpx.AsyncClient, app: FastAPI, database: Database, settings: Settings
) -> None:
    await owner.put(f"{API}/admin/flags/imports", json=SWITCH | {"is_enabled": False})
    flags.BOARD.put([])  # a worker listens to nobody
    activity = JobActivity(uuid4(), 1)
    await scan_root(
        JobContext(database, settings, app.state.storage, 1, "", 1, activity, lambda: False), root_id=uuid4()
    )
    assert [failure["code"] for failure in activity.failures] == ["imports_switched_off"]
