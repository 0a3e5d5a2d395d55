"""Blocks: what a large library's passages say, stretch by stretch, so that not every one is looked at each time.

A block is a stretch of places with up to SIZE passages of one key or of many, counted from 0 in the order of the story.
For each of its words it has a row of bits with a 1 for each passage that has the word; one more for those that have it
twice, and one for those that have it three times. How much of a block a scope has makes no difference: PostgreSQL lays
what the scope has over the bits before it hands them out, in functions of its own, since the application may not read
them (`structure.sql`). A block is forgotten by the transaction that touches a passage in its stretch (a trigger does
it), and made anew by `make_blocks`, so that blocks always say what is there, or nothing.

*Parts* are the passages of one key in a block, PART at most: their positions and their lengths. Only what
takes a single position to know is in them; what takes more, and whatever lies at the same place, is *apart*: it is
looked at passage by passage. Phrases, most of which are said once, are not kept: they are judged by the passages that
words lead to.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.errors import LockNotAvailable

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index.analysis import WORDS
from fumetto.kernel.index.parameters import INT, SMALLINT, VARBIT, Binary, array_of, taking_binary
from fumetto.kernel.index.places import HALF
from fumetto.kernel.index.spaces import SET_SCOPE, UNIVERSE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

BITS = 16_384  # of a row; the database's functions have it too
SIZE = BITS  # passages of a block
PART = 1_024  # passages of a part, whose positions then fit into its row
MEMBERS = 256  # ids of a row, for the same reason
FARTHEST = 2**31 - 1  # from a part's first position to its last
LONGEST = 0xFFFF  # words of a passage that a block can tell
OFTEN = 3  # times that a word is in a passage, above which blocks do not count
LOOSE = 64  # passages outside of blocks between two of them, from which on they are put into blocks
SMALL = SIZE // 2  # passages, below which a block is made anew together with what follows it
TOGETHER = 2_000  # words whose bits are written at a time
LIBRARY = 10_000  # passages, below which a search looks at every one
FIRST, END = uuid.UUID(int=0), uuid.UUID(int=(1 << 128) - 1)

KNOWN = "SELECT low, high, passages FROM rag.{blocks} WHERE ready ORDER BY low"
OUTSIDE = """
SELECT (SELECT count(*) FROM rag.{space} s WHERE s.place >= r.low AND s.place < r.high)
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS r (low, high, at) ORDER BY at
"""
LOCK = "LOCK TABLE rag.{space} IN SHARE MODE"
PATIENCE = "SET LOCAL lock_timeout = '3s'"
CLEAR = "DELETE FROM rag.{blocks} WHERE low >= %s AND low < %s"
PLACES = "SELECT place FROM rag.{space} WHERE place >= %s AND place < %s ORDER BY place LIMIT %s"
BEGIN = "INSERT INTO rag.{blocks} (low, high) VALUES (%s, %s) RETURNING block"
READ = """
SELECT uuid_send(id), uuid_send(place), words, terms, coalesce(lower(span) = place, false)
FROM rag.{space} WHERE place >= %s AND place < %s ORDER BY place, id
"""
FINISH = "UPDATE rag.{blocks} SET passages = %s, apart = %s, ready = true WHERE block = %s"
KEEP_PART = """
INSERT INTO rag.{parts} (block, at, number, size, base, first, last, every, positions, offsets, words)
VALUES (%s, %s, %s, %s, %s, %s, %s, repeat('1', %s)::varbit, %s::int[], %s, %s)
"""
KEEP_MEMBERS = "INSERT INTO rag.{members} (block, at, ids) VALUES (%s, %s, %s)"
KEEP_TERMS = """
INSERT INTO rag.{terms} (term, times, block, bits)
SELECT t.term, t.times, %s::int, t.bits FROM unnest(%s::int[], %s::smallint[], %s::varbit[]) AS t (term, times, bits)
"""
SWEEP = "SELECT rag.{swept}()"


@dataclass(frozen=True, slots=True)
class Known:
    """A passage as it is read for its block. single: whether its place is all that it takes to know it."""

    id: bytes
    place: bytes
    words: int
    terms: bytes
    single: bool


def named(statement: str, space: int) -> sql.Composed:
    return sql.SQL(statement).format(
        space=sql.Identifier(f"space_{space}"),
        blocks=sql.Identifier(f"space_{space}_blocks"),
        parts=sql.Identifier(f"space_{space}_parts"),
        members=sql.Identifier(f"space_{space}_members"),
        terms=sql.Identifier(f"space_{space}_terms"),
        swept=sql.Identifier(f"space_{space}_swept"),
    )


async def make_blocks(database: Database, *, library: int = LIBRARY, loose: int = LOOSE) -> int:
    """Makes the blocks that the searched space lacks; none for fewer than `library` passages. How many were made. Doing
    it again does nothing. Nobody waits for it: a block is begun in one transaction and finished in another, and who
    touches a passage in between forgets it.

    loose: how many passages there may be outside of blocks, between two of them."""
    async with database.write(EVERY_READER) as session:
        space = await large_space(session, library)
        if space is None:
            return 0
        await session.raw().execute("SELECT rag.make_blocks(%s)", [space])
        await session.raw().execute("UPDATE rag.spaces SET approximate = true WHERE number = %s", [space])
    async with seeing_all(database) as session:
        known = await (await session.raw().execute(named(KNOWN, space))).fetchall()
        lows, highs = zip(*gaps(known), strict=True)
        counts = await (await session.raw().execute(named(OUTSIDE, space), [list(lows), list(highs)])).fetchall()
    made = 0
    small = {high: low for low, high, passages in known if passages < SMALL}
    for low, high, (there,) in zip(lows, highs, counts, strict=True):
        start: uuid.UUID | None = small.get(low, low) if there >= loose else None
        while start is not None:
            try:
                async with seeing_all(database) as session:
                    begun, start = await begin_block(session, space, start, high)
            except LockNotAvailable:  # somebody writes for long, and others would have to wait behind us
                return made
            if begun is not None:
                async with seeing_all(database) as session:
                    made += await finish_block(session, space, begun)
    if made:
        async with seeing_all(database) as session:
            await session.raw().execute(named(SWEEP, space))
    return made


def gaps(known: Iterable[tuple[uuid.UUID, uuid.UUID, int]]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """From where to where there is no block."""
    ends = [FIRST, *(end for low, high, _ in known for end in (low, high)), END]
    return list(zip(ends[::2], ends[1::2], strict=True))


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


@dataclass(frozen=True, slots=True)
class Begun:
    """A block that is not ready: from where to before where it goes."""

    number: int
    low: uuid.UUID
    high: uuid.UUID


async def begin_block(
    session: WriteSession, space: int, start: uuid.UUID, end: uuid.UUID
) -> tuple[Begun | None, uuid.UUID | None]:
    """Begins the first block of what lies from one place to before another, if there is anything, and says where to go
    on, if there is more. Waits for those who write now; those who write later forget the block where they touch it."""
    connection = session.raw()
    await connection.execute(PATIENCE)
    await connection.execute(named(LOCK, space))
    found = await connection.execute(named(PLACES, space), [start, end, SIZE + 1])
    places = [place for (place,) in await found.fetchall()]
    if not places:
        return None, None
    following = places[-1] if len(places) > SIZE else None
    if following == places[0]:  # what lies at one place is in one block, and this does not fit
        return None, after(following)
    high = following or after(places[-1])
    await connection.execute(named(CLEAR, space), [start, high])
    ((block,),) = await (await connection.execute(named(BEGIN, space), [start, high])).fetchall()
    return Begun(block, start, high), following


async def finish_block(session: WriteSession, space: int, begun: Begun) -> bool:
    """Writes down what a block has. Returns whether nobody has touched it meanwhile; else nothing of it is left but
    what the next run sweeps."""
    connection = session.raw()
    taking_binary(connection)
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(named(READ, space), [begun.low, begun.high])
        rows = [Known(*row) for row in await cursor.fetchall()]
    members, apart = parted(rows)
    async with connection.cursor() as cursor:
        await cursor.executemany(named(KEEP_PART, space), [[begun.number, *part] for part in parts_of(members)])
        ids = [
            [begun.number, at, b"".join(row.id for row in members[at : at + MEMBERS])]
            for at in range(0, len(members), MEMBERS)
        ]
        await cursor.executemany(named(KEEP_MEMBERS, space), ids)
    for columns in bits_of(members):
        await connection.execute(named(KEEP_TERMS, space), [begun.number, *columns])
    about = [len(members), b"".join(row.id for row in apart), begun.number]
    return (await connection.execute(named(FINISH, space), about)).rowcount == 1


def after(last: uuid.UUID) -> uuid.UUID:
    return uuid.UUID(int=last.int + 1)


def parted(rows: Sequence[Known]) -> tuple[list[Known], list[Known]]:
    """Those of which their places are all that it takes to know them, and the others with what lies beside them."""
    shared = {row.place for row in rows if not row.single}
    return [row for row in rows if row.place not in shared], [row for row in rows if row.place in shared]


def parts_of(rows: Sequence[Known]) -> Iterator[tuple[object, ...]]:
    """The parts of a block, as KEEP_PART takes them after the block's number."""
    import numpy as np

    at = 0
    for number, group in groupby(rows, lambda row: int.from_bytes(row.place[:8], "big")):
        members = list(group)
        positions = [int.from_bytes(row.place[8:], "big") - HALF for row in members]
        starts = [0]
        for place, position in enumerate(positions):
            if place - starts[-1] >= PART or position - positions[starts[-1]] > FARTHEST:
                starts.append(place)
        for start, end in pairwise([*starts, len(members)]):
            base, size = positions[start], end - start
            offsets = np.array([position - base for position in positions[start:end]], np.int64)
            words = np.array([min(row.words, LONGEST) for row in members[start:end]], ">u2").tobytes()
            told = offsets.tolist(), offsets.astype(">i4").tobytes(), words
            yield at, number, size, base, base, positions[end - 1], size, *told
            at += size


