"""What a search answers does not depend on what lies beyond its scope: there, different, or not there at all.

It holds twice over: with the application's filter alone (as a superuser, whom row-level security lets pass), and with
row-level security alone (the filter taken out). And the test is worth something: whoever weakens either is found out.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import EVERYTHING, Passage, Scope, Span, ranking
from fumetto.kernel.settings import Settings
from tests.kernel.index.builders import make_scope, page

WORDS = ["hat", "potion", "witch", "witches", "broom", "saffron", "komona", "the", "who", "brewed", "chaosah"]
QUESTIONS = ["the witch's hat", "who brewed potions in komonna", "", "chaosah brooms"]

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
spans = st.tuples(st.integers(0, 12), st.integers(1, 2)).map(lambda pair: (pair[0] * 10, pair[0] * 10 + pair[1]))
alternatives = st.lists(spans, min_size=1, max_size=3).map(tuple)


@dataclass(frozen=True)
class Told:
    """A passage without its key."""

    text: str
    sources: tuple[tuple[Span, ...], ...]
    kind: str

    def passage(self, key: uuid.UUID, number: int) -> Passage:
        """Its id is of the same order among its neighbours' in every world: equals at one place are told in it."""
        identifier = uuid.UUID(int=number << 96 | uuid.uuid5(key, str(number)).int >> 32)
        return Passage(identifier, key, self.kind, "en", self.text, self.sources)

    def visible(self, allowed: Sequence[Span]) -> bool:
        """Worked out position by position."""
        seen = {position for low, high in allowed for position in range(low, high)}
        return any(all(set(range(*span)) <= seen for span in one) for one in self.sources)


told = st.builds(Told, texts, st.lists(alternatives, max_size=3).map(tuple), st.sampled_from(["dialogue", "wiki"]))


async def answers(database: Database, key: uuid.UUID, within: Scope) -> list[object]:
    """All that can be learned of a key by asking, without the ids' own accidental values."""
    said: list[object] = []
    async with database.read() as session:
        said.append(await index.count(session, within))
        said.append(await index.count(session, within, kinds=["wiki"]))
        for text in QUESTIONS:
            for options in ({"k": 3, "offset": 1}, {"k": 50, "kinds": ["wiki"]}):
                found = await index.search(session, within, text, **options)  # type: ignore[arg-type] # options are of two kinds
                hits = [(names[hit.id], hit.kind, hit.score, hit.lexical, hit.dense) for hit in found.hits]
                said.append((text, hits, found.more, found.corrected))
    return said


names: dict[uuid.UUID, int] = {}
"""The number of each passage of an example, by its id."""


async def differs(database: Database, inside: list[Told], beyond: list[list[Told]], allowed: list[Span]) -> bool:
    """Whether one who may see `allowed` can tell what lies beyond; each list of `beyond` is in a world of its own."""
    heard = []
    for passages in [[], *beyond]:
        key = uuid.uuid4()
        put = [each.passage(key, number) for number, each in enumerate([*inside, *passages])]
        names.update((passage.id, number) for number, passage in enumerate(put))
        # What lies beyond comes first, so that rows lie otherwise too.
        async with database.write(EVERY_READER) as session:
            await index.put(session, reversed(put))
        heard.append(await answers(database, key, make_scope({key: allowed})))
    return any(each != heard[0] for each in heard[1:])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Told], list[list[Told]], list[Span]]:
    """Passages inside a scope, some that lie beyond it, and the scope, which may have gaps."""
    allowed = draw(st.lists(spans, max_size=5))
    passages = draw(st.lists(told, max_size=12))
    beyond = [each for each in passages if not each.visible(allowed)]
    others = [each for each in draw(st.lists(told, max_size=8)) if not each.visible(allowed)]
    return [each for each in passages if each.visible(allowed)], [beyond, others], allowed


property_test = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(world=worlds())
@property_test
async def test_answers_do_not_depend_on_what_lies_beyond(
    database: Database, world: tuple[list[Told], list[list[Told]], list[Span]]
) -> None:
    assert not await differs(database, *world)


