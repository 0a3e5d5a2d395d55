"""Activities count exactly, end by themselves, and can be stopped and tried again."""

import asyncio
import errno
from typing import Any
from uuid import UUID, uuid4

import pytest

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs import activities
from fumetto.kernel.jobs.activities import advance, cancel, finish, settle, start_activity
from fumetto.kernel.jobs.errors import ActivityEnded, ActivityNotFound
from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.jobs.presence import Watch
from fumetto.kernel.jobs.queue import activity_of, enqueue, enqueue_many
from fumetto.kernel.jobs.reaper import Reaper
from fumetto.kernel.jobs.schemas import ActivityDetail
from fumetto.kernel.jobs.views import Viewer, detail_of, uncounted_of
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.conftest import Worker, drained, one, rows, until


class ChangedMindError(Exception):
    pass


EDITOR = Viewer(uuid4(), edits=True)


async def seen(database: Database, activity: UUID) -> ActivityDetail:
    async with database.read() as session:
        detail = await detail_of(session, EDITOR, activity, "en")
    assert detail is not None
    return detail


async def counts(database: Database, activity: UUID) -> tuple[str, int, int, int]:
    detail = await seen(database, activity)
    return detail.state.value, detail.done, detail.failed_count, detail.total


async def an_import(database: Database, task: Any, items: list[dict[str, Any]], **options: Any) -> UUID:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="Pepper & Carrot", started_by=uuid4())
        await enqueue_many(session, task, items, activity=activity, **options)
    return activity


async def ended(database: Database, activity: UUID) -> bool:
    return (await seen(database, activity)).state not in {ActivityState.QUEUED, ActivityState.RUNNING}


async def test_an_activity_ends_with_its_last_job_and_every_job_is_one_unit(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.nothing, [{"number": n} for n in range(50)])
    assert await counts(database, activity) == ("queued", 0, 0, 50)
    async with worker():
        await until(lambda: ended(database, activity))
    detail = await seen(database, activity)
    assert (detail.state, detail.done, detail.failed_count, detail.total) == ("succeeded", 50, 0, 50)
    assert detail.started_at
    assert detail.finished_at
    assert detail.created_at <= detail.started_at <= detail.finished_at
    assert await one(database, "SELECT count(*) FROM app.activity_parts") == 0


async def test_what_follows_from_a_job_is_waited_for_and_not_put_off_longer_than_there_is_other_work(
    database: Database, worker: Worker
) -> None:
    activity = await an_import(database, sample_tasks.leads_on, [{"key": str(n), "after": 3600.0} for n in range(3)])
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 3, 0, 3)
    assert await one(database, "SELECT count(*) FROM public.effects") == 3


async def test_what_is_put_off_waits_while_there_is_other_work(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.leads_on, [{"key": "a", "after": 3600.0}])
    async with database.write() as session:
        await enqueue(session, sample_tasks.slow, activity=activity, key="b", seconds=3600.0)
    async with worker():
        await until(lambda: stands_at(database, activity, "running", 1))
        async with database.read() as session:
            assert await uncounted_of(session, activity) == {"test.mark": 1}
        async with database.write() as session:
            await settle(session, activity)
        assert await one(database, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE scheduled_at > now()") == 1


async def stands_at(database: Database, activity: UUID, state: str, done: int) -> bool:
    return (await counts(database, activity))[:2] == (state, done)


async def test_a_job_that_counts_shows_how_far_it_is(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.many, [{"key": "a", "count": 200}])

    async def halfway() -> bool:
        state, done, _, total = await counts(database, activity)
        return state == "running" and 0 < done < 200 and total == 200

    async with worker():
        await until(halfway)
        detail = await seen(database, activity)
        assert detail.rate
        assert detail.seconds_left is not None
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 200, 0, 200)
    assert (await seen(database, activity)).seconds_left is None


async def test_what_failed_within_a_job_is_listed_with_its_reason(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.many, [{"key": "a", "count": 20, "fail_every": 10}])
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 18, 2, 20)
    failures = (await seen(database, activity)).failures
    assert [(failure.item, failure.code) for failure in failures] == [("item 0", "invalid"), ("item 10", "invalid")]
    assert failures[0].message == "This request cannot be carried out as it is."


async def test_a_bad_job_costs_its_units_and_the_rest_goes_on(database: Database, worker: Worker) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="x")
        await enqueue(session, sample_tasks.broken, key="bad", activity=activity, units=7)
        await enqueue_many(session, sample_tasks.nothing, [{"number": n} for n in range(10)], activity=activity)
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 10, 7, 17)
    assert [failure.code for failure in (await seen(database, activity)).failures] == ["internal"]


