"""The worker: Procrastinate's, with our own running and ending of jobs, signs of life, reaper and schedule.

Procrastinate fetches jobs, limits how many run, interrupts those that are to be aborted, and shuts down in good order.
The methods of its Worker that are replaced here are private; a test says so when a new version has them no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions as procrastinate_errors
from procrastinate.job_context import AbortReason
from procrastinate.job_context import JobContext as ProcrastinateContext
from procrastinate.jobs import Job
from procrastinate.worker import Worker

import fumetto.kernel.jobs.tasks  # noqa: F401 - declares the queue's own upkeep
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.ending import Ending, How, end_job, store_progress
from fumetto.kernel.jobs.fetching import QueueManager
from fumetto.kernel.jobs.presence import Watch, WorkerForgotten, show
from fumetto.kernel.jobs.reaper import Reaper
from fumetto.kernel.jobs.registry import TASKS
from fumetto.kernel.jobs.retries import is_transient
from fumetto.kernel.jobs.runner import FetchedJob, Runner
from fumetto.kernel.jobs.schedule import Schedule
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.protocol import Storage

log = structlog.get_logger(__name__)

STOP_REASONS = {AbortReason.SHUTDOWN: How.HANDED_BACK, AbortReason.USER_REQUEST: How.ABORTED}
AWAY = (psycopg.OperationalError, procrastinate_errors.ConnectorException, FumettoError, OSError)
LONGEST_PAUSE = 10.0
STEADY = 30.0  # seconds that a worker's life must last for the next to begin at once


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker does what, in seconds."""

    beat: float = 2.0
    gone_after: float = 6.0  # of silence without a connection: the process is gone
    dead_after: float = 60.0  # of silence with one: it hangs
    look: float = 3.0  # between looks at other workers
    poll: float = 2.0  # between looks at the queue when nothing is announced: retries come due
    abort_poll: float = 0.5
    store: float = 0.25  # between writes of progress
    grace: float = 2.0  # for running jobs at shutdown, before they are handed back
    patience: float = 60.0  # with a database that is away when a job has ended


STEADY_PACE = Pace()


async def run_worker(
    settings: Settings,
    database: Database,
    storage: Storage,
    *,
    queues: Sequence[str] | None = None,
    concurrency: int | None = None,
    stop_event: asyncio.Event | None = None,
    pace: Pace = STEADY_PACE,
) -> None:
    """Work until `stop_event` is set: run jobs of `queues` (None: all), `concurrency` at a time.

    On the way out running jobs get `pace.grace` seconds, and go back into the queue if that is not enough. A database
    that goes away and comes back is waited for. The modules that declare the tasks must have been imported.
    """
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # its lines hold arguments; ours take their place
    stop_event = stop_event or asyncio.Event()
    pause = 0.2
    while not stop_event.is_set():
        worker = QueueWorker(settings, database, storage, queues, concurrency or settings.worker_concurrency, pace)
        stopper = asyncio.create_task(stop_when(stop_event, worker))
        began = time.monotonic()
        try:
            await worker.live()
        except (*AWAY, WorkerForgotten) as error:
            log.warning("worker.interrupted", seconds=pause, error=type(error).__name__)
            await database.check_pools()
        finally:
            stopper.cancel()
        if not stop_event.is_set():
            pause = 0.2 if time.monotonic() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop_event.wait(), pause)


async def stop_when(event: asyncio.Event, worker: QueueWorker) -> None:
    await event.wait()
    worker.stop()  # type: ignore[no-untyped-call] # Procrastinate does not say


