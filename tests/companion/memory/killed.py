"""Takes in all notes of a reader in processes that are killed, one after the other, and at last in one that is not:
`python -m tests.companion.memory.killed DATABASE_URL READER_ID KILLS`. Prints how many were killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
import uuid

import psycopg

from fumetto.companion.memory import taking_in
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import load_settings

DICE = random.Random(20261122)  # noqa: S311 - when to kill is no secret


async def take_all(url: str, reader: uuid.UUID) -> None:
    settings = load_settings({"DATABASE_URL": url})
    async with await Database.open(settings) as database:
        async with database.read(reader) as session:
            rows = await session.raw().execute("SELECT answer_id FROM app.memory_notes ORDER BY answer_id")
            notes = [row[0] for row in await rows.fetchall()]
        await asyncio.gather(*(taking_in.take_in(database, answer, reader) for answer in notes))


def notes_left(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM app.memory_notes").fetchone()
    return int(row[0]) if row else 0


def main(url: str, reader: str, kills: str) -> None:
    killed = 0
    with psycopg.connect(url, autocommit=True) as watching:
        watching.execute("SET fumetto.reader = '*'")
        while killed < int(kills) and (left := notes_left(watching)) > 0:
            child = os.fork()
            if child == 0:
                asyncio.run(take_all(url, uuid.UUID(reader)))
                os._exit(0)
            enough = left - DICE.randint(1, 4)  # some are taken in, and it is in the midst of others
            while notes_left(watching) > enough and os.waitpid(child, os.WNOHANG) == (0, 0):
                time.sleep(0.001)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            killed += 1
    asyncio.run(take_all(url, uuid.UUID(reader)))
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
