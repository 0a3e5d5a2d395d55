"""Signing in by a provider, over real HTTP: the one that Fumetto is itself for developers, and ones that lie."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.settings import Settings, load_settings
from fumetto.people.access.mock_idp import Granted, MockProvider, mock_routes
from fumetto.people.access.providers.models import IdpLogin, OidcAttempt
from fumetto.people.access.providers.rules import Untrue, check_claims, safe_next
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.accounts.models import User
from tests.builders.api import a_client, an_app
from tests.builders.families import a_collective, a_token, an_adult

START = "/api/v1/session/oidc/mock-idp/start"
CALLBACK = "/api/v1/session/oidc/mock-idp/callback"


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port of this machine; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn sets a flag and no event
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def school(issuer: str, **more: Any) -> str:
    """A setting that names one provider."""
    return json.dumps([{"id": "school", "name": "School", "issuer": issuer, "client_id": "fumetto"} | more])


def with_settings(settings: Settings, **more: Any) -> Settings:
    return load_settings({}, **settings.model_dump(include=settings.model_fields_set), **more)


@pytest.fixture
async def address(settings: Settings, database: Database) -> AsyncIterator[str]:
    async with served(an_app(with_settings(settings, development=True), database)) as address:
        yield address


@pytest.fixture
async def browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=60, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        # The first request builds all routes, and makes the provider's key: as much as the house has patience for.
        assert (await client.get("/mock-idp/keys")).status_code == 200
        yield client


async def answered(browser: httpx.AsyncClient, start: httpx.Response, **form: str) -> str:
    """Where the provider sends somebody back to, who has said there who they are."""
    assert start.status_code == 302, start.text
    assert 'name="subject"' in (await browser.get(start.headers["location"])).text
    return (await browser.post(start.headers["location"], data=form or {"subject": "s-1"})).headers["location"]


async def signed_in(browser: httpx.AsyncClient, query: str = "", **form: str) -> httpx.Response:
    back = await answered(browser, await browser.get(START + query), **form)
    return await browser.get(back)


async def who(browser: httpx.AsyncClient) -> Any:
    return (await browser.get("/api/v1/session")).json()


async def one(database: Database, statement: Any) -> Any:
    async with database.read() as session:
        return await session.scalar(statement)


async def refusals(database: Database) -> list[str]:
    async with database.read() as session:
        rows = await session.scalars(select(AuditLog.details).where(AuditLog.action == "session.refused"))
        return [row["code"] for row in rows]


async def test_somebody_new_comes_in_says_who_they_are_and_is_known_again(
    browser: httpx.AsyncClient, database: Database
) -> None:
    listed = (await browser.get("/api/v1/session/providers")).json()
    assert [(each["id"], each["address"].endswith(START)) for each in listed["items"]] == [("mock-idp", True)]
    assert listed["mail"] is False
    back = await signed_in(browser, "?next=/series/saffron", subject="s-1", name="Saffron")
    assert (back.status_code, back.headers["location"]) == (303, f"{str(browser.base_url).rstrip('/')}/series/saffron")
    found = await who(browser)
    assert (found["user"]["name"], found["scope"], found["waiting_for"]) == ("Saffron", "ONBOARDING", "onboarding")
    assert (await browser.get("/api/v1/series")).json()["code"] == "onboarding_needed"
    said = {"user_type": "adult", "age_class": "adult", "language": "fr", "country": "fr"}
    assert (await browser.post("/api/v1/session/onboarding", json=said)).json()["scope"] == "FULL"
    assert (await browser.get("/api/v1/series")).status_code == 200
    browser.cookies.clear()
    await signed_in(browser, subject="s-1", name="Another Name")
    assert (await who(browser))["user"]["name"] == "Saffron"
    assert await one(database, select(func.count()).select_from(IdpLogin)) == 1


async def test_two_whom_the_provider_calls_alike_are_two(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, subject="s-1", name="Saffron")
    browser.cookies.clear()
    await signed_in(browser, subject="s-2", name="Saffron")
    assert (await who(browser))["user"]["name"] == "Saffron 2"


async def test_what_came_back_once_comes_back_no_second_time_and_in_no_other_browser(
    address: str, browser: httpx.AsyncClient, database: Database
) -> None:
    back = await answered(browser, await browser.get(START))
    async with httpx.AsyncClient(base_url=address, timeout=60) as thief:
        stolen = await thief.get(back)
        assert urlsplit(stolen.headers["location"]).query == "error=sign_in_attempt_unknown"
        assert (await who(thief))["user"] is None
    kept = dict(browser.cookies)
    assert "error" not in (await browser.get(back)).headers["location"]
    browser.cookies.clear()
    browser.cookies.update(kept)
    again = await browser.get(back)
    assert urlsplit(again.headers["location"]).query == "error=sign_in_attempt_unknown"
    assert (await who(browser))["user"] is None
    assert await refusals(database) == ["sign_in_attempt_unknown"] * 2


async def test_sign_in_that_took_too_long_is_begun_again(browser: httpx.AsyncClient, database: Database) -> None:
    back = await answered(browser, await browser.get(START))
    async with database.write() as session:
        await session.execute(update(OidcAttempt).values(expires_at=func.now()))
    assert (await browser.get(back)).headers["location"].endswith("error=sign_in_attempt_unknown")


async def test_code_that_was_used_elsewhere_and_a_change_of_mind_sign_nobody_in(
    browser: httpx.AsyncClient, address: str
) -> None:
    back = await answered(browser, await browser.get(START))
    code = parse_qs(urlsplit(back).query)["code"][0]
    # Whoever saw the code lacks the verifier, and uses it up.
    stolen = {"grant_type": "authorization_code", "code": code, "client_id": "fumetto", "code_verifier": "x" * 43,
              "redirect_uri": f"{address}{CALLBACK}"}  # fmt: skip
    assert (await browser.post("/mock-idp/token", data=stolen)).status_code == 400
    assert (await browser.get(back)).headers["location"].endswith("/sign-in?error=provider_refused")
    denied = await answered(browser, await browser.get(START), subject="", denied="1")
    assert (await browser.get(denied)).headers["location"].endswith("/sign-in?error=provider_refused")
    assert (await who(browser))["user"] is None


async def test_second_login_is_added_while_signed_in_and_taken_away_but_for_the_last(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await signed_in(browser, subject="s-1", name="Saffron")
    first = (await browser.get("/api/v1/users/me/logins")).json()["items"]
    sent = (await browser.post("/api/v1/session/oidc/mock-idp/link", json={"next": "/account"})).json()["address"]
    back = (await browser.post(sent, data={"subject": "s-9"})).headers["location"]
    assert (await browser.get(back)).headers["location"].endswith("/account")
    assert len((await browser.get("/api/v1/users/me/logins")).json()["items"]) == 2
    assert (await browser.delete(f"/api/v1/users/me/logins/{first[0]['id']}")).status_code == 204
    left = (await browser.get("/api/v1/users/me/logins")).json()["items"]
    last = await browser.delete(f"/api/v1/users/me/logins/{left[0]['id']}")
    assert (last.status_code, last.json()["code"]) == (409, "last_way_in")
    browser.cookies.clear()
    await signed_in(browser, subject="s-9")
    assert (await who(browser))["user"]["name"] == "Saffron"


async def test_login_of_somebody_else_is_not_added(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, subject="s-1")
    browser.cookies.clear()
    await signed_in(browser, subject="s-2")
    sent = (await browser.post("/api/v1/session/oidc/mock-idp/link", json={})).json()["address"]
    back = (await browser.post(sent, data={"subject": "s-1"})).headers["location"]
    assert (await browser.get(back)).headers["location"].endswith("error=login_taken")


async def test_mock_provider_is_served_to_developers_only(settings: Settings, database: Database) -> None:
    async with a_client(an_app(settings, database)) as client:
        assert (await client.get("/api/v1/session/providers")).json()["items"] == []
        assert (await client.get(START)).json()["code"] == "provider_unknown"
        assert "issuer" not in (await client.get("/mock-idp/.well-known/openid-configuration")).text


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: dict[str, Any]) -> str:
    """A part of a token, made by hand: no library of good repute makes such tokens."""
    return encoded(json.dumps(value).encode())


class Liar(MockProvider):
    """Says in its tokens what is not so."""

    def __init__(self, lie: str) -> None:
        super().__init__()
        self.lie = lie

    def described(self, issuer: str) -> dict[str, Any]:
        told = super().described(issuer)
        return told | ({"issuer": "https://accounts.example.org"} if self.lie == "issuer of discovery" else {})

    def claims(self, issuer: str, granted: Granted) -> dict[str, Any]:
        now = int(time.time())
        lies: Mapping[str, dict[str, Any]] = {
            "issuer": {"iss": "https://accounts.example.org"},
            "audience": {"aud": "another"},
            "audience among many": {"aud": ["fumetto", "another"]},
            "nonce": {"nonce": "x"},
            "expired": {"iat": now - 400, "exp": now - 100},
            "without end": {"exp": None},
            "clock ahead": {"iat": now + 7200, "exp": now + 9000},
            "subject": {"sub": ""},
        }
        return super().claims(issuer, granted) | lies.get(self.lie, {})

    def signed(self, claims: dict[str, Any]) -> str:
        if self.lie == "unsigned":
            return f"{part({'alg': 'none'})}.{part(claims)}."
        if self.lie == "shared key":
            text = f"{part({'alg': 'HS256', 'kid': self.key.kid})}.{part(claims)}"
            return f"{text}.{encoded(hmac.digest(self.key.as_pem(private=False), text.encode(), 'sha256'))}"
        if self.lie == "key":
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, RSAKey.generate_key(2048))
        return super().signed(claims)


LIES = ("issuer", "audience", "audience among many", "nonce", "expired", "without end", "clock ahead", "subject",
        "unsigned", "shared key", "key")  # fmt: skip


async def test_provider_that_lies_signs_nobody_in_until_it_tells_the_truth(
    settings: Settings, database: Database
) -> None:
    elsewhere, liar = FastAPI(), Liar("")
    elsewhere.include_router(mock_routes(liar))
    async with served(elsewhere) as provider:
        app = an_app(
            with_settings(settings, oidc_providers=school(f"{provider}/mock-idp", join=True, private=True)), database
        )
        async with a_client(app) as browser, httpx.AsyncClient(timeout=60) as outside:
            for liar.lie in (*LIES, ""):
                start = await browser.get("/api/v1/session/oidc/school/start")
                back = (await outside.post(start.headers["location"], data={"subject": "s-1"})).headers["location"]
                came = urlsplit((await browser.get(back)).headers["location"])
                assert came.query == ("error=provider_untrusted" if liar.lie else ""), liar.lie
                assert ((await who(browser))["user"] is None) is bool(liar.lie)
    assert await one(database, select(func.count()).select_from(IdpLogin)) == 1
    assert await refusals(database) == ["provider_untrusted"] * len(LIES)


async def test_provider_that_speaks_in_anothers_name_is_not_even_asked_who_it_is(
    settings: Settings, database: Database
) -> None:
    elsewhere = FastAPI()
    elsewhere.include_router(mock_routes(Liar("issuer of discovery")))
    async with served(elsewhere) as provider:
        named = school(f"{provider}/mock-idp", join=True, private=True)
        async with a_client(an_app(with_settings(settings, oidc_providers=named), database)) as browser:
            start = await browser.get("/api/v1/session/oidc/school/start")
    assert (start.status_code, start.json()["code"], start.json()["values"]["reason"]) == (
        502,
        "provider_untrusted",
        "issuer",
    )


async def test_uninvited_are_turned_away_where_not_everybody_may_join(settings: Settings, database: Database) -> None:
    elsewhere = FastAPI()
    elsewhere.include_router(mock_routes(MockProvider()))
    async with served(elsewhere) as provider:
        named = (
            f'[{{"id":"school","name":"School","issuer":"{provider}/mock-idp","client_id":"fumetto","private":true}}]'
        )
        app = an_app(with_settings(settings, oidc_providers=named), database)
        async with a_client(app) as browser, httpx.AsyncClient(timeout=60) as outside:
            start = await browser.get("/api/v1/session/oidc/school/start")
            back = (await outside.post(start.headers["location"], data={"subject": "s-1"})).headers["location"]
            assert (await browser.get(back)).headers["location"].endswith("error=not_invited")
            mixed = back.split("iss=")[0] + "iss=https%3A%2F%2Fevil.example&code=x"
            await browser.get("/api/v1/session/oidc/school/start")
            assert "error=" in (await browser.get(mixed)).headers["location"]
    assert await one(database, select(func.count()).select_from(IdpLogin)) == 0


async def test_provider_in_our_own_network_is_not_asked_unless_the_operator_says_so(
    settings: Settings, database: Database
) -> None:
    named = school("https://127.0.0.1:1/x")
    async with a_client(an_app(with_settings(settings, oidc_providers=named), database)) as browser:
        answer = await browser.get("/api/v1/session/oidc/school/start")
    assert (answer.json()["code"], answer.json()["values"]["reason"]) == ("provider_untrusted", "address")


@given(st.text(max_size=60))
def test_next_never_leads_elsewhere(text: str) -> None:
    for path in (text, f"/{text}", f"//{text}", f"/\\{text}", f"https://{text}"):
        going = safe_next(path)
        assert going.startswith("/")
        assert not going.startswith(("//", "/\\"))
        assert not urlsplit(going).netloc


TRUE = {"iss": "https://i", "aud": "c", "nonce": "n", "sub": "s", "iat": 1000, "exp": 1300}


ANYTHING = st.one_of(st.none(), st.text(max_size=3), st.integers(), st.booleans(), st.lists(st.text()))


@given(st.sampled_from(sorted(TRUE)), ANYTHING)
def test_token_with_any_claim_that_is_not_so_is_not_believed(claim: str, value: Any) -> None:
    changed = TRUE | {claim: value}
    facts = {"issuer": "https://i", "client_id": "c", "nonce": "n"}
    assert check_claims(TRUE, **facts, now=1010) == "s"
    try:
        subject = check_claims(changed, **facts, now=1010)
    except Untrue:
        return
    if claim == "sub":
        assert subject == value
    elif claim == "exp":
        assert value > 1010 - 60
    elif claim == "iat":
        assert abs(value - 1010) <= 660
    else:
        assert changed[claim] == TRUE[claim] or value == ["c"]


WRONGLY_NAMED = (
    "x",
    "{}",
    '[{"id":"mock-idp","name":"a","issuer":"https://a.b","client_id":"c"}]',
    '[{"id":"A b","name":"a","issuer":"https://a.b","client_id":"c"}]',
    '[{"id":"a","name":"a","issuer":"ftp://a.b","client_id":"very-secret"}]',
)


@pytest.mark.parametrize("named", WRONGLY_NAMED)
def test_provider_that_is_named_wrong_stops_the_start_and_shows_no_secret(settings: Settings, named: str) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        with_settings(settings, oidc_providers=named)
    assert "FUMETTO_OIDC_PROVIDERS" in str(raised.value)
    assert "very-secret" not in str(raised.value)


async def test_invitation_is_carried_through(address: str, browser: httpx.AsyncClient, database: Database) -> None:
    unknown = await signed_in(browser, "?invitation=fum_i_" + "A" * 43)
    assert "error=invitation" in unknown.headers["location"]
    assert (await who(browser))["user"] is None


async def test_invited_by_a_family_somebody_new_joins_it_by_the_provider(
    settings: Settings, database: Database
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        token = await a_token(session, parent, family, age_class=AgeClass.CHILD)
    elsewhere = FastAPI()
    elsewhere.include_router(mock_routes(MockProvider()))
    async with served(elsewhere) as provider:
        named = school(f"{provider}/mock-idp", private=True)
        app = an_app(with_settings(settings, oidc_providers=named), database)
        async with a_client(app) as browser, httpx.AsyncClient(timeout=60) as outside:
            start = await browser.get(f"/api/v1/session/oidc/school/start?invitation={token}")
            form = {"subject": "s-1", "name": "Pepe"}
            back = (await outside.post(start.headers["location"], data=form)).headers["location"]
            assert "error=" not in (await browser.get(back)).headers["location"]
            found = await who(browser)
    assert (found["user"]["name"], found["user"]["age_class"], found["scope"]) == ("Pepe", "child", "ONBOARDING")


async def test_account_that_was_closed_is_not_opened_by_a_provider(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await signed_in(browser, subject="s-1")
    async with database.write() as session:
        await session.execute(update(User).values(is_active=False))
    browser.cookies.clear()
    assert (await signed_in(browser, subject="s-1")).headers["location"].endswith("error=credentials_wrong")
