"""Following activities over HTTP: each their own, editors whatever goes on, and a stream that holds no connection."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.activities import advance, finish, start_activity
from fumetto.kernel.jobs.feed import Feed
from fumetto.kernel.jobs.queue import enqueue_many
from fumetto.kernel.jobs.schemas import ActivityItem
from fumetto.kernel.jobs.views import Viewer
from fumetto.kernel.settings import Settings
from tests.builders.api import a_client, a_client_as, an_app
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.conftest import Worker, one, until

API = "/api/v1/activities"


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return an_app(settings, database)


async def started(database: Database, person: UUID | None, title: str = "An import", jobs: int = 0) -> UUID:
    async with database.write() as session:
        activity = await start_activity(session, kind="import", title=title, started_by=person, total=10)
        items = [{"key": f"{title} {n}", "seconds": 60.0} for n in range(jobs)]
        await enqueue_many(session, sample_tasks.slow, items, activity=activity)
    return activity


def person_of(client: httpx.AsyncClient) -> UUID:
    person: UUID = client.account.id  # type: ignore[attr-defined] # the builder puts it there
    return person


async def titles(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get(API)
    assert answer.status_code == 200
    return [item["title"] for item in answer.json()["items"]]


async def test_nobody_sees_nothing(app: FastAPI, database: Database) -> None:
    activity = await started(database, None)
    async with a_client(app) as client:
        for answer in (
            await client.get(API),
            await client.get(f"{API}/{activity}"),
            await client.get(f"{API}/events"),
            await client.post(f"{API}/{activity}/cancel"),
        ):
            assert answer.status_code == 401


async def test_a_reader_sees_their_own_and_an_editor_what_goes_on(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, "reader") as reader, a_client_as(app, "editor") as editor:
        mine = await started(database, person_of(reader), "mine")
        other = await started(database, uuid4(), "somebody's")
        over = await started(database, uuid4(), "over")
        async with database.write() as session:
            await finish(session, over)
        assert await titles(reader) == ["mine"]
        assert await titles(editor) == ["somebody's", "mine"]
        assert (await reader.get(f"{API}/{mine}")).status_code == 200
        for hidden in (other, uuid4()):
            for answer in (await reader.get(f"{API}/{hidden}"), await reader.post(f"{API}/{hidden}/cancel")):
                assert answer.status_code == 404
                assert answer.json()["code"] == "activity_not_found"
        assert (await editor.get(f"{API}/{over}")).json()["state"] == "succeeded"


async def test_an_activity_tells_how_far_it_is(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, "reader") as client:
        activity = await started(database, person_of(client))
        await advance(database, activity, done=3, failed=1)
        detail = (await client.get(f"{API}/{activity}")).json()
    assert {name: detail[name] for name in ("kind", "title", "done", "failed_count", "total", "failures")} == {
        "kind": "import",
        "title": "An import",
        "done": 3,
        "failed_count": 1,
        "total": 10,
        "failures": [],
    }


async def test_a_long_list_comes_in_pages_without_gaps(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, "reader") as client:
        for number in range(7):
            await started(database, person_of(client), str(number))
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await client.get(API, params={"limit": 3, "cursor": cursor})).json()
            assert page["total"] == 7
            seen += [item["title"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


async def test_cancelling_is_noted_and_a_second_time_changes_nothing(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, "reader") as client:
        activity = await started(database, person_of(client), jobs=3)
        for _ in range(2):
            answer = await client.post(f"{API}/{activity}/cancel")
            assert answer.status_code == 200
            assert answer.json()["state"] == "cancelled"
        done = await started(database, person_of(client))
        async with database.write() as session:
            await finish(session, done)
        answer = await client.post(f"{API}/{done}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "activity_ended")
    assert await one(database, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'") == 0
    assert await one(database, "SELECT count(*) >= 1 FROM app.audit_logs WHERE action = 'activity.cancel'")


async def test_failed_work_is_tried_again_on_request(app: FastAPI, database: Database, worker: Worker) -> None:
    async with a_client_as(app, "reader") as client:
        async with database.write() as session:
            activity = await start_activity(session, kind="x", title="x", started_by=person_of(client))
            await enqueue_many(session, sample_tasks.broken, [{"key": "a"}], activity=activity)

        async def state() -> Any:
            return (await client.get(f"{API}/{activity}")).json()["state"]

        async def has_failed() -> bool:
            return bool(await state() == "failed")

        async with worker():
            await until(has_failed)
        answer = await client.post(f"{API}/{activity}/retry")
        assert answer.json()["state"] == "queued"
        assert answer.json()["failures"] == []


Event = tuple[int, ActivityItem]


@asynccontextmanager
async def following(
    feed: Feed, viewer: Viewer, last: str | None = None
) -> AsyncIterator[Callable[[], "asyncio.Future[Event]"]]:
    async with aclosing(feed.follow(viewer, last)) as events:  # type: ignore[type-var] # it is a generator

        async def coming() -> Event:
            event = await asyncio.wait_for(anext(events), 60)
            assert event.event == "activity"
            assert event.id
            return int(event.id), event.data

        yield coming  # type: ignore[misc] # a coroutine function is what is called


async def test_a_stream_begins_with_what_goes_on_and_tells_every_change(database: Database) -> None:
    person = uuid4()
    activity = await started(database, person)
    await started(database, uuid4(), "somebody's")
    feed = Feed(database, interval=0.02)
    async with following(feed, Viewer(person, edits=False)) as coming:
        number, item = await coming()
        assert (item.id, item.done) == (activity, 0)
        for done in (1, 2, 3):
            await advance(database, activity, done=1)
            later, item = await coming()
            assert (item.id, item.done) == (activity, done)
            assert later >= number
            number = later
        async with database.write() as session:
            await finish(session, activity)
        _, item = await coming()
        assert item.state == "succeeded"


async def test_a_stream_that_was_interrupted_goes_on_with_what_changed_since(database: Database) -> None:
    person = uuid4()
    activity = await started(database, person)
    feed = Feed(database, interval=0.02)
    async with following(feed, Viewer(person, edits=False)) as coming:
        number, _ = await coming()
    async with database.write() as session:
        await finish(session, activity)
    async with following(feed, Viewer(person, edits=False), str(number)) as coming:
        _, item = await coming()
        assert (item.id, item.state) == (activity, "succeeded")
    await started(database, person, "new")
    async with following(feed, Viewer(person, edits=False), "not a number") as coming:
        _, item = await coming()
        assert item.title == "new"


async def test_five_hundred_streams_hold_no_connection_and_share_one_look(database: Database) -> None:
    person = uuid4()
    activity = await started(database, person)
    interval = 0.05  # seconds
    feed = Feed(database, interval=interval)
    joined = asyncio.Semaphore(0)

    async def follow_to_the_end() -> None:
        async with aclosing(feed.follow(Viewer(person, edits=False))) as events:  # type: ignore[type-var] # a generator
            joined.release()
            async for event in events:
                if event.data.state == "succeeded":
                    return

    def looks() -> int:
        return database.statistics()["general"]["requests_num"]

    before, began = looks(), time.monotonic()
    streams = [asyncio.create_task(follow_to_the_end()) for _ in range(500)]
    for _ in streams:
        await joined.acquire()
    await asyncio.sleep(0.5)
    at_most = 10 + (time.monotonic() - began) / interval
    assert 1 <= looks() - before <= at_most, "one look serves all, not one each"
    assert database.statistics()["general"]["lent"] <= 1
    async with database.write() as session:
        await finish(session, activity)
    await asyncio.wait_for(asyncio.gather(*streams), 60)

    async def nobody_looks() -> bool:
        before = looks()
        await asyncio.sleep(6 * interval)
        return looks() == before

    await until(nobody_looks)


async def test_a_slow_follower_gets_the_latest_state_and_not_all_that_were(database: Database) -> None:
    person = uuid4()
    activity = await started(database, person)
    feed = Feed(database, interval=0.01)
    async with following(feed, Viewer(person, edits=False)) as coming:
        await coming()
        for _ in range(10):
            await advance(database, activity, done=1)
            await asyncio.sleep(0.03)
        await asyncio.sleep(0.1)
        _, item = await coming()
        assert item.done == 10


async def test_events_arrive_over_http(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, "editor") as client:
        activity = await started(database, uuid4())
        app.state.activity_feed = Feed(database, interval=0.02)
        asyncio.get_running_loop().call_later(1.0, app.state.closing.set)  # httpx gives a whole answer or none
        answer = await client.get(f"{API}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry: ")
    event = dict(line.split(": ", 1) for line in answer.text.split("\n\n")[1].splitlines())
    assert event["event"] == "activity"
    assert event["id"].isdigit()
    assert json.loads(event["data"])["id"] == str(activity)
