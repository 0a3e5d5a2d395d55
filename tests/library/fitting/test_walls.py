"""What does not fit a reader is not there for them, by either of the two walls alone and by both."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from random import Random

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.ratings import MIN_AGES, min_age_of
from fumetto.library.search.indexing import index_series
from fumetto.library.shelves.models import Shelf, ShelfCollective, ShelfSeries
from fumetto.people.ages.models import ReadingRule
from fumetto.people.ages.rules import Rated, Rule, fits
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.collectives.models import Collective, CollectiveMembership
from fumetto.people.public import Account, Role, create_user, refit
from tests.builders.api import a_client_as, an_app
from tests.builders.library import a_series, an_episode
from tests.builders.matrix import MARK, a_full_story, a_world
from tests.builders.story import write_ledger, write_story
from tests.builders.walls import WALLS, only_this_wall

LISTS = (
    "/api/v1/series",
    "/api/v1/series?search=series",
    "/api/v1/series?sort=last_read",
    "/api/v1/series?filter=unread",
    "/api/v1/facets",
    f"/api/v1/search?q={MARK}",
    "/api/v1/search?q=owl+moon+cat",
    "/api/v1/reading/continue",
    "/api/v1/collections",
    "/api/v1/reading-lists",
    "/api/v1/shelves",
    "/api/v1/companion/conversations",
    "/api/v1/companion/memory",
    "/api/v1/companion/personas",
    "/api/v1/companion/models",
    "/v1/models",
    "/opds/v2",
    "/opds/v1.2/series",
    "/opds/v2/new",
    "/opds/v1.2/continue",
    f"/opds/v2/search/results?q={MARK}",
    f"/opds/v2/search/texts?q={MARK}",
    "/opds/v1.2/collections",
    "/opds/v2/reading-lists",
)
"""Everything that lists, counts or searches."""
OWN = ("/collections", "/reading-lists", "/shelves", "/personas")
"""Of these, their own are made beside what does not fit."""
VOLATILE = re.compile(r"<updated>[^<]*</updated>|\"(modified|updated_at|request_id)\": ?\"[^\"]*\"")


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def a_restricted_reader(database: Database, rule: Rule, name: str = "Ada") -> Account:
    """Somebody with a rule of their own."""
    async with database.write() as session:
        account = await create_user(session, name=name)
        allowed = None if rule.labels_allowed is None else sorted(rule.labels_allowed)
        kept = ReadingRule(
            user_id=account.id,
            max_age=rule.max_age,
            unrated=rule.unrated,
            labels_allowed=allowed,
            labels_excluded=sorted(rule.labels_excluded),
            only_shelves=rule.only_shelves,
        )
        session.add(kept)
        await refit(session, [account.id])
    return account


async def listed(client: httpx.AsyncClient) -> dict[str, str]:
    found = {}
    for path in LISTS:
        answer = await client.get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        found[path] = VOLATILE.sub('"when": ""', answer.text)
    return found


async def in_the_index(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        for series_id in await session.scalars(select(Series.id)):
            await index_series(session, series_id)


@pytest.mark.parametrize("wall", WALLS)
async def test_lists_counts_and_searches_are_the_same_with_and_without_what_does_not_fit(
    app: FastAPI, database: Database, wall: str
) -> None:
    fitting = a_full_story("fitting")
    async with database.write() as session:
        restricted, other = await create_user(session, name="Ada"), await create_user(session, name="Somebody else")
    async with database.write(EVERY_READER) as session:
        await write_story(session, fitting)
        await session.execute(update(Series).values(age_rating="Everyone", tags=["cats"]))
        await write_ledger(session, fitting, restricted.id, (row["id"] for row in fitting.rows["pages"]))
    async with only_this_wall(database, wall), a_client_as(app, account=restricted) as client:
        await client.post("/api/v1/collections", json={"name": "mine"})
        await in_the_index(database)
        before = await listed(client)
        await client.delete(f"/api/v1/collections/{json.loads(before['/api/v1/collections'])['items'][0]['id']}")
        without = await listed(client)
        await a_world(database, restricted, other)
        await in_the_index(database)
        after = await listed(client)
    assert "Fitting" in before["/api/v1/series"] or "fitting" in before["/api/v1/series"]
    for path, text in after.items():
        assert MARK in path or MARK not in text, path
        if not path.endswith(OWN):
            assert text == without[path], path
    # Their own lists are theirs, and have nothing on them that does not fit.
    for path, items, count in (("collections", "collections", "series_count"), ("reading-lists", "", "episode_count")):
        (only,) = json.loads(after[f"/api/v1/{path}"])["items"]
        assert (only["name"], only[count], only["covers"]) == ("mine", 0, []), items
    (shelf,) = json.loads(after["/api/v1/shelves"])["items"]
    assert shelf["series_count"] == 0


RULES = (
    Rule(max_age=9, unrated=False),
    Rule(max_age=12),
    Rule(labels_excluded=frozenset({"horror"})),
    Rule(labels_allowed=frozenset({"school", "cats"}), unrated=False),
    Rule(labels_allowed=frozenset()),
    Rule(max_age=15, labels_allowed=frozenset({"school"}), labels_excluded=frozenset({"horror"})),
    Rule(only_shelves=True),
    Rule(max_age=13, unrated=False, only_shelves=True),
)


@pytest.mark.parametrize("wall", WALLS)
async def test_both_walls_show_what_the_rule_says(app: FastAPI, database: Database, wall: str) -> None:
    random = Random(5)  # noqa: S311 - a made-up library
    ratings = [None, "Unknown", "12+", *(name.title() for name in MIN_AGES)]
    things: dict[str, Rated] = {}
    async with database.write(EVERY_READER) as session:
        teacher = await create_user(session, name="Teacher")
        shelf, group = Shelf(owner_id=teacher.id, name="Ours"), Collective(kind=CollectiveKind.CLASS, name="4b")
        session.add_all([shelf, group])
        await session.flush()
        session.add(ShelfCollective(shelf_id=shelf.id, collective_id=group.id))
        for number in range(40):
            rating, labels = random.choice(ratings), random.sample(["horror", "school", "cats"], random.randint(0, 2))
            series = await a_series(session, title=f"Book {number}", age_rating=rating, labels=labels)
            await an_episode(session, series)
            shared = number % 3 == 0
            if shared:
                session.add(ShelfSeries(shelf_id=shelf.id, series_id=series.id, order_index=number))
            things[f"Book {number}"] = Rated(min_age_of(rating), frozenset(labels), shared)
    async with only_this_wall(database, wall):
        for number, rule in enumerate(RULES):
            account = await a_restricted_reader(database, rule, f"Reader {number}")
            async with database.write() as session:
                belongs = CollectiveMembership(collective_id=group.id, user_id=account.id, role=MemberRole.MEMBER)
                session.add(belongs)
                await refit(session, [account.id])
            async with a_client_as(app, account=account) as client:
                answer = (await client.get("/api/v1/series?limit=200")).json()
            assert {one["title"] for one in answer["items"]} == {
                name for name, one in things.items() if fits(rule, one)
            }
            assert answer["total"] == len(answer["items"])


@pytest.fixture(params=WALLS)
async def child(app: FastAPI, database: Database, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads what is for children of nine, with both walls up, or one of them."""
    account = await a_restricted_reader(database, Rule(max_age=9, unrated=False))
    async with only_this_wall(database, request.param), a_client_as(app, account=account) as client:
        yield client


