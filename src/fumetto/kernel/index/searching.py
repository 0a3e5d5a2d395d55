"""Searching: words and meaning ranked together, by one statement that sees nothing but the scope.

A first short statement sets the scope in the transaction, where row-level security looks for it, and learns the keys'
numbers; `ranking.py` writes the second.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.encoding import halfvec_literal
from fumetto.kernel.index.passages import Found, Hit
from fumetto.kernel.index.places import ALWAYS, NEVER, place, suffix
from fumetto.kernel.index.question import slots_of
from fumetto.kernel.index.ranking import DEFAULT_WEIGHTS, Filters, Weights, counting, ranking
from fumetto.kernel.index.scope import EVERYTHING, Scope
from fumetto.kernel.index.static import built_in

MOST_HITS = 1000  # that can be asked for at a time

PREPARE = """
WITH numbered AS (SELECT k.number, k.key, k.languages FROM rag.keys k WHERE k.key = ANY (%(keys)s)),
spans AS (
    SELECT string_agg('[' || head || low || ',' || head || high, ',') AS listed
    FROM unnest(%(span_keys)s::uuid[], %(lows)s::text[], %(highs)s::text[]) AS g (key, low, high)
    JOIN (SELECT key, lpad(to_hex(number), 16, '0') AS head FROM numbered) AS n ON n.key = g.key
)
SELECT set_config('fumetto.scope', '{' || coalesce(spans.listed, '') || '}', true), set_config('jit', 'off', true),
       (SELECT array_agg(number ORDER BY number) FROM numbered), (SELECT array_agg(key ORDER BY number) FROM numbered),
       (SELECT array_agg(DISTINCT l) FROM numbered, unnest(languages) AS l), s.number, s.model
FROM spans LEFT JOIN rag.spaces s ON s.state = 'active'
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the second statement needs. allowed: the scope as a `rag.spans`; lows, highs: for each key, the places
    between which everything lies that may be visible."""

    allowed: str
    keys: dict[int, uuid.UUID]
    lows: list[uuid.UUID]
    highs: list[uuid.UUID]
    languages: list[str]
    space: int
    model: str


async def search(
    session: ReadSession,
    scope: Scope,
    text: str,
    *,
    k: int = 10,
    kinds: Iterable[str] | None = None,
    languages: Iterable[str] | None = None,
    labels: Iterable[uuid.UUID] | None = None,
    offset: int = 0,
    weights: Weights | None = None,
) -> Found:
    """The k best passages of the scope after the first `offset`, best first; all there are if they are fewer.

    kinds, languages, labels: only passages of one of these kinds, in one of these languages, with one of these labels.
    Equal scores are in the order of the story.
    """
    if k < 1 or offset < 0:
        raise ValueError("k must be 1 or more, and offset 0 or more")
    filters = Filters.of(kinds, languages, labels)
    prepared = await prepare(session, scope)
    if prepared is None:
        return Found((), more=False)
    wanted = min(k, MOST_HITS)
    slots = slots_of(text, filters.languages or prepared.languages)
    vector = halfvec_literal(built_in().vectors([text])[0])
    statement, values = ranking(
        prepared.space,
        prepared.allowed,
        prepared.lows,
        prepared.highs,
        slots,
        vector,
        filters,
        weights or DEFAULT_WEIGHTS,
    )
    rows = await session.raw().execute(statement, values | {"limit": wanted + 1, "offset": offset})
    hits = [
        Hit(identifier, prepared.keys[at.int >> 64], kind, score, lexical, dense)
        for identifier, at, kind, score, lexical, dense in await rows.fetchall()
    ]
    return Found(tuple(hits[:wanted]), more=len(hits) > wanted)


async def count(
    session: ReadSession,
    scope: Scope,
    *,
    kinds: Iterable[str] | None = None,
    languages: Iterable[str] | None = None,
    labels: Iterable[uuid.UUID] | None = None,
) -> int:
    """How many passages the scope has."""
    filters = Filters.of(kinds, languages, labels)
    prepared = await prepare(session, scope)
    if prepared is None:
        return 0
    statement, values = counting(prepared.space, prepared.allowed, prepared.lows, prepared.highs, filters)
    rows = await session.raw().execute(statement, values)
    return int((await rows.fetchone() or (0,))[0])


async def prepare(session: ReadSession, scope: Scope) -> Prepared | None:
    """Sets the scope in the transaction, and says what it is; None when nothing can be in it."""
    keys: list[uuid.UUID] = []
    lows: list[str] = []
    highs: list[str] = []
    for key, low, high in literal_spans(scope):
        keys.append(key)
        lows.append(low)
        highs.append(high)
    values = {"keys": list(scope.keys), "span_keys": keys, "lows": lows, "highs": highs}
    row = await (await session.raw().execute(PREPARE, values)).fetchone()
    allowed, _, numbers, found, languages, space, model = row or (None,) * 7
    if not numbers or space is None:
        return None
    extents = {key: spans for key, spans in scope.allowed().items()}
    last = {
        key: NEVER if spans is EVERYTHING else max((high - 1 for _, high in spans), default=ALWAYS)
        for key, spans in extents.items()
    }
    return Prepared(
        allowed,
        dict(zip(numbers, found, strict=True)),
        [place(number, ALWAYS) for number in numbers],
        [place(number, last[key]) for number, key in zip(numbers, found, strict=True)],
        languages or [],
        space,
        model,
    )


def literal_spans(scope: Scope) -> Iterator[tuple[uuid.UUID, str, str]]:
    """Each key's spans, as what its number is put before, with their closing brackets."""
    for key, allowed in scope.allowed().items():
        if allowed is EVERYTHING:
            yield key, suffix(ALWAYS), suffix(NEVER) + "]"
        else:
            for low, high in ((ALWAYS, ALWAYS + 1), *allowed):
                yield key, suffix(low), suffix(high) + ")"
