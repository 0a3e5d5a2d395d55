"""Hits among very many passages are made of what the scope allows: blocks change how long a search takes and nothing
else, not a hit, no digit of a score."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import (
    EVERYTHING,
    Found,
    Passage,
    Scope,
    Span,
    Weights,
    blocks,
    inside,
    searching,
    wide,
    wide_statements,
)
from fumetto.kernel.settings import Settings
from tests.kernel.index.builders import make_scope, page

WORDS = ["hat", "potion", "witch", "witches", "broom", "saffron", "komona", "the", "who", "brewed", "chaosah"]
QUESTIONS = ["the witch's hat", "who brewed the potion in komona", "chaosah brooms saffron"]
BY_WORDS = Weights(dense=0.01)
"""Among so few passages, meaning alone could lift any passage to any place, and every one would be looked at."""

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
spans = st.tuples(st.integers(0, 12), st.integers(1, 2)).map(lambda pair: (pair[0] * 10, pair[0] * 10 + pair[1]))
sources = st.lists(st.lists(spans, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)
series = st.lists(st.tuples(texts, sources), max_size=20)
property_test = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

answered: list[bool] = []
"""Of each search among many, whether the passages that words name were enough."""
best_of = wide.best_of


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of three passages, in parts of two, made and used for any number of them."""
    for name, few in {"SIZE": 3, "PART": 2, "MEMBERS": 2, "SMALL": 2}.items():
        monkeypatch.setattr(blocks, name, few)
    monkeypatch.setattr(wide_statements, "MEMBERS", 2)
    for module in (wide, searching):
        monkeypatch.setattr(module, "FEWEST", 0)

    async def noted(*given: Any) -> wide.Best | None:
        best = await best_of(*given)
        answered.append(best is not None)
        return best

    monkeypatch.setattr(searching, "best_of", noted)
    answered.clear()