class QueueWorker(Worker):
    """One life of a worker, from its registration to its end."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        storage: Storage,
        queues: Iterable[str] | None,
        concurrency: int,
        pace: Pace,
    ) -> None:
        self.database = database
        self.pace = pace
        self.runner = Runner(database, settings, storage)
        self.reaper = Reaper(database, Watch(pace.gone_after, pace.dead_after))
        self.schedule = Schedule(database, settings)
        super().__init__(
            app_with_tasks(database),
            queues=list(queues) if queues is not None else None,
            concurrency=concurrency,
            fetch_job_polling_interval=pace.poll,
            abort_job_polling_interval=pace.abort_poll,
            shutdown_graceful_timeout=pace.grace,
            listen_notify=False,  # `presence.show` listens
            install_signal_handlers=False,
        )

    async def live(self) -> None:
        """Register, work until stopped, and leave nothing unsaid."""
        await self.app.open_async(self.database.pools["jobs"].psycopg)
        try:
            await self.run()  # type: ignore[no-untyped-call] # Procrastinate does not say
        finally:
            await self.store()

    def wake(self) -> None:
        """Look into the queue now, and once more: a wake-up that comes while the queue is being looked into is lost."""
        self._new_job_event.set()
        asyncio.get_running_loop().call_later(0.05, self._new_job_event.set)

    async def _process_job(self, context: ProcrastinateContext) -> None:
        job, worker = context.job, self.worker_id
        assert job.id is not None  # noqa: S101 - for mypy; it was fetched
        assert worker is not None  # noqa: S101 - for mypy; it was fetched by us
        fetched = FetchedJob(job.id, job.task_name, job.attempts, job.task_kwargs, lambda: reason_of(context))
        ending = await self.runner.run(fetched)
        writing = asyncio.create_task(self.write_down(job, worker, ending))
        while not writing.done():
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                continue  # asked to stop after its end: what is done is done, and has to be written down
        self._job_ids_to_abort.pop(job.id, None)

    async def write_down(self, job: Job, worker: int, ending: Ending) -> None:
        assert job.id is not None  # noqa: S101 - for mypy; it was fetched
        pause, give_up_at = 0.1, time.monotonic() + self.pace.patience
        while True:
            try:
                ours = await end_job(self.database.pools["jobs"].psycopg, job.id, worker, ending, job.task_name)
                break
            except psycopg.OperationalError as error:
                if time.monotonic() > give_up_at or self._stop_event.is_set():
                    log.error("job.end_unwritten", job_id=job.id, task=job.task_name, error=type(error).__name__)
                    return  # the reaper finds it
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
                await self.database.check_pools()
        if not ours:
            log.warning("job.taken_by_another", job_id=job.id, task=job.task_name)
        if ending.activity:
            self.runner.touched.setdefault(ending.activity.id, False)
        if ending.how is How.AGAIN:
            asyncio.get_running_loop().call_later(ending.pause, self._new_job_event.set)
        elif job.lock:
            self.wake()  # the next of its lock may run now, and nothing announces that

    async def _periodic_deferrer(self) -> None:
        """What goes on beside the jobs; Procrastinate stops the worker when it fails."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.show())
            group.create_task(again_and_again(self.pace.store, self.store))
            group.create_task(again_and_again(self.pace.look, self.look_around))
            group.create_task(again_and_again(1.0, self.schedule.round))

    async def _update_heartbeat(self) -> None:
        await asyncio.Event().wait()  # `presence.show` beats

    async def show(self) -> None:
        async def notice(kind: str, job: int) -> None:
            if kind == "job_inserted":
                self.wake()
            elif kind == "abort_job_requested":
                self._handle_abort_jobs_requested([job])

        assert self.worker_id is not None  # noqa: S101 - for mypy; registered before this starts
        await show(self.database, self.worker_id, self.queues, self.pace.beat, notice)

    async def look_around(self) -> None:
        if self.worker_id is not None:
            running = {context.job.id for context in self._running_jobs.values() if context.job.id is not None}
            await self.reaper.round(self.worker_id, running)

    async def store(self) -> None:
        """Write the counts of running jobs, and settle the activities that something happened to."""
        changed = [(job, activity) for job, activity in self.runner.running.items() if activity.changed]
        if changed:
            for _, activity in changed:
                activity.changed = False
            await store_progress(self.database.pools["jobs"].psycopg, changed)
        while self.runner.touched:
            identifier, started = self.runner.touched.popitem()
            try:
                await self.reaper.settle(identifier, started=started)
            except Exception as error:
                if not is_transient(error):
                    raise
                self.runner.touched[identifier] = started
                raise


async def again_and_again(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do it every so many seconds. A database that is away is waited for, and a mistake of ours stops no job."""
    while True:
        try:
            await work()
        except WorkerForgotten:
            raise
        except Exception as error:
            if is_transient(error):
                log.warning("worker.upkeep_interrupted", error=type(error).__name__)
            else:
                log.exception("worker.upkeep_failed")
        await asyncio.sleep(seconds)


def reason_of(context: ProcrastinateContext) -> How | None:
    reason = context.abort_reason()
    return STOP_REASONS[reason] if reason else None


def app_with_tasks(database: Database) -> procrastinate.App:
    """A Procrastinate app of its own for each worker; it knows every declared task, so that each can be interrupted."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    app.job_manager = QueueManager(app.connector, database)
    for name in TASKS:
        app.task(name=name, pass_context=True)(unused)
    return app


async def unused(_context: ProcrastinateContext, /, **_: Any) -> None:
    """Stands in for every task: Procrastinate asks of it only whether it can be interrupted."""