async def test_an_activity_of_which_nothing_could_be_done_has_failed(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.broken, [{"key": "a"}, {"key": "b"}])
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("failed", 0, 2, 2)


async def test_a_full_disk_fails_the_activity_at_once_whatever_else_was_done(
    database: Database, worker: Worker
) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title="x")
        await enqueue(session, sample_tasks.hindered, key="full", errno=errno.ENOSPC, activity=activity, units=3)
        await enqueue_many(session, sample_tasks.nothing, [{"number": n} for n in range(10)], activity=activity)
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("failed", 10, 3, 13)
    [failure] = (await seen(database, activity)).failures
    assert (failure.code, failure.item) == ("disk_full", "test.hindered")
    assert await one(database, "SELECT count(*) FROM public.attempts") == 1


async def test_failed_jobs_can_be_tried_again_and_are_counted_anew(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.broken, [{"key": "a"}])
    async with database.write() as session:
        await enqueue(session, sample_tasks.nothing, number=1, activity=activity)
    async with worker():
        await until(lambda: ended(database, activity))
        assert await counts(database, activity) == ("succeeded", 1, 1, 2)
        async with database.write() as session:
            assert await activities.retry(session, activity) == 1
        assert (await counts(database, activity))[1:] == (1, 0, 2)
        await until(lambda: ended(database, activity))
        await until(lambda: tried(database, "a", 2))
    assert await counts(database, activity) == ("succeeded", 1, 1, 2)
    assert len((await seen(database, activity)).failures) == 1


async def tried(database: Database, key: str, times: int) -> bool:
    return bool(await one(database, "SELECT count(*) = %s FROM public.attempts WHERE key = %s", times, key))


async def test_a_coordinator_that_counts_nothing_keeps_its_activity_open(database: Database, worker: Worker) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="scan", title="x")
        await enqueue(session, sample_tasks.slow, key="c", seconds=0.5, activity=activity, units=0)
    async with worker():
        await until(lambda: started(database, activity))
        async with database.write() as session:
            await enqueue_many(session, sample_tasks.nothing, [{"number": n} for n in range(5)], activity=activity)
        await until(lambda: drained(database))
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 5, 0, 5)


async def started(database: Database, activity: UUID) -> bool:
    return (await seen(database, activity)).state is ActivityState.RUNNING


async def test_an_activity_by_hand_counts_with_the_transactions_that_do_the_work(database: Database) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="upload", title="x", total=10)
    for _ in range(3):
        async with database.write() as session:
            await advance(session, activity, done=2)

    async def change_ones_mind() -> None:
        async with database.write() as session:
            await advance(session, activity, done=1)
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        await change_ones_mind()
    await advance(database, activity, failed=1, total=5)
    assert (await counts(database, activity))[1:] == (6, 1, 15)
    async with database.write() as session:
        assert await finish(session, activity) is ActivityState.SUCCEEDED
    assert await counts(database, activity) == ("succeeded", 6, 1, 15)
    async with database.write() as session:
        assert await finish(session, activity) is ActivityState.SUCCEEDED


async def test_many_who_advance_at_once_lose_nothing_and_do_not_wait(database: Database) -> None:
    async with database.write() as session:
        activity = await start_activity(session, kind="x", title="x", total=400)

    async def one_by_one() -> None:
        for _ in range(50):
            async with database.write() as session:
                await advance(session, activity, done=1)

    async def settle_all_the_time() -> None:
        for _ in range(20):
            async with database.write() as session:
                await activities.settle(session, activity)
            await asyncio.sleep(0.01)

    async with database.write() as holder:  # somebody's long transaction with a count in it holds nobody up
        await advance(holder, activity, done=0)
        await asyncio.wait_for(asyncio.gather(*(one_by_one() for _ in range(6)), settle_all_the_time()), 30)
    async with database.write() as session:
        await finish(session, activity)
    assert await counts(database, activity) == ("succeeded", 300, 0, 400)


