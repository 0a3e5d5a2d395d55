"""Exports, erasure and terms over HTTP: who is given what about whom, and who may have whom erased."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from fumetto.companion.conversations.models import Conversation
from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import DiskFull
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.models import User
from fumetto.people.privacy.tasks import keep_terms, make_export
from fumetto.people.public import Role, find_user
from tests.builders.api import a_client_as, an_app
from tests.builders.families import a_family

API = "/api/v1/privacy"
SECRET = "Zwitschvogel"


@dataclass
class Household:
    app: FastAPI
    context: JobContext
    parent: Reader
    child: Reader

    def as_(self, reader: Reader) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        return a_client_as(self.app, account=reader)  # type: ignore[arg-type] # it looks at the id only


@pytest.fixture
async def household(settings: Settings, database: Database) -> Household:
    """A parent with a child who has talked to the companion."""
    app = an_app(settings, database)
    parent, child, _ = await a_family(database)
    async with database.write(child.id) as session:
        session.add(Conversation(user_id=child.id, title=SECRET))
    context = JobContext(
        database=database,
        settings=settings,
        storage=app.state.storage,
        job_id=1,
        task="",
        attempt=1,
        activity=None,
        stopping=lambda: False,
    )
    return Household(app, context, parent, child)


async def exported(household: Household, client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """The files of an export, by name, rows as JSON."""
    asked = await client.post(f"{API}/{path}", json=body)
    assert asked.status_code == 202, asked.text
    export_id = asked.json()["id"]
    early = await client.get(f"{API}/exports/{export_id}/file")
    assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")
    await make_export(household.context, export_id=uuid.UUID(export_id))
    file = await client.get(f"{API}/exports/{export_id}/file")
    assert file.status_code == 200, file.text
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(told) if name.endswith(".json") else told.decode() for name, told in read.items()}


async def test_young_person_is_given_everything_and_their_guardian_no_word_of_the_chat(household: Household) -> None:
    async with household.as_(household.child) as client:
        own = await exported(household, client, "exports")
    assert own["chat/conversations.json"][0]["title"] == SECRET
    assert own["account/users.json"][0]["username"] == household.child.name
    assert "hashed_password" not in own["account/users.json"][0]
    assert "account/" in own["README.txt"]
    async with household.as_(household.parent) as client:
        theirs = await exported(household, client, "exports", user_id=str(household.child.id))
    assert SECRET not in json.dumps(theirs)
    assert {name.partition("/")[0] for name in theirs} <= {"README.txt", "account", "consents", "reading", "signals"}
    assert theirs["consents/parental_consents.json"]


async def test_stranger_is_given_nothing_and_erases_nobody(household: Household, database: Database) -> None:
    body = {"user_id": str(household.child.id)}
    async with household.as_(household.child) as client:
        export = (await client.post(f"{API}/exports", json={})).json()["id"]
    async with a_client_as(household.app, Role.READER) as stranger:
        assert (await stranger.post(f"{API}/exports", json=body)).status_code == 404
        assert (await stranger.get(f"{API}/exports/{export}/file")).json()["code"] == "export_not_found"
        assert (await stranger.post(f"{API}/formal-exports", json=body | {"reason": "because"})).status_code == 403
        refused = await stranger.post(f"{API}/erasure", json=body | {"confirm": household.child.name})
        assert (refused.status_code, refused.json()["code"]) == (403, "erasure_not_allowed")
        assert (await stranger.get(f"{API}/exports")).json()["items"] == []
    async with database.read() as session:
        noted = await session.scalars(select(AuditLog.action).where(AuditLog.action == "privacy.erase.refused"))
        assert noted.all() == ["privacy.erase.refused"]
        assert await session.get(User, household.child.id) is not None


async def test_formal_export_is_shown_to_whom_it_is_about_and_noted(household: Household, database: Database) -> None:
    async with a_client_as(household.app, Role.OWNER) as owner:
        about = {"user_id": str(household.child.id), "reason": "a court's letter of today"}
        told = await exported(household, owner, "formal-exports", **about)
        assert told["chat/conversations.json"][0]["title"] == SECRET
        by = owner.account.id  # type: ignore[attr-defined] # the builder's own
    async with household.as_(household.child) as client:
        (seen,) = (await client.get(f"{API}/exports")).json()["items"]
    assert (seen["kind"], seen["reason"], seen["requested_by"]) == ("formal", about["reason"], str(by))
    async with database.read() as session:
        deed = (await session.scalars(select(AuditLog).where(AuditLog.action == "privacy.export"))).one()
        assert (deed.actor_id, deed.new_value) == (by, {"kind": "formal", "reason": about["reason"]})


async def test_child_is_erased_by_a_guardian_who_says_the_name(household: Household, database: Database) -> None:
    child = household.child
    async with household.as_(child) as client:
        alone = await client.post(f"{API}/erasure", json={"confirm": child.name})
        assert alone.json()["code"] == "erasure_needs_guardian"
        async with household.as_(household.parent) as parent:
            body = {"user_id": str(child.id)}
            unsure = await parent.post(f"{API}/erasure", json=body | {"confirm": "them"})
            assert (unsure.status_code, unsure.json()["values"]) == (422, {"name": child.name})
            done = await parent.post(f"{API}/erasure", json=body | {"confirm": child.name})
            assert done.status_code == 204, done.text
            again = await parent.post(f"{API}/erasure", json=body | {"confirm": child.name})
            assert again.status_code == 404
        assert (await client.get("/api/v1/session/devices")).status_code == 401
    async with database.read(EVERY_READER) as session:
        assert await find_user(session, child.name) is None
        assert (await session.scalars(select(Conversation))).all() == []
        deeds = (await session.scalars(select(AuditLog))).all()
    assert any(deed.action == "privacy.erase" and deed.actor_id == household.parent.id for deed in deeds)
    assert str(child.id) not in str([(deed.entity_id, deed.old_value, deed.new_value, deed.actor_id) for deed in deeds])


async def test_only_owner_is_not_erased(household: Household) -> None:
    async with a_client_as(household.app, Role.OWNER, name="Olga") as owner:
        refused = await owner.post(f"{API}/erasure", json={"confirm": "Olga"})
        assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
        body = {"user_id": str(household.parent.id), "confirm": household.parent.name}
        assert (await owner.post(f"{API}/erasure", json=body)).status_code == 204


async def test_terms_are_published_and_kept(household: Household, database: Database) -> None:
    async with a_client_as(household.app, Role.OWNER) as owner:
        listed = {one["kind"]: one for one in (await owner.get(f"{API}/retention")).json()["items"]}
        assert (listed["audit"]["days"], listed["audit"]["changeable"]) == (730, True)
        assert (await owner.put(f"{API}/retention/audit", json={"days": 10})).status_code == 204
        assert (await owner.put(f"{API}/retention/jobs", json={"days": 10})).json()["code"] == "term_unknown"
        listed = {one["kind"]: one for one in (await owner.get(f"{API}/retention")).json()["items"]}
        assert listed["audit"]["days"] == 10
    async with database.write(EVERY_READER) as session:
        await session.execute(text("UPDATE app.audit_logs SET created_at = now() - interval '11 days'"))
        await session.execute(text("UPDATE app.conversations SET updated_at = now() - interval '4 years'"))
        session.add(AuditLog(action="new", entity_type="x", entity_id="y"))
    await household.context.storage.put("exports/left-behind.zip", b"x")
    await keep_terms(household.context)
    async with database.read(EVERY_READER) as session:
        assert (await session.scalars(select(AuditLog.action))).all() == ["new"]
        assert (await session.scalars(select(Conversation))).all() == []
    assert await household.context.storage.head("exports/left-behind.zip") is None


async def test_exports_are_made_once_and_not_without_end(household: Household) -> None:
    async with household.as_(household.child) as client:
        first, second = [(await client.post(f"{API}/exports", json={})).json()["id"] for _ in range(2)]
        assert first == second
        full = household.context.settings.model_copy(update={"disk_reserve_bytes": 2**60})
        with pytest.raises(DiskFull):
            await make_export(replace(household.context, storage=open_storage(full)), export_id=uuid.UUID(first))
        (failed,) = (await client.get(f"{API}/exports")).json()["items"]
        assert failed["state"] == "failed"
        for _ in range(4):
            export_id = (await client.post(f"{API}/exports", json={})).json()["id"]
            await make_export(household.context, export_id=uuid.UUID(export_id))
        refused = await client.post(f"{API}/exports", json={})
        assert (refused.status_code, refused.json()["code"]) == (429, "exports_too_many")