async def test_an_episode_rated_higher_is_missing_from_a_series_that_fits(
    child: httpx.AsyncClient, database: Database
) -> None:
    async with database.write(EVERY_READER) as session:
        series = await a_series(session, title="Little", age_rating="Everyone")
        first = await an_episode(session, series, pages=1)
        grim = await an_episode(session, series, pages=1, age_rating="Teen")
        last = await an_episode(session, series, pages=1)
    (card,) = (await child.get("/api/v1/series")).json()["items"]
    assert card["episode_count"] == 2
    shown = (await child.get(f"/api/v1/series/{series.slug}/episodes")).json()["items"]
    assert [one["id"] for one in shown] == [str(first.id), str(last.id)]
    opened = (await child.get(f"/api/v1/episodes/{first.id}")).json()
    assert opened["next"]["id"] == str(last.id)
    assert (await child.get(f"/api/v1/episodes/{grim.id}")).status_code == 404
    async with database.write(EVERY_READER) as session:
        await session.execute(update(Episode).where(Episode.id == grim.id).values(age_rating="Everyone"))
    assert (await child.get(f"/api/v1/episodes/{grim.id}")).status_code == 200


async def test_who_is_restricted_edits_nothing_whatever_their_role(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        account = await create_user(session, name="Editor", role=Role.EDITOR)
    async with a_client_as(app, account=account) as client:
        assert (await client.get("/api/v1/edits")).status_code == 200
        assert (await client.put(f"/api/v1/users/{account.id}/reading-rule", json={"max_age": 16})).status_code == 204
        assert (await client.get("/api/v1/edits")).status_code == 404
        assert (await client.get("/api/v1/problems")).status_code == 404
        assert (await client.delete(f"/api/v1/users/{account.id}/reading-rule")).status_code == 204
        assert (await client.get("/api/v1/edits")).status_code == 200
