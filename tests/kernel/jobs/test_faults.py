"""Workers and databases that die at any moment: nothing acknowledged is lost, nothing is counted twice."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fumetto.kernel.db.errors import DatabaseError
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import Busy
from fumetto.kernel.jobs.activities import start_activity
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.views import progress_of
from fumetto.kernel.jobs.worker import run_worker
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from tests.builders.server import TestServer, running
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.conftest import Worker, drained, one, rows, until
from tests.kernel.jobs.pace import QUICK

HOME = Path(__file__).resolve().parents[3]


class Processes:
    """Real worker processes, some of which the test kills."""

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url
        self.arguments = [settings.database_url.get_secret_value(), str(settings.data_dir)]
        self.alive: list[asyncio.subprocess.Process] = []

    async def start(self, concurrency: int = 2) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kernel.jobs.worker_process",
            *self.arguments,
            str(concurrency),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=HOME,
            env={**os.environ, "PYTHONPATH": f"{HOME}:{HOME / 'src'}"},
        )
        self.alive.append(process)
        return process

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        self.alive.remove(process)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()

    async def close(self) -> None:
        for process in self.alive:
            assert process.stdin
            process.stdin.close()
        for process in list(self.alive):
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                await self.kill(process)


@asynccontextmanager
async def worker_processes(settings: Settings) -> AsyncIterator[Processes]:
    processes = Processes(settings)
    try:
        yield processes
    finally:
        await processes.close()


async def activity_row(database: Database, activity: UUID) -> tuple[Any, ...]:
    async with database.read() as session:
        seen = await progress_of(session, activity)
    return seen.state.value, seen.done, seen.failed_count, seen.total


async def has_ended(database: Database, activity: UUID) -> bool:
    return (await activity_row(database, activity))[0] not in {"queued", "running"}


async def test_workers_killed_again_and_again_lose_nothing_and_count_everything_once(
    database: Database, settings_with_database: Settings, effects: None
) -> None:
    acknowledged: set[str] = set()
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="x")
        items = [{"key": f"slow {n}", "seconds": 0.03} for n in range(100)]
        await enqueue_many(session, sample_tasks.slow, items, activity=activity, lock=lambda item: item["key"][-1])
        counting = [{"key": f"many {n}", "count": 20, "fail_every": 5} for n in range(10)]
        await enqueue_many(session, sample_tasks.many, counting, activity=activity)
    acknowledged |= {str(item["key"]) for item in [*items, *counting]}
    kills = 0
    dice = random.Random(20261122)  # noqa: S311 - when to kill is no secret
    async with worker_processes(settings_with_database) as processes:
        await processes.start()
        await processes.start()
        await until(lambda: some_effect(database))
        while kills < 6 and not await drained(database):
            victim = dice.choice(processes.alive)
            await processes.kill(victim)
            kills += 1
            await processes.start()
            before = await one(database, "SELECT count(*) FROM public.effects")
            await asyncio.sleep(dice.uniform(0.0, 0.4))
            await until(partial(more_effects, database, before))
        await until(lambda: has_ended(database, activity))
    assert kills >= 4, "the workers were done before they could be killed"
    assert {row[0] for row in await rows(database, "SELECT key FROM public.effects")} == acknowledged
    assert await activity_row(database, activity) == ("succeeded", 100 + 10 * 16, 10 * 4, 100 + 10 * 20)
    assert await one(database, "SELECT count(*) FROM app.activity_failures") == 10 * 4
    assert await one(database, "SELECT count(*) FROM app.activity_parts") == 0
    assert await drained(database)


async def some_effect(database: Database) -> bool:
    return await more_effects(database, 0)


async def more_effects(database: Database, before: int) -> bool:
    return bool(await one(database, "SELECT count(*) > %s FROM public.effects", before)) or await drained(database)


async def test_a_job_that_kills_its_worker_is_given_up_and_the_others_are_done(
    database: Database, settings_with_database: Settings, effects: None
) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="x")
        await enqueue(session, sample_tasks.deadly, key="poison", activity=activity, dedupe="poison", lock="poison")
        await enqueue_many(session, sample_tasks.mark, [{"key": str(n)} for n in range(20)], activity=activity)
    async with worker_processes(settings_with_database) as processes:
        process = await processes.start(1)

        async def someone_works() -> bool:
            nonlocal process
            if process.returncode is not None:
                processes.alive.remove(process)
                process = await processes.start(1)
            return await has_ended(database, activity)

        await until(someone_works)
    assert await activity_row(database, activity) == ("succeeded", 20, 1, 21)
    assert await one(database, "SELECT count(*) FROM public.attempts WHERE key = 'poison'") == 3
    assert await one(database, "SELECT count(*) FROM public.effects") == 20
    assert await rows(database, "SELECT item, code FROM app.activity_failures") == [("test.deadly", "job_lost")]


async def test_what_a_killed_worker_had_in_hand_is_taken_up_by_another_at_once(
    database: Database, settings_with_database: Settings, worker: Worker
) -> None:
    async with database.write() as session:
        await enqueue(session, sample_tasks.slow, key="a", seconds=0.5, dedupe="a", lock="a")
    async with worker_processes(settings_with_database) as processes:
        process = await processes.start()
        await until(lambda: began(database, 1))
        await processes.kill(process)
        async with database.write() as session:  # its queueing lock is free, and taken by a twin
            assert await enqueue(session, sample_tasks.slow, key="a", seconds=0.0, dedupe="a", lock="a") is not None
        async with worker():
            await until(lambda: began(database, 3))
            await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.effects") == [("a",)]


async def began(database: Database, count: int) -> bool:
    return bool(await one(database, "SELECT count(*) >= %s FROM public.attempts", count))


async def test_a_worker_that_hangs_is_given_up_and_ends_nothing_when_it_wakes(
    database: Database, settings_with_database: Settings, worker: Worker
) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="x")
        await enqueue(session, sample_tasks.slow, key="a", seconds=0.6, activity=activity)
    async with worker_processes(settings_with_database) as processes:
        process = await processes.start()
        await until(lambda: began(database, 1))
        process.send_signal(signal.SIGSTOP)
        async with worker(dead_after=1.0):
            await until(lambda: began(database, 2))
            await until(lambda: has_ended(database, activity))
            process.send_signal(signal.SIGCONT)
            await asyncio.sleep(1.0)
    assert await activity_row(database, activity) == ("succeeded", 1, 0, 1)
    assert await rows(database, "SELECT key FROM public.effects") == [("a",)]
    assert await drained(database)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[TestServer]:
    """A server for this test alone, which may therefore kill it."""
    with running(tmp_path / "own") as server:
        yield server


async def test_the_database_killed_under_a_worker_comes_back_and_the_work_goes_on(
    own_server: TestServer, tmp_path: Path, settings: Settings
) -> None:
    keys = {f"slow {n}" for n in range(60)}
    clone = own_server.clone()
    async with clone.connect(Role.ADMIN) as admin:
        await admin.execute(sample_tasks.EFFECTS)
        # What is committed has to have left the server that is killed, which others here need not wait for.
        await admin.execute(f"ALTER DATABASE {clone.database} SET synchronous_commit = on".encode())
    async with await Database.on(clone, settings) as database:
        async with database.write() as session:
            activity = await start_activity(session, kind="import", title="x")
            items = [{"key": key, "seconds": 0.05} for key in sorted(keys)]
            await enqueue_many(session, sample_tasks.slow, items, activity=activity)
        stop = asyncio.Event()
        storage = open_storage(settings)
        working = asyncio.create_task(
            run_worker(settings, database, storage, queues=["test"], concurrency=2, stop_event=stop, pace=QUICK)
        )
        for least in (5, 20, 35):
            await until(partial(answers_yes, partial(more_effects, database, least)))
            postmaster = own_server.lease.layout.postmaster_pid.read_text().split()[0]
            os.kill(int(postmaster), signal.SIGKILL)
            await asyncio.sleep(0.5)
        await until(partial(answers_yes, partial(has_ended, database, activity)))
        stop.set()
        await asyncio.wait_for(working, 60)
        assert {row[0] for row in await rows(database, "SELECT key FROM public.effects")} == keys
        assert await activity_row(database, activity) == ("succeeded", 60, 0, 60)
        assert await drained(database)


async def answers_yes(question: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await question()
    except (DatabaseError, Busy):
        return False
