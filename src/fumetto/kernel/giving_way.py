"""Work that nobody waits for gives way to pages that somebody does: an import must not make a page turn slow.

A process that gives way gets what processors are left, all of them where nobody else wants one. What it starts gives
way as it does, and so do the embedded database's processes that work for it.
"""

from __future__ import annotations

import contextlib
import os

from psycopg import AsyncConnection

NICENESS = 10


def give_way() -> None:
    """From now on, for this process and what it starts; for threads, those that are started after this."""
    lower(0, NICENESS)


def gives_way() -> bool:
    return os.getpriority(os.PRIO_PROCESS, 0) > 0


async def give_way_as_we_do(connection: AsyncConnection) -> None:
    """Let the server's process behind a connection, which must be on this machine, give way when this process does."""
    if gives_way():
        lower(connection.info.backend_pid, os.getpriority(os.PRIO_PROCESS, 0))


def lower(process: int, niceness: int) -> None:
    """A process that we may not touch, or that is gone, stays as it is."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, niceness)
    if hasattr(os, "SCHED_BATCH"):  # Linux: then it does not interrupt others when it wakes up
        with contextlib.suppress(OSError):
            os.sched_setscheduler(process, os.SCHED_BATCH, os.sched_param(0))
