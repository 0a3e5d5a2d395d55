"""The statement that ranks: BM25 counted inside the scope, and how alike vectors are, in one pass over what is visible.

Terms of a passage are a `sparsevec` of counts up to 7. The inner product with a question whose i-th word has the value
8^i is a number whose octal digits are the counts of the words in that passage: exact, as long as it is below 2^24, what
a 32-bit float holds, so eight words at a time. From these digits both the document frequencies and the scores are made.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from psycopg import sql

from fumetto.kernel.index.analysis import TERMS
from fumetto.kernel.index.encoding import sparsevec
from fumetto.kernel.index.parameters import Binary, Statement
from fumetto.kernel.index.question import MOST_WORDS, Slot, Slots

SLOTS_PER_PRODUCT = 8
SIZES = (0, 2, 4, 6, 8, 16, MOST_WORDS)
"""How many words a statement is made for. Places left over find nothing. PostgreSQL keeps the plan of a statement once
it has met it a few times, so there should not be many different ones."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How hits are ranked. saturation and length: BM25's k1 and b; phrase: what a phrase's rarity
    counts for; dense: what a cosine of 1 adds. Learned on questions about stories, see docs/reference/index.md."""

    dense: float = 6.0
    phrase: float = 0.5
    saturation: float = 1.2
    length: float = 0.75


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must be besides visible; None for any."""

    kinds: list[str] | None = None
    languages: list[str] | None = None
    labels: list[uuid.UUID] | None = None

    @classmethod
    def of(
        cls, kinds: Iterable[str] | None, languages: Iterable[str] | None, labels: Iterable[uuid.UUID] | None
    ) -> Filters:
        return cls(distinct(kinds), distinct(languages), distinct(labels))

    def given(self) -> tuple[bool, bool, bool]:
        return self.kinds is not None, self.languages is not None, self.labels is not None

    def values(self) -> dict[str, Any]:
        named = {"kinds": self.kinds, "languages": self.languages, "labels": self.labels}
        return {name: value for name, value in named.items() if value is not None}


T = TypeVar("T", str, uuid.UUID)


def distinct(given: Iterable[T] | None) -> list[T] | None:
    return None if given is None else sorted(set(given))


def ranking(
    space: int, slots: Slots, vector: Binary | None, filters: Filters, weights: Weights
) -> tuple[Statement, dict[str, Any]]:
    """The statement and its values, but for `limit`, `offset`, and those of the ground. Without a vector, words alone
    count."""
    words = next(size for size in SIZES if size >= len(slots.words))
    phrases = max(words - 1, 0)
    both: list[Slot | None] = [*slots.words, *[None] * (words - len(slots.words)), *slots.phrases[:phrases]]
    products = [both[start : start + SLOTS_PER_PRODUCT] for start in range(0, words + phrases, SLOTS_PER_PRODUCT)]
    values: dict[str, Any] = {
        "vector": vector,
        "dense": weights.dense,
        "phrase": weights.phrase,
        "saturation": weights.saturation,
        "length": weights.length,
    }
    for place, product in enumerate(products):
        values[f"product{place}"] = Binary(
            sparsevec({term: 8**digit for digit, slot in enumerate(product) if slot for term in slot.terms})
        )
    return statement_for(space, words, phrases, filters.given()), values | filters.values()


def counting(space: int, filters: Filters) -> tuple[sql.Composed, dict[str, Any]]:
    statement = sql.SQL("{scope} SELECT count(*) FROM {seen}").format(
        scope=sql.SQL(SCOPE), seen=visible(space, "1", filters.given())
    )
    return statement, filters.values()


def having(space: int, terms: Iterable[int], filters: Filters) -> tuple[sql.Composed, dict[str, Any]]:
    """The terms of passages that have any of some, the story's first ones, as text: `{number:count,...}/all`."""
    found = (
        f"s.terms::text AS listed, s.place, s.id, s.terms OPERATOR(public.<#>) %(any)s::public.sparsevec({TERMS}) AS n"
    )
    statement = sql.SQL("{scope} SELECT listed FROM {seen} WHERE n < 0 ORDER BY place, id LIMIT 100").format(
        scope=sql.SQL(SCOPE), seen=visible(space, found, filters.given())
    )
    return statement, filters.values() | {"any": Binary(sparsevec(dict.fromkeys(terms, 1)))}


SCOPE = """
WITH scope AS MATERIALIZED (SELECT set_config('fumetto.scope', %(allowed)s, true)::rag.spans AS allowed)
"""
"""First of all, the scope is set where row-level security looks for it. What is visible is then looked for in a lateral
subquery that takes the scope from here and that OFFSET 0 keeps whole, so that there is no order in which PostgreSQL
could look at a passage before.

Arrays and limits are each in a SELECT of their own, where the planner does not see them: it then expects as much of a
plan for any values as of one for these, and keeps the former. Planning took as long as searching a series."""

WITHIN = "(s.span <@ scope.allowed OR (s.others IS NOT NULL AND scope.allowed @> ANY (s.others)))"

