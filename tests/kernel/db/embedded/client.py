"""A process that takes part in the embedded server, for tests that need several: `python client.py DATA_DIR [WORD]`.

Prints one JSON line when it has the lease (`server` is the postmaster's process id) or an error. Then, by WORD: `hold`
keeps the lease until standard input ends; `leave` releases it and waits for the end; `write` inserts numbers into the
table `acknowledged` until it is killed, across restarts of the server, and prints each that was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import psycopg

from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.errors import DatabaseNotStarting
from fumetto.kernel.errors import FumettoError


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


async def main(data_dir: Path, word: str) -> None:
    lease = Lease(data_dir)
    try:
        local = await lease.acquire()
    except FumettoError as error:
        say(error=error.code, text=str(error))
        return
    state = json.loads(Layout.below(data_dir).state.read_text())
    say(server=state["server"], keeper=state["keeper"], host=local.host)
    if word == "write":
        watcher = asyncio.create_task(lease.watch(nothing))
        await write(lease)
        watcher.cancel()
    elif word == "hold":
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    lease.release()
    if word == "leave":
        say(stopped=await lease.stopped())


async def nothing() -> None:
    """Nothing to repair: every write connects anew when it has to."""


async def write(lease: Lease) -> None:
    number, connection = 0, None
    while True:
        try:
            if connection is None:
                host = lease.server.host if lease.server else ""
                connection = await psycopg.AsyncConnection.connect(
                    host=host, user="fumetto_owner", dbname="fumetto", autocommit=True
                )
            await connection.execute("INSERT INTO acknowledged VALUES (%s, %s)", (os.getpid(), number))
        except (psycopg.OperationalError, DatabaseNotStarting):
            connection = None
            number += 1  # whether that one was kept is unknown, so it is not used again
            await asyncio.sleep(0.02)
            continue
        say(number=number)
        number += 1


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
