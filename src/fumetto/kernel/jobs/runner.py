"""Running one job: its context, its request id, and what its end means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from fumetto.kernel.context import in_activity, in_request
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import DiskFull, FumettoError, NotFound
from fumetto.kernel.jobs.context import JobActivity, JobContext
from fumetto.kernel.jobs.ending import Ending, How
from fumetto.kernel.jobs.errors import TaskUnknown
from fumetto.kernel.jobs.registry import HEADER, TASKS, Retry, Task
from fumetto.kernel.jobs.retries import is_transient, pause_before
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.disk import is_disk_full
from fumetto.kernel.storage.protocol import Storage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FetchedJob:
    """A job as it came from the queue. `stop_reason` says why it should stop, if it should."""

    id: int
    task: str
    attempts: int  # that were made before
    arguments: Mapping[str, Any]
    stop_reason: Callable[[], How | None]


@dataclass
class Runner:
    """Runs jobs for one worker, and keeps the activities that they count for."""

    database: Database
    settings: Settings
    storage: Storage
    running: dict[int, JobActivity] = field(default_factory=dict)
    touched: dict[UUID, bool] = field(default_factory=dict)  # activities to settle, and whether a job of them started

    async def run(self, job: FetchedJob) -> Ending:
        """Run the job and say how it ended; nothing is raised, cancellation included."""
        arguments = dict(job.arguments)
        header = arguments.pop(HEADER, None) or {}
        with in_request(header.get("request")), structlog.contextvars.bound_contextvars(job_id=job.id, task=job.task):
            activity = None
            try:
                activity = await self.join(job.id, header)
                if activity is None and "activity" in header:
                    return self.logged(Ending(How.ABORTED), job)
                task = TASKS.get(job.task)
                if task is None:
                    raise TaskUnknown(task=job.task)
                context = JobContext(
                    database=self.database,
                    settings=self.settings,
                    storage=self.storage,
                    job_id=job.id,
                    task=job.task,
                    attempt=job.attempts + 1,
                    activity=activity,
                    stopping=lambda: job.stop_reason() is not None,
                )
                with in_activity(activity.id if activity else None):
                    await task(context, **task.unpack(arguments))
                return self.logged(Ending(How.DONE, activity), job)
            except asyncio.CancelledError as error:
                stopped = job.stop_reason()
                ending = Ending(stopped, activity) if stopped else ending_of(error, job, activity)
                return self.logged(ending, job)
            except Exception as error:
                return self.logged(ending_of(error, job, activity), job)
            finally:
                self.running.pop(job.id, None)

    async def join(self, job: int, header: Mapping[str, Any]) -> JobActivity | None:
        """The job's share in its activity; None when it has none, or when the activity was cancelled or is gone."""
        if "activity" not in header:
            return None
        identifier = UUID(header["activity"])
        async with self.database.pools["jobs"].psycopg.connection() as connection:
            cursor = await connection.execute("SELECT state FROM app.activities WHERE id = %s", (identifier,))
            row = await cursor.fetchone()
        if row is None or row[0] == "cancelled":
            return None
        activity = self.running[job] = JobActivity(identifier, int(header.get("units", 1)))
        self.touched[identifier] = True
        return activity

    def logged(self, ending: Ending, job: FetchedJob) -> Ending:
        attempt, error = job.attempts + 1, ending.error
        code = error.code if isinstance(error, FumettoError) else type(error).__name__ if error else None
        match ending.how:
            case How.DONE:
                log.debug("job.done", attempt=attempt)
            case How.SKIPPED:
                log.warning("job.skipped", code=code)
            case How.AGAIN:
                log.warning("job.again", attempt=attempt, seconds=round(ending.pause, 1), code=code)
            case How.FAILED:
                explained = isinstance(error, FumettoError)  # what says itself what to do needs no traceback
                log.error("job.failed", attempt=attempt, code=code, exc_info=None if explained else error)
            case How.HANDED_BACK | How.ABORTED:
                log.info("job.stopped", action=ending.how.value)
        return ending


def ending_of(error: BaseException, job: FetchedJob, activity: JobActivity | None) -> Ending:
    """What an error means: a target that is gone is nothing to do, what passes is tried again, the rest has failed."""
    if isinstance(error, NotFound):
        return Ending(How.SKIPPED, activity, error)
    if is_disk_full(error) and not isinstance(error, FumettoError):
        error = DiskFull(path=str(getattr(error, "filename", None) or ""))
    known: Task[Any] | None = TASKS.get(job.task)
    retry = known.retry if known else Retry()
    attempt = job.attempts + 1
    # A task of a later version waits for a worker of that version; a cancellation that nobody asked for passes.
    passes = is_transient(error) or isinstance(error, (TaskUnknown, asyncio.CancelledError, *retry.also))
    if passes and attempt < retry.attempts:
        return Ending(How.AGAIN, activity, error, pause_before(attempt + 1, retry))
    return Ending(How.FAILED, activity, error)
