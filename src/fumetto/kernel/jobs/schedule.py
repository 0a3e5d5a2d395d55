"""Periodic work: each worker asks now and then whether something is due, and one of them enqueues it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.jobs.registry import TASKS, Task
from fumetto.kernel.settings import Settings

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 15.0  # seconds between two questions about the same task

# The row is written by whom the condition holds for; others wait for that commit and find that it no longer does. A
# time in the future is one written before the clock was set back.
DUE = """
INSERT INTO app.periodic_runs (name, last_at) VALUES (%(name)s, now())
ON CONFLICT (name) DO UPDATE SET last_at = now()
WHERE periodic_runs.last_at <= now() - %(every)s::interval OR periodic_runs.last_at > now() + interval '1 minute'
RETURNING name
"""


@dataclass
class Schedule:
    """When this process asks next, by its own steady clock."""

    database: Database
    settings: Settings
    ask_at: dict[str, float] = field(default_factory=dict)

    async def round(self) -> None:
        """Enqueue what is due and was not enqueued by another."""
        for task in list(TASKS.values()):
            every = task.every(self.settings) if task.every else None
            if every is None or time.monotonic() < self.ask_at.get(task.name, 0.0):
                continue
            self.ask_at[task.name] = time.monotonic() + min(every.total_seconds() / 4, LONGEST_PAUSE)
            if await self.enqueue_if_due(task, every):
                log.info("periodic.enqueued", task=task.name)

    async def enqueue_if_due(self, task: Task[[]], every: timedelta) -> bool:
        async with self.database.write() as session:
            cursor = await session.raw().execute(DUE, {"name": task.name, "every": every})
            if await cursor.fetchone() is None:
                return False
            return await enqueue(session, task, dedupe=f"periodic:{task.name}") is not None