@pytest.fixture
def few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of which not all are looked at, and words that are too common to name any."""
    for name, few in {"FIRST": 4, "PER_ROOT": 0, "TOLD": 9, "WEIGHED": 1}.items():
        monkeypatch.setattr(wide, name, few)


def passages(key: uuid.UUID, told: Sequence[tuple[str, tuple[tuple[Span, ...], ...]]]) -> list[Passage]:
    return [Passage(uuid.uuid5(key, str(at)), key, "dialogue", "en", *each) for at, each in enumerate(told)]


async def put(database: Database, *given: Passage) -> None:
    async with database.write(EVERY_READER) as session:
        await index.put(session, given)


async def asked(database: Database, within: Scope, **options: Any) -> list[Found]:
    async with database.read() as session:
        return [await index.search(session, within, text, k=3, weights=BY_WORDS, **options) for text in QUESTIONS]


async def by_looking_at_each(database: Database, within: Scope) -> list[Found]:
    with pytest.MonkeyPatch.context() as patch:

        async def nothing(*_: object) -> None:
            return None

        patch.setattr(searching, "best_of", nothing)
        return await asked(database, within)


async def without_blocks(database: Database, within: Scope) -> list[Found]:
    """The same search among many, as if there were none."""
    with pytest.MonkeyPatch.context() as patch:

        async def alone(session: Any, wanted: wide.Wanted) -> wide.Best | None:
            return await best_of(session, replace(wanted, with_blocks=False))

        patch.setattr(searching, "best_of", alone)
        return await asked(database, within)


@given(
    library=st.lists(series, min_size=2, max_size=4),
    allowed=st.lists(st.one_of(st.just(EVERYTHING), st.lists(spans, max_size=4)), min_size=4, max_size=4),
)
@property_test
async def test_where_all_that_words_name_is_looked_at_hits_are_those_of_looking_at_each_passage(
    database: Database, library: list[Any], allowed: list[Any]
) -> None:
    keys = [uuid.uuid4() for _ in library]
    await put(database, *(each for key, told in zip(keys, library, strict=True) for each in passages(key, told)))
    await blocks.make_blocks(database, library=0, loose=1)
    for within in (
        make_scope(dict(zip(keys, allowed, strict=False))),
        make_scope(dict.fromkeys(keys, EVERYTHING)),
    ):
        assert await asked(database, within) == await by_looking_at_each(database, within)


@given(
    library=st.lists(series, min_size=2, max_size=4),
    allowed=st.lists(st.one_of(st.just(EVERYTHING), st.lists(spans, max_size=4)), min_size=4, max_size=4),
)
@property_test
async def test_blocks_move_no_hit_and_no_score(
    few_candidates: None, database: Database, library: list[Any], allowed: list[Any]
) -> None:
    keys = [uuid.uuid4() for _ in library]
    told = [(text, places) for text, places in library[0]]
    # One series is another once more, so that there are equals.
    library = [*library[:-1], told]
    await put(database, *(each for key, told in zip(keys, library, strict=True) for each in passages(key, told)))
    await blocks.make_blocks(database, library=0, loose=1)
    for within in (
        make_scope(dict(zip(keys, allowed, strict=False))),
        make_scope(dict.fromkeys(keys, EVERYTHING)),
    ):
        assert await asked(database, within) == await without_blocks(database, within)


TOLD = [(f"the witch brewed a potion {'hat ' * (at % 5)}{WORDS[at % 11]}", ((page(at),),)) for at in range(12)]


async def test_blocks_are_enough_where_words_tell(database: Database) -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    await put(database, *passages(keys[0], TOLD), *passages(keys[1], TOLD))
    assert await blocks.make_blocks(database, library=25, loose=1) == 0
    assert await blocks.make_blocks(database, library=24, loose=1) == 8
    assert await blocks.make_blocks(database, library=24, loose=1) == 0
    within = make_scope({keys[0]: [(0, 71)], keys[1]: EVERYTHING})
    assert await asked(database, within) == await by_looking_at_each(database, within)
    assert answered == [True] * 3
    await asked(database, within.only(keys[:1]))
    await asked(database, within, kinds=["dialogue"])
    assert answered == [True] * 3, "one series, or some kinds, are always looked at passage by passage"


async def test_what_is_written_is_found_at_once_and_what_is_gone_no_longer(database: Database) -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    first, second = passages(keys[0], TOLD), passages(keys[1], TOLD)
    await put(database, *first, *second)
    await blocks.make_blocks(database, library=0, loose=1)
    within = make_scope({key: [(0, 75)] for key in keys})
    changed = Passage(first[2].id, keys[0], "dialogue", "en", "saffron chaosah brooms", first[2].sources)
    moved = Passage(first[3].id, keys[0], "dialogue", "en", first[3].text, ((page(11),),))
    elsewhere = Passage(second[0].id, keys[0], "dialogue", "en", second[0].text, ((page(1),),))
    fresh = Passage(uuid.uuid4(), keys[1], "dialogue", "en", "chaosah saffron brooms", ((page(5),),))
    for given_ in ([changed], [moved], [elsewhere], [fresh]):
        await put(database, *given_)
        assert await asked(database, within) == await by_looking_at_each(database, within)
    async with database.write(EVERY_READER) as session:
        await index.remove(session, [fresh.id, first[4].id])
    assert await asked(database, within) == await by_looking_at_each(database, within)
    await blocks.make_blocks(database, library=0, loose=1)
    assert await asked(database, within) == await by_looking_at_each(database, within)
    async with database.write(EVERY_READER) as session:
        await index.remove_key(session, keys[1])
    assert await asked(database, within) == await by_looking_at_each(database, within)
    assert any(answered)


SILENT = [("a kettle of soup for everybody", ((page(6),),))] * 3  # has none of a question's words, and still is counted
ALLOWED = [page(number) for number in (0, 1, 2, 3, 4, 5, 7)]
BEYOND = [
    ("chaosah saffron brooms", ((page(6),),)),
    ("the witch's hat", ((page(1), page(9)),)),
    ("a witch, a hat and saffron", ((page(6), page(7)),)),
    ("who brewed", ()),
]


async def worlds_differ(database: Database) -> bool:
    """Whether one who may see ALLOWED of a series, and all of another, can tell what lies beyond in the first."""
    heard = []
    for further in ([], SILENT, BEYOND, [*BEYOND, *BEYOND]):
        keys = sorted([uuid.uuid4(), uuid.uuid4()])  # numbered in this order, and equal scores are in that of numbers
        seen = passages(keys[0], TOLD[:5])
        hidden = passages(uuid.uuid5(keys[0], "beyond"), further)
        other = passages(keys[1], TOLD)
        numbers = {passage.id: at for at, passage in enumerate([*seen, *other])}
        await put(database, *(Passage(each.id, keys[0], each.kind, "en", each.text, each.sources) for each in hidden))
        await put(database, *seen, *other)
        await blocks.make_blocks(database, library=0, loose=1)
        try:
            found = await asked(database, make_scope({keys[0]: ALLOWED, keys[1]: EVERYTHING}))
        except KeyError:  # a hit in a series that is not in the scope
            return True
        heard.append([[(numbers.get(hit.id), hit.score) for hit in each.hits] for each in found])
    assert any(answered)
    return any(each != heard[0] for each in heard[1:])


ANY_REACH = """WITH reach AS MATERIALIZED (SELECT set_config('fumetto.reach', left(%(reach)s, 0) || (
    SELECT concat_ws(';', array_agg(number), array_agg(-9e18::bigint), array_agg(9e18::bigint)) FROM rag.keys
), true) AS told)"""


@pytest.fixture
def weaken() -> Iterator[Any]:
    """Takes walls out: the application's filters of what blocks tell, and of passages, and the reach that the
    database's functions lay over blocks."""
    patch = pytest.MonkeyPatch()

    def of_these_keys(self: inside.Inside, numbers: Any, _: Any) -> Any:
        return np.isin(numbers, np.ascontiguousarray(self.firsts).view(">u8")[::2]).astype(np.int64) - 1

    def weaker(*, any_block: bool = False, any_passage: bool = False, any_reach: bool = False) -> None:
        patch.undo()
        if any_block:
            patch.setattr(inside.Inside, "range_of", of_these_keys)
        if any_passage:
            patch.setattr(wide_statements, "WITHIN", "true")
        if any_reach:
            patch.setattr(wide_statements, "REACH", ANY_REACH)
        for statement in (
            wide_statements.loose_statement,
            wide_statements.found_statement,
            wide_statements.seen_statement,
        ):
            statement.cache_clear()

    yield weaker
    weaker()


