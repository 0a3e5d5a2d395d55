"""Putting passages into the index, moving them and taking them out, all in the caller's transaction.

Its session must have been begun for EVERY_READER: the database lets nobody else write here.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, LiteralString, Self
from weakref import WeakKeyDictionary

from psycopg import AsyncRawCursor, sql

from fumetto.kernel.db.pools import Connection
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.index import cached
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.cutting import cut_up
from fumetto.kernel.index.encoding import Types, columns, halfvecs, whereabouts
from fumetto.kernel.index.parameters import Binary, taking_binary
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
PUT = f"""
INSERT INTO rag.{{space}} ({COLUMNS})
SELECT id, place, span, others::rag.spans[], kind, language, labels::uuid[], words, terms, embedding
FROM unnest(
    $1::uuid[], $2::uuid[], $3::rag.span[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
    $9::public.sparsevec[], $10::public.halfvec[]
) AS given ({COLUMNS}) ORDER BY place, id
ON CONFLICT (id) DO UPDATE
SET place = excluded.place, span = excluded.span, others = excluded.others, kind = excluded.kind,
    language = excluded.language, labels = excluded.labels, words = excluded.words, terms = excluded.terms,
    embedding = excluded.embedding
"""  # noqa: S608 - of constants
TYPES = "SELECT type::regtype::oid::bigint FROM unnest(ARRAY['rag.span', 'public.sparsevec', 'public.halfvec']) AS type"
BATCH = 256  # passages that are sent at a time, while the next are made ready


_types: WeakKeyDictionary[Connection, Types] = WeakKeyDictionary()


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
    types = await types_of(session)
    async with writing(session), Sending(session.raw()) as sending:
        for start in range(0, len(given), BATCH):
            batch = given[start : start + BATCH]
            at = [whereabouts(passage.sources, numbers[passage.key]) for passage in batch]
            cut = cut_up([passage.text for passage in batch], [passage.language for passage in batch])
            told = columns(batch, at, cut, types)
            await asyncio.sleep(0)
            for space in spaces:
                vectors = await vectors_at_hand(session, space, [passage.text for passage in batch])
                await sending.send(space, [*told, halfvecs(vectors, types.vector)])


class Sending:
    """Sends batches one after another, and lets the next be made ready while the database takes in the last."""

    def __init__(self, connection: Connection) -> None:
        taking_binary(connection)
        self.connection = connection
        self.under_way: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.under_way is not None:
            await self.under_way

    async def send(self, space: LiveSpace, values: Sequence[Binary]) -> None:
        if self.under_way is not None:
            await self.under_way
        statement = sql.SQL(PUT).format(space=sql.Identifier(space.table)).as_string(None).encode()
        cursor = AsyncRawCursor(self.connection)
        self.under_way = asyncio.create_task(cursor.execute(statement, values, prepare=True))
        await asyncio.sleep(0)


async def types_of(session: WriteSession) -> Types:
    connection = session.raw()
    if connection not in _types:
        rows = await connection.execute(TYPES)
        _types[connection] = Types(*[number for (number,) in await rows.fetchall()])
    return _types[connection]


async def vectors_at_hand(
    session: WriteSession, space: LiveSpace, texts: Sequence[str]
) -> Sequence[Vectors | None] | Vectors:
    """The vectors of texts that can be had without waiting for anybody."""
    if space.model == built_in().name:
        return built_in().vectors(texts)
    digests = [cached.digest(text) for text in texts]
    known = await cached.known(session, cached.kept_as(space.model, space.sample), digests)
    return [known.get(digest) for digest in digests]


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
            await session.raw().execute(removal(space, "id = ANY (%s)"), [gone])


async def remove_key(session: WriteSession, key: uuid.UUID) -> None:
    """Forget everything of a key."""
    rows = await session.raw().execute("DELETE FROM rag.keys WHERE key = %s RETURNING number", [key])
    if (found := await rows.fetchone()) is None:
        return
    async with writing(session):
        for space in await live_spaces(session):
            places = [place(found[0], ALWAYS), place(found[0], NEVER)]
            await session.raw().execute(removal(space, "place BETWEEN %s AND %s"), places)


def removal(space: LiveSpace, which: LiteralString) -> sql.Composed:
    """Deletes passages of a space. Whoever writes to it holds its rows in the order of places, so that those who meet
    there wait for one another, and never each for the other."""
    return sql.SQL(
        """
        WITH held AS MATERIALIZED (SELECT id FROM {space} WHERE {which} ORDER BY place, id FOR UPDATE)
        DELETE FROM {space} s USING held WHERE s.id = held.id
        """
    ).format(space=sql.Identifier("rag", space.table), which=sql.SQL(which))
