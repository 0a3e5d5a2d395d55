"""Which vectors there are: spaces, each a table filled by one model.

A space is *filling* while it is given the vectors of what is there already, and whatever is put or removed goes there
too; then it is *active*, the one that is searched; then *retired*, until nobody can be looking at it any more.

Whoever writes holds a lock that is named after the newest space until its transaction ends. So one who has made a
space can wait for all that did not know of it, without making anybody wait.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from psycopg import sql

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index.built_in import built_in

WRITERS = 1382115153  # the class of the writers' advisory locks
UNIVERSE = "{(,)}"
SET_SCOPE = "SELECT set_config('fumetto.scope', %s, true)"
KEPT_RETIRED = timedelta(minutes=6)
"""Longer than a search trusts what it remembers, and than a transaction may be idle: nobody looks there any more."""

ENTER = f"""
SELECT newest, pg_advisory_xact_lock_shared({WRITERS}, newest)
FROM (SELECT coalesce(max(number), 0) AS newest FROM rag.spaces OFFSET 0) AS s
"""  # noqa: S608 - of constants
NEWEST = "SELECT coalesce(max(number), 0) FROM rag.spaces"
LIVE = """
SELECT number, model, dimensions, state, approximate, sample FROM rag.spaces WHERE state IN ('active', 'filling')
ORDER BY state, number
"""
NEW = """
INSERT INTO rag.spaces (model, dimensions, state, sample) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
RETURNING number, rag.make_space(number, dimensions)
"""
EARLIER_WRITERS = f"""
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = {WRITERS} AND objsubid = 2 AND objid::bigint < %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""  # noqa: S608 - of constants
RETIRE = "UPDATE rag.spaces SET state = 'retired', retired_at = clock_timestamp() WHERE state = %s"
ACTIVATE = "UPDATE rag.spaces SET state = 'active' WHERE number = %s AND state = 'filling' RETURNING number"
LONG_RETIRED = "SELECT number FROM rag.spaces WHERE state = 'retired' AND retired_at < clock_timestamp() - %s::interval"
FORGET = "DELETE FROM rag.spaces WHERE number = %s RETURNING rag.drop_space(number)"


@dataclass(frozen=True, slots=True)
class LiveSpace:
    """A space that passages are put into: the one that is searched, or one that is being filled to take its place.
    sample: what its model made of a fixed sentence, as little-endian 16-bit floats."""

    number: int
    model: str
    dimensions: int
    state: str
    approximate: bool
    sample: bytes | None = None

    @property
    def table(self) -> str:
        """Its name in the schema `rag`."""
        return f"space_{self.number}"


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """A space as people are told of it. waiting: passages without a vector, found by their words alone."""

    number: int
    model: str
    dimensions: int
    state: str
    passages: int
    waiting: int


async def live_spaces(session: WriteSession) -> list[LiveSpace]:
    """The spaces to write to until the transaction ends, the active one first. Where there is none yet, one for the
    built-in embeddings is made."""
    connection = session.raw()
    while True:
        entered = await (await connection.execute(ENTER, prepare=True)).fetchone()
        spaces = await known_spaces(session)
        if not any(space.state == "active" for space in spaces):
            await connection.execute(NEW, [built_in().name, built_in().dimensions, "active", None])
            spaces = await known_spaces(session)
        newest = await (await connection.execute(NEWEST, prepare=True)).fetchone()
        if entered is not None and newest is not None and entered[0] == newest[0]:
            return spaces


async def known_spaces(session: ReadSession) -> list[LiveSpace]:
    rows = await session.raw().execute(LIVE, prepare=True)
    return [LiveSpace(*row) for row in await rows.fetchall()]


async def make_space(database: Database, model: str, dimensions: int, sample: bytes | None) -> LiveSpace:
    """A space to be filled, in place of any other that was."""
    async with database.write(EVERY_READER) as session:
        await session.raw().execute(RETIRE, ["filling"])
        await session.raw().execute(NEW, [model, dimensions, "filling", sample])
        return next(space for space in await known_spaces(session) if space.state == "filling")


async def all_know(database: Database, space: LiveSpace) -> None:
    """Waits for every transaction to end that writes without knowing of a space."""
    while True:
        async with database.read() as session:
            row = await (await session.raw().execute(EARLIER_WRITERS, [space.number])).fetchone()
        if not (row and row[0]):
            return
        await asyncio.sleep(0.1)


async def switch_to(database: Database, space: LiveSpace) -> bool:
    """Search this space from now on, and retire the one that was; False when it was retired itself meanwhile."""
    async with database.write(EVERY_READER) as session:
        connection = session.raw()
        rows = await connection.execute(
            "SELECT FROM rag.spaces WHERE number = %s AND state = 'filling' FOR UPDATE", [space.number]
        )
        if await rows.fetchone() is None:
            return False
        await connection.execute(RETIRE, ["active"])
        await connection.execute(ACTIVATE, [space.number])
        return True


async def give_up_filling(session: WriteSession) -> None:
    """Retire a space that is being filled: another model is wanted, or the one that is searched will do."""
    await session.raw().execute(RETIRE, ["filling"])


async def drop_retired(database: Database, kept: timedelta = KEPT_RETIRED) -> int:
    """Drop the tables of spaces that nobody looks at any more; returns how many. One that somebody holds is left for
    the next time."""
    async with database.read() as session:
        rows = await session.raw().execute(LONG_RETIRED, [kept])
        numbers = [number for (number,) in await rows.fetchall()]
    for number in numbers:
        async with database.write(EVERY_READER) as session:
            await session.raw().execute("SET LOCAL lock_timeout = '2s'")
            await session.raw().execute(FORGET, [number])
    return len(numbers)


async def status(session: ReadSession) -> list[SpaceStatus]:
    """All spaces, in the order they were made. For sessions of any reader: counts are told, never what is counted."""
    connection = session.raw()
    rows = await connection.execute("SELECT number, model, dimensions, state FROM rag.spaces ORDER BY number")
    found = []
    await connection.execute(SET_SCOPE, [UNIVERSE])
    for number, model, dimensions, state in await rows.fetchall():
        counted = await connection.execute(
            sql.SQL("SELECT count(*), count(*) FILTER (WHERE embedding IS NULL) FROM rag.{}").format(
                sql.Identifier(f"space_{number}")
            )
        )
        passages, waiting = await counted.fetchone() or (0, 0)
        found.append(SpaceStatus(number, model, dimensions, state, passages, waiting))
    await connection.execute(SET_SCOPE, [""])
    return found
