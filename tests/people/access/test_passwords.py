"""Passwords that are hard to guess, told wrong alike for everybody, and set anew by whoever may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.mail.models import Mail
from fumetto.kernel.settings import Settings, load_settings
from fumetto.people.access.attempts import ACCOUNT, ACCOUNT_AT_PLACE, PLACE
from fumetto.people.access.models import AppSession, SignInFailure, SignInLink
from fumetto.people.access.passwords.rules import Weakness, weakness_of
from fumetto.people.accounts.models import User
from fumetto.people.public import Account, Role, create_user
from tests.builders.api import a_client, a_client_as, an_app

GOOD = "four herons cross a quiet bay"
OTHER = "seven lanterns under the bridge"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def ada(app: FastAPI, database: Database) -> Account:
    async with database.write() as session:
        account = await create_user(session, name="Ada", email="ada@example.org")
    async with a_client_as(app, account=account) as client:
        assert (await client.put("/api/v1/session/password", json={"new": GOOD})).status_code == 200
    return account


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(app) as client:
        yield client


async def sign_in(client: httpx.AsyncClient, password: str, name: str = "ada") -> httpx.Response:
    return await client.post("/api/v1/session/password", json={"name": name, "password": password})


async def one(database: Database, statement: Any) -> Any:
    async with database.read() as session:
        return await session.scalar(statement)


async def change(database: Database, statement: Any) -> None:
    async with database.write() as session:
        await session.execute(statement)


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("sev7en!", Weakness.SHORT),
        ("x" * 257, Weakness.LONG),
        ("password", Weakness.COMMON),
        ("QWERTYUIOP", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaaaaaa", Weakness.GUESSABLE),
        ("1234567890123456", Weakness.GUESSABLE),
        ("coriander1", Weakness.OWN_NAME),
        (GOOD, None),
        ("mùcche nel corridoio", None),
    ],
)
def test_password_that_would_be_guessed_is_refused_for_its_own_reason(password: str, weakness: Weakness | None) -> None:
    assert weakness_of(password, ["Coriander", "fumetto"]) is weakness


async def test_name_in_any_capitals_and_password_sign_in(client: httpx.AsyncClient, ada: Account) -> None:
    answer = await sign_in(client, GOOD, "  ADA ")
    assert (answer.status_code, answer.json()["user"]["id"], answer.json()["has_password"]) == (201, str(ada.id), True)
    assert answer.headers["set-cookie"].startswith("fumetto_session=fum_s_")
    assert (await client.get("/api/v1/series")).status_code == 200


async def test_password_is_kept_as_argon2id_and_nothing_else(database: Database, ada: Account) -> None:
    kept = await one(database, select(User.hashed_password))
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    async with database.read() as session:
        noted = (await session.scalars(select(AuditLog))).all()
    assert "password.set" in {row.action for row in noted}
    assert not any("heron" in f"{row.new_value}{row.old_value}{row.details}" for row in noted)


async def test_wrong_password_unknown_name_closed_account_and_no_password_are_told_alike(
    client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    async with database.write() as session:
        await create_user(session, name="Bea")
    answers = [await sign_in(client, OTHER), await sign_in(client, GOOD, "nobody"), await sign_in(client, GOOD, "bea")]
    await change(database, update(User).where(User.username == "Ada").values(is_active=False))
    answers.append(await sign_in(client, GOOD))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "password_wrong")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    refused = select(func.count()).where(AuditLog.action == "session.refused")
    assert await one(database, refused) == 4


async def test_guessing_from_one_place_is_slowed_and_elsewhere_the_person_still_comes_in(
    app: FastAPI, client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    for _ in range(ACCOUNT_AT_PLACE[0]):
        assert (await sign_in(client, OTHER)).status_code == 401
    slowed = await sign_in(client, GOOD)
    assert (slowed.status_code, slowed.json()["code"]) == (429, "too_many_attempts")
    assert int(slowed.headers["retry-after"]) <= ACCOUNT_AT_PLACE[1].total_seconds()
    async with a_client(app, address="198.51.100.9") as elsewhere:
        assert (await sign_in(elsewhere, GOOD)).status_code == 201


async def test_strangers_in_many_places_do_not_lock_out_the_household_where_somebody_is_signed_in(
    app: FastAPI, client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    assert (await sign_in(client, GOOD)).status_code == 201  # this household
    async with database.write() as session:
        session.add(SignInFailure(place=f"user:{ada.id}", failures=ACCOUNT[0]))
    async with a_client(app, address="203.0.113.5") as stranger:
        assert (await sign_in(stranger, GOOD)).status_code == 429
    assert (await sign_in(client, GOOD)).status_code == 201


async def test_clock_set_back_locks_nobody_out_for_long(
    client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    ahead = func.now() + timedelta(days=300)
    async with database.write() as session:
        session.add(SignInFailure(place="192.0.2.7", failures=PLACE[0]))
    await change(database, update(SignInFailure).values(window_started_at=ahead))
    slowed = await sign_in(client, GOOD)
    assert int(slowed.headers["retry-after"]) <= PLACE[1].total_seconds()


async def test_changing_needs_the_old_one_and_signs_out_all_other_devices(
    app: FastAPI, client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    await sign_in(client, GOOD)
    before = client.cookies["fumetto_session"]
    async with a_client(app) as other:
        await sign_in(other, GOOD)
        wrong = await client.put("/api/v1/session/password", json={"old": OTHER, "new": OTHER})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "old_password_wrong")
        weak = await client.put("/api/v1/session/password", json={"old": GOOD, "new": "password1"})
        assert (weak.status_code, weak.json()["values"]["weakness"]) == (422, "common")
        changed = await client.put("/api/v1/session/password", json={"old": GOOD, "new": OTHER})
        assert changed.status_code == 200
        assert client.cookies["fumetto_session"] != before
        assert (await client.get("/api/v1/series")).status_code == 200
        assert (await other.get("/api/v1/series")).status_code == 401
        assert (await sign_in(other, GOOD)).status_code == 401
        assert (await sign_in(other, OTHER)).status_code == 201


async def test_owner_makes_a_link_that_sets_a_password_once(
    app: FastAPI, client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    await sign_in(client, GOOD)
    async with a_client_as(app, Role.READER, name="Bea") as bea:
        refused = await bea.post(f"/api/v1/users/{ada.id}/reset")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    async with a_client_as(app, Role.OWNER) as owner:
        first = (await owner.post(f"/api/v1/users/{ada.id}/reset")).json()
        made = (await owner.post(f"/api/v1/users/{ada.id}/reset")).json()
    assert "/reset#token=fum_l_" in made["address"]
    async with a_client(app) as fresh:
        void = await fresh.post("/api/v1/password/reset", json={"token": first["token"], "password": OTHER})
        assert (void.status_code, void.json()["code"]) == (410, "sign_in_link_used")
        weak = await fresh.post("/api/v1/password/reset", json={"token": made["token"], "password": "letmein1"})
        assert weak.status_code == 422
        set_anew = await fresh.post("/api/v1/password/reset", json={"token": made["token"], "password": OTHER})
        assert (set_anew.status_code, set_anew.json()["user"]["name"]) == (201, "Ada")
        again = await fresh.post("/api/v1/password/reset", json={"token": made["token"], "password": GOOD})
        assert again.status_code == 410
    assert (await client.get("/api/v1/series")).status_code == 401
    refused_rows = select(func.count()).where(AuditLog.action == "password.refused")
    assert await one(database, refused_rows) == 2


async def test_link_for_a_password_signs_nobody_in_by_itself_nor_the_other_way_round(
    app: FastAPI, client: httpx.AsyncClient, ada: Account
) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        reset = (await owner.post(f"/api/v1/users/{ada.id}/reset")).json()["token"]
        link = (await owner.post(f"/api/v1/users/{ada.id}/sign-in-links")).json()["token"]
    wrong = await client.post("/api/v1/session", json={"token": reset})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_link_unknown")
    wrong = await client.post("/api/v1/password/reset", json={"token": link, "password": OTHER})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_link_unknown")


async def test_forgotten_is_answered_alike_for_everybody_and_mails_whoever_has_an_address(
    settings: Settings, database: Database, ada: Account
) -> None:
    given = settings.model_dump(include=settings.model_fields_set)
    mailing = load_settings({}, **given, smtp_host="mail.example.org", public_url="https://comics.example.org")
    async with a_client(an_app(mailing, database), headers={"Host": "evil.example"}) as client:
        for name in ("ada@EXAMPLE.org", "Nobody", "x@y.z"):
            answer = await client.post("/api/v1/password/forgotten", json={"name": name})
            assert (answer.status_code, answer.json()) == (202, {"mail": True})
    letter = await one(database, select(Mail))
    assert letter.address == "ada@example.org"
    assert "https://comics.example.org/reset#token=fum_l_" in letter.body
    assert await one(database, select(func.count()).select_from(Mail)) == 1


async def test_without_a_mail_server_forgotten_says_so_and_makes_nothing(
    client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    answer = await client.post("/api/v1/password/forgotten", json={"name": "Ada"})
    assert (answer.status_code, answer.json()) == (202, {"mail": False})
    assert await one(database, select(func.count()).select_from(SignInLink).where(SignInLink.used_at.is_(None))) == 0


async def test_page_of_another_site_signs_nobody_in(app: FastAPI, ada: Account) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}):
        async with a_client(app, headers=headers) as client:
            answer = await sign_in(client, GOOD)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    # A plain-HTTP address of the home network: browsers say nothing but the origin.
    async with a_client(app, headers={"Sec-Fetch-Site": "", "Origin": "http://fumetto.test"}) as client:
        assert (await sign_in(client, GOOD)).status_code == 201


async def test_program_that_keeps_its_token_gets_no_cookie_and_what_it_can_do_is_kept(
    client: httpx.AsyncClient, database: Database, ada: Account
) -> None:
    body = {"name": "Ada", "password": GOOD, "capabilities": ["streams", "bearer", "telepathy"]}
    answer = await client.post("/api/v1/session/password", json=body)
    assert "set-cookie" not in answer.headers
    assert answer.json()["capabilities"] == ["bearer", "streams"]
    kept = await one(database, select(AppSession).order_by(AppSession.created_at.desc()).limit(1))
    assert (kept.origin, kept.capabilities) == ("program", {"bearer": True, "streams": True})
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert (await client.get("/api/v1/series", headers=bearer)).status_code == 200
    renewed = await client.post("/api/v1/session/renew", headers=bearer)
    assert renewed.json()["token"] != answer.json()["token"]
    assert "set-cookie" not in renewed.headers
