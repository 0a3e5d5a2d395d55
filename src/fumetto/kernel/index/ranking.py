"""The statement that ranks: BM25 counted inside the scope, and how alike vectors are, in one pass over what is visible.

Terms of a passage are a `sparsevec` of counts up to 7. The inner product with a question whose i-th word has the value
8^i is a number whose octal digits are the counts of the words in that passage: exact, as long as it is below 2^24, what
a 32-bit float holds, so eight words at a time. From these digits both the document frequencies and the scores are made.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from psycopg import sql

from fumetto.kernel.index.analysis import TERMS
from fumetto.kernel.index.encoding import sparsevec_literal
from fumetto.kernel.index.question import Slot, Slots

SLOTS_PER_PRODUCT = 8


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
    space: int,
    allowed: str,
    lows: Sequence[uuid.UUID],
    highs: Sequence[uuid.UUID],
    slots: Slots,
    vector: str,
    filters: Filters,
    weights: Weights,
) -> tuple[sql.Composed, dict[str, Any]]:
    """The statement and its values, but for `limit` and `offset`."""
    both: list[Slot] = [*slots.words, *slots.phrases]
    products = [both[start : start + SLOTS_PER_PRODUCT] for start in range(0, len(both), SLOTS_PER_PRODUCT)]
    values: dict[str, Any] = {
        "allowed": allowed,
        "vector": vector,
        "dense": weights.dense,
        "phrase": weights.phrase,
        "saturation": weights.saturation,
        "length": weights.length,
    }
    for place, product in enumerate(products):
        values[f"product{place}"] = sparsevec_literal(
            {term: 8**digit for digit, slot in enumerate(product) for term in slot.terms}
        )
    values |= filters.values() | bounds(lows, highs)
    return statement_for(space, len(lows) > 1, len(slots.words), len(slots.phrases), filters.given()), values


def counting(
    space: int, allowed: str, lows: Sequence[uuid.UUID], highs: Sequence[uuid.UUID], filters: Filters
) -> tuple[sql.Composed, dict[str, Any]]:
    seen = visible(space, len(lows) > 1, filters.given())
    values = {"allowed": allowed} | filters.values() | bounds(lows, highs)
    return sql.SQL("SELECT count(*) FROM {seen}").format(seen=seen), values


def bounds(lows: Sequence[uuid.UUID], highs: Sequence[uuid.UUID]) -> dict[str, Any]:
    return {"low": lows[0], "high": highs[0]} if len(lows) == 1 else {"lows": list(lows), "highs": list(highs)}


def visible(space: int, many: bool, filtered: tuple[bool, bool, bool]) -> sql.Composed:
    """FROM and WHERE of what may be seen. many: of several keys."""
    table = sql.Identifier("rag", f"space_{space}")
    conditions = [
        "s.place BETWEEN %(low)s AND %(high)s" if not many else "s.place BETWEEN r.low AND r.high",
        "(s.span <@ %(allowed)s::rag.spans OR (s.others IS NOT NULL AND %(allowed)s::rag.spans @> ANY (s.others)))",
    ]
    by = ("s.kind = ANY (%(kinds)s)", "s.language = ANY (%(languages)s)", "s.labels && %(labels)s")
    conditions += [condition for condition, wanted in zip(by, filtered, strict=True) if wanted]
    where = sql.SQL(" AND ".join(conditions))
    if not many:
        return sql.SQL("{} s WHERE {}").format(table, where)
    ranges = sql.SQL("unnest(%(lows)s::uuid[], %(highs)s::uuid[]) AS r (low, high)")
    return sql.SQL("{} CROSS JOIN LATERAL (SELECT * FROM {} s WHERE {}) AS s").format(ranges, table, where)


@cache
def statement_for(space: int, many: bool, words: int, phrases: int, filtered: tuple[bool, bool, bool]) -> sql.Composed:
    """words, phrases: how many there are of each. A phrase counts once, however often it is said."""
    slots = range(words + phrases)
    found = "".join(
        f", (-(s.terms OPERATOR(public.<#>) %(product{product})s::public.sparsevec({TERMS})))::int AS found{product}"
        for product in range(-(-len(slots) // SLOTS_PER_PRODUCT))
    )
    counts = [f"((found{at // SLOTS_PER_PRODUCT} >> {3 * (at % SLOTS_PER_PRODUCT)}) & 7)" for at in slots]
    frequencies = "".join(f", count(*) FILTER (WHERE {counts[at]} > 0) AS df{at}" for at in slots)
    rarities = "".join(
        f", ln(1::float8 + (n - df{at} + 0.5::float8) / (df{at} + 0.5::float8))"
        f" * {'(k1 + 1)' if at < words else 'phrase'} AS idf{at}"
        for at in slots
    )
    parts = [
        f"idf{at} * {counts[at]} / ({counts[at]} + damping)"
        if at < words
        else f"CASE WHEN {counts[at]} > 0 THEN idf{at} ELSE 0 END"
        for at in slots
    ]
    return sql.SQL(
        """
WITH seen AS MATERIALIZED (
    SELECT s.id, s.place, s.kind, s.words::float8 AS words,
           (-(s.embedding OPERATOR(public.<#>) %(vector)s::public.halfvec))::float8 AS dense{found}
    FROM {seen}
), counted AS (
    SELECT count(*)::float8 AS n, greatest(sum(words) / count(*), 1) AS average{frequencies} FROM seen
), weighed AS MATERIALIZED (
    SELECT n, average, k1, b{rarities}
    FROM counted, (SELECT %(saturation)s::float8 AS k1, %(length)s::float8 AS b, %(phrase)s::float8 AS phrase) AS given
)
SELECT id, place, kind, lexical + %(dense)s::float8 * coalesce(dense, 0) AS score, lexical, dense
FROM seen, weighed, LATERAL (SELECT k1 * (1 - b + b * words / average) AS damping) AS d,
     LATERAL (SELECT {lexical} AS lexical) AS l
ORDER BY score DESC, place, id LIMIT %(limit)s OFFSET %(offset)s
"""
    ).format(
        found=sql.SQL(found),
        frequencies=sql.SQL(frequencies),
        rarities=sql.SQL(rarities),
        lexical=sql.SQL(" + ".join(parts) or "0::float8"),
        seen=visible(space, many, filtered),
    )
