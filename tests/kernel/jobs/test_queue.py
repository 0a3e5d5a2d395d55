"""Jobs go into the queue with the transaction that wants them, once, in order, and carry ids only."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from fumetto.kernel.context import in_request
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.registry import task
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.conftest import Worker, drained, one, rows, until

WAITING = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'"


async def test_a_job_exists_when_its_transaction_commits_and_not_before(database: Database) -> None:
    async with database.write() as session:
        assert await enqueue(session, sample_tasks.mark, key="a") is not None
        assert await one(database, WAITING) == 0
    assert await one(database, WAITING) == 1


async def test_a_rollback_leaves_no_job(database: Database) -> None:
    class ChangedMindError(Exception):
        pass

    async def change_ones_mind() -> None:
        async with database.write() as session:
            await enqueue(session, sample_tasks.mark, key="a")
            await enqueue_many(session, sample_tasks.mark, [{"key": "b"}, {"key": "c"}])
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        await change_ones_mind()
    assert await one(database, WAITING) == 0


async def test_the_same_work_waits_once_and_the_transaction_lives_on(database: Database) -> None:
    async with database.write() as session:
        first = await enqueue(session, sample_tasks.mark, dedupe="mark:a", key="a")
    async with database.write() as session:
        assert await enqueue(session, sample_tasks.mark, dedupe="mark:a", key="a") is None
        second = await enqueue(session, sample_tasks.mark, dedupe="mark:b", key="b")
        assert await enqueue(session, sample_tasks.mark, dedupe="mark:b", key="b") is None
    assert await rows(database, "SELECT id FROM jobs.procrastinate_jobs ORDER BY id") == [(first,), (second,)]


async def test_of_many_only_those_that_do_not_wait_yet_are_enqueued(database: Database) -> None:
    def dedupe(item: Any) -> str:
        return f"mark:{item['key']}"

    async with database.write() as session:
        await enqueue_many(session, sample_tasks.mark, [{"key": str(n)} for n in range(5)], dedupe=dedupe)
        new = await enqueue_many(session, sample_tasks.mark, [{"key": str(n)} for n in range(3, 9)], dedupe=dedupe)
    assert len(new) == 4
    assert await one(database, WAITING) == 9


async def test_two_who_enqueue_the_same_at_the_same_time_make_one_job(database: Database) -> None:
    async def try_it() -> int | None:
        async with database.write() as session:
            number = await enqueue(session, sample_tasks.mark, dedupe="same", key="a")
            await asyncio.sleep(0.05)
            return number

    found = await asyncio.gather(*(try_it() for _ in range(5)))
    assert len([number for number in found if number is not None]) == 1


async def test_work_may_be_enqueued_again_once_it_runs(database: Database, worker: Worker) -> None:
    async with worker():
        async with database.write() as session:
            await enqueue(session, sample_tasks.slow, dedupe="s", key="a", seconds=0.3)
        await until(lambda: exists(database, "a"))
        async with database.write() as session:
            assert await enqueue(session, sample_tasks.slow, dedupe="s", key="b", seconds=0.0) is not None
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.effects ORDER BY key") == [("a",), ("b",)]


async def exists(database: Database, key: str) -> bool:
    return bool(await one(database, "SELECT EXISTS (SELECT FROM public.attempts WHERE key = %s)", key))


async def test_jobs_of_one_lock_run_one_at_a_time_in_order_without_waiting_for_a_poll(
    database: Database, worker: Worker
) -> None:
    async with worker(concurrency=4, poll=30.0):
        async with database.write() as session:
            items = [{"key": str(n), "seconds": 0.01} for n in range(10)]
            await enqueue_many(session, sample_tasks.slow, items, lock="series:1")
        await until(lambda: drained(database), seconds=5)
    order = await rows(database, "SELECT key FROM public.attempts ORDER BY id")
    assert order == [(str(n),) for n in range(10)]


async def test_higher_priorities_go_first(database: Database, worker: Worker) -> None:
    async with database.write() as session:
        for key, priority in (("low", -1), ("middle", None), ("high", 10)):
            await enqueue(session, sample_tasks.mark, key=key, priority=priority)
    async with worker(concurrency=1):
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.attempts ORDER BY id") == [("high",), ("middle",), ("low",)]


async def test_ids_arrive_as_ids(database: Database, worker: Worker) -> None:
    target = uuid4()
    async with database.write() as session:
        await enqueue(session, sample_tasks.typed, target=target, other=uuid4())
        await enqueue(session, sample_tasks.typed, target=target)
    async with worker():
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key, note FROM public.attempts ORDER BY id") == [
        (str(target), "UUID UUID"),
        (str(target), "UUID NoneType"),
    ]


async def test_the_request_that_wanted_a_job_is_known_while_it_runs(database: Database, worker: Worker) -> None:
    with in_request("request-12345"):
        async with database.write() as session:
            await enqueue(session, sample_tasks.mark, key="a")
    async with worker():
        await until(lambda: drained(database))
    assert await one(database, "SELECT note FROM public.attempts") == "request-12345"


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"key": b"bytes"}, TypeError),
        ({"key": ["a", "list"]}, TypeError),
        ({"key": "x" * 5000}, ValueError),
        ({"key": "nul\0"}, ValueError),
        ({"unknown": 1}, TypeError),
        ({}, TypeError),
    ],
)
async def test_what_is_no_id_does_not_enter_the_queue(
    database: Database, arguments: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        async with database.write() as session:
            await enqueue(session, sample_tasks.mark, **arguments)
    assert await one(database, WAITING) == 0


async def test_a_task_cannot_have_an_argument_that_enqueue_has() -> None:
    with pytest.raises(ValueError, match="lock"):

        @task("test.clash")
        async def clash(context: JobContext, *, lock: str) -> None: ...


async def test_a_job_is_not_enqueued_in_a_transaction_that_only_reads(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await session.raw().execute("INSERT INTO jobs.procrastinate_workers DEFAULT VALUES")
