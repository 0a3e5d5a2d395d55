"""Blocks: what a large library's passages add up to, stretch by stretch, so that not every one is looked at each time.

A block is a stretch of a key with up to SIZE passages: how many they are, how long in all, and in which of them each
term is. Only a scope that has all of a block may look at it, which row-level security sees to; what a scope has in part
is looked at passage by passage. A block is forgotten by the transaction that touches a passage in its stretch (a
trigger does it), and made anew by `make_blocks`, so that blocks always say what is there, or nothing.

Terms of `rag.space_<number>_terms`: a word is a row for each block that has it, with an entry of 32 bits for each
passage: the passage's place in the block (12 bits), how often the word is there (3), and the passage's length in words
(16). What is to be known of a block itself is in the row of the term 0, so that a search reads one table: ABOUT has it.
Phrases, most of which are said once, are not kept: they are judged by the passages that words lead to.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.errors import LockNotAvailable

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index.analysis import WORDS
from fumetto.kernel.index.parameters import BYTEA, INT, array_of, taking_binary
from fumetto.kernel.index.places import ALWAYS, place
from fumetto.kernel.index.spaces import SET_SCOPE, UNIVERSE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

SIZE = 500  # passages of a block, whose ids then fit into its row
MOST = 4096  # that an entry can tell apart
LONGEST = 0xFFFF  # words of a passage that an entry can tell
LOOSE = 64  # passages of a key outside its blocks, from which on its blocks are made anew
TOGETHER = 16_000  # passages whose blocks are made in one transaction, a second or two
LIBRARY = 10_000  # passages, below which a search looks at every one

KEYS = "SELECT number FROM rag.keys ORDER BY number"
PENDING = """
SELECT (SELECT count(*) FROM rag.{space} s WHERE s.place >= r.low AND s.place < r.high),
       (SELECT coalesce(sum(b.passages), 0) FROM rag.{blocks} b WHERE b.low >= r.low AND b.low < r.high)
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS r (low, high, at) ORDER BY at
"""
LOCK = "LOCK TABLE rag.{space} IN SHARE MODE"
PATIENCE = "SET LOCAL lock_timeout = '3s'"
CLEAR = "DELETE FROM rag.{blocks} WHERE low >= %s AND low < %s"
READ = """
SELECT uuid_send(id), uuid_send(place), words, terms,
       uuid_send(lower(hull)), uuid_send(upper(hull)), upper_inc(hull)
FROM rag.{space}, LATERAL (
    SELECT coalesce(span, (SELECT range_merge(range_agg(range_merge(o))) FROM unnest(others) AS o)) AS hull
) AS h WHERE place >= %s AND place < %s ORDER BY place, id
"""
KEEP = """
INSERT INTO rag.{blocks} (low, high, span, passages, words, members) VALUES (%s, %s, %s::rag.span, %s, %s, %s)
RETURNING block
"""
KEEP_TERMS = """
INSERT INTO rag.{terms} (term, block, passages, found)
SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::bytea[])
"""
SWEEP = "DELETE FROM rag.{terms} t WHERE NOT EXISTS (SELECT FROM rag.{blocks} b WHERE b.block = t.block)"
ABOUT = [("low", "S16"), ("high", "S16"), ("first", "S16"), ("end", "S17"), ("words", ">i8")]
"""The stretch of a block, the span it takes to know it (its end with 1 where it is closed, else 0), and its words."""
UNPLACED = b"\xff" * 8


@dataclass(frozen=True, slots=True)
class Known:
    """A passage as it is read for its block. span: the stretch that holds everything it takes to know it."""

    id: bytes
    place: bytes
    words: int
    terms: bytes
    low: bytes
    high: bytes
    closed: bool


@dataclass(frozen=True, slots=True)
class Hull:
    """A `rag.span`, its ends as bytes."""

    low: bytes
    high: bytes
    closed: bool

    def text(self) -> str:
        return f"[{self.low.hex()},{self.high.hex()}{']' if self.closed else ')'}"


def named(statement: str, space: int) -> sql.Composed:
    return sql.SQL(statement).format(
        space=sql.Identifier(f"space_{space}"),
        blocks=sql.Identifier(f"space_{space}_blocks"),
        terms=sql.Identifier(f"space_{space}_terms"),
    )


def stretch(number: int) -> tuple[uuid.UUID, uuid.UUID]:
    """Where a key's places begin, and where the next one's do."""
    return place(number, ALWAYS), place(number + 1, ALWAYS)


async def make_blocks(database: Database, *, library: int = LIBRARY, loose: int = LOOSE) -> int:
    """Makes the blocks that the searched space lacks, key by key, each in a transaction that writers wait for; none
    for fewer than `library` passages. How many keys were looked at. Doing it again does nothing.

    loose: how many passages outside blocks a key may have before its blocks are made anew."""
    async with database.write(EVERY_READER) as session:
        space = await large_space(session, library)
        if space is None:
            return 0
        await session.raw().execute("SELECT rag.make_blocks(%s)", [space])
        await session.raw().execute("UPDATE rag.spaces SET approximate = true WHERE number = %s", [space])
    async with seeing_all(database) as session:
        numbers = [number for (number,) in await (await session.raw().execute(KEYS)).fetchall()]
        lows, highs = zip(*map(stretch, numbers), strict=True) if numbers else ((), ())
        counts = await session.raw().execute(named(PENDING, space), [list(lows), list(highs)])
        lacking = [
            (number, there)
            for number, (there, known) in zip(numbers, await counts.fetchall(), strict=True)
            if there - known >= loose
        ]
    for group in groups(lacking):
        try:
            async with seeing_all(database) as session:
                await make_blocks_of(session, space, group)
        except LockNotAvailable:  # somebody writes for long, and others would have to wait behind us
            break
    if lacking:
        async with seeing_all(database) as session:
            await session.raw().execute(named(SWEEP, space))
            await session.raw().execute("SELECT set_config('fumetto.scope', '', true)")
    return len(lacking)


async def large_space(session: ReadSession, library: int) -> int | None:
    """The space that is searched, if it is as large as that."""
    found = await (await session.raw().execute("SELECT number FROM rag.spaces WHERE state = 'active'")).fetchone()
    if found is None:
        return None
    await session.raw().execute(SET_SCOPE, [UNIVERSE])
    bounded = "SELECT count(*) FROM (SELECT FROM rag.{space} LIMIT %s) AS s"
    there = await (await session.raw().execute(named(bounded, found[0]), [library])).fetchone()
    return int(found[0]) if there and there[0] >= library else None


@contextlib.asynccontextmanager
async def seeing_all(database: Database) -> AsyncIterator[WriteSession]:
    async with database.write(EVERY_READER) as session:
        await session.raw().execute(SET_SCOPE, [UNIVERSE])
        yield session


def groups(lacking: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Keys with about TOGETHER passages, by number. What is written together lies together, term by term, and is read
    so: a search looks for a term in very many blocks."""
    group: list[int] = []
    passages = 0
    for number, there in lacking:
        group.append(number)
        passages += there
        if passages >= TOGETHER:
            yield group
            group, passages = [], 0
    if group:
        yield group


