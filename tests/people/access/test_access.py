"""Links that work once, devices that stay until they are told to leave, and keys that can be taken back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.identification import MOST_FAILURES
from fumetto.people.access.models import ApiKey, AppSession, SignInFailure, SignInLink
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.accounts.models import User
from fumetto.people.public import (
    COOKIE,
    Account,
    AccountChanges,
    KeyScope,
    LinkPurpose,
    Role,
    change_user,
    create_sign_in_link,
    create_user,
)
from tests.builders.api import a_client, a_client_as, an_api_key, an_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(app, headers={"User-Agent": FIREFOX}) as client:
        yield client


@pytest.fixture
async def owner(database: Database) -> Account:
    async with database.write() as session:
        return await create_user(session, name="Ada", role=Role.OWNER)


async def a_link(database: Database, account: Account) -> str:
    async with database.write() as session:
        return (await create_sign_in_link(session, account.id, LinkPurpose.OWNER)).token


async def change(database: Database, statement: Any) -> None:
    async with database.write() as session:
        await session.execute(statement)


async def one(database: Database, statement: Any) -> Any:
    async with database.read() as session:
        return await session.scalar(statement)


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def test_one_time_link_signs_the_owner_in_with_a_cookie_that_scripts_cannot_read(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    assert (await client.get("/api/v1/session")).json()["user"] is None
    answer = await client.post("/api/v1/session", json={"token": await a_link(database, owner)})
    assert answer.status_code == 201
    assert answer.json()["user"] == {
        "id": str(owner.id),
        "name": "Ada",
        "role": "owner",
        "language": "en",
        "user_type": "adult",
        "age_class": None,
        "country": None,
        "is_minor": False,
        "consents": ["account", "ai_local", "sharing"],
        "hide_unread_titles": False,
        "hide_unread_covers": False,
    }
    assert (answer.json()["scope"], answer.json()["waiting_for"], answer.json()["token"]) == ("FULL", None, None)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("fumetto_session=fum_s_")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain HTTP, as on a home network
    assert (await client.get("/api/v1/session")).json()["user"]["name"] == "Ada"
    assert (await client.get("/api/v1/users")).status_code == 200


async def test_cookie_is_for_https_only_where_it_was_given_over_https(
    app: FastAPI, database: Database, owner: Account
) -> None:
    async with a_client(app) as client:
        answer = await client.post("https://fumetto.test/api/v1/session", json={"token": await a_link(database, owner)})
    assert "Secure" in answer.headers["set-cookie"]


async def test_second_use_of_a_link_is_told_kindly_and_signs_nobody_in(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    token = await a_link(database, owner)
    assert (await client.post("/api/v1/session", json={"token": token})).status_code == 201
    client.cookies.clear()
    again = await client.post("/api/v1/session", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (410, "sign_in_link_used")
    assert "set-cookie" not in again.headers
    assert await one(database, select(func.count()).select_from(AppSession)) == 1


async def test_of_twenty_who_use_a_link_at_once_one_gets_in(app: FastAPI, database: Database, owner: Account) -> None:
    token = await a_link(database, owner)
    async with a_client(app) as client:
        answers = await asyncio.gather(*(client.post("/api/v1/session", json={"token": token}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [410] * 19


async def test_expired_link_says_so(client: httpx.AsyncClient, database: Database, owner: Account) -> None:
    token = await a_link(database, owner)
    await change(database, update(SignInLink).values(expires_at=LONG_AGO))
    answer = await client.post("/api/v1/session", json={"token": token})
    assert (answer.status_code, answer.json()["code"]) == (410, "sign_in_link_expired")


@pytest.mark.parametrize("token", ["x", "fum_l_" + "A" * 43, "fum_s_" + "A" * 43, "fum_l_' OR 1=1 --", "\ud7ff"])
async def test_made_up_link_is_unknown(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.post("/api/v1/session", json={"token": token})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_link_unknown")


async def test_link_of_a_closed_account_is_unknown_and_not_used_up(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    async with database.write() as session:
        other = await create_user(session, name="Bea")
    token = await a_link(database, other)
    async with database.write() as session:
        await change_user(session, other.id, AccountChanges(is_active=False))
    assert (await client.post("/api/v1/session", json={"token": token})).json()["code"] == "sign_in_link_unknown"
    async with database.write() as session:
        await change_user(session, other.id, AccountChanges(is_active=True))
    assert (await client.post("/api/v1/session", json={"token": token})).status_code == 201


async def test_no_table_holds_a_token(client: httpx.AsyncClient, database: Database, owner: Account) -> None:
    link = await a_link(database, owner)
    answer = await client.post("/api/v1/session", json={"token": link})
    session_token = answer.cookies[COOKIE]
    key = (await client.post("/api/v1/api-keys", json={"name": "KOReader"})).json()["token"]
    async with database.read() as session:
        tables = (
            await session.scalars(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'app'"))
        ).all()
        rows = [str((await session.execute(text(f"SELECT t::text FROM app.{name} t"))).all()) for name in tables]  # noqa: S608 - names from the catalogue
    everything = "".join(rows)
    assert "Ada" in everything
    for token in (link, session_token, key):
        assert token not in everything
        assert token[16:] not in everything
        assert hash_token(token).hex() in everything


async def test_session_ends_after_its_time_and_after_idle_time(
    client: httpx.AsyncClient, database: Database, owner: Account, settings: Settings
) -> None:
    await client.post("/api/v1/session", json={"token": await a_link(database, owner)})
    found = (await one(database, select(AppSession))) or pytest.fail("no session")
    assert found.expires_at - found.created_at == timedelta(days=settings.session_days)
    assert found.idle_expires_at - found.created_at == timedelta(days=settings.session_idle_days)
    for column in ("idle_expires_at", "expires_at"):
        kept = getattr(found, column)
        await change(database, update(AppSession).values({column: LONG_AGO}))
        assert (await client.get("/api/v1/series")).status_code == 401
        assert (await client.get("/api/v1/session")).json()["user"] is None
        await change(database, update(AppSession).values({column: kept}))
        assert (await client.get("/api/v1/series")).status_code == 200


async def test_session_that_has_not_come_all_the_way_opens_nothing(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    await client.post("/api/v1/session", json={"token": await a_link(database, owner)})
    await change(database, update(AppSession).values(scope="PENDING_CONSENT"))
    refused = await client.get("/api/v1/series")
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_needed")


async def test_visits_are_noted_at_most_once_a_minute_and_keep_the_session_alive(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    await client.post("/api/v1/session", json={"token": await a_link(database, owner)})
    first = await one(database, select(AppSession.last_active_at))
    await client.get("/api/v1/series")
    assert await one(database, select(AppSession.last_active_at)) == first
    await change(
        database, update(AppSession).values(last_active_at=LONG_AGO, idle_expires_at=func.now() + timedelta(1))
    )
    await change(database, update(User).values(last_seen_at=LONG_AGO))
    await client.get("/api/v1/series")
    noted = await one(database, select(AppSession.last_active_at))
    assert noted >= first
    assert await one(database, select(User.last_seen_at)) == noted
    assert await one(database, select(AppSession.idle_expires_at)) > noted + timedelta(days=29)
    await client.get("/api/v1/series")
    assert await one(database, select(AppSession.last_active_at)) == noted


async def test_devices_are_listed_by_name_and_signed_out_one_or_all(
    app: FastAPI, database: Database, owner: Account
) -> None:
    async with (
        a_client_as(app, account=owner) as laptop,
        a_client_as(app, account=owner) as phone,
        a_client_as(app, account=owner) as tablet,
    ):
        devices = (await laptop.get("/api/v1/session/devices")).json()
        assert devices["total"] == 3
        assert [device["current"] for device in devices["items"]].count(True) == 1
        assert devices["items"][0]["name"] == "Firefox on Linux"
        phones = next(d for d in (await phone.get("/api/v1/session/devices")).json()["items"] if d["current"])
        assert (await laptop.delete(f"/api/v1/session/devices/{phones['id']}")).status_code == 204
        assert (await phone.get("/api/v1/series")).status_code == 401
        assert (await laptop.delete(f"/api/v1/session/devices/{phones['id']}")).json()["code"] == "device_not_found"
        assert (await laptop.delete("/api/v1/session/devices")).json() == {"ended": 1}
        assert (await tablet.get("/api/v1/series")).status_code == 401
        assert (await laptop.get("/api/v1/series")).status_code == 200


async def test_nobody_signs_another_persons_device_out(app: FastAPI, owner: Account) -> None:
    async with a_client_as(app, account=owner) as hers, a_client_as(app, Role.OWNER) as his:
        device = (await hers.get("/api/v1/session/devices")).json()["items"][0]["id"]
        refused = await his.delete(f"/api/v1/session/devices/{device}")
        assert (refused.status_code, refused.json()["code"]) == (404, "device_not_found")
        assert (await hers.get("/api/v1/series")).status_code == 200


async def test_signing_out_ends_the_session_and_clears_the_cookie(app: FastAPI, owner: Account) -> None:
    async with a_client_as(app, account=owner) as client:
        token = client.cookies[COOKIE]
        answer = await client.delete("/api/v1/session")
        assert answer.status_code == 204
        assert 'fumetto_session="";' in answer.headers["set-cookie"]
        client.cookies.set(COOKIE, token)
        assert (await client.get("/api/v1/series")).status_code == 401
        assert (await client.delete("/api/v1/session")).status_code == 204


async def test_own_language_and_hiding_can_be_changed(app: FastAPI) -> None:
    async with a_client_as(app, Role.READER) as client:
        changed = await client.patch("/api/v1/session", json={"language": "fr", "hide_unread_titles": True})
        assert (changed.json()["user"]["language"], changed.json()["user"]["hide_unread_titles"]) == ("fr", True)
        again = (await client.get("/api/v1/session")).json()["user"]
        assert (again["language"], again["hide_unread_titles"], again["hide_unread_covers"]) == ("fr", True, False)
        assert (await client.patch("/api/v1/session", json={"role": "owner"})).status_code == 422
        assert (await client.patch("/api/v1/session", json={"language": "français"})).status_code == 422


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


async def test_key_works_as_bearer_as_password_and_in_the_address_for_reading(
    app: FastAPI, client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    key = await an_api_key(database, owner, KeyScope.MANAGE)
    for headers in ({"Authorization": f"Bearer {key}"}, basic("Ada", key), basic("anything", key), basic(key, "")):
        assert (await client.get("/api/v1/series", headers=headers)).status_code == 200
    assert (await client.get(f"/api/v1/series?token={key}")).status_code == 200
    assert (await client.head(f"/api/v1/series?token={key}")).status_code == 200
    assert (await client.post(f"/api/v1/users?token={key}", json={"name": "Bea"})).status_code == 401
    made = await client.post("/api/v1/users", json={"name": "Bea"}, headers={"Authorization": f"Bearer {key}"})
    assert made.status_code == 201


async def test_session_token_does_not_work_from_an_address(app: FastAPI, owner: Account) -> None:
    async with a_client_as(app, account=owner) as signed_in, a_client(app) as client:
        token = signed_in.cookies[COOKIE]
        assert (await client.get(f"/api/v1/series?token={token}")).status_code == 401
        assert (await client.get("/api/v1/series", headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def test_wrong_key_is_refused_even_beside_a_good_cookie(app: FastAPI, owner: Account) -> None:
    async with a_client_as(app, account=owner) as client:
        answer = await client.get("/api/v1/series", headers={"Authorization": "Bearer fum_k_" + "B" * 43})
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_wrong")


async def test_key_is_shown_once_listed_by_its_beginning_and_useless_once_revoked(
    app: FastAPI, client: httpx.AsyncClient, owner: Account
) -> None:
    async with a_client_as(app, account=owner) as signed_in:
        made = (await signed_in.post("/api/v1/api-keys", json={"name": " KOReader  on the Kobo "})).json()
        assert (made["name"], made["scopes"], made["expires_at"]) == ("KOReader on the Kobo", ["read-progress"], None)
        listed = (await signed_in.get("/api/v1/api-keys")).json()
        assert made["token"].startswith(listed["items"][0]["prefix"])
        assert made["token"] not in str(listed)
        assert listed["items"][0]["last_used_at"] is None
        header = {"Authorization": f"Bearer {made['token']}"}
        assert (await client.get("/api/v1/series", headers=header)).status_code == 200
        assert (await signed_in.get("/api/v1/api-keys")).json()["items"][0]["last_used_at"] is not None
        assert (await signed_in.delete(f"/api/v1/api-keys/{made['id']}")).status_code == 204
        assert (await client.get("/api/v1/series", headers=header)).json()["code"] == "credentials_wrong"
        assert (await signed_in.get("/api/v1/api-keys")).json()["total"] == 0
        assert (await signed_in.delete(f"/api/v1/api-keys/{made['id']}")).json()["code"] == "api_key_not_found"


async def test_key_expires_and_dies_with_its_account(
    client: httpx.AsyncClient, database: Database, owner: Account
) -> None:
    async with database.write() as session:
        reader = await create_user(session, name="Bea")
    key = await an_api_key(database, reader, expires_in=timedelta(days=1))
    header = {"Authorization": f"Bearer {key}"}
    assert (await client.get("/api/v1/series", headers=header)).status_code == 200
    await change(database, update(ApiKey).values(expires_at=LONG_AGO))
    assert (await client.get("/api/v1/series", headers=header)).status_code == 401
    await change(database, update(ApiKey).values(expires_at=None))
    async with database.write() as session:
        await change_user(session, reader.id, AccountChanges(is_active=False))
    assert (await client.get("/api/v1/series", headers=header)).status_code == 401


async def test_nobody_sees_or_revokes_another_persons_key(app: FastAPI, database: Database, owner: Account) -> None:
    await an_api_key(database, owner)
    key_id = await one(database, select(ApiKey.id))
    async with a_client_as(app, Role.OWNER) as other:
        assert (await other.get("/api/v1/api-keys")).json()["total"] == 0
        assert (await other.delete(f"/api/v1/api-keys/{key_id}")).status_code == 404
    assert await one(database, select(ApiKey.revoked_at)) is None


async def test_wrong_attempts_are_slowed_by_household_on_every_process_but_a_right_key_gets_in(
    app: FastAPI, settings: Settings, database: Database, owner: Account
) -> None:
    key = await an_api_key(database, owner)
    other_process = an_app(settings, database)
    wrong = {"Authorization": "Bearer fum_k_" + "C" * 43}
    async with a_client(app) as client, a_client(other_process) as elsewhere:
        for number in range(MOST_FAILURES):
            chosen = (client, elsewhere)[number % 2]
            assert (await chosen.get("/api/v1/series", headers=wrong)).status_code == 401
        for chosen in (client, elsewhere):
            refused = await chosen.get("/api/v1/series", headers=wrong)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
            assert 0 < int(refused.headers["retry-after"]) <= 301
        link = await client.post("/api/v1/session", json={"token": "fum_l_" + "C" * 43})
        assert link.status_code == 429
        assert (await client.get("/api/v1/series", headers={"Authorization": f"Bearer {key}"})).status_code == 200
    async with a_client(app, address="192.0.2.8") as neighbour:
        assert (await neighbour.get("/api/v1/series", headers=wrong)).status_code == 401
    await change(database, update(SignInFailure).values(window_started_at=func.now() - timedelta(minutes=6)))
    async with a_client(app) as client:
        assert (await client.get("/api/v1/series", headers=wrong)).status_code == 401
    assert await one(database, select(SignInFailure.failures).where(SignInFailure.place == "192.0.2.7")) == 1


async def test_ended_cookie_is_no_failed_attempt(client: httpx.AsyncClient, database: Database) -> None:
    client.cookies.set(COOKIE, "fum_s_" + "D" * 43)
    assert (await client.get("/api/v1/series")).status_code == 401
    assert await one(database, select(func.count()).select_from(SignInFailure)) == 0


async def test_deeds_are_in_the_audit_log_with_request_and_place(
    app: FastAPI, database: Database, owner: Account
) -> None:
    async with a_client_as(app, account=owner) as client:
        await client.post("/api/v1/api-keys", json={"name": "KOReader"}, headers={"X-Request-Id": "request-4711"})
    async with database.read() as session:
        actions = (await session.scalars(select(AuditLog.action).order_by(AuditLog.created_at, AuditLog.id))).all()
        last = (await session.scalars(select(AuditLog).where(AuditLog.action == "api_key.create"))).one()
    assert list(actions) == ["user.create", "sign_in_link.create", "session.start", "api_key.create"]
    assert (last.actor_id, last.request_id, last.ip_address) == (owner.id, "request-4711", "192.0.2.7")
    assert last.new_value == {"name": "KOReader", "for": str(owner.id)}
