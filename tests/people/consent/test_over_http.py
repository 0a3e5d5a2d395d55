"""A family and a class over HTTP: from the invitation to reading, and back when a parent takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.consent.requests import LETTERS
from tests.builders.api import a_client, a_client_as, an_app

API = "/api/v1"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def parent(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, name="Parent") as client:
        yield client


@pytest.fixture
async def child(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody yet."""
    async with a_client(app, "192.0.2.50") as client:
        yield client


async def founded(client: httpx.AsyncClient, kind: str = "family", name: str = "Us") -> str:
    made = await client.post(f"{API}/collectives", json={"kind": kind, "name": name})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def invited(client: httpx.AsyncClient, collective: str, **wanted: object) -> str:
    made = await client.post(f"{API}/collectives/{collective}/invitations", json=wanted)
    assert made.status_code == 201, made.text
    assert made.json()["address"].endswith(f"/join#token={made.json()['token']}")
    assert made.json()["qr"].startswith("<svg")
    return str(made.json()["token"])


async def come_in(client: httpx.AsyncClient, token: str, name: str, **who: object) -> dict[str, object]:
    accepted = await client.post(f"{API}/invitations/{token}/accept", json={"name": name})
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["scope"] == "ONBOARDING"
    said = {"user_type": "child", "age_class": "child", "language": "en"} | who
    onboarded = await client.post(f"{API}/session/onboarding", json=said)
    assert onboarded.status_code == 200, onboarded.text
    return dict(onboarded.json())


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def deeds(database: Database, action: str) -> list[dict[str, object]]:
    async with database.read() as session:
        rows = await session.scalars(select(AuditLog).where(AuditLog.action == action).order_by(AuditLog.created_at))
        return [row.details or {} for row in rows]


async def test_child_comes_by_a_link_waits_is_approved_by_a_code_reads_and_is_stopped_again(
    app: FastAPI, parent: httpx.AsyncClient, child: httpx.AsyncClient
) -> None:
    family = await founded(parent)
    token = await invited(parent, family, age_class="child", language="fr")
    offer = await child.get(f"{API}/invitations/{token}")
    assert offer.json() | {"expires_at": None} == {
        "collective": "Us",
        "kind": "family",
        "inviter": "Parent",
        "role": "member",
        "age_class": "child",
        "for_guardian": False,
        "language": "fr",
        "expires_at": None,
    }
    session = await come_in(child, token, "Ada")
    assert (session["scope"], session["waiting_for"]) == ("PENDING_CONSENT", "guardian")
    for path in ("/series", "/collectives", "/guardian/children", "/companion/conversations"):
        assert code(await child.get(f"{API}{path}")) == (403, "consent_needed")

    mine = (await child.get(f"{API}/consents")).json()
    asked = {item["policy"]["purpose"]: item for item in mine["items"]}
    assert {purpose: item["whose"] for purpose, item in asked.items() if item["asked"]} == {
        "account": "guardian",
        "ai_local": "guardian",
        "sharing": "guardian",
    }
    assert [sight["viewer"] for sight in mine["sees"]] == ["guardian", "operator"]
    assert "chat" in mine["sees"][0]["never"]
    assert code(await child.post(f"{API}/consents", json={"purpose": "account"})) == (403, "guardian_decides")

    request = (await child.post(f"{API}/consents/requests", json={})).json()
    assert request["purposes"] == ["account", "ai_local", "sharing"]
    assert code(await child.post(f"{API}/consents/requests/{request['code']}/decide", json={"approve": True})) == (
        403,
        "consent_needed",
    )
    shown = (await parent.get(f"{API}/consents/requests/{request['code']}")).json()
    assert (shown["child"], shown["mine"], len(shown["policies"])) == ("Ada", True, 3)
    [waiting] = (await parent.get(f"{API}/guardian/children")).json()["items"]
    assert waiting["waiting"] == [request["id"]]
    decided = await parent.post(f"{API}/consents/requests/{request['id']}/decide", json={"approve": True})
    assert decided.json()["state"] == "approved"
    again = await parent.post(f"{API}/consents/requests/{request['token']}/decide", json={"approve": True})
    assert code(again) == (410, "consent_request_decided")

    before = child.cookies["fumetto_session"]
    assert (await child.get(f"{API}/series")).status_code == 403, "a token never gains scope"
    assert (await child.get(f"{API}/session")).json()["scope"] == "FULL"
    assert child.cookies["fumetto_session"] != before
    assert (await child.get(f"{API}/series")).status_code == 200
    assert (await child.get(f"{API}/companion/conversations")).status_code == 200

    page = (await parent.get(f"{API}/guardian/children/{waiting['id']}")).json()
    assert {receipt["by"] for receipt in page["receipts"]} == {"Parent"}
    assert page["held"] == ["account", "ai_local", "sharing"]
    gone = await parent.delete(f"{API}/guardian/children/{waiting['id']}/consents/ai_local")
    assert gone.status_code == 204
    refused = await child.get(f"{API}/companion/conversations")
    assert code(refused) == (403, "consent_needed")
    assert refused.json()["values"] == {"purpose": "ai_local", "whose": "guardian"}
    assert (await child.delete(f"{API}/companion/conversations")).status_code == 204
    assert (await child.get(f"{API}/series")).status_code == 200
    await parent.delete(f"{API}/guardian/children/{waiting['id']}/consents/account")
    assert code(await child.get(f"{API}/series")) == (403, "consent_needed")