VALID = """(
    (SELECT count(*) FROM rag.keys k JOIN unnest(
         (SELECT %(keys)s::uuid[]), (SELECT %(numbers)s::int[]), (SELECT %(languages_of_keys)s::text[])
     ) AS g (key, number, languages)
     ON k.key = g.key AND k.number = g.number AND array_to_string(k.languages, ',') = g.languages)
    = cardinality(%(keys)s::uuid[])
    AND EXISTS (SELECT FROM rag.spaces WHERE number = %(space)s AND state = 'active')
)"""


def visible(space: int, columns: str, filtered: tuple[bool, bool, bool]) -> sql.Composed:
    """A FROM of what may be seen."""
    by = ("s.kind = ANY (%(kinds)s)", "s.language = ANY (%(languages)s)", "s.labels && %(labels)s::uuid[]")
    filters = "".join(f" AND {condition}" for condition, wanted in zip(by, filtered, strict=True) if wanted)
    return sql.SQL(
        """scope, unnest((SELECT %(lows)s::uuid[]), (SELECT %(highs)s::uuid[])) AS r (low, high), LATERAL (
        SELECT {columns} FROM {table} s
        WHERE s.place BETWEEN r.low AND r.high
          AND {within}{filters}
        OFFSET 0
    ) AS s"""
    ).format(
        columns=sql.SQL(columns),
        table=sql.Identifier("rag", f"space_{space}"),
        within=sql.SQL(WITHIN),
        filters=sql.SQL(filters),
    )


@cache
def statement_for(space: int, words: int, phrases: int, filtered: tuple[bool, bool, bool]) -> Statement:
    """words, phrases: how many there are places for. A phrase counts once, however often it is said."""
    slots = range(words + phrases)
    products = -(-len(slots) // SLOTS_PER_PRODUCT)
    columns = (
        "s.id, s.place, s.kind, s.words, (s.embedding OPERATOR(public.<#>) %(vector)s::public.halfvec) AS distance"
    ) + "".join(
        f", (-(s.terms OPERATOR(public.<#>) %(product{product})s::public.sparsevec({TERMS})))::int AS found{product}"
        for product in range(products)
    )

    def digit(at: int) -> str:
        product, place = divmod(at, SLOTS_PER_PRODUCT)
        return f"(found{product} >> {3 * place} & 7)" if place else f"(found{product} & 7)"

    def present(at: int) -> str:
        return f"found{at // SLOTS_PER_PRODUCT} & {7 << 3 * (at % SLOTS_PER_PRODUCT)} <> 0"

    frequencies = "".join(f", count(*) FILTER (WHERE {present(at)}) AS df{at}" for at in slots)
    rarities = "".join(
        f", ln(1::float8 + (n - df{at} + 0.5::float8) / (df{at} + 0.5::float8))"
        f" * {'(k1 + 1)' if at < words else 'phrase'} AS idf{at}"
        for at in slots
    )
    missing = " | ".join(f"((df{at} = 0)::int::bigint << {at})" for at in range(words)) or "0::bigint"
    said = [f"idf{at} * {digit(at)} / ({digit(at)} + damping)" for at in range(words)]
    said += [f"idf{at}" for at in range(words, len(slots))]
    parts = [f"CASE WHEN {present(at)} THEN {part} ELSE 0::float8 END" for at, part in enumerate(said)]
    nothing = " AND ".join(f"found{product} = 0" for product in range(products)) or "true"
    lexical = f"CASE WHEN {nothing} THEN 0::float8 ELSE {' + '.join(parts) or '0::float8'} END"
    statement = sql.SQL(
        """{scope}, seen AS MATERIALIZED (
    SELECT s.* FROM {seen}
), counted AS (
    SELECT count(*)::float8 AS n, greatest(sum(words)::float8 / count(*), 1) AS average{frequencies} FROM seen
), weighed AS MATERIALIZED (
    SELECT n, {missing} AS missing, k1 * (1 - b) AS damping0, k1 * b / average AS damping1{rarities}
    FROM counted, (SELECT %(saturation)s::float8 AS k1, %(length)s::float8 AS b, %(phrase)s::float8 AS phrase) AS given
)
SELECT id, place, kind, lexical - %(dense)s::float8 * coalesce(distance, 0) AS score, lexical, -distance AS dense,
       (SELECT n FROM weighed) AS n, (SELECT missing FROM weighed) AS missing, {valid} AS valid
FROM seen, weighed, LATERAL (SELECT damping0 + damping1 * words AS damping) AS d,
     LATERAL (SELECT {lexical} AS lexical) AS l
ORDER BY score DESC, place, id LIMIT (SELECT %(limit)s::int) OFFSET (SELECT %(offset)s::int)
"""
    ).format(
        scope=sql.SQL(SCOPE.rstrip()),
        valid=sql.SQL(VALID),
        frequencies=sql.SQL(frequencies),
        rarities=sql.SQL(rarities),
        missing=sql.SQL(missing),
        lexical=sql.SQL(lexical),
        seen=visible(space, columns, filtered),
    )
    return Statement.of(statement)