async def make_blocks_of(session: WriteSession, space: int, numbers: Iterable[int]) -> None:
    """Makes the blocks of some keys anew. Nobody writes to the space meanwhile."""
    connection = session.raw()
    taking_binary(connection)
    await connection.execute(PATIENCE)
    await connection.execute(named(LOCK, space))
    told: list[tuple[int, int, int, bytes]] = []
    for number in numbers:
        first, end = stretch(number)
        await connection.execute(named(CLEAR, space), [first, end])
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(named(READ, space), [first, end])
            rows = [Known(*row) for row in await cursor.fetchall()]
        blocks = list(cut(rows))
        low = first
        for at, members in enumerate(blocks):
            if at + 1 < len(blocks):
                high = uuid.UUID(bytes=blocks[at + 1][0].place)
            else:
                high = end if members[-1] is rows[-1] else after(members[-1].place)
            span, words = hull(members), sum(row.words for row in members)
            kept = [low, high, span.text(), len(members), words, b"".join(row.id for row in members)]
            ((block,),) = await (await connection.execute(named(KEEP, space), kept)).fetchall()
            about = low.bytes + high.bytes + span.low + span.high + bytes([span.closed]) + words.to_bytes(8, "big")
            told += [(0, block, len(members), about)]
            told += [(term, block, len(found) // 4, found) for term, found in entries(members)]
            low = high
    told.sort(key=itemgetter(0, 1))
    columns = [
        array_of(INT, [term.to_bytes(4, "big") for term, *_ in told]),
        array_of(INT, [block.to_bytes(4, "big") for _, block, *_ in told]),
        array_of(INT, [passages.to_bytes(4, "big") for *_, passages, _ in told]),
        array_of(BYTEA, [found for *_, found in told]),
    ]
    await connection.execute(named(KEEP_TERMS, space), columns)


def cut(rows: Sequence[Known]) -> Iterator[Sequence[Known]]:
    """Blocks of SIZE at most, of about one size; all that lies at one place is in one block, and what has no place is
    apart, since few scopes have it. What does not fit is in none."""
    placed = next((at for at, row in enumerate(rows) if row.place.endswith(UNPLACED)), len(rows))
    start = 0
    while start < len(rows):
        limit = placed if start < placed else len(rows)
        left = limit - start
        end = start + -(-left // -(-left // SIZE))
        while end < len(rows) and rows[end].place == rows[end - 1].place:
            end += 1
        if end - start <= MOST:
            yield rows[start:end]
        else:
            return
        start = end


def after(last: bytes) -> uuid.UUID:
    return uuid.UUID(int=int.from_bytes(last, "big") + 1)


def hull(rows: Iterable[Known]) -> Hull:
    """The stretch that holds everything it takes to know all of them."""
    rows = list(rows)
    high, closed = max((row.high, row.closed) for row in rows)
    return Hull(min(row.low for row in rows), high, closed)


def entries(rows: Sequence[Known]) -> Iterator[tuple[int, bytes]]:
    """The words of a block, each with its entries."""
    import numpy as np

    numbers, counts, sizes = [], [], []
    for row in rows:
        size = int.from_bytes(row.terms[4:8], "big")
        found = np.frombuffer(row.terms, ">i4", size, 12)
        words = int(np.searchsorted(found, WORDS))  # phrases come after them
        numbers.append(found[:words])
        counts.append(np.frombuffer(row.terms, ">f4", words, 12 + 4 * size))
        sizes.append(words)
    terms = np.concatenate(numbers).astype(np.int64) + 1
    places = np.repeat(np.arange(len(rows)), sizes)
    lengths = np.minimum([row.words for row in rows], LONGEST)[places]
    told = (places << 19) | (np.concatenate(counts).astype(np.int64) << 16) | lengths
    order = np.argsort(terms, kind="stable")
    terms, raw = terms[order], told[order].astype("<i4").tobytes()
    starts = np.flatnonzero(np.diff(terms, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(terms)], strict=bool(starts)):
        yield int(terms[start]), raw[4 * start : 4 * end]