@pytest.fixture
def without_filter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application looks at everything of a key."""
    yield from with_filter(monkeypatch, "true")


def with_filter(monkeypatch: pytest.MonkeyPatch, condition: str) -> Iterator[None]:
    monkeypatch.setattr(ranking, "WITHIN", condition)
    ranking.statement_for.cache_clear()
    yield
    ranking.statement_for.cache_clear()


@given(world=worlds())
@property_test
async def test_row_security_alone_holds(
    without_filter: None, database: Database, world: tuple[list[Told], list[list[Told]], list[Span]]
) -> None:
    assert not await differs(database, *world)


@given(world=worlds())
@property_test
async def test_the_application_s_filter_alone_holds(
    database_server: DatabaseServer,
    settings: Settings,
    world: tuple[list[Told], list[list[Told]], list[Span]],
) -> None:
    async with await Database.on(database_server, settings, role=Role.ADMIN) as superuser:
        assert not await differs(superuser, *world)


HARD_WORLD = (
    [Told("the witch brewed a potion", ((page(1),),), "dialogue"), Told("a hat", ((page(2),), (page(9),)), "wiki")],
    [
        [
            Told("the witch and her hat, saffron", ((page(3),),), "dialogue"),
            Told("chaosah chaosah hat in komona", ((page(1), page(3)),), "wiki"),
            Told("witches brewed brooms", ((page(3), page(4)),), "wiki"),
            Told("broom", (), "wiki"),
        ]
    ],
    [page(1), page(2), page(4)],
)
FILTERS = {
    "none": "true",
    "any passage of several pages": "(s.span <@ scope.allowed OR s.others IS NOT NULL)",
    "some page instead of all": (
        "(s.span <@ scope.allowed OR (s.others IS NOT NULL AND scope.allowed && ANY (s.others)))"
    ),
    "the last page only": "s.place <@ scope.allowed",
    "gaps filled": "(s.span <@ range_merge(scope.allowed) OR s.others IS NOT NULL)",
}
SET = "(SELECT nullif(current_setting('fumetto.scope', true), '')::rag.spans)"
WALLS = {
    "none": "true",
    "any passage of several pages": f"span <@ {SET} OR others IS NOT NULL",
    "gaps filled": f"span <@ range_merge({SET}) OR others IS NOT NULL",
    "some page instead of all": f"span <@ {SET} OR (others IS NOT NULL AND {SET} && ANY (others))",
}


async def test_each_weaker_filter_is_found_out(
    database_server: DatabaseServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await Database.on(database_server, settings, role=Role.ADMIN) as superuser:
        assert not await differs(superuser, *HARD_WORLD)
        for name, condition in FILTERS.items():
            for _ in with_filter(monkeypatch, condition):
                assert await differs(superuser, *HARD_WORLD), name


async def test_each_weaker_policy_is_found_out(
    database: Database, database_server: DatabaseServer, without_filter: None
) -> None:
    assert not await differs(database, *HARD_WORLD)
    for name, condition in WALLS.items():
        async with database_server.connect(Role.OWNER) as owner:
            await owner.execute(f"ALTER POLICY within ON rag.space_1 USING ({condition})".encode())
        assert await differs(database, *HARD_WORLD), name


async def test_without_a_scope_no_row_is_there(database: Database) -> None:
    key = uuid.uuid4()
    passage = Passage(uuid.uuid4(), key, "dialogue", "en", "hat", ((),))
    async with database.write(EVERY_READER) as session:
        await index.put(session, [passage])
        left_open = await (await session.raw().execute("SELECT count(*) FROM rag.space_1")).fetchone()
    async with database.read(EVERY_READER) as session:
        rows = await (await session.raw().execute("SELECT count(*) FROM rag.space_1")).fetchone()
        await index.search(session, make_scope({uuid.uuid4(): EVERYTHING}), "hat")
        elsewhere = await (await session.raw().execute("SELECT count(*) FROM rag.space_1")).fetchone()
    assert (left_open, rows, elsewhere) == ((0,), (0,), (0,))


@pytest.mark.parametrize("change", [index.put, lambda session, passages: index.remove(session, [passages[0].id])])
async def test_only_who_writes_for_everybody_may_change_the_index(
    change: Callable[..., object], database: Database
) -> None:
    passage = Passage(uuid.uuid4(), uuid.uuid4(), "dialogue", "en", "hat", ((),))
    everything = make_scope({passage.key: EVERYTHING})
    async with database.write(EVERY_READER) as session:
        await index.put(session, [passage])
    try:
        async with database.write(uuid.uuid4()) as session:
            await change(session, [Passage(passage.id, passage.key, "dialogue", "en", "broom", ((),))])  # type: ignore[misc] # a coroutine
    except Exception as refused:
        assert "row-level security" in str(refused)  # noqa: PT017 - removing is not refused, it finds nothing
    async with database.read() as session:
        assert (await index.search(session, everything, "hat")).hits[0].lexical > 0
