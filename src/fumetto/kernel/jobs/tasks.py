"""Upkeep of the queue and the storage."""

from __future__ import annotations

from datetime import timedelta

from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import periodic

KEEP_JOBS = timedelta(days=7)
KEEP_UNFINISHED = timedelta(days=1)
KEEP_ACTIVITIES = timedelta(days=30)

OLD_JOBS = """
DELETE FROM jobs.procrastinate_jobs job WHERE status NOT IN ('todo', 'doing')
AND NOT EXISTS (SELECT FROM jobs.procrastinate_events e WHERE e.job_id = job.id AND e.at > now() - %s::interval)
"""
OLD_ACTIVITIES = """
DELETE FROM app.activities WHERE state NOT IN ('queued', 'running') AND changed_at < now() - %s::interval
"""


@periodic("kernel.tidy_storage", every=timedelta(days=1), priority=-10)
async def tidy_storage(context: JobContext) -> None:
    """Remove what writes that were killed left in the storage."""
    await context.storage.sweep(older_than=KEEP_UNFINISHED.total_seconds())


@periodic("kernel.tidy_queue", every=timedelta(hours=6), priority=-10)
async def tidy_queue(context: JobContext) -> None:
    """Forget failed jobs after a week, and activities a month after their end."""
    async with context.database.write() as session:
        await session.raw().execute(OLD_JOBS, (KEEP_JOBS,))
        await session.raw().execute(OLD_ACTIVITIES, (KEEP_ACTIVITIES,))
