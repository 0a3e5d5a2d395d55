"""Taking up what dead workers dropped, ending activities whose last word was lost, and clearing what is old.

Procrastinate's own recipe retries a stalled job as it is, and fails for ever when a job with the same queueing lock was
enqueued meanwhile; here the stalled one gives its queueing lock up, and both run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import structlog

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.activities import settle
from fumetto.kernel.jobs.context import JobActivity
from fumetto.kernel.jobs.ending import Ending, How, end_job
from fumetto.kernel.jobs.errors import JobLost
from fumetto.kernel.jobs.presence import Watch, look
from fumetto.kernel.jobs.registry import TASKS, Retry
from fumetto.kernel.jobs.retries import pause_before

log = structlog.get_logger(__name__)

STALLED = """
SELECT job.id, job.worker_id, job.task_name, job.attempts, part.activity_id, part.units, part.done, part.failed_count
FROM jobs.procrastinate_jobs job LEFT JOIN app.activity_parts part ON part.job_id = job.id AND part.state = 'open'
WHERE job.status = 'doing' AND (job.worker_id IS NULL OR job.worker_id = ANY(%s))
"""
HELD_BY = "SELECT id FROM jobs.procrastinate_jobs WHERE status = 'doing' AND worker_id = %s"
REMOVE_WORKERS = """
DELETE FROM jobs.procrastinate_workers w WHERE w.id = ANY(%s)
AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs job WHERE job.worker_id = w.id AND job.status = 'doing')
"""
UNSETTLED = """
SELECT id FROM app.activities WHERE state IN ('queued', 'running')
UNION SELECT activity_id FROM app.activity_parts WHERE state <> 'failed'
"""
ABANDONED = """
UPDATE app.activities a SET state = 'failed', finished_at = now(), changed_at = now(),
    detail = detail || '{"reason": "abandoned"}'
WHERE state IN ('queued', 'running') AND NOT has_jobs AND changed_at < now() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM app.activity_parts WHERE activity_id = a.id)
"""


@dataclass
class Reaper:
    """One worker's eye on the others, and on itself."""

    database: Database
    watch: Watch
    unexplained: set[int] = field(default_factory=set)

    async def round(self, worker: int, running: set[int]) -> None:
        """One look around, by the worker of that number, which runs the jobs `running`."""
        pool = self.database.pools["jobs"].psycopg
        try:
            async with pool.connection() as connection:
                dead = [number for number in self.watch.dead(await look(connection)) if number != worker]
                await self.take_up(connection, dead)
                await self.explain_own(connection, worker, running)
                if dead:
                    await connection.execute(REMOVE_WORKERS, (dead,))
                    log.warning("worker.dead", count=len(dead))
                unsettled = await (await connection.execute(UNSETTLED)).fetchall()
        except psycopg.OperationalError:
            self.watch.interrupted()
            raise
        for (activity,) in unsettled:
            await self.settle(activity)
        async with pool.connection() as connection:
            await connection.execute(ABANDONED)

    async def settle(self, activity: UUID, *, started: bool = False) -> None:
        async with self.database.write() as session:
            await settle(session, activity, started=started)

    async def take_up(self, connection: psycopg.AsyncConnection[Any], dead: list[int]) -> None:
        """Put the jobs of the dead back, each one attempt poorer, or give them up after their last."""
        for row in await (await connection.execute(STALLED, (dead,))).fetchall():
            await self.put_back(*row)

    async def explain_own(self, connection: psycopg.AsyncConnection[Any], worker: int, running: set[int]) -> None:
        """Jobs that the database says we run and we do not, seen twice: their end could not be written down."""
        held = {row[0] for row in await (await connection.execute(HELD_BY, (worker,))).fetchall()} - running
        for job in held & self.unexplained:
            await end_job(self.database.pools["jobs"].psycopg, job, worker, Ending(How.HANDED_BACK), "")
            log.warning("job.unexplained", job_id=job)
        self.unexplained = held - self.unexplained

    async def put_back(
        self,
        job: int,
        worker: int | None,
        task: str,
        attempts: int,
        activity: UUID | None,
        units: int | None,
        done: int | None,
        failed: int | None,
    ) -> None:
        part = JobActivity(activity, units or 0, done or 0, failed or 0) if activity else None
        known = TASKS.get(task)
        retry, attempt = known.retry if known else Retry(), attempts + 1
        if attempt < retry.attempts:
            ending = Ending(How.AGAIN, part, pause=pause_before(attempt + 1, retry) if attempt > 1 else 0.0)
        else:
            ending = Ending(How.FAILED, part, JobLost(task=task, attempts=attempt))
        if await end_job(self.database.pools["jobs"].psycopg, job, worker, ending, task):
            log.warning("job.taken_up", job_id=job, task=task, attempt=attempt, action=ending.how.value)
