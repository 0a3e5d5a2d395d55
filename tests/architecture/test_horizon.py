"""No way round the horizon: reading code asks revealing tables through it, and never as somebody who sees all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from fumetto.entry.api import ROOMS
from fumetto.entry.models import METADATA
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.rowsecurity import REVEALED
from fumetto.library.reading.editing_view import EditingRead, editing_read, editing_write
from fumetto.library.reading.revealing import WALLS
from tests.architecture.horizon_exceptions import FOR_EVERY_READER, KEEPERS
from tests.architecture.horizon_rules import Finding, forged_horizons, sees_all, ways_round

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fumetto"
MODELS = {
    mapper.class_.__name__
    for mapper in Base.registry.mappers
    if REVEALED in mapper.local_table.info  # type: ignore[attr-defined]
}
TABLES = {table.name for table in METADATA.tables.values() if REVEALED in table.info}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "models.py")


def relative(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def rounds(source: str) -> list[Finding]:
    return ways_round(source, MODELS, TABLES)


def test_revealing_tables_are_asked_through_a_horizon() -> None:
    assert found_by(rounds, but=KEEPERS) == {}


def test_nobody_else_sees_every_readers_rows() -> None:
    assert found_by(sees_all, but=FOR_EVERY_READER) == {}


def test_horizons_are_made_in_one_place() -> None:
    assert found_by(forged_horizons, but={"library/reading/horizon.py"}) == {}


def found_by(look: Callable[[str], list[Finding]], but: Collection[str]) -> dict[str, list[Finding]]:
    looked_at = {relative(path): path for path in MODULES}
    found = {name: look(path.read_text("utf-8")) for name, path in looked_at.items() if name not in but}
    return {name: findings for name, findings in found.items() if findings}


@pytest.mark.parametrize("path", sorted(KEEPERS))
def test_every_keeper_is_one(path: str) -> None:
    assert KEEPERS[path]
    assert rounds((SOURCE / path).read_text("utf-8")) or path == "library/reading/revealing.py"


@pytest.mark.parametrize("path", sorted(FOR_EVERY_READER))
def test_who_may_see_every_readers_rows_does(path: str) -> None:
    assert FOR_EVERY_READER[path]
    assert sees_all((SOURCE / path).read_text("utf-8"))


def test_every_revealing_table_of_the_library_has_both_walls() -> None:
    assert {table.name for table in METADATA.tables.values() if REVEALED in table.info} == set(WALLS)


HEAD = "from fumetto.library.catalogue.models import Balloon, Page\n"
ROUND = {
    "a plain query": "async def f(session):\n    return await session.scalars(select(Balloon))",
    "a row by its key": "async def f(session, id):\n    return await session.get(Balloon, id)",
    "an alias of the class": "from x import Panel as P\nasync def f(s):\n    return await s.scalars(select(P))",
    "through its module": "async def f(session):\n    return await session.scalars(select(models.Balloon.text))",
    "a join": "async def f(session):\n    await session.scalars(select(Page).join(Balloon))",
    "a count": "async def f(session):\n    await session.scalar(select(func.count(Balloon.id)))",
    "a statement made before": "async def f(session, h):\n    q = select(Balloon)\n    return await session.scalars(q)",
    "a statement grown": "async def f(s):\n    q = select(Balloon)\n    q = q.limit(1)\n    return await s.scalars(q)",
    "a statement handed on": "def f():\n    return select(Balloon)",
    "a statement of the module": "QUERY = select(Balloon)\nasync def f(session):\n    await session.scalars(QUERY)",
    "a condition": "async def f(session):\n    await session.scalars(select(Page).where(Balloon.text == 'x'))",
    "beside a proper question": (
        "async def f(session, h):\n    await revealed(session, h).scalars(select(Balloon))\n"
        "    await session.scalars(select(Balloon))"
    ),
    "what was cut, put into something else": (
        "async def f(session, h):\n    inner = revealed(session, h)\n"
        "    await session.scalars(select(Page).where(Page.id.in_(select(Balloon.id))))"
    ),
    "a deletion": "async def f(session):\n    await session.execute(delete(Balloon))",
    "a new row": "async def f(session):\n    session.add(Balloon(text='x'))",
    "SQL text": "Q = text('SELECT b.text FROM library.balloons b')",
    "SQL text on the search path": "Q = 'select * from panels where true'",
    "SQL text with something in it": "def f(x):\n    return f'SELECT 1 FROM library.wiki_sources WHERE {x}'",
    "a session that only has the name": "async def f(known):\n    return await known.scalars(select(Balloon))",
    "handed on with a session": "async def f(session):\n    return await proofs(session, Balloon.id)",
    "a function in a function": (
        "def f(session):\n    async def g():\n        await session.scalars(select(Balloon))\n    return g"
    ),
    "a lambda": "f = lambda session: session.scalars(select(Balloon))",
    "a loop's own": "async def f(s):\n    for q in (select(Balloon), select(Page)):\n        await s.scalars(q)",
}
PROPER = {
    "asked at once": "async def f(session, h):\n    return await revealed(session, h).scalars(select(Balloon))",
    "asked by name": (
        "async def f(session, h) -> list[Balloon]:\n    known = revealed(session, h)\n"
        "    return list(await known.scalars(select(Balloon).where(Balloon.text == 'x')))"
    ),
    "grown before it is asked": (
        "async def f(session, h, kind):\n    known = revealed(session, h)\n    q = select(Balloon)\n"
        "    if kind:\n        q = q.where(Balloon.kind == kind)\n    return await known.scalars(q)"
    ),
    "conditions kept apart": (
        "async def f(session, h):\n    where = [Balloon.text == 'x']\n"
        "    return await revealed(session, h).scalars(select(Page).join(Balloon).where(*where))"
    ),
    "asked for somebody": "async def f(known: Revealed):\n    return await known.scalars(select(Balloon))",
    "handed on with it": "async def f(known: Revealed):\n    return await proofs(known, Balloon.id)",
    "annotations": "def f(one: Balloon) -> list[Balloon]:\n    return [one]",
    "words of prose": 'def f():\n    """Reads library.balloons, and joins panels."""',
}


@pytest.mark.parametrize("body", ROUND.values(), ids=list(ROUND))
def test_a_module_that_goes_round_is_caught(body: str) -> None:
    assert rounds(HEAD + body)


@pytest.mark.parametrize("body", PROPER.values(), ids=list(PROPER))
def test_a_module_that_asks_properly_is_left_alone(body: str) -> None:
    assert rounds(HEAD + body) == []


@pytest.mark.parametrize(
    "body",
    [
        "h = Horizon(series_id, ((0, 9),), None, object())",
        "from fumetto.library.reading.horizon import _MAKER",
        "h = horizon.Horizons({}, horizon._MAKER)",
    ],
)
def test_a_module_that_makes_its_own_horizon_is_caught(body: str) -> None:
    assert forged_horizons(body)


@pytest.mark.parametrize(
    "body",
    [
        "async def f(database):\n    async with database.read(EVERY_READER) as session: ...",
        "from fumetto.library.catalogue.editing.placing import everybody",
        "from fumetto.kernel.db.roles import EVERY_READER as ALL",
        "async def f(database):\n    async with database.read(reader='*') as session: ...",
        "async def f(session):\n    await session.execute(text(\"SET LOCAL fumetto.reader = '*'\"))",
    ],
)
def test_a_module_that_sees_every_readers_rows_is_caught(body: str) -> None:
    assert sees_all(body)


def dependencies_of(dependant: Dependant) -> set[object]:
    return {dependant.call} | {call for one in dependant.dependencies for call in dependencies_of(one)}


def test_only_routes_of_the_editing_view_get_its_sessions() -> None:
    asked = {
        route.path: dependencies_of(route.dependant)
        for room in ROOMS
        for route in room.router.built()
        if isinstance(route, APIRoute)
    }
    with_all = {path for path, calls in asked.items() if calls & {editing_read, editing_write}}
    assert "/editing/episodes/{episode_id}/plot-summary" in with_all
    assert [path for path in with_all if not path.startswith("/editing/")] == []


def test_a_reading_route_with_a_session_of_the_editing_view_would_be_found() -> None:
    client = APIRouter()

    @client.get("/shelf")
    async def shelf(session: EditingRead) -> None:
        """A reading route that took the wrong session."""

    assert editing_read in dependencies_of(client.routes[0].dependant)  # type: ignore[attr-defined]