def bits_of(rows: Sequence[Known]) -> Iterator[tuple[Binary, Binary, Binary]]:
    """The words of a block, TOGETHER at a time: their terms, how often passages have them at least, and the bits."""
    import numpy as np

    numbers, counts, sizes = [], [], []
    for row in rows:
        size = int.from_bytes(row.terms[4:8], "big")
        found = np.frombuffer(row.terms, ">i4", size, 12)
        words = int(np.searchsorted(found, WORDS))  # phrases come after them
        numbers.append(found[:words])
        counts.append(np.frombuffer(row.terms, ">f4", words, 12 + 4 * size))
        sizes.append(words)
    if not sum(sizes):
        return
    terms = np.concatenate(numbers).astype(np.int64) + 1
    said = np.concatenate(counts).astype(np.int64)
    places = np.repeat(np.arange(len(rows)), sizes)
    for times in range(1, OFTEN + 1):
        taken = said >= times
        there, which = np.unique(terms[taken], return_inverse=True)
        byte, bit = places[taken] >> 3, (128 >> (places[taken] & 7)).astype(np.uint8)
        for start in range(0, len(there), TOGETHER):
            some = there[start : start + TOGETHER]
            among = (which >= start) & (which < start + TOGETHER)
            made = np.zeros((len(some), 8 + BITS // 8), np.uint8)
            made[:, :8] = np.frombuffer((4 + BITS // 8).to_bytes(4, "big") + BITS.to_bytes(4, "big"), np.uint8)
            np.bitwise_or.at(made, (which[among] - start, 8 + byte[among]), bit[among])
            yield (
                array_of(INT, [int(term).to_bytes(4, "big") for term in some]),
                array_of(SMALLINT, [times.to_bytes(2, "big")] * len(some)),
                Binary(np.array([1, 0, VARBIT, len(some), 1], ">i4").tobytes() + made.tobytes()),
            )