async def test_cancelling_stops_what_waits_and_what_runs_at_once(database: Database, worker: Worker) -> None:
    items = [{"key": f"slow {n}", "seconds": 600.0} for n in range(30)]
    activity = await an_import(database, sample_tasks.slow, items)
    other = await an_import(database, sample_tasks.nothing, [{"number": 1}])
    async with worker(concurrency=4):
        await until(lambda: is_running(database, 4))
        async with database.write() as session:
            await cancel(session, activity)
        assert (await seen(database, activity)).state is ActivityState.CANCELLED
        await until(lambda: ended(database, other))
        await until(lambda: drained(database))  # in far less time than one of those that run takes
        await until(lambda: no_parts(database))
    assert await counts(database, activity) == ("cancelled", 0, 0, 30)
    assert await one(database, "SELECT count(*) FROM public.effects") == 0
    assert await one(database, "SELECT count(*) FROM public.attempts") == 4


async def is_running(database: Database, count: int) -> bool:
    return bool(await one(database, "SELECT count(*) >= %s FROM public.attempts", count))


async def no_parts(database: Database) -> bool:
    return bool(await one(database, "SELECT count(*) = 0 FROM app.activity_parts"))


async def test_a_job_that_asks_whether_to_stop_is_told(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.stubborn, [{"key": "a"}])
    async with worker():
        await until(lambda: is_running(database, 1))
        async with database.write() as session:
            await cancel(session, activity)
        await until(lambda: drained(database), seconds=3)
    assert await counts(database, activity) == ("cancelled", 0, 0, 1)
    assert await rows(database, "SELECT note FROM public.attempts") == [("begin",)]


async def test_what_is_enqueued_for_a_cancelled_activity_does_not_run(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.mark, [{"key": "before"}])
    async with database.write() as slow_session:
        await one(database, "SELECT 1")
        async with database.write() as session:
            await cancel(session, activity)
        assert await enqueue(slow_session, sample_tasks.mark, key="after", activity=activity) is None
    async with worker():
        await until(lambda: drained(database))
    assert await rows(database, "SELECT key FROM public.attempts") == []


async def test_a_job_that_slipped_in_beside_a_cancellation_does_not_run(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.mark, [])
    async with database.write() as slow_session:
        assert await enqueue(slow_session, sample_tasks.mark, key="beside", activity=activity) is not None
        async with database.write() as session:
            await cancel(session, activity)
    async with worker():
        await until(lambda: drained(database))
        await until(lambda: no_parts(database))
    assert await rows(database, "SELECT key FROM public.attempts") == []
    assert (await seen(database, activity)).state is ActivityState.CANCELLED


async def test_cancelling_twice_is_once_and_cancelling_what_ended_is_a_conflict(database: Database) -> None:
    activity = await an_import(database, sample_tasks.nothing, [{"number": 1}])
    for _ in range(2):
        async with database.write() as session:
            await cancel(session, activity)
    async with database.write() as session:
        done = await start_activity(session, kind="x", title="x")
        await finish(session, done)
    with pytest.raises(ActivityEnded):
        async with database.write() as session:
            await cancel(session, done)
    with pytest.raises(ActivityNotFound):
        async with database.write() as session:
            await cancel(session, uuid4())


async def test_whoever_comes_second_finds_the_activity_that_is_under_way(database: Database) -> None:
    async with database.write() as session:
        first = await start_activity(session, kind="scan", title="x")
        await enqueue(session, sample_tasks.mark, dedupe="scan:1", key="a", activity=first)
    async with database.write() as session:
        assert await enqueue(session, sample_tasks.mark, dedupe="scan:1", key="a") is None
        assert await activity_of(session, "scan:1") == first
        assert await activity_of(session, "scan:2") is None


async def test_an_activity_whose_last_word_was_lost_is_ended_by_the_next_look(database: Database) -> None:
    activity = await an_import(database, sample_tasks.nothing, [{"number": n} for n in range(3)])
    # As after a worker that ended its jobs and was killed before it settled.
    await rows(
        database,
        "WITH gone AS (DELETE FROM jobs.procrastinate_jobs RETURNING id) UPDATE app.activity_parts p"
        " SET state = 'ended', done = 1 FROM gone WHERE p.job_id = gone.id RETURNING 1",
    )
    assert await counts(database, activity) == ("queued", 3, 0, 3)
    await Reaper(database, Watch(1, 1)).round(worker=0, running=set())
    assert await counts(database, activity) == ("succeeded", 3, 0, 3)


async def test_a_job_whose_target_is_gone_is_done_and_not_failed(database: Database, worker: Worker) -> None:
    activity = await an_import(database, sample_tasks.gone, [{"target": uuid4()}])
    async with worker():
        await until(lambda: ended(database, activity))
    assert await counts(database, activity) == ("succeeded", 1, 0, 1)
    assert await one(database, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'failed'") == 0
