"""Nobody comes in as a teenager unseen: what a guardian does about how they sign in is told them, and stays told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.consent.service import agree_for
from fumetto.people.public import Role
from tests.builders.api import a_client, a_client_as, an_app
from tests.builders.families import MINE, a_collective, a_newcomer, an_adult

API = "/api/v1"
GOOD = "four herons cross a quiet bay"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def at_home(database: Database, age_class: AgeClass) -> tuple[Any, Any]:
    """A parent, and somebody young that they answer for."""
    async with database.write() as session:
        parent = await an_adult(session, "Rosa")
        young = await a_newcomer(session, parent, await a_collective(session, parent), "Pepe", age_class)
        await agree_for(session, parent.id, young.id, MINE, language="en")
    return parent, young


async def reset(app: FastAPI, parent: Reader, young: Reader) -> httpx.Response:
    async with a_client_as(app, account=parent) as client:  # type: ignore[arg-type] # it looks at the id only
        link = await client.post(f"{API}/users/{young.id}/reset")
        assert link.status_code == 201
    async with a_client(app) as nobody:
        done = await nobody.post(f"{API}/password/reset", json={"token": link.json()["token"], "password": GOOD})
        assert done.status_code == 201
        seen = await nobody.get(f"{API}/series")
        assert seen.status_code == (200 if done.json()["user"] else 401)
        return done


async def kinds(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Without the links of the machine's operator, which `a_client_as` signs in by."""
    told = (await client.get(f"{API}/session/notices")).json()["items"]
    return [(one["kind"], one["by"]) for one in told if one["by"]]


async def test_guardians_link_opens_nothing_as_their_teenager_who_is_told_of_it(
    app: FastAPI, database: Database
) -> None:
    parent, teenager = await at_home(database, AgeClass.TEENAGER)
    async with a_client_as(app, account=teenager) as own:
        assert await kinds(own) == []
        assert (await reset(app, parent, teenager)).json()["user"] is None
        assert (await own.get(f"{API}/series")).status_code == 401  # signed out: that alone says something happened
    async with a_client(app) as own:
        entered = await own.post(f"{API}/session/password", json={"name": "Pepe", "password": GOOD})
        assert entered.status_code == 201
        told = await kinds(own)
        assert told == [("new_password", "Rosa"), ("link_for_password", "Rosa")]
        assert await kinds(own) == told  # whoever came in first does not put it away
    async with a_client_as(app, account=parent) as other:
        assert await kinds(other) == []


async def test_guardians_link_signs_a_child_in_whom_they_look_after_and_is_on_record(
    app: FastAPI, database: Database
) -> None:
    parent, child = await at_home(database, AgeClass.CHILD)
    async with a_client_as(app, account=child):
        pass  # it was here before
    assert (await reset(app, parent, child)).json()["user"]["name"] == "Pepe"
    async with a_client_as(app, account=child) as own:
        assert await kinds(own) == [("new_password", "Rosa"), ("link_for_password", "Rosa")]


async def test_owners_link_that_would_sign_in_as_somebody_is_told_them_and_the_first_one_is_no_news(
    app: FastAPI, database: Database
) -> None:
    async with a_client_as(app, Role.OWNER, name="Olga") as owner:
        made = (await owner.post(f"{API}/users", json={"name": "Ada", "user_type": "adult"})).json()
        async with a_client(app) as ada:
            assert (await ada.post(f"{API}/session", json={"token": made["sign_in_token"]})).status_code == 201
            assert await kinds(ada) == []
            await owner.post(f"{API}/users/{made['id']}/sign-in-links")
            assert await kinds(ada) == [("sign_in_link", "Olga")]
