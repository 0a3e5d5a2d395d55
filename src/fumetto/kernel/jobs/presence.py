"""How a worker shows that it lives, and how others see that one has died.

Each worker holds one connection of its own: it listens for new jobs on it, beats its heart on it, and holds an advisory
lock under its number. When the process dies the server drops the lock at once; when it only hangs, the heart stops.
Others compare what they see with what they saw before, by their own steady clock, so that no clock that jumps can kill.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog
from psycopg import sql

from fumetto.kernel.db.schemas import Schema
from fumetto.kernel.db.sessions import Database

log = structlog.get_logger(__name__)

LOCKS = 0x66756D65  # the first of the two numbers of our advisory locks; the second is the worker's
ANY_QUEUE = "procrastinate_any_queue_v1"
ONE_QUEUE = "procrastinate_queue_v1#"
APPLICATION = "fumetto worker"

BEAT = "UPDATE jobs.procrastinate_workers SET last_heartbeat = now() WHERE id = %s"
LOOK = """
SELECT w.id, w.last_heartbeat, extract(epoch FROM now() - w.last_heartbeat)::float, l.pid IS NOT NULL,
       s.application_name
FROM jobs.procrastinate_workers w
LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid = %s AND l.objid = mod(w.id, 2147483648)
    AND l.objsubid = 2 AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
LEFT JOIN pg_stat_activity s ON s.pid = l.pid
"""

Notice = Callable[[str, int], Awaitable[None]]
"""Called with the type of a notification of Procrastinate's and the number of the job."""


class WorkerForgotten(Exception):
    """Others took this worker for dead and gave its jobs away."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A worker as another sees it: its number, what it calls itself, and whether it holds its lock."""

    worker: int
    beat: datetime
    age: float  # seconds since the last beat, by the server's clock
    connected: bool
    name: str | None


async def show(database: Database, worker: int, queues: Iterable[str] | None, every: float, notice: Notice) -> None:
    """Hold the connection and beat every `every` seconds, for ever; reconnects by itself.

    Raises WorkerForgotten when the worker has been given up, after which it needs a new number.
    """
    pause = 0.1
    while True:
        try:
            async with await connected(database) as connection:
                await listen(connection, queues)
                pause = 0.1
                await notice("job_inserted", 0)  # whatever came while nobody listened
                await beat_and_listen(connection, worker, every, notice)
        except psycopg.OperationalError as error:
            log.warning("worker.connection_lost", seconds=pause, error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, every)


async def connected(database: Database) -> psycopg.AsyncConnection[Any]:
    application = f"{APPLICATION} {socket.gethostname()[:30]}:{os.getpid()}"
    conninfo = database.server.conninfo(database.role, application=application, search_path=f"{Schema.JOBS},public")
    return await psycopg.AsyncConnection.connect(conninfo, autocommit=True)


async def listen(connection: psycopg.AsyncConnection[Any], queues: Iterable[str] | None) -> None:
    for channel in [ANY_QUEUE] if queues is None else [f"{ONE_QUEUE}{queue}" for queue in queues]:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


async def beat_and_listen(connection: psycopg.AsyncConnection[Any], worker: int, every: float, notice: Notice) -> None:
    held = False
    while True:
        if not held:  # our own old connection may hold it for a moment after a network failure
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, worker % 2**31))
            row = await cursor.fetchone()
            held = bool(row and row[0])
        if (await connection.execute(BEAT, (worker,))).rowcount == 0:
            raise WorkerForgotten
        async for notification in connection.notifies(timeout=every):
            told = json.loads(notification.payload)
            await notice(str(told.get("type")), int(told.get("job_id") or 0))


async def look(connection: psycopg.AsyncConnection[Any]) -> list[Sighting]:
    """All workers that the database knows of."""
    cursor = await connection.execute(LOOK, (LOCKS,))
    return [Sighting(*row) for row in await cursor.fetchall()]


class Watch:
    """Remembers since when each worker has been silent, as one process saw it."""

    def __init__(self, gone_after: float, dead_after: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`gone_after`: seconds of silence of one that has lost its connection; `dead_after`: of one that has not."""
        self._gone_after = gone_after
        self._dead_after = dead_after
        self._clock = clock
        self._seen: dict[int, tuple[datetime, float]] = {}

    def dead(self, sightings: Iterable[Sighting]) -> list[int]:
        """Numbers of the workers that are dead, given what is seen now."""
        now, before, self._seen = self._clock(), self._seen, {}
        dead: list[int] = []
        for sighting in sightings:
            beat, since = before.get(sighting.worker, (sighting.beat, now))
            if beat != sighting.beat:
                since = now
            self._seen[sighting.worker] = (sighting.beat, since)
            if now - since >= (self._dead_after if sighting.connected else self._gone_after):
                dead.append(sighting.worker)
        return dead

    def interrupted(self) -> None:
        """The database was away, and with it everybody's beats: begin again."""
        self._seen = {}
