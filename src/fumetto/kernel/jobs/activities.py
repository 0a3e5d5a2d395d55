"""Long work that people follow: started, counted, finished, cancelled and tried again.

An activity's counts are its own plus those of its parts: one part per job, written by that job's worker alone, and one
per call of `advance`. Parts that have ended are folded into the activity by whoever settles it, a few times a second at
most, so that no two jobs wait for each other. A part ends in the same statement as its job: the counts are exact
whatever is killed when.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.jobs.errors import ActivityEnded, ActivityNotFound
from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.jobs.rules import HINDRANCES, OPEN, outcome

START = """
INSERT INTO app.activities (id, kind, title, state, done, total, failed_count, has_jobs, detail, started_by)
VALUES (%(id)s, %(kind)s, %(title)s, 'queued', 0, %(total)s, 0, false, %(detail)s, %(started_by)s)
"""
ADVANCE = """
INSERT INTO app.activity_parts (activity_id, job_id, state, units, done, failed_count)
VALUES (%(activity)s, NULL, 'ended', %(total)s, %(done)s, %(failed)s)
"""
FOLD = """
WITH folded AS (
    DELETE FROM app.activity_parts WHERE activity_id = %(id)s AND state = 'ended'
    RETURNING job_id, units, done, failed_count
), sums AS (
    SELECT count(*) AS parts, coalesce(sum(units), 0) AS units, coalesce(sum(done), 0) AS done,
           coalesce(sum(failed_count), 0) AS failed, coalesce(bool_or(job_id IS NOT NULL), false) AS of_jobs
    FROM folded
)
UPDATE app.activities SET total = total + units, done = activities.done + sums.done, changed_at = clock_timestamp(),
    failed_count = failed_count + failed, has_jobs = has_jobs OR of_jobs
FROM sums WHERE id = %(id)s AND parts > 0
"""
LOCK = """
SELECT state, has_jobs FROM app.activities WHERE id = %s FOR NO KEY UPDATE
"""
STAND = """
SELECT a.state, a.done + coalesce(p.done, 0), a.failed_count + coalesce(p.failed, 0),
       a.has_jobs OR coalesce(p.of_jobs, false), coalesce(p.open, false)
FROM app.activities a LEFT JOIN LATERAL (
    SELECT sum(done) AS done, sum(failed_count) AS failed, bool_or(job_id IS NOT NULL) AS of_jobs,
           bool_or(state = 'open') AS open
    FROM app.activity_parts WHERE activity_id = a.id
) p ON true
WHERE a.id = %s
"""
HINDERED = """
SELECT EXISTS (
    SELECT FROM app.activity_parts part JOIN app.activity_failures failure USING (activity_id, job_id)
    WHERE activity_id = %s AND part.state = 'failed' AND failure.code = ANY(%s)
)
"""
TO_STATE = """
UPDATE app.activities SET state = %(state)s::varchar, has_jobs = %(has_jobs)s, changed_at = clock_timestamp(),
    started_at = coalesce(started_at, clock_timestamp()),
    finished_at = CASE WHEN %(state)s::varchar IN ('queued', 'running') THEN NULL ELSE clock_timestamp() END
WHERE id = %(id)s
"""
CANCEL_WAITING = """
WITH stopped AS (
    DELETE FROM jobs.procrastinate_jobs job USING app.activity_parts part
    WHERE part.activity_id = %(id)s AND part.state = 'open' AND job.id = part.job_id AND job.status = 'todo'
    RETURNING job.id
)
UPDATE app.activity_parts part SET state = 'ended' FROM stopped WHERE part.job_id = stopped.id
"""
ABORT_RUNNING = """
UPDATE jobs.procrastinate_jobs job SET abort_requested = true FROM app.activity_parts part
WHERE part.activity_id = %(id)s AND part.state = 'open' AND job.id = part.job_id AND job.status = 'doing'
  AND NOT job.abort_requested
"""
RETRY_JOBS = """
WITH again AS (
    UPDATE jobs.procrastinate_jobs job SET status = 'todo', attempts = 0, scheduled_at = NULL, queueing_lock = NULL,
        worker_id = NULL
    FROM app.activity_parts part
    WHERE part.activity_id = %(id)s AND part.state = 'failed' AND job.id = part.job_id AND job.status = 'failed'
    RETURNING job.id
), forgotten AS (
    DELETE FROM app.activity_failures failure USING again WHERE failure.job_id = again.id
), parts AS (
    UPDATE app.activity_parts part SET state = 'open', done = 0, failed_count = 0
    FROM again WHERE part.job_id = again.id
)
SELECT id FROM again
"""

# What was put off until the rest has settled, when nothing else is left; retries keep their pauses.
NO_LONGER_PUT_OFF = """
UPDATE jobs.procrastinate_jobs job SET scheduled_at = NULL FROM app.activity_parts part
WHERE part.activity_id = %(id)s AND part.state = 'open' AND job.id = part.job_id AND job.status = 'todo'
  AND job.scheduled_at > now() AND job.attempts = 0
  AND NOT EXISTS (
      SELECT FROM app.activity_parts other JOIN jobs.procrastinate_jobs busy ON busy.id = other.job_id
      WHERE other.activity_id = %(id)s AND other.state = 'open'
        AND NOT (busy.status = 'todo' AND busy.attempts = 0 AND coalesce(busy.scheduled_at > now(), false))
  )
