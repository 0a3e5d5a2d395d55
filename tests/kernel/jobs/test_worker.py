"""What a worker makes of errors, of other workers, and of being told to stop."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import procrastinate.worker
import pytest

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.presence import Sighting, Watch
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.reaper import Reaper
from fumetto.kernel.jobs.registry import TASKS, periodic
from fumetto.kernel.jobs.state import queue_state
from fumetto.kernel.settings import Settings
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.conftest import Worker, drained, one, rows, until

STATUS = "SELECT status::text FROM jobs.procrastinate_jobs WHERE id = %s"


async def put(database: Database, task: object, **arguments: object) -> int:
    async with database.write() as session:
        number = await enqueue(session, task, **arguments)  # type: ignore[arg-type] # any task of the samples
    assert number is not None
    return number


async def failed(database: Database, job: int) -> bool:
    return bool(await rows(database, STATUS, job) == [("failed",)])


async def test_a_transient_error_is_tried_again_until_it_passes(database: Database, worker: Worker) -> None:
    await put(database, sample_tasks.flaky, key="a", failures=2)
    async with worker():
        await until(lambda: drained(database))
    assert await rows(database, "SELECT note FROM public.attempts ORDER BY id") == [("1",), ("2",), ("3",)]
    assert await rows(database, "SELECT key FROM public.effects") == [("a",)]


async def test_a_transient_error_that_does_not_pass_fails_after_its_attempts(
    database: Database, worker: Worker
) -> None:
    job = await put(database, sample_tasks.flaky, key="a", failures=99)
    async with worker():
        await until(lambda: failed(database, job))
    assert await one(database, "SELECT count(*) FROM public.attempts") == 4


async def test_an_error_that_lasts_is_not_tried_again_and_blocks_nobody(database: Database, worker: Worker) -> None:
    job = await put(database, sample_tasks.broken, key="bad", lock="l")
    await put(database, sample_tasks.mark, key="good", lock="l")
    async with worker(concurrency=1):
        await until(lambda: drained(database))
    assert await failed(database, job)
    assert await rows(database, "SELECT key FROM public.attempts ORDER BY id") == [("bad",), ("good",)]


async def test_a_job_that_waits_for_its_retry_lets_the_others_of_its_lock_go_first(
    database: Database, worker: Worker
) -> None:
    await put(database, sample_tasks.flaky, key="flaky", failures=1, lock="l")
    await put(database, sample_tasks.mark, key="next", lock="l")
    async with worker(concurrency=1):
        await until(lambda: drained(database))
    order = await rows(database, "SELECT key FROM public.attempts ORDER BY id")
    assert order == [("flaky",), ("next",), ("flaky",)]


async def test_a_retry_whose_twin_waits_gives_up_its_queueing_lock_and_both_run(
    database: Database, worker: Worker
) -> None:
    job = await put(database, sample_tasks.flaky, dedupe="same", key="first", failures=1)
    await rows(
        database,
        "UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s RETURNING 1",
        job,
    )
    await put(database, sample_tasks.mark, dedupe="same", key="twin")
    async with worker():
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.effects ORDER BY key") == [("first",), ("twin",)]


async def test_a_job_of_an_unknown_task_waits_for_a_worker_that_knows_it(database: Database, worker: Worker) -> None:
    job = await put(database, sample_tasks.nothing, number=1)
    renamed = "UPDATE jobs.procrastinate_jobs SET task_name = 'test.tomorrow' WHERE id = %s RETURNING 1"
    await rows(database, renamed, job)
    async with worker():
        await until(lambda: was_tried(database, job))
    assert await rows(database, STATUS, job) == [("todo",)]


async def was_tried(database: Database, job: int) -> bool:
    return bool(await one(database, "SELECT attempts > 0 FROM jobs.procrastinate_jobs WHERE id = %s", job))


async def test_a_job_starts_at_once_when_it_is_committed(database: Database, worker: Worker) -> None:
    async with worker(poll=600.0):
        await until(lambda: worker_lives(database))
        for number in range(10):
            await put(database, sample_tasks.mark, key=str(number))
            await until(lambda: drained(database))
            assert await one(database, "SELECT count(*) FROM public.effects") == number + 1


async def test_a_delayed_job_starts_late_and_not_before(database: Database, worker: Worker) -> None:
    async with worker():
        job = await put(database, sample_tasks.mark, key="a", delay=timedelta(seconds=0.7))
        due = await one(database, "SELECT scheduled_at FROM jobs.procrastinate_jobs WHERE id = %s", job)
        await until(lambda: drained(database))
    [(tried,)] = await rows(database, "SELECT at FROM public.attempts")
    assert tried >= due


async def test_a_worker_told_to_stop_lets_short_jobs_end_and_hands_long_ones_back(
    database: Database, worker: Worker
) -> None:
    short = await put(database, sample_tasks.slow, key="short", seconds=0.1)
    long = await put(database, sample_tasks.slow, key="long", seconds=60.0)
    async with worker(grace=2.0):
        await until(lambda: both_began(database))
    assert await rows(database, STATUS, short) == []
    left = "SELECT id, status::text, attempts, worker_id FROM jobs.procrastinate_jobs WHERE queue_name = 'test'"
    assert await rows(database, left) == [(long, "todo", 0, None)]
    assert await rows(database, "SELECT key FROM public.effects") == [("short",)]
    assert (await queue_state(database)).workers == ()


async def both_began(database: Database) -> bool:
    return bool(await one(database, "SELECT count(*) = 2 FROM public.attempts"))


async def test_no_two_workers_run_the_same_job(database: Database, worker: Worker) -> None:
    async with database.write() as session:
        await enqueue_many(session, sample_tasks.mark, [{"key": str(n)} for n in range(200)])
    async with worker(concurrency=3), worker(concurrency=3):
        await until(lambda: drained(database))
    assert await one(database, "SELECT count(*) FROM public.attempts") == 200
    assert await one(database, "SELECT count(DISTINCT key) FROM public.attempts") == 200


async def test_two_workers_keep_a_lock_between_them(database: Database, worker: Worker) -> None:
    async with database.write() as session:
        items = [{"key": str(n), "seconds": 0.02} for n in range(15)]
        await enqueue_many(session, sample_tasks.slow, items, lock="one at a time")
    async with worker(concurrency=3), worker(concurrency=3):
        most = 0
        while not await drained(database):
            most = max(most, await one(database, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'"))
    assert most == 1
    assert await one(database, "SELECT count(*) FROM public.effects") == 15


async def test_a_worker_that_was_given_up_begins_again_under_another_number(database: Database, worker: Worker) -> None:
    async with worker():
        await until(lambda: worker_lives(database))
        before = (await queue_state(database)).workers[0].id
        await rows(database, "DELETE FROM jobs.procrastinate_workers RETURNING 1")
        await until(lambda: worker_lives(database))
        await put(database, sample_tasks.mark, key="after")
        await until(lambda: drained(database))
        assert (await queue_state(database)).workers[0].id > before


async def worker_lives(database: Database) -> bool:
    return (await queue_state(database)).workers_alive == 1


async def test_the_end_of_a_job_that_another_has_taken_over_changes_nothing(database: Database, worker: Worker) -> None:
    job = await put(database, sample_tasks.held, key="a")
    async with worker(dead_after=60.0):
        await until(lambda: one_began(database))
        # As a reaper does that took this worker for dead, and a worker that then fetched the job.
        other = await one(database, "INSERT INTO jobs.procrastinate_workers DEFAULT VALUES RETURNING id")
        await rows(database, "UPDATE jobs.procrastinate_jobs SET worker_id = %s WHERE id = %s RETURNING 1", other, job)
        await rows(database, "INSERT INTO public.effects (key) VALUES ('a may end') RETURNING 1")
        await until(lambda: took_effect(database, "a"))
        await asyncio.sleep(0.3)
        held = await rows(database, "SELECT status::text, worker_id FROM jobs.procrastinate_jobs WHERE id = %s", job)
        assert held == [("doing", other)]
        await until(lambda: drained(database))


async def began(database: Database, key: str) -> bool:
    return bool(await one(database, "SELECT EXISTS (SELECT FROM public.attempts WHERE key = %s)", key))


async def took_effect(database: Database, key: str) -> bool:
    return bool(await one(database, "SELECT EXISTS (SELECT FROM public.effects WHERE key = %s)", key))


async def one_began(database: Database) -> bool:
    return bool(await one(database, "SELECT count(*) = 1 FROM public.attempts"))


async def test_a_job_that_the_database_says_we_run_and_we_do_not_goes_back(database: Database, worker: Worker) -> None:
    job = await put(database, sample_tasks.mark, key="a")
    await rows(database, "UPDATE jobs.procrastinate_jobs SET queue_name = 'elsewhere' WHERE id = %s RETURNING 1", job)
    async with worker():
        await until(lambda: worker_lives(database))
        number = (await queue_state(database)).workers[0].id
        await rows(
            database,
            "UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = %s, queue_name = 'test' WHERE id = %s"
            " RETURNING 1",
            number,
            job,
        )
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.effects") == [("a",)]


async def test_the_state_of_the_queue_names_what_waits_and_who_works(database: Database, worker: Worker) -> None:
    await put(database, sample_tasks.mark, key="later", delay=timedelta(hours=1))
    await put(database, sample_tasks.slow, key="now", seconds=0.5)
    stalled = await put(database, sample_tasks.mark, key="stalled")
    await rows(database, "UPDATE jobs.procrastinate_jobs SET status = 'doing' WHERE id = %s RETURNING 1", stalled)
    state = await queue_state(database)
    assert (state.workers_alive, state.waiting, state.stalled) == (0, 2, 1)
    async with worker():
        await until(lambda: began(database, "now"))
        state = await queue_state(database)
        assert state.workers_alive == 1
        assert [(queue.name, queue.later) for queue in state.queues if queue.name == "test"] == [("test", 1)]
        assert state.workers[0].place.count(":") == 1
        assert state.workers[0].running >= 1


def test_silence_is_measured_by_the_watchers_own_clock() -> None:
    now = 1000.0
    watch = Watch(gone_after=6, dead_after=60, clock=lambda: now)

    def sighting(number: int, beat: int, *, connected: bool) -> Sighting:
        return Sighting(number, datetime(2000 + beat, 1, 1, tzinfo=UTC), 1e9, connected, None)

    def dead(beat: int) -> list[int]:
        steady = [sighting(1, 0, connected=False), sighting(2, 0, connected=True)]
        return watch.dead([*steady, sighting(3, beat, connected=False)])

    assert dead(0) == []  # however long ago the beat was, by a clock that may have jumped
    now += 5
    assert dead(50) == []  # a beat that differs is a beat, forwards or backwards
    now += 2
    assert dead(50) == [1]
    now += 6
    assert dead(-50) == [1]
    now += 48
    assert dead(0) == [1, 2]
    watch.interrupted()
    assert dead(0) == []


async def test_periodic_work_is_enqueued_once_for_all_workers(
    database: Database, settings: Settings, worker: Worker
) -> None:
    name = f"test.periodic-{uuid4()}"

    @periodic(name, every=lambda _: timedelta(seconds=1.5), queue="test")
    async def tick(context: JobContext) -> None:
        await sample_tasks.attempted(context, name)

    async def twice() -> bool:
        return bool(await one(database, "SELECT count(*) >= 2 FROM public.attempts WHERE key = %s", name))

    try:
        async with worker(), worker(), worker():
            await until(twice)
        times = await rows(database, "SELECT at FROM public.attempts WHERE key = %s ORDER BY id", name)
        gaps = [after[0] - before[0] for before, after in pairwise(times)]
        assert min(gaps) > timedelta(seconds=1.2)
    finally:
        del TASKS[name]


async def test_periodic_work_that_the_settings_turn_off_is_not_enqueued(database: Database, worker: Worker) -> None:
    name = f"test.never-{uuid4()}"

    @periodic(name, every=lambda _: None, queue="test")
    async def never(context: JobContext) -> None: ...

    try:
        async with worker():
            await until(lambda: worker_lives(database))
            await asyncio.sleep(0.3)
        assert await rows(database, "SELECT 1 FROM app.periodic_runs WHERE name = %s", name) == []
    finally:
        del TASKS[name]


async def test_tidying_forgets_what_failed_long_ago_and_nothing_else(database: Database, settings: Settings) -> None:
    from fumetto.kernel.jobs.tasks import tidy_queue
    from fumetto.kernel.storage import open_storage

    old, recent, waiting = [await put(database, sample_tasks.nothing, number=n) for n in range(3)]
    await rows(
        database, "UPDATE jobs.procrastinate_jobs SET status = 'failed' WHERE id = ANY(%s) RETURNING 1", [old, recent]
    )
    aged = "UPDATE jobs.procrastinate_events SET at = now() - interval '8 days' WHERE job_id = ANY(%s) RETURNING 1"
    await rows(database, aged, [old, waiting])
    context = JobContext(database, settings, open_storage(settings), 0, "kernel.tidy_queue", 1, None, lambda: False)
    await tidy_queue(context)
    assert await rows(database, "SELECT id FROM jobs.procrastinate_jobs ORDER BY id") == [(recent,), (waiting,)]


@pytest.mark.parametrize(
    "name",
    [
        "_process_job",
        "_periodic_deferrer",
        "_update_heartbeat",
        "_handle_abort_jobs_requested",
    ],
)
def test_the_parts_of_procrastinate_that_we_stand_on_are_there(name: str) -> None:
    assert callable(getattr(procrastinate.worker.Worker, name))


async def test_a_reaper_without_workers_to_watch_finds_orphans(database: Database, effects: None) -> None:
    job = await put(database, sample_tasks.mark, key="orphan")
    await rows(database, "UPDATE jobs.procrastinate_jobs SET status = 'doing' WHERE id = %s RETURNING 1", job)
    await Reaper(database, Watch(1, 1)).round(worker=0, running=set())
    assert await rows(database, "SELECT status::text, attempts FROM jobs.procrastinate_jobs") == [("todo", 1)]
