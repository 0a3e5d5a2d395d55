"""What people are handed, make up or mean ill: each ends safely, with a clear message and a row in the audit log.

What has a test beside its room is not repeated: providers that lie (access/test_providers.py), replayed and ended
sessions (access/test_scopes.py), clocks that were set back (access), two approvals at once (consent/test_consent.py).
"""

from __future__ import annotations

from collections import Counter

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.collectives.models import Invitation
from fumetto.people.public import Role
from tests.builders.api import a_client, a_client_as, an_app

API = "/api/v1"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def refusals(database: Database) -> Counter[tuple[str, str]]:
    """What is on record of what was refused: deeds with the code of the error."""
    async with database.read() as session:
        rows = await session.scalars(select(AuditLog).where(AuditLog.action.like("%refused%")))
        return Counter((row.action, (row.details or {}).get("code", "")) for row in rows)


def told(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["detail"], body
    return answer.status_code, body["code"]


async def test_tokens_of_all_kinds_open_only_their_own_door(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, Role.OWNER, name="Olga") as owner, a_client(app, "192.0.2.50") as nobody:
        user = (await owner.post(f"{API}/users", json={"name": "Ada", "user_type": "adult"})).json()
        family = (await owner.post(f"{API}/collectives", json={"kind": "family", "name": "Us"})).json()["id"]
        made = (await owner.post(f"{API}/collectives/{family}/invitations", json={"age_class": "child"})).json()
        tokens = {
            "sign in": user["sign_in_token"],
            "reset": (await owner.post(f"{API}/users/{user['id']}/reset")).json()["token"],
            "invitation": made["token"],
            "key": (await owner.post(f"{API}/api-keys", json={"name": "k", "scopes": ["read"]})).json()["token"],
        }
        for kind, token in tokens.items():
            doors = {
                "sign in": await nobody.post(f"{API}/session", json={"token": token}) if kind != "sign in" else None,
                "reset": await nobody.post(f"{API}/password/reset", json={"token": token, "password": "x" * 20})
                if kind != "reset"
                else None,
                "invitation": await nobody.post(f"{API}/invitations/{token}/accept", json={"name": "Eve"})
                if kind != "invitation"
                else None,
            }
            codes = {door: told(answer) for door, answer in doors.items() if answer is not None}
            unknown = {
                "sign in": (401, "sign_in_link_unknown"),
                "reset": (401, "sign_in_link_unknown"),
                "invitation": (404, "invitation_unknown"),
            }
            assert codes == {door: unknown[door] for door in codes}, kind
        assert (await nobody.get(f"{API}/session")).json()["user"] is None
        assert (await nobody.post(f"{API}/session", json={"token": tokens["sign in"]})).status_code == 201
    noted = await refusals(database)
    assert noted["invitation.refused", "invitation_unknown"] == 3
    assert noted["session.refused", "sign_in_link_unknown"] == 3


async def test_invitation_that_ran_out_and_a_name_that_looks_like_the_parents_let_nobody_in(
    app: FastAPI, database: Database
) -> None:
    async with a_client_as(app, name="Rosa") as parent, a_client(app, "192.0.2.51") as child:
        family = (await parent.post(f"{API}/collectives", json={"kind": "family", "name": "Us"})).json()["id"]
        made = (await parent.post(f"{API}/collectives/{family}/invitations", json={"age_class": "child"})).json()
        accept = f"{API}/invitations/{made['token']}/accept"
        assert told(await child.post(accept, json={"name": "Rоsа"})) in {  # in Cyrillic
            (409, "user_name_confusing"),
            (422, "user_name_unusable"),
        }
        assert told(await child.post(accept, json={"name": "R0sa"}))[1] == "user_name_confusing"
        [row] = (await parent.get(f"{API}/collectives/{family}/invitations")).json()["items"]
        assert (row["state"], row["current_uses"]) == ("PENDING", 0)
        async with database.write() as session:
            await session.execute(update(Invitation).values(expires_at=Invitation.created_at))
        assert told(await child.get(f"{API}/invitations/{made['token']}")) == (410, "invitation_expired")
        assert told(await child.post(accept, json={"name": "Pepe"})) == (410, "invitation_expired")
        assert (await child.get(f"{API}/session")).json()["user"] is None
    noted = await refusals(database)
    assert noted["invitation.refused", "invitation_expired"] == 1
    assert sum(count for (action, _), count in noted.items() if action == "invitation.refused") == 3


async def test_what_only_another_may_do_is_refused_and_on_record(app: FastAPI, database: Database) -> None:
    broken_rule = {"variants": {"on": True}, "default_variant": "on", "targeting": {"no such": [1]}}
    async with a_client_as(app, Role.OWNER, name="Olga") as owner, a_client_as(app, name="Eve") as stranger:
        olga = (await owner.get(f"{API}/session")).json()["user"]["id"]
        eve = (await stranger.get(f"{API}/session")).json()["user"]["id"]
        assert told(await stranger.post(f"{API}/users/{olga}/reset")) == (403, "not_allowed")
        await owner.patch(f"{API}/users/{eve}", json={"vouched": False})
        assert told(await stranger.post(f"{API}/collectives", json={"kind": "family", "name": "Ours"})) == (
            403,
            "user_not_vouched",
        )
        assert (await owner.put(f"{API}/admin/flags/newness", json=broken_rule)).status_code == 422
        text = f"{API}/admin/words/en/all/door.reset.title"
        assert (await owner.put(text, json={"value": "{unclosed"})).status_code == 422
        assert (await owner.put(text, json={"value": "<script>alert(1)</script>"})).status_code == 422
        words = (await stranger.get(f"{API}/words/en.json")).text
        assert "unclosed" not in words
        assert "<script>" not in words
    noted = Counter(action for action, _ in (await refusals(database)).elements())
    assert noted == {"password.link_refused": 1, "collective.refused": 1, "flag.refused": 1, "text.refused": 2}