"""


async def start_activity(
    session: WriteSession,
    *,
    kind: str,
    title: str,
    total: int = 0,
    started_by: uuid.UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> uuid.UUID:
    """Begin an activity and return its id. Jobs enqueued with it add their units to `total`, and it ends with the last.

    An activity without jobs is moved by `advance`, with `total` the units known at the start, and ended by `finish`.
    `kind` is a stable word (`import`, `scan`) that the client has a text for, `title` what the person called it.
    """
    identifier = uuid7()
    given = {"id": identifier, "kind": kind, "title": title[:512], "total": total, "started_by": started_by}
    await session.flush()
    await session.raw().execute(START, given | {"detail": json.dumps(detail or {})})
    return identifier


async def advance(
    where: WriteSession | Database, activity: uuid.UUID, *, done: int = 0, failed: int = 0, total: int = 0
) -> None:
    """Count units by hand: with the session's transaction, or at once when given the database. Never waits for anybody.

    Inside a job, `context.activity.advance` is the cheaper way; this one is for counts that must commit with the work,
    by a job enqueued with `units=0`.
    """
    counts = {"activity": activity, "done": done, "failed": failed, "total": total}
    if isinstance(where, Database):
        async with where.write() as session:
            await session.raw().execute(ADVANCE, counts)
    else:
        await where.raw().execute(ADVANCE, counts)


async def finish(session: WriteSession, activity: uuid.UUID) -> ActivityState:
    """End an activity that has no jobs; it succeeded unless all failed. Nothing happens to one that has ended."""
    state, _ = await locked(session, activity)
    if state in OPEN:
        await session.raw().execute(FOLD, {"id": activity})
        _, done, failed, has_jobs, _ = await stand(session, activity)
        state = outcome(done, failed)
        await session.raw().execute(TO_STATE, {"id": activity, "state": state.value, "has_jobs": has_jobs})
    return state


async def cancel(session: WriteSession, activity: uuid.UUID) -> None:
    """End the activity now: its waiting jobs go with the commit, its running jobs are interrupted within a second.

    Raises ActivityNotFound, and ActivityEnded for one that has ended otherwise; cancelling twice is once.
    """
    state, has_jobs = await locked(session, activity)
    if state is ActivityState.CANCELLED:
        return
    if state not in OPEN:
        raise ActivityEnded(id=str(activity), state=state.value)
    raw = session.raw()
    await raw.execute(TO_STATE, {"id": activity, "state": ActivityState.CANCELLED.value, "has_jobs": has_jobs})
    await stop_jobs(session, activity)
    await raw.execute(FOLD, {"id": activity})


async def retry(session: WriteSession, activity: uuid.UUID) -> int:
    """Put the activity's failed jobs back into the queue, as new, and return how many there were."""
    await locked(session, activity)
    cursor = await session.raw().execute(RETRY_JOBS, {"id": activity})
    count = len(await cursor.fetchall())
    if count:
        queued = {"id": activity, "state": ActivityState.QUEUED.value, "has_jobs": True}
        await session.raw().execute(TO_STATE, queued)
    return count


async def settle(session: WriteSession, activity: uuid.UUID, *, started: bool = False) -> ActivityState | None:
    """Fold what has ended, and move the state to what the parts say. None when there is no such activity.

    Called by workers after their jobs, and when one has `started`. Whoever settles last sees every part that was
    committed before, so the last job to end ends the activity; should its worker die before, another's next round does.
    Jobs that were enqueued with a `delay`, for others to come first, need not wait it out when only they are left.
    """
    cursor = await session.raw().execute(LOCK, (activity,))
    if await cursor.fetchone() is None:
        return None
    await session.raw().execute(FOLD, {"id": activity})
    state, done, failed, has_jobs, is_open = await stand(session, activity)
    if state is ActivityState.CANCELLED:
        if is_open:  # enqueued by a transaction that did not see the cancellation
            await stop_jobs(session, activity)
            await session.raw().execute(FOLD, {"id": activity})
        return state
    if has_jobs and not is_open:
        new = outcome(done, failed, hindered=await hindered(session, activity))
    else:
        if is_open:
            await session.raw().execute(NO_LONGER_PUT_OFF, {"id": activity})
        moved = started or done or failed or state is not ActivityState.QUEUED
        new = ActivityState.RUNNING if moved else ActivityState.QUEUED
    if new is not state and (has_jobs or state in OPEN):
        await session.raw().execute(TO_STATE, {"id": activity, "state": new.value, "has_jobs": has_jobs})
    return new


async def stop_jobs(session: WriteSession, activity: uuid.UUID) -> None:
    await session.raw().execute(CANCEL_WAITING, {"id": activity})
    await session.raw().execute(ABORT_RUNNING, {"id": activity})


async def locked(session: WriteSession, activity: uuid.UUID) -> tuple[ActivityState, bool]:
    await session.flush()
    cursor = await session.raw().execute(LOCK, (activity,))
    row = await cursor.fetchone()
    if row is None:
        raise ActivityNotFound(id=str(activity))
    return ActivityState(row[0]), row[1]


async def hindered(session: WriteSession, activity: uuid.UUID) -> bool:
    """Whether a job of the activity gave up for a reason that concerns every job."""
    cursor = await session.raw().execute(HINDERED, (activity, list(HINDRANCES)))
    row = await cursor.fetchone()
    return bool(row and row[0])


async def stand(session: WriteSession, activity: uuid.UUID) -> tuple[ActivityState, int, int, bool, bool]:
    """State, done, failed, whether jobs drive it, and whether any of them has not ended."""
    cursor = await session.raw().execute(STAND, (activity,))
    row = await cursor.fetchone()
    if row is None:
        raise ActivityNotFound(id=str(activity))
    return ActivityState(row[0]), int(row[1]), int(row[2]), row[3], row[4]
