"""Putting passages into the index, moving them and taking them out, all in the caller's transaction.

Its session must have been begun for EVERY_READER: the database lets nobody else write here.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.index import cached
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.encoding import HEADER, TRAILER, Row, as_binary, as_values, row_of
from fumetto.kernel.index.passages import Passage
from fumetto.kernel.index.places import ALWAYS, NEVER, place
from fumetto.kernel.index.spaces import SET_SCOPE, UNIVERSE, LiveSpace, live_spaces

if TYPE_CHECKING:
    from fumetto.kernel.index.encoding import Vectors

MISSING_KEYS = """
SELECT g.key, g.languages FROM (
    SELECT key, array_agg(DISTINCT language ORDER BY language) AS languages
    FROM unnest(%s::uuid[], %s::text[]) AS given (key, language) GROUP BY key
) AS g LEFT JOIN rag.keys k ON k.key = g.key WHERE k.key IS NULL OR NOT k.languages @> g.languages::varchar[]
ORDER BY g.key
"""
KEEP_KEY = """
INSERT INTO rag.keys AS k (key, languages) VALUES (%s, %s)
ON CONFLICT (key) DO UPDATE
SET languages = (SELECT array_agg(DISTINCT l ORDER BY l) FROM unnest(k.languages || excluded.languages) AS l)
"""
NUMBERS = "SELECT key, number FROM rag.keys WHERE key = ANY (%s)"

COLUMNS = "id, place, span, others, kind, language, labels, words, terms, embedding"
REPLACE = """
ON CONFLICT (id) DO UPDATE
SET place = excluded.place, span = excluded.span, others = excluded.others, kind = excluded.kind,
    language = excluded.language, labels = excluded.labels, words = excluded.words, terms = excluded.terms,
    embedding = excluded.embedding
"""
PUT_ONE = f"""
INSERT INTO rag.{{space}} ({COLUMNS})
VALUES (%s, %s, %s::rag.span, %s::rag.spans[], %s, %s, %s::uuid[], %s, %s::public.sparsevec, %s::public.halfvec)
{REPLACE}
"""  # noqa: S608 - of constants
STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS index_incoming (
    id uuid, place uuid, span rag.span, others text, kind text, language text, labels uuid[], words int,
    terms public.sparsevec, embedding public.halfvec
) ON COMMIT DROP
"""
COPY = "COPY pg_temp.index_incoming FROM STDIN (FORMAT binary)"
TAKE_IN = f"""
INSERT INTO rag.{{space}} ({COLUMNS})
SELECT id, place, span, others::rag.spans[], kind, language, labels, words, terms, embedding
FROM pg_temp.index_incoming ORDER BY place, id
{REPLACE}
"""  # noqa: S608 - of constants
CLEAR = "TRUNCATE pg_temp.index_incoming"
FEW = 100  # passages, up to which making a temporary table takes longer than doing without
BATCH = 2000  # passages that are made ready at a time


async def put(session: WriteSession, passages: Iterable[Passage]) -> None:
    """Index passages; one with the id of another replaces it.

    A space of the built-in model gets vectors at once, and of others where they were made before; what is left waits
    for the job that makes vectors, and is found by its words until then.
    """
    given = list({passage.id: passage for passage in passages}.values())
    if not given:
        return
    numbers = await numbered(session, given)
    spaces = await live_spaces(session)
    async with writing(session):
        for start in range(0, len(given), BATCH):
            batch = given[start : start + BATCH]
            rows = [row_of(passage, numbers[passage.key]) for passage in batch]
            for space in spaces:
                await put_rows(session, space, rows, await vectors_at_hand(session, space, [p.text for p in batch]))


async def vectors_at_hand(session: WriteSession, space: LiveSpace, texts: Sequence[str]) -> list[Vectors | None]:
    """The vectors of texts that can be had without waiting for anybody."""
    if space.model == built_in().name:
        return list(built_in().vectors(texts))
    digests = [cached.digest(text) for text in texts]
    known = await cached.known(session, cached.kept_as(space.model, space.sample), digests)
    return [known.get(digest) for digest in digests]


async def put_rows(
    session: WriteSession, space: LiveSpace, rows: Sequence[Row], vectors: Sequence[Vectors | None]
) -> None:
    """vectors: as many as rows, None for those that are to be made later."""
    table = sql.Identifier(space.table)
    connection = session.raw()
    if len(rows) <= FEW:
        # Everybody writes in the same order: two who write the same rows then never wait for each other in a circle.
        ordered = sorted(range(len(rows)), key=lambda at: (rows[at].place, rows[at].id))
        values = [as_values(rows[at], vectors[at]) for at in ordered]
        async with connection.cursor() as cursor:
            await cursor.executemany(sql.SQL(PUT_ONE).format(space=table), values)
        return
    await connection.execute(STAGE)
    async with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        await copy.write(HEADER)
        await copy.write(b"".join(as_binary(rows, vectors)))
        await copy.write(TRAILER)
    await connection.execute(sql.SQL(TAKE_IN).format(space=table))
    await connection.execute(CLEAR)


@contextlib.asynccontextmanager
async def writing(session: WriteSession) -> AsyncIterator[None]:
    """Lets the database show every passage, as it must before it changes any."""
    await session.raw().execute(SET_SCOPE, [UNIVERSE])
    yield
    await session.raw().execute(SET_SCOPE, [""])


async def numbered(session: WriteSession, passages: Iterable[Passage]) -> dict[uuid.UUID, int]:
    """The numbers of the passages' keys, given where they have none yet."""
    return await numbers_of(session, {(passage.key, passage.language or "") for passage in passages})


async def numbers_of(session: WriteSession, spoken: Collection[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, int]:
    """The numbers of keys in which there are passages in these languages, given where they have none yet."""
    pairs = sorted(spoken)
    columns = [[key for key, _ in pairs], [language for _, language in pairs]]
    missing = await session.raw().execute(MISSING_KEYS, columns)
    for row in await missing.fetchall():
        await session.raw().execute(KEEP_KEY, row)
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
            statement = sql.SQL("DELETE FROM rag.{} WHERE place BETWEEN %s AND %s").format(sql.Identifier(space.table))
            await session.raw().execute(statement, [place(found[0], ALWAYS), place(found[0], NEVER)])
