"""From stranger to full member: a state machine, sessions that follow it, and tokens that never gain by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.kinds import SessionScope
from fumetto.people.access.models import AppSession
from fumetto.people.access.repository.visits import PREVIOUS_GOOD
from fumetto.people.access.rules.scopes import Standing, narrower, reaches, standing_of, step
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.consent.kinds import EndReason, Method, Purpose
from fumetto.people.consent.models import UserConsent
from fumetto.people.public import COOKIE, Account, KeyScope, create_sign_in_link, create_user, settle
from tests.builders.api import a_client, a_client_as, an_api_key, an_app

standings = st.builds(Standing, onboarded=st.booleans(), needed=st.booleans(), given=st.booleans())
scopes = st.sampled_from(list(SessionScope))
CHILD = {"user_type": "child", "age_class": "child", "language": "it", "country": "IT"}


@given(standings, scopes)
def test_steps_come_to_rest_where_the_facts_say_wherever_they_begin(standing: Standing, scope: SessionScope) -> None:
    rest = standing_of(standing, scope)
    assert rest is standing_of(standing)
    assert step(rest, standing) is rest
    full = standing.onboarded and (standing.given or not standing.needed)
    assert (rest is SessionScope.FULL) is full
    assert (rest is SessionScope.ONBOARDING) is not standing.onboarded


@given(standings, scopes)
def test_no_step_leaps_over_a_state(standing: Standing, scope: SessionScope) -> None:
    order = list(SessionScope)
    assert abs(order.index(step(scope, standing)) - order.index(scope)) <= 1


@given(scopes, scopes)
def test_of_two_scopes_the_narrower_reaches_no_further_than_either(one: SessionScope, other: SessionScope) -> None:
    assert reaches(one, narrower(one, other))
    assert reaches(other, narrower(one, other))
    assert narrower(one, other) in {one, other}


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture
async def pepe(database: Database) -> Account:
    async with database.write() as session:
        return await create_user(session, name="Pepe", user_type=None)


@pytest.fixture
async def client(app: FastAPI, pepe: Account) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, account=pepe) as client:
        yield client


async def agree(database: Database, account: Account, **values: Any) -> None:
    """A receipt for the account, as a guardian's consent leaves one."""
    async with database.write() as session:
        session.add(
            UserConsent(
                user_id=account.id,
                purpose=Purpose.ACCOUNT,
                policy_version=1,
                policy_edition=1,
                policy_hash=b"x" * 32,
                language="it",
                method=Method.SELF,
                **values,
            )
        )
        await session.flush()
        await settle(session, account.id)


async def take_back(database: Database, account: Account) -> SessionScope:
    async with database.write() as session:
        ended = {"revoked_at": func.now(), "end_reason": EndReason.REVOKED}
        await session.execute(update(UserConsent).values(**ended))
        return await settle(session, account.id)


async def scope_of(client: httpx.AsyncClient) -> Any:
    return (await client.get("/api/v1/session")).json()["scope"]


async def shelf(client: httpx.AsyncClient) -> str:
    answer = await client.get("/api/v1/series")
    return "open" if answer.status_code == 200 else answer.json()["code"]


async def test_child_goes_all_the_way_and_back_and_gets_a_new_token_each_time(
    client: httpx.AsyncClient, database: Database, pepe: Account
) -> None:
    tokens = [client.cookies[COOKIE]]
    assert (await scope_of(client), await shelf(client)) == ("ONBOARDING", "onboarding_needed")
    said = await client.post("/api/v1/session/onboarding", json=CHILD)
    assert (said.json()["scope"], said.json()["waiting_for"]) == ("PENDING_CONSENT", "guardian")
    assert (said.json()["user"]["is_minor"], said.json()["user"]["country"]) == (True, "IT")
    tokens.append(client.cookies[COOKIE])
    assert await shelf(client) == "consent_needed"
    await agree(database, pepe)
    assert await shelf(client) == "consent_needed"  # the token at hand has not gained by it
    assert (await scope_of(client), await shelf(client)) == ("FULL", "open")  # taken up, with another
    tokens.append(client.cookies[COOKIE])
    assert await take_back(database, pepe) is SessionScope.PENDING_CONSENT
    assert await shelf(client) == "consent_needed"
    await agree(database, pepe)
    renewed = await client.post("/api/v1/session/renew")
    assert renewed.json()["scope"] == "FULL"
    tokens.append(client.cookies[COOKIE])
    assert len(set(tokens)) == len(tokens)


async def test_consent_that_runs_out_closes_the_shelf_with_nobody_doing_anything(
    client: httpx.AsyncClient, database: Database, pepe: Account
) -> None:
    await client.post("/api/v1/session/onboarding", json=CHILD)
    await agree(database, pepe)
    await client.post("/api/v1/session/renew")
    assert await shelf(client) == "open"
    async with database.write() as session:
        kept = await session.scalar(select(UserConsent.id))
        await session.execute(update(UserConsent).where(UserConsent.id == kept).values(**END))
    assert await shelf(client) == "consent_needed"


END = {"revoked_at": func.now(), "end_reason": EndReason.EXPIRED}


