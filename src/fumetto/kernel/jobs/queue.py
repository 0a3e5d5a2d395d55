"""Putting jobs into the queue, inside the caller's transaction: they are there when it commits, and never otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from fumetto.kernel.context import request_id
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.jobs.registry import HEADER, Task

BATCH = 2000

INSERT = """
WITH given AS (
    SELECT * FROM unnest(%(args)s::text[], %(locks)s::text[], %(dedupes)s::text[])
        WITH ORDINALITY AS given (args, lock, dedupe, number)
), inserted AS (
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    SELECT %(queue)s, %(task)s, %(priority)s, lock, dedupe, args::jsonb, now() + %(delay)s::interval
    FROM given
    WHERE %(activity)s::uuid IS NULL
       OR NOT EXISTS (SELECT FROM app.activities WHERE id = %(activity)s::uuid AND state = 'cancelled')
    ORDER BY number
    ON CONFLICT (queueing_lock) WHERE status = 'todo'::jobs.procrastinate_job_status DO NOTHING
    RETURNING id, args
), parts AS (
    INSERT INTO app.activity_parts (activity_id, job_id, state, units, done, failed_count)
    SELECT %(activity)s::uuid, id, 'open', (args #>> '{_,units}')::int, 0, 0
    FROM inserted
    WHERE %(activity)s::uuid IS NOT NULL
)
SELECT id FROM inserted ORDER BY id
"""


async def enqueue(
    session: WriteSession,
    task: Task[Any],
    *,
    dedupe: str | None = None,
    lock: str | None = None,
    priority: int | None = None,
    activity: UUID | None = None,
    units: int = 1,
    delay: timedelta | None = None,
    **arguments: Any,
) -> int | None:
    """Enqueue one job and return its number, or None when a job with the same `dedupe` is waiting already.

    That one will see whatever this transaction commits, if it has not started. `lock`: of the jobs that share one, only
    one runs at a time, in the order of priority and enqueuing. `activity` counts the job as `units` of it;
    jobs that follow from a job of one join it by `present_activity()`. `delay` puts a job off so that others come
    first; within an activity, no longer than there are others.
    Arguments are ids and plain values; TypeError and ValueError when they are not, or are not what the task takes.
    """
    numbers = await insert(session, task, [arguments], dedupe, lock, priority, activity, units, delay)
    return numbers[0] if numbers else None


async def enqueue_many(
    session: WriteSession,
    task: Task[Any],
    items: Iterable[Mapping[str, Any]],
    *,
    dedupe: Callable[[Mapping[str, Any]], str] | None = None,
    lock: str | Callable[[Mapping[str, Any]], str | None] | None = None,
    priority: int | None = None,
    activity: UUID | None = None,
    units: int | Callable[[Mapping[str, Any]], int] = 1,
    delay: timedelta | None = None,
) -> list[int]:
    """The same for one job per item, each the arguments of one, thousands a second. Returns the new jobs' numbers."""
    numbers: list[int] = []
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        numbers += await insert(session, task, batch, dedupe, lock, priority, activity, units, delay)
    return numbers


async def activity_of(session: ReadSession, dedupe: str) -> UUID | None:
    """The activity of the job that waits under this `dedupe`, for those whose own was refused because of it."""
    cursor = await session.raw().execute(
        "SELECT part.activity_id FROM jobs.procrastinate_jobs job JOIN app.activity_parts part ON part.job_id = job.id"
        " WHERE job.queueing_lock = %s AND job.status = 'todo'",
        (dedupe,),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def insert(
    session: WriteSession,
    task: Task[Any],
    items: Iterable[Mapping[str, Any]],
    dedupe: str | Callable[[Mapping[str, Any]], str] | None,
    lock: str | Callable[[Mapping[str, Any]], str | None] | None,
    priority: int | None,
    activity: UUID | None,
    units: int | Callable[[Mapping[str, Any]], int],
    delay: timedelta | None,
) -> list[int]:
    await session.flush()  # rows that jobs refer to go first, in case a constraint refuses them
    request, args, locks, dedupes = request_id(), [], [], []
    for item in items:
        header: dict[str, Any] = {"request": request} if request else {}
        if activity:
            header |= {"activity": str(activity), "units": units(item) if callable(units) else units}
        args.append(json.dumps(task.pack(item) | ({HEADER: header} if header else {})))
        locks.append(lock(item) if callable(lock) else lock)
        dedupes.append(dedupe(item) if callable(dedupe) else dedupe)
    cursor = await session.raw().execute(
        INSERT,
        {
            "args": args,
            "locks": locks,
            "dedupes": dedupes,
            "queue": task.queue,
            "task": task.name,
            "priority": task.priority if priority is None else priority,
            "delay": delay,
            "activity": activity,
        },
    )
    return [row[0] for row in await cursor.fetchall()]
