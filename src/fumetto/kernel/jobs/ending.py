"""How a job ends: its row, its part of an activity, and the reasons of what failed, in one statement.

Only the worker that holds a job can end it: a statement that finds the job elsewhere, because the worker was taken for
dead, changes nothing. The commit does not wait for the disk: should PostgreSQL crash within the blink before it is
written, the job's row and its counts are both as before, and the job runs again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg
from psycopg import errors as pg
from psycopg_pool import AsyncConnectionPool

from fumetto.kernel.jobs.context import JobActivity, failure
from fumetto.kernel.jobs.rules import counts_at_failure, counts_at_success

Pool = AsyncConnectionPool[Any]


class How(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"  # its target is gone
    FAILED = "failed"
    AGAIN = "again"  # a transient error; tried again after a pause
    HANDED_BACK = "handed back"  # the worker shuts down; another goes on, at no cost to the job
    ABORTED = "aborted"  # its activity was cancelled


@dataclass(frozen=True, slots=True)
class Ending:
    how: How
    activity: JobActivity | None = None
    error: BaseException | None = None
    pause: float = 0.0  # seconds


PART = """
, part AS (
    UPDATE app.activity_parts part
    SET state = %(part)s, units = coalesce(%(units)s, units), done = coalesce(%(done)s, done),
        failed_count = coalesce(%(failed)s, failed_count)
    FROM ended WHERE part.job_id = ended.id AND part.state = 'open'
    RETURNING part.activity_id
), forgotten AS (
    DELETE FROM app.activity_failures failure USING part WHERE failure.job_id = %(job)s
), failures AS (
    INSERT INTO app.activity_failures (activity_id, job_id, item, code, detail)
    SELECT part.activity_id, %(job)s, f.item, left(f.code, 64), f.detail
    FROM part, jsonb_to_recordset(%(failures)s::jsonb) AS f (item text, code text, detail jsonb)
)
SELECT (SELECT count(*) FROM ended), set_config('synchronous_commit', 'off', true)
"""
HELD = "id = %(job)s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %(worker)s"
REMOVE = f"WITH ended AS (DELETE FROM jobs.procrastinate_jobs WHERE {HELD} RETURNING id){PART}"  # noqa: S608 - constants
GIVE_UP = f"""
WITH ended AS (
    UPDATE jobs.procrastinate_jobs
    SET status = 'failed', attempts = attempts + 1, abort_requested = false, worker_id = NULL
    WHERE {HELD} RETURNING id
){PART}"""  # noqa: S608 - constants
# A twin that was enqueued meanwhile has the queueing lock, of which there can be one among the waiting: both run then.
PUT_BACK = f"""
UPDATE jobs.procrastinate_jobs job
SET status = 'todo', attempts = attempts + %(spent)s, worker_id = NULL, priority = priority - %(spent)s,
    scheduled_at = CASE WHEN %(pause)s > 0 THEN now() + make_interval(secs => %(pause)s) END,
    queueing_lock = CASE WHEN EXISTS (
        SELECT FROM jobs.procrastinate_jobs twin WHERE twin.queueing_lock = job.queueing_lock AND twin.status = 'todo'
    ) THEN NULL ELSE queueing_lock END
WHERE {HELD} AND NOT abort_requested
RETURNING id
"""  # noqa: S608 - constants


async def end_job(pool: Pool, job: int, worker: int | None, ending: Ending, name: str) -> bool:
    """Write down how a job ended; False when it is no longer this worker's. Its failure is listed under `name`."""
    async with pool.connection() as connection:
        if ending.how in {How.AGAIN, How.HANDED_BACK}:
            if await put_back(connection, job, worker, spent=int(ending.how is How.AGAIN), pause=ending.pause):
                return True
            ending = Ending(How.ABORTED, ending.activity)  # asked to stop just now, if it is still ours
        query, values = statement(ending, name)
        cursor = await connection.execute(query.encode(), {"job": job, "worker": worker} | values)
        row = await cursor.fetchone()
        return bool(row and row[0])


def statement(ending: Ending, name: str) -> tuple[str, dict[str, Any]]:
    activity = ending.activity
    units = done = failed = None
    failures = list(activity.failures) if activity else []
    if ending.how is How.FAILED:
        failures += [failure(name, ending.error)] if ending.error else []
        if activity:
            units, done, failed = counts_at_failure(activity.units, activity.done, activity.failed)
    elif activity and ending.how is How.ABORTED:
        units, done, failed = activity.units, activity.done, activity.failed
    elif activity:
        units, done, failed = counts_at_success(activity.units, activity.done, activity.failed)
    part = "failed" if ending.how is How.FAILED else "ended"
    query = GIVE_UP if ending.how is How.FAILED else REMOVE
    return query, {"part": part, "units": units, "done": done, "failed": failed, "failures": json.dumps(failures)}


async def put_back(
    connection: psycopg.AsyncConnection[Any], job: int, worker: int | None, *, spent: int, pause: float
) -> bool:
    """Back into the queue, behind the others of its lock if it cost an attempt, so that a pause holds nobody up."""
    values = {"job": job, "worker": worker, "spent": spent, "pause": pause}
    for _ in range(3):
        try:
            cursor = await connection.execute(PUT_BACK.encode(), values)
            return await cursor.fetchone() is not None
        except pg.UniqueViolation:  # the twin came between the look and the update; the next look sees it
            continue
    return False


PROGRESS = """
UPDATE app.activity_parts part SET units = p.units, done = p.done, failed_count = p.failed
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[]) AS p (job, units, done, failed)
WHERE part.job_id = p.job AND part.state = 'open'
"""


async def store_progress(pool: Pool, running: list[tuple[int, JobActivity]]) -> None:
    """Write what running jobs have counted so far; what they end with is written with their end."""
    columns = (
        [job for job, _ in running],
        [max(activity.units, activity.done + activity.failed) for _, activity in running],
        [activity.done for _, activity in running],
        [activity.failed for _, activity in running],
    )
    async with pool.connection() as connection:
        await connection.execute(PROGRESS, columns)
