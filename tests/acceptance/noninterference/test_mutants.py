"""The property has teeth, and each wall stands alone: filters are taken out one by one, and the suite must notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from random import Random

import pytest
from sqlalchemy import ColumnElement, true

from fumetto.entry.models import METADATA
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.rowsecurity import REVEALED
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import Scope
from fumetto.kernel.settings import Settings
from fumetto.library.reading import horizon, revealing
from fumetto.library.reading.horizon import EVERYWHERE, Horizon, Horizons
from fumetto.library.reading.revealing import WALLS
from tests.acceptance.noninterference.asking import answers, questions
from tests.acceptance.noninterference.exemptions import NAVIGATION
from tests.acceptance.noninterference.library import Difference, TestLibrary, a_library
from tests.builders.api import an_app
from tests.builders.story import a_gappy_choice, a_story, key_of

pytestmark = pytest.mark.timeout(1200)  # a mutant may need several libraries to be found in

EPISODES = "/api/v1/series/{slug}/episodes"
TELLING = ("reworded", "replaced")
EACH_WAY = ("replaced", "reworded", "replaced after the page", "episodes gone")
ENOUGH = 8  # stories with something to find before a mutant counts as one that lives

BEHIND_OTHERS = {
    "balloon_speakers": "asked for together with their balloons, which are cut",
    "character_aliases": "asked for by their evidence, which is cut",
    "evidence_pages": "asked for together with their evidences, which are cut",
    "wiki_sources": "asked for in the editing view only",
}
"""Tables of which nothing is told even without a condition of their own, and why."""


@pytest.fixture
async def library(settings: Settings, database: Database) -> AsyncIterator[TestLibrary]:
    """Asked on the routes that tell of stories, and on one of those that are navigation but hold summaries."""
    async with a_library(an_app(settings, database), database) as library:
        library.routes = [one for one in library.routes if one.path not in NAVIGATION or one.path == EPISODES]
        yield library


@pytest.fixture
async def no_second_wall(database_server: DatabaseServer) -> None:
    """Row-level security off, as if no table had a policy."""
    async with database_server.connect(Role.OWNER) as connection:
        for table in METADATA.tables.values():
            if REVEALED in table.info:
                name = f"{table.schema}.{table.name}"
                await connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY".encode())
                await connection.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY".encode())
        spaces = await connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'rag'::regnamespace AND relrowsecurity"
        )
        for (space,) in await spaces.fetchall():
            await connection.execute(f"ALTER TABLE rag.{space} DISABLE ROW LEVEL SECURITY".encode())


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routes of a page answer for pages that were not seen, with whatever their queries find."""
    monkeypatch.setattr(Horizon, "knows", lambda self, position: True)


def take_out(monkeypatch: pytest.MonkeyPatch, *tables: str) -> None:
    for table in tables:
        monkeypatch.setitem(WALLS, table, lambda within, row: true())
    revealing.wall_at.cache_clear()


@pytest.fixture(autouse=True)
def walls_stand_again() -> Iterator[None]:
    yield
    revealing.wall_at.cache_clear()


@pytest.fixture(scope="module")
def routes_by_wall() -> dict[str, set[str]]:
    """Paths of the routes that ask for each revealing table; filled by the first test that wants to know."""
    return {}


@pytest.fixture
async def asking_for(library: TestLibrary, open_gate: None, routes_by_wall: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same, filled: a mutant of one wall changes no other route, so to ask those too would only take time."""
    if not routes_by_wall:
        routes_by_wall |= await walls_asked(library)
    return routes_by_wall


async def walls_asked(library: TestLibrary) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    walls: set[str] = set()

    def noted(model: type[Base], within: revealing.Within) -> ColumnElement[bool]:
        walls.add(revealing.name_of(model))
        return WALLS[revealing.name_of(model)](within, model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revealing, "wall_of", noted)
        before = None
        for seed in islice(stories_with("world_relationships"), 2):
            random = Random(seed)  # noqa: S311 - the same story for the same seed, no secret
            story = a_story(random, series=2, episodes=3)
            ledger = a_gappy_choice(random, [row["id"] for row in story.rows["pages"]])
            seen = story.seen_at(ledger)
            await library.tell(story, ledger, before)
            before = story
            for question in questions(library.routes, story, seen, random.choice(sorted(seen)), random):
                walls.clear()
                await answers(library.client, [question])
                for wall in walls:
                    found[wall].add(question.route)
    return found


def stories_with(table: str) -> Iterator[int]:
    """Seeds of stories in which the reader may know some rows of a table and not others, `ENOUGH` at most."""
    found = 0
    for seed in range(400):
        random = Random(seed)  # noqa: S311 - the same story for the same seed, no secret
        story = a_story(random, series=2, episodes=3)
        seen = story.seen_at(a_gappy_choice(random, [row["id"] for row in story.rows["pages"]]))
        known = story.visible_rows(seen)[table]
        hidden = [row for row in story.rows[table] if key_of(table, row) not in known]
        if known and len(hidden) > 1:
            yield seed
            found += 1
        if found == ENOUGH:
            return


async def first_difference(library: TestLibrary, seeds: Iterable[int], *beyond: str) -> list[Difference]:
    for seed in seeds:
        for one in beyond:
            if found := await library.differences(seed, one):
                return found
    return []


@pytest.mark.usefixtures("no_second_wall")
async def test_the_first_wall_holds_alone(library: TestLibrary) -> None:
    for seed, beyond in enumerate(EACH_WAY):
        assert await library.differences(seed, beyond) == []


@pytest.mark.usefixtures("open_gate")
async def test_the_second_wall_holds_alone(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    take_out(monkeypatch, *WALLS)
    for seed, beyond in enumerate(EACH_WAY):
        assert await library.differences(seed, beyond) == []


@pytest.mark.usefixtures("no_second_wall", "open_gate")
@pytest.mark.parametrize("table", sorted(WALLS.keys() - BEHIND_OTHERS))
async def test_a_query_without_its_horizon_is_caught(
    library: TestLibrary, monkeypatch: pytest.MonkeyPatch, asking_for: dict[str, set[str]], table: str
) -> None:
    library.routes = [one for one in library.routes if one.path in asking_for[table]]
    take_out(monkeypatch, table)
    assert await first_difference(library, stories_with(table), *TELLING)


@pytest.mark.usefixtures("no_second_wall")
async def test_forgetting_the_present_page_is_caught(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Horizon, "allowed", property(lambda self: self.seen))
    revealing.wall_at.cache_clear()
    seeds = stories_with("page_characters")
    assert await first_difference(library, seeds, "reworded after the page", "replaced after the page")


async def test_searching_the_whole_index_is_caught(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    def everywhere(self: Horizons) -> Scope:
        return horizon._scope_of({key: (EVERYWHERE,) for key in self.by_series})

    library.routes = [one for one in library.routes if "search" in one.path]
    monkeypatch.setattr(Horizons, "scope", everywhere)
    assert await first_difference(library, stories_with("balloons"), *TELLING)


def test_what_stands_behind_others_is_a_table_with_a_wall() -> None:
    assert BEHIND_OTHERS.keys() <= WALLS.keys()
    assert all(BEHIND_OTHERS.values())
