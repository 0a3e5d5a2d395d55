"""What does not fit a reader is not there for them, by either of the two walls alone and by both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.people.ages.models import ReadingRule
from fumetto.people.public import create_user, refit
from tests.builders.api import a_client_as, an_app
from tests.builders.library import a_series, an_episode
from tests.builders.walls import WALLS, only_this_wall


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


@pytest.fixture(params=WALLS)
async def child(app: FastAPI, database: Database, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads what is for children of nine, with both walls up, or one of them."""
    async with database.write() as session:
        account = await create_user(session, name="Ada")
        session.add(ReadingRule(user_id=account.id, max_age=9, unrated=False))
        await refit(session, [account.id])
    async with only_this_wall(database, request.param), a_client_as(app, account=account) as client:
        yield client


async def test_shelf_of_a_child_has_what_is_for_children(child: httpx.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        await an_episode(session, await a_series(session, title="Little", age_rating="Everyone"), pages=2)
        teen = await an_episode(session, await a_series(session, title="Teen", age_rating="Teen"), pages=2)
        await an_episode(session, await a_series(session, title="Unrated"), pages=2)
    answer = (await child.get("/api/v1/series")).json()
    assert [one["title"] for one in answer["items"]] == ["Little"]
    assert answer["total"] == 1
    assert (await child.get(f"/api/v1/episodes/{teen.id}")).status_code == 404