async def test_invitation_for_one_lets_one_in_however_many_come_at_once(
    app: FastAPI, database: Database, parent: httpx.AsyncClient
) -> None:
    family = await founded(parent)
    token = await invited(parent, family, age_class="child")

    async def accept(number: int) -> tuple[int, str]:
        async with a_client(app, f"192.0.2.{100 + number}") as client:
            answer = await client.post(f"{API}/invitations/{token}/accept", json={"name": f"Twin {number}"})
            return answer.status_code, answer.json().get("code", "")

    told = await asyncio.gather(*(accept(number) for number in range(4)))
    assert sorted(told) == [(200, "")] + [(410, "invitation_used")] * 3
    assert [each["code"] for each in await deeds(database, "invitation.refused")] == ["invitation_used"] * 3
    [row] = (await parent.get(f"{API}/collectives/{family}/invitations")).json()["items"]
    assert (row["state"], row["current_uses"], len(row["accepted"])) == ("ACCEPTED", 1, 1)
    members = (await parent.get(f"{API}/collectives/{family}/members")).json()["items"]
    assert len(members) == 2


async def test_bad_invitations_each_say_what_is_wrong_and_are_on_record(
    app: FastAPI, database: Database, parent: httpx.AsyncClient, child: httpx.AsyncClient
) -> None:
    family = await founded(parent)
    revoked = await invited(parent, family)
    [row] = (await parent.get(f"{API}/collectives/{family}/invitations")).json()["items"]
    await parent.delete(f"{API}/collectives/{family}/invitations/{row['id']}")
    wrong = {
        revoked: (410, "invitation_revoked"),
        f"fum_i_{'A' * 43}": (404, "invitation_unknown"),
        revoked.replace("fum_i_", "fum_l_"): (404, "invitation_unknown"),
    }
    for token, expected in wrong.items():
        assert code(await child.get(f"{API}/invitations/{token}")) == expected
        assert code(await child.post(f"{API}/invitations/{token}/accept", json={"name": "Eve"})) == expected
    adult_only = await invited(parent, family, age_class="adult")
    young = await invited(parent, family, age_class="child")
    await come_in(child, young, "Ada")
    assert code(await child.post(f"{API}/invitations/{adult_only}/accept", json={})) == (403, "invitation_unfitting")
    noted = [each["code"] for each in await deeds(database, "invitation.refused")]
    assert sorted(noted) == [
        "invitation_revoked",
        "invitation_unfitting",
        "invitation_unknown",
        "invitation_unknown",
    ]