async def test_what_lies_beyond_moves_no_score_through_either_wall(
    database: Database, database_server: DatabaseServer, settings: Settings, weaken: Any
) -> None:
    assert not await worlds_differ(database)
    async with await Database.on(database_server, settings, role=Role.ADMIN) as superuser:
        weaken(any_reach=True)
        assert not await worlds_differ(superuser), "the application's filters alone"
        weaken(any_reach=True, any_block=True)
        assert await worlds_differ(superuser), "what blocks tell"
        weaken(any_reach=True, any_passage=True)
        assert await worlds_differ(superuser), "passages outside blocks"
    weaken(any_block=True, any_passage=True)
    assert not await worlds_differ(database), "the database's alone"


async def test_the_application_cannot_read_what_blocks_say(database: Database) -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    await put(database, *passages(keys[0], TOLD), *passages(keys[1], TOLD))
    await blocks.make_blocks(database, library=0, loose=1)
    for read in (b"SELECT * FROM rag.space_1_terms", b"SELECT * FROM rag.space_1_parts"):
        async with database.read() as session:
            with pytest.raises(InsufficientPrivilege):
                await session.raw().execute(read)
    async with database.read() as session:
        told = await session.raw().execute("SELECT * FROM rag.space_1_seen('{}')")
        assert [row[5:] for row in await told.fetchall()] == [(None, None, None)] * 8, "nothing without a scope"


async def test_a_block_that_is_touched_before_it_is_finished_is_none(database: Database) -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    await put(database, *passages(keys[0], TOLD), *passages(keys[1], TOLD))
    within = make_scope(dict.fromkeys(keys, EVERYTHING))
    await blocks.make_blocks(database, library=0, loose=100)
    async with blocks.seeing_all(database) as session:
        begun, _ = await blocks.begin_block(session, 1, blocks.FIRST, blocks.END)
    assert begun is not None
    assert await asked(database, within) == await by_looking_at_each(database, within)
    async with database.write(EVERY_READER) as session:
        await index.remove(session, [passages(key, TOLD)[0].id for key in keys])
    async with blocks.seeing_all(database) as session:
        assert not await blocks.finish_block(session, 1, begun)
    assert await asked(database, within) == await by_looking_at_each(database, within)
    assert await blocks.make_blocks(database, library=0, loose=1) == 8
    assert await asked(database, within) == await by_looking_at_each(database, within)
