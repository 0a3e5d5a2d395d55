"""The audit log as the owner reads it: who, what, when, what it changed; and nobody else reads it."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.deeds.rules import differences
from fumetto.people.public import Role
from tests.builders.api import a_client, a_client_as, an_app

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(PLAIN, lambda inner: st.dictionaries(st.text("ab", max_size=2), inner, max_size=3), max_leaves=8)
SIDES = st.none() | st.dictionaries(st.text("ab", max_size=2), VALUES, max_size=4)


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def test_owner_reads_who_changed_what_with_the_names_of_today(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, Role.OWNER, "Mira") as owner, a_client_as(app, Role.READER, "Leo") as reader:
        leo = reader.account.id  # type: ignore[attr-defined]
        assert (await owner.patch(f"/api/v1/users/{leo}", json={"name": "Leon", "role": "editor"})).status_code == 200
        listed = (await owner.get("/api/v1/admin/audit", params={"action": "user.change"})).json()
        (deed,) = listed["items"]
        assert listed["total"] == 1
        assert deed["actor"]["name"] == "Mira"
        assert (deed["entity_type"], deed["entity_id"], deed["entity_name"]) == ("user", str(leo), "Leon")
        assert {"field": "username", "old": "Leo", "new": "Leon"} in deed["changes"]
        assert {"field": "role", "old": "reader", "new": "editor"} in deed["changes"]
        words = (await owner.get("/api/v1/admin/audit/words")).json()
        assert {"user.change", "user.create", "session.start"} <= set(words["actions"])
        assert words["actions"] == sorted(set(words["actions"]))


async def test_pages_of_the_log_leave_nothing_out_and_repeat_nothing(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        for number in range(25):
            await audit(session, None, "test.count", "thing", number)
    async with a_client_as(app, Role.OWNER) as owner:
        seen: list[str] = []
        cursor = None
        while True:
            params = {"action": "test.", "machine": "true", "limit": "7", **({"cursor": cursor} if cursor else {})}
            page = (await owner.get("/api/v1/admin/audit", params=params)).json()
            seen += [deed["entity_id"] for deed in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert sorted(seen, key=int) == [str(number) for number in range(25)]


async def test_export_is_a_table_that_no_program_takes_for_formulas_and_is_itself_a_deed(
    app: FastAPI, database: Database
) -> None:
    async with database.write() as session:
        await audit(session, None, "test.hostile", "thing", "=1+1", new={"name": "@x"})
    async with a_client_as(app, Role.OWNER) as owner:
        answer = await owner.post("/api/v1/admin/audit/export", params={"action": "test.hostile"})
        head, row = csv.reader(io.StringIO(answer.text))
        assert (head[0], row[4]) == ("when", "'=1+1")
        kept = (await owner.get("/api/v1/admin/audit", params={"action": "audit.export"})).json()
        assert kept["total"] == 1


async def test_log_and_status_are_the_owners_alone(app: FastAPI) -> None:
    paths = ("/api/v1/admin/audit", "/api/v1/admin/audit/words", "/api/v1/admin/status")
    async with a_client_as(app, Role.EDITOR) as editor, a_client(app) as nobody, a_client_as(app, Role.OWNER) as owner:
        for path in paths:
            assert (await editor.get(path)).status_code == 404
            assert (await nobody.get(path)).status_code == 401
            assert (await owner.get(path)).status_code == 200
        assert (await editor.post("/api/v1/admin/audit/export")).status_code == 403


async def test_filters_that_mean_nothing_are_refused_by_name(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        for params in ({"actor": "x"}, {"since": "yesterday"}, {"cursor": "zz"}, {"limit": 0}):
            assert (await owner.get("/api/v1/admin/audit", params=params)).status_code in {400, 422}
        none = (await owner.get("/api/v1/admin/audit", params={"actor": str(uuid.uuid4())})).json()
        assert (none["items"], none["total"]) == ([], 0)


async def test_status_tells_what_is_there_and_what_it_takes(app: FastAPI) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        status = (await owner.get("/api/v1/admin/status")).json()
        assert status["parts"]["database"]["ok"] is True
        assert status["counts"]["people"] == 1
        assert 0 < status["disk"]["free"] <= status["disk"]["total"]
        assert status["database_bytes"] > 0
        assert status["tables"][0]["bytes"] >= status["tables"][-1]["bytes"] > 0


@given(SIDES, SIDES)
def test_differences_are_what_differs_and_nothing_else(
    old: dict[str, object] | None, new: dict[str, object] | None
) -> None:
    found = differences(old, new)
    assert all(before != after for _, before, after in found)
    assert not differences(old, old)
    assert {name for name, *_ in found} == {name for name, *_ in differences(new, old)}
