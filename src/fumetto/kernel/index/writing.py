"""Putting passages into the index, moving them and taking them out, all in the caller's transaction.

Its session must have been begun for EVERY_READER: the database lets nobody else write here.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence

from psycopg import sql

from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.index.analysis import HIGHEST_COUNT, MOST_TERMS, terms_of
from fumetto.kernel.index.passages import Passage
from fumetto.kernel.index.places import ALWAYS, NEVER, Span, merged, place, span_literal, spans_literal
from fumetto.kernel.index.spaces import LiveSpace, live_spaces
from fumetto.kernel.index.static import built_in
from fumetto.kernel.index.vectors import halfvec_literal, sparsevec_literal

UNIVERSE = "{(,)}"
OPEN = "SELECT set_config('fumetto.scope', %s, true)"

KEYS = """
INSERT INTO rag.keys AS k (key, languages)
SELECT key, array_agg(DISTINCT language ORDER BY language)
FROM unnest(%s::uuid[], %s::text[]) AS given (key, language) GROUP BY key ORDER BY key
ON CONFLICT (key) DO UPDATE
SET languages = (SELECT array_agg(DISTINCT l ORDER BY l) FROM unnest(k.languages || excluded.languages) l)
WHERE NOT k.languages @> excluded.languages
"""
NUMBERS = "SELECT key, number FROM rag.keys WHERE key = ANY (%s)"

PUT = """
INSERT INTO rag.{space} (id, place, span, others, kind, language, labels, words, terms, embedding)
SELECT id, place, span::rag.span, others::rag.spans[], kind, language, labels::uuid[], words,
       terms::public.sparsevec, embedding::public.halfvec
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[],
            %s::text[]) AS given (id, place, span, others, kind, language, labels, words, terms, embedding)
ORDER BY id
ON CONFLICT (id) DO UPDATE
SET place = excluded.place, span = excluded.span, others = excluded.others, kind = excluded.kind,
    language = excluded.language, labels = excluded.labels, words = excluded.words, terms = excluded.terms,
    embedding = excluded.embedding
"""
BATCH = 500


async def put(session: WriteSession, passages: Iterable[Passage]) -> None:
    """Index passages; one with the id of another replaces it."""
    given = list({passage.id: passage for passage in passages}.values())
    if not given:
        return
    numbers = await numbered(session, given)
    spaces = await live_spaces(session)
    async with writing(session):
        for start in range(0, len(given), BATCH):
            await put_batch(session, given[start : start + BATCH], numbers, spaces)


async def put_batch(
    session: WriteSession, passages: Sequence[Passage], numbers: dict[uuid.UUID, int], spaces: Sequence[LiveSpace]
) -> None:
    columns = [list(column) for column in zip(*(row_of(p, numbers[p.key]) for p in passages), strict=True)]
    for space in spaces:
        vectors: list[str | None] = [None] * len(passages)
        if space.model == built_in().name:
            vectors = [halfvec_literal(vector) for vector in built_in().vectors([p.text for p in passages])]
        statement = sql.SQL(PUT).format(space=sql.Identifier(space.table))
        await session.raw().execute(statement, [*columns, vectors])


def row_of(passage: Passage, number: int) -> tuple[object, ...]:
    """Everything but the vector, in the order of PUT's columns."""
    counts, words = terms_of(passage.text, passage.language)
    terms = {term: min(count, HIGHEST_COUNT) for term, count in counts.most_common(MOST_TERMS)}
    at, span, others = sources_of(passage.sources, number)
    labels = "{" + ",".join(map(str, passage.labels)) + "}" if passage.labels else None
    return (
        passage.id, at, span, others, passage.kind, passage.language, labels, words, sparsevec_literal(terms)
    )  # fmt: skip


def sources_of(sources: Iterable[Iterable[tuple[int, int]]], number: int) -> tuple[uuid.UUID, str | None, str | None]:
    """The place to scan by (the last that the nearest alternative needs), and either one span or all alternatives.

    Raises ValueError for an alternative whose spans hold no position: what it needs would be nothing.
    """
    alternatives = [wanted(spans) for spans in sources]
    if not alternatives:
        last = place(number, NEVER)
        return last, f"[{last},{last}]", None
    at = place(number, min(spans[-1][1] for spans in alternatives) - 1)
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return at, span_literal(number, alternatives[0][0]), None
    listed = ",".join(f'"{spans_literal(number, spans)}"' for spans in alternatives)
    return at, None, "{" + listed + "}"


def wanted(alternative: Iterable[Span]) -> tuple[Span, ...]:
    given = tuple(alternative)
    if not given:
        return ((ALWAYS, ALWAYS + 1),)
    spans = merged(given)
    if not spans:
        raise ValueError("a passage cannot come from spans that hold no position")
    return spans


@contextlib.asynccontextmanager
async def writing(session: WriteSession) -> AsyncIterator[None]:
    """Lets the database show every passage, as it must before it changes any."""
    await session.raw().execute(OPEN, [UNIVERSE])
    yield
    await session.raw().execute(OPEN, [""])


async def numbered(session: WriteSession, passages: Iterable[Passage]) -> dict[uuid.UUID, int]:
    """The numbers of the passages' keys, given where they have none yet."""
    pairs = sorted({(passage.key, passage.language or "") for passage in passages})
    await session.raw().execute(KEYS, [[key for key, _ in pairs], [language for _, language in pairs]])
    rows = await session.raw().execute(NUMBERS, [sorted({key for key, _ in pairs})])
    return dict(await rows.fetchall())


async def remove(session: WriteSession, ids: Iterable[uuid.UUID]) -> None:
    """Forget passages; ids that are not in the index are no matter."""
    gone = sorted(set(ids))
    async with writing(session):
        for space in await live_spaces(session):
            statement = sql.SQL("DELETE FROM rag.{} WHERE id = ANY (%s)").format(sql.Identifier(space.table))
            await session.raw().execute(statement, [gone])


async def remove_key(session: WriteSession, key: uuid.UUID) -> None:
    """Forget everything of a key."""
    rows = await session.raw().execute("DELETE FROM rag.keys WHERE key = %s RETURNING number", [key])
    if (found := await rows.fetchone()) is None:
        return
    async with writing(session):
        for space in await live_spaces(session):
            statement = sql.SQL("DELETE FROM rag.{} WHERE place >= %s AND place <= %s").format(
                sql.Identifier(space.table)
            )
            await session.raw().execute(statement, [place(found[0], ALWAYS), place(found[0], NEVER)])