async def test_token_from_before_is_good_for_what_was_on_its_way_and_for_no_more(
    app: FastAPI, client: httpx.AsyncClient, database: Database, pepe: Account
) -> None:
    await client.post("/api/v1/session/onboarding", json=CHILD)
    await agree(database, pepe)
    before = client.cookies[COOKIE]
    await client.post("/api/v1/session/renew")
    assert await shelf(client) == "open"
    async with a_client(app, headers={"Authorization": f"Bearer {before}"}) as late:
        assert await shelf(late) == "consent_needed"
        for moved in (-PREVIOUS_GOOD, timedelta(days=1)):  # too late; and exchanged before the clock was set back
            async with database.write() as session:
                await session.execute(update(AppSession).values(rotated_at=func.now() + moved * 1.1))
            assert await shelf(late) == "credentials_wrong"
    async with a_client(app) as stale:
        stale.cookies.set(COOKIE, before)
        assert [(await stale.get("/api/v1/session")).json()["user"] for _ in range(3)] == [None] * 3
    async with database.read() as session:
        rows = (await session.scalars(select(AuditLog).where(AuditLog.action == "credentials.refused"))).all()
    assert [(row.details or {}).get("reason") for row in rows] == [
        "replayed"
    ] * 3  # twice as Bearer, and once for the cookie
    assert {row.entity_id for row in rows} == {str(pepe.id)}


async def test_of_many_who_renew_at_once_the_last_token_holds(
    client: httpx.AsyncClient, app: FastAPI, database: Database, pepe: Account
) -> None:
    answers = await asyncio.gather(*(client.post("/api/v1/session/renew") for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {200, 401}
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(AppSession)) == 1


@pytest.mark.parametrize(
    "said", [{"age_class": "adult"}, {"user_type": "adult"}, {"country": "Italy"}, {"age_class": ""}]
)
async def test_words_that_do_not_go_together_onboard_nobody(client: httpx.AsyncClient, said: dict[str, str]) -> None:
    answer = await client.post("/api/v1/session/onboarding", json=CHILD | said)
    assert (answer.status_code, await scope_of(client)) == (422, "ONBOARDING")


async def test_minor_cannot_grow_up_by_saying_so(client: httpx.AsyncClient, database: Database, pepe: Account) -> None:
    grown = {"user_type": "parent", "age_class": "adult", "language": "it"}
    async with database.write() as session:
        await session.execute(update(User).values(age_class=AgeClass.CHILD, user_type=UserType.CHILD))
    refused = await client.post("/api/v1/session/onboarding", json=grown)
    assert (refused.status_code, refused.json()["code"]) == (403, "user_age_set")
    async with database.read() as session:
        refused_to = await session.scalar(select(AuditLog.actor_id).where(AuditLog.action == "user.onboard.refused"))
    assert refused_to == pepe.id
    assert (await client.post("/api/v1/session/onboarding", json=CHILD)).status_code == 200
    again = await client.post("/api/v1/session/onboarding", json=grown)
    assert (again.status_code, again.json()["code"]) == (409, "user_onboarded")


async def test_keys_reach_no_further_than_their_person_and_a_minors_only_read(
    app: FastAPI, client: httpx.AsyncClient, database: Database, pepe: Account
) -> None:
    refused = await client.post("/api/v1/api-keys", json={"name": "tablet"})
    assert refused.json()["code"] == "onboarding_needed"
    key = await an_api_key(database, pepe, KeyScope.MANAGE)  # made by the operator while nobody knew who this is
    bearer = {"Authorization": f"Bearer {key}"}
    async with a_client(app, headers=bearer) as program:
        assert await shelf(program) == "onboarding_needed"
        await client.post("/api/v1/session/onboarding", json=CHILD)
        assert await shelf(program) == "consent_needed"
        await agree(database, pepe)
        assert await shelf(program) == "open"
        narrow = await program.post("/api/v1/api-keys", json={"name": "another"})
        assert (narrow.status_code, narrow.json()["code"]) == (403, "key_too_narrow")
    await client.post("/api/v1/session/renew")
    wide = await client.post("/api/v1/api-keys", json={"name": "all", "scopes": ["manage"]})
    assert (wide.status_code, wide.json()["code"]) == (403, "key_too_wide")
    assert (await client.post("/api/v1/api-keys", json={"name": "tablet", "scopes": ["read"]})).status_code == 201


async def test_key_that_may_only_read_makes_itself_no_other(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        ada = await create_user(session, name="Ada")
    key = await an_api_key(database, ada, KeyScope.READ)
    async with a_client(app, headers={"Authorization": f"Bearer {key}"}) as program:
        for answer in (
            await program.post("/api/v1/api-keys", json={"name": "all", "scopes": ["manage"]}),
            await program.delete("/api/v1/session/devices"),
            await program.patch("/api/v1/session", json={"language": "fr"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "key_too_narrow")


async def test_forged_foreign_expired_and_revoked_tokens_each_leave_a_row(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        ada = await create_user(session, name="Ada")
        link = (await create_sign_in_link(session, ada.id)).token
    key = await an_api_key(database, ada)
    async with a_client(app) as client:
        for token in ("fum_k_" + "A" * 43, "not a token", link, f"fum_s_{key[6:]}"):
            answer = await client.get("/api/v1/series", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (401, "credentials_wrong")
        async with database.write() as session:
            await session.execute(update(User).values(is_active=False))
        assert (await client.get("/api/v1/series", headers={"Authorization": f"Bearer {key}"})).status_code == 401
    async with database.read() as session:
        rows = (await session.scalars(select(AuditLog).where(AuditLog.action == "credentials.refused"))).all()
    assert sorted(str((row.details or {}).get("reason")) for row in rows) == [
        "expired or closed",
        "forged",
        "forged",
        "unknown",
        "unknown",
    ]


async def test_outside_the_rooms_too_nobody_passes_before_their_time(
    app: FastAPI, database: Database, pepe: Account
) -> None:
    key = await an_api_key(database, pepe, KeyScope.READ)
    async with a_client(app, headers={"Authorization": f"Bearer {key}"}) as program:
        for address in ("/mcp", "/opds/v2", "/v1/models", "/api/v1/users"):
            answer = await program.get(address)
            assert (answer.status_code, "onboarding_needed" in answer.text) == (403, True), (address, answer.text)