async def test_minor_who_says_they_are_a_parent_is_not_believed(
    database: Database, parent: httpx.AsyncClient, child: httpx.AsyncClient
) -> None:
    family = await founded(parent)
    await child.post(f"{API}/invitations/{await invited(parent, family, age_class='child')}/accept", json={"name": "A"})
    claim = {"user_type": "parent", "age_class": "adult", "language": "en"}
    assert (await child.post(f"{API}/session/onboarding", json=claim)).status_code in {403, 409, 422}
    assert await deeds(database, "user.onboard.refused") != []
    assert (await child.get(f"{API}/session")).json()["scope"] == "ONBOARDING"


async def test_another_familys_parent_neither_sees_nor_decides_and_the_try_is_on_record(
    app: FastAPI, database: Database, parent: httpx.AsyncClient, child: httpx.AsyncClient
) -> None:
    await come_in(child, await invited(parent, await founded(parent), age_class="child"), "Ada")
    request = (await child.post(f"{API}/consents/requests", json={})).json()
    [ada] = (await parent.get(f"{API}/guardian/children")).json()["items"]
    async with a_client_as(app, name="Stranger") as stranger:
        await founded(stranger, name="Others")
        path = f"{API}/guardian/children/{ada['id']}"
        assert code(await stranger.get(path)) == (404, "child_not_found")
        assert code(await stranger.put(f"{path}/consents/ai_cloud")) == (404, "child_not_found")
        assert code(await stranger.delete(f"{path}/consents/account")) == (404, "child_not_found")
        for secret in (request["code"], request["token"], request["id"]):
            decide = f"{API}/consents/requests/{secret}/decide"
            assert code(await stranger.post(decide, json={"approve": True})) == (403, "not_guardian")
        assert (await stranger.get(f"{API}/consents/requests/{request['code']}")).json()["mine"] is False
    assert len(await deeds(database, "consent.give_for.refused")) == 1
    assert [each["code"] for each in await deeds(database, "consent.request_refused")] == ["not_guardian"] * 3


async def test_code_is_looked_at_by_people_with_an_account_only_and_guessing_is_slowed(
    app: FastAPI, parent: httpx.AsyncClient
) -> None:
    async with a_client(app, "192.0.2.99") as nobody:
        assert code(await nobody.get(f"{API}/consents/requests/ABCD-EFGH")) == (401, "not_signed_in")
    guesses = [f"ABCD-EF{letter}{letter}" for letter in LETTERS[:22]]
    told = [code(await parent.get(f"{API}/consents/requests/{guess}")) for guess in guesses]
    assert told[0] == (404, "consent_request_not_found")
    assert told[-1] == (429, "too_many_attempts")


async def test_owner_confirms_countries_and_nobody_else_sees_them(app: FastAPI, parent: httpx.AsyncClient) -> None:
    async with a_client_as(app, "owner") as owner:
        rows = (await owner.get(f"{API}/consents/countries")).json()["items"]
        assert all(row["confirmed_at"] is None for row in rows)
        own = {"country": "XK", "age": 16, "law": "a law", "source": "https://example.org", "as_of": "2026-11-01"}
        body = {"confirm": [{"country": "IT"}, own], "doubt": []}
        rows = (await owner.put(f"{API}/consents/countries", json=body)).json()["items"]
        assert {row["country"] for row in rows if row["confirmed_at"]} == {"IT", "XK"}
        rows = (await owner.put(f"{API}/consents/countries", json={"doubt": ["XK"]})).json()["items"]
        assert {row["country"] for row in rows if row["confirmed_at"]} == {"IT"}
        bad = await owner.put(f"{API}/consents/countries", json={"confirm": [{"country": "ZZ"}]})
        assert code(bad) == (404, "country_unknown")
    assert (await parent.get(f"{API}/consents/countries")).status_code == 404
