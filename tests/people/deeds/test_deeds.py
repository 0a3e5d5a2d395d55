"""The audit log as the owner reads it: who, what, when, what it changed; and nobody else reads it."""

from __future__ import annotations

import ast
import csv
import io
import re
import uuid
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

import fumetto
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import catalogue
from fumetto.library.world.service.review import Decision
from fumetto.people.deeds.naming import key_of
from fumetto.people.deeds.rules import differences
from fumetto.people.public import Role
from tests.builders.api import a_client, a_client_as, an_app

SOURCE = Path(fumetto.__file__).parent
NOTING = {"audit", "told", "record", "on_record", "note_refused"}
ACTION = re.compile(r"[a-z_]+(\.[a-z_]+){1,2}")
ANSWERS = ("approved", "declined")

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
        assert {"field": "username", "label": "name", "old": "Leo", "new": "Leon"} in deed["changes"]
        assert {"field": "role", "label": "role", "old": "reader", "new": "editor"} in deed["changes"]
        assert deed["sentence"] == "Mira changed the account “Leon”"
        words = (await owner.get("/api/v1/admin/audit/words")).json()
        actions = [word["code"] for word in words["actions"]]
        assert {"user.change", "user.create", "session.start"} <= set(actions)
        assert actions == sorted(set(actions))
        assert {"session.", "user."} <= set(words["rooms"])


async def test_deeds_are_sentences_in_the_language_of_the_screen_and_call_things_by_what_they_are_called(
    app: FastAPI, database: Database
) -> None:
    gone = uuid.uuid4()
    async with a_client_as(app, Role.OWNER, "Mira") as owner, a_client_as(app, Role.READER, "Zoé") as reader:
        zoe = str(reader.account.id)  # type: ignore[attr-defined]
        mira = owner.account.id  # type: ignore[attr-defined]
        async with database.write() as session:
            await audit(session, mira, "consent.give_for", "consent", gone, new={"purpose": "ai_local", "for": zoe})
            await audit(session, mira, "collective.delete", "collective", gone, old={"name": "Les Martin"})
            await audit(session, None, "series.edit.undone", "series", gone, old={"title": "Old"})
            await audit(session, gone, "consent.country", "country", "it", new={"age": 14})
            await audit(session, mira, "made.up", "privacy", "all")
        french = {"Accept-Language": "fr"}
        listed = (await owner.get("/api/v1/admin/audit", params={"limit": 5}, headers=french)).json()["items"]
        assert {deed["sentence"].replace("\u00a0", " ") for deed in listed} == {
            "Mira a agi sur all",
            "quelqu’un dont le compte n’existe plus a modifié ou confirmé l’âge du consentement (Italie)",
            "Fumetto a annulé une modification : Old",
            "Mira a dissous la famille ou la classe « Les Martin »",
            "Mira a donné son accord pour Zoé : Poser des questions au compagnon",
        }
        consent = next(deed for deed in listed if deed["action"] == "consent.give_for")
        assert consent["names"][zoe] == "Zoé"
        assert {"finalité", "pour"} == {change["label"] for change in consent["changes"]}
        accented = await owner.get("/api/v1/admin/audit", params={"limit": 5}, headers={"Accept-Language": "en-XA"})
        assert [deed["sentence"] for deed in accented.json()["items"] if "Italy" in deed["sentence"]] != []
        words = (await owner.get("/api/v1/admin/audit/words", headers=french)).json()
        assert {"code": "collective", "label": "famille ou classe"} in words["entity_types"]
        table = await owner.post("/api/v1/admin/audit/export", params={"action": "consent."}, headers=french)
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert (rows[-1]["who"], rows[-1]["what"]) == (
            "Mira",
            "Mira a donné son accord pour Zoé\u00a0: Poser des questions au compagnon",
        )


def test_every_deed_that_the_house_does_has_its_sentence() -> None:
    known = catalogue("en")
    assert {action for action in actions_of_the_house() if key_of(action) not in known} == set()


def actions_of_the_house() -> set[str]:
    """What is written as an action where deeds are noted, and the few that are put together there."""
    found = {f"review.{decision}" for decision in Decision} | {f"consent.request_{state}" for state in ANSWERS}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        if "audit" in text or "on_record" in text or "note_refused" in text:
            found |= {
                str(argument.value)
                for call in ast.walk(ast.parse(text))
                if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in NOTING
                for argument in call.args
                if isinstance(argument, ast.Constant) and ACTION.fullmatch(str(argument.value))
            }
    assert len(found) > 100
    return found


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
        assert (head[0], row[head.index("id")]) == ("when", "'=1+1")
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
