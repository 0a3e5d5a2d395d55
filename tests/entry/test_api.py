"""The application as a whole: what stands around every room."""

from __future__ import annotations

import asyncio
import re

import pytest
from fastapi import FastAPI
from sqlalchemy import text as sql

from fumetto import __version__
from fumetto.entry.api import ROOMS
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from fumetto.people.public import Role, sign_in_address
from tests.builders.api import a_client, a_client_as, an_app

USER_BY_ID = sql("SELECT username FROM app.users WHERE id = cast(:id AS uuid)")


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def test_health_answers_with_every_connection_taken_and_ready_names_the_part(
    app: FastAPI, database: Database, settings: Settings
) -> None:
    async with a_client(app) as client:
        ready = (await client.get("/ready")).json()
        assert ready["status"] == "ready"
        assert ready["parts"]["database"] == {"ok": True, "needed": True, "code": None, "count": None}
        assert ready["parts"]["workers"] == {"ok": False, "needed": False, "code": "none_running", "count": 0}
        held = [database.read() for _ in range(settings.database_pool_size)]
        for session in held:
            await session.__aenter__()
        try:
            assert (await client.get("/health")).json() == {"status": "ok"}
            busy = await client.get("/ready")
            assert (busy.status_code, busy.json()["status"]) == (503, "not_ready")
            assert busy.json()["parts"]["database"]["code"] in {"database_busy", "timeout"}
            assert busy.json()["parts"]["storage"]["ok"]
            refused = await client.post("/api/v1/session", json={"token": "fum_l_" + "A" * 43})
            assert (refused.status_code, refused.json()["code"]) == (503, "database_busy")
            assert int(refused.headers["retry-after"]) > 0
        finally:
            for session in held:
                await session.__aexit__(None, None, None)
        assert (await client.get("/ready")).json()["status"] == "ready"


async def test_metrics_are_for_the_owner_and_for_this_machine(app: FastAPI) -> None:
    async with a_client(app) as client:
        assert (await client.get("/metrics")).status_code == 401
    async with a_client_as(app, Role.EDITOR) as client:
        assert (await client.get("/metrics")).status_code == 404
    async with a_client_as(app, Role.OWNER) as client:
        assert (await client.get("/metrics")).status_code == 200
    async with a_client(app, address="127.0.0.1") as client:
        here = {"Host": "127.0.0.1:8420"}
        assert (await client.get("/metrics", headers=here)).status_code == 200
        assert (await client.get("/metrics", headers={"Host": "rebound.evil.test"})).status_code == 401
        assert (await client.get("/metrics", headers=here | {"X-Forwarded-For": "203.0.113.5"})).status_code == 401


async def test_metrics_count_requests_by_template_pools_and_the_build(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as client:
        await client.get("/api/v1/series/potion-of-flight")
        text = (await client.get("/metrics")).text
    assert 'fumetto_http_requests_total{method="GET",route="/api/v1/series/{slug}",status="404"} 1.0' in text
    assert "potion-of-flight" not in text
    assert re.search(r'fumetto_database_pool_max\{pool="general"\} \d+', text)
    assert re.search(r'fumetto_database_pool_requests_num_total\{pool="general"\} \d+', text)
    assert re.search(rf'fumetto_build_info\{{.*version="{re.escape(__version__)}".*\}} 1.0', text)
    assert "_created" not in text


async def test_metrics_can_be_switched_off(settings: Settings, database: Database) -> None:
    silent = load_settings({}, **settings.model_dump(include=settings.model_fields_set), metrics=False)
    async with a_client_as(an_app(silent, database), Role.OWNER) as client:
        assert (await client.get("/metrics")).status_code == 404


async def test_openapi_names_every_operation_once_and_describes_its_errors(app: FastAPI) -> None:
    async with a_client(app) as client:
        described = (await client.get("/api/v1/openapi.json")).json()
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 20
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    for operation in operations:
        schema = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
        assert "422" not in operation["responses"]
        assert operation.get("description"), f"{operation['operationId']} does not say what it does"
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert {"code", "detail", "request_id", "status"} <= set(
        described["components"]["schemas"]["Problem"]["properties"]
    )


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")
async def test_two_operations_of_one_name_are_a_mistake_that_is_told(app: FastAPI) -> None:
    @app.get("/api/v1/other", name="list_users")
    async def list_users() -> None: ...

    with pytest.raises(ValueError, match="list_users"):
        app.openapi()


async def test_below_a_base_path_everything_is_found_with_and_without_it(
    settings: Settings, database: Database
) -> None:
    below = load_settings({}, **settings.model_dump(include=settings.model_fields_set), base_path="/comics")
    async with a_client_as(an_app(below, database), Role.OWNER) as client:
        for prefix in ("", "/comics"):
            assert (await client.get(f"{prefix}/api/v1/session")).json()["user"]["role"] == "owner"
            assert (await client.get(f"{prefix}/health")).status_code == 200
            assert (await client.get(f"{prefix}/api/v1/nothing")).json()["code"] == "address_unknown"
        user_id = (await client.get("/comics/api/v1/users")).json()["items"][0]["id"]
        link = (await client.post(f"/comics/api/v1/users/{user_id}/sign-in-links")).json()
        assert link["address"] == sign_in_address("http://fumetto.test/comics", link["token"])
        started = await client.post("/comics/api/v1/session", json={"token": link["token"]})
        assert "Path=/comics;" in started.headers["set-cookie"]


async def test_end_of_the_application_ends_its_open_streams(app: FastAPI) -> None:
    closing: asyncio.Event = app.state.closing
    async with app.router.lifespan_context(app):
        assert not closing.is_set()
    assert closing.is_set()


async def test_request_that_fails_changes_nothing(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as client:
        first = await client.post("/api/v1/users", json={"name": "Coriander"})
        assert first.status_code == 201
        assert (await client.post("/api/v1/users", json={"name": "coriander"})).json()["code"] == "user_name_taken"
        assert (await client.post("/api/v1/users", json={"name": "Shichimi", "role": "queen"})).status_code == 422
        assert (await client.get("/api/v1/users")).json()["items"][0]["name"] == "Coriander"
        assert (await client.get("/api/v1/users")).json()["total"] == 2


async def test_answer_is_stored_before_it_is_sent(app: FastAPI, database: Database) -> None:
    """What a client was told is there when it looks again, on another connection, at once."""
    async with a_client_as(app, Role.OWNER) as client:
        for number in range(20):
            made = await client.post("/api/v1/users", json={"name": f"reader {number}"})
            async with database.read() as session:
                found = await session.execute(USER_BY_ID, {"id": made.json()["id"]})
                assert found.scalar_one() == f"reader {number}"


def test_rooms_are_listed_once() -> None:
    assert len({id(room.router) for room in ROOMS}) == len(ROOMS)
