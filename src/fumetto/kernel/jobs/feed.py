"""Activities as they change, for many followers: one look at the database for all, and none while there is none.

Events are whole activities, not differences, so a follower who missed some has missed nothing: a slow one gets the
latest state of each, and one who comes back gets what changed since. Their number is the database's time in
microseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.rules import OPEN
from fumetto.kernel.jobs.schemas import ActivityItem
from fumetto.kernel.jobs.views import Viewer, changed_since
from fumetto.kernel.web.sse import ServerEvent

log = structlog.get_logger(__name__)

INTERVAL = 0.5
OVERLAP = timedelta(seconds=5)  # a transaction's time is its beginning; it may commit that much later
EVENT = "activity"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class Follower:
    """What one stream has still to send: at most the latest state of each activity."""

    viewer: Viewer
    waiting: dict[UUID, tuple[int, ActivityItem]] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, number: int, activity: ActivityItem) -> None:
        if self.viewer.sees(activity):
            self.waiting[activity.id] = (number, activity)
            self.news.set()


class Feed:
    """One per process."""

    def __init__(self, database: Database, interval: float = INTERVAL) -> None:
        self._database = database
        self._interval = interval
        self._followers: set[Follower] = set()
        self._looking: asyncio.Task[None] | None = None
        self._told: dict[UUID, tuple[Any, ...]] = {}

    async def follow(self, viewer: Viewer, last_event_id: str | None = None) -> AsyncIterator[ServerEvent]:
        """What goes on, then every change. With the number of an event, first what changed since that."""
        follower = Follower(viewer)
        since = moment_of(last_event_id)
        self._followers.add(follower)
        try:
            async with self._database.read() as session:
                now = await time_of(session)
                found = await changed_since(session, now if since is None else since - OVERLAP)
            for activity in found:
                if activity.state in OPEN or since is not None:
                    follower.tell(number_of(now), activity)
            if self._looking is None or self._looking.done():
                self._told = {activity.id: what_counts(activity) for activity in found}
                self._looking = asyncio.create_task(self._look(), name="activity-feed")
            while True:
                await follower.news.wait()
                follower.news.clear()
                while follower.waiting:
                    number, activity = follower.waiting.pop(next(iter(follower.waiting)))
                    yield ServerEvent(activity, event=EVENT, id=str(number))
        finally:
            self._followers.discard(follower)
            if not self._followers and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        since: datetime | None = None
        while True:
            try:
                async with self._database.read() as session:
                    now = await time_of(session)
                    found = await changed_since(session, (since or now) - OVERLAP)
                since = now
                for activity in found:
                    if self._told.get(activity.id) != what_counts(activity):
                        for follower in self._followers:
                            follower.tell(number_of(now), activity)
                self._told = {activity.id: what_counts(activity) for activity in found}
            except FumettoError as error:
                log.warning("activity.feed_interrupted", code=error.code)
            except Exception:
                log.exception("activity.feed_failed")
            await asyncio.sleep(self._interval)


def what_counts(activity: ActivityItem) -> tuple[Any, ...]:
    """What an event is worth sending for; the rate changes with every second that passes."""
    return activity.state, activity.done, activity.total, activity.failed_count, activity.title, activity.detail


async def time_of(session: ReadSession) -> datetime:
    cursor = await session.raw().execute("SELECT now()")
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - for mypy; it always has one
    moment: datetime = row[0]
    return moment


def number_of(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(number: str | None) -> datetime | None:
    """When the event of that number was sent; None for what is no number of ours."""
    if number is None or not number.isascii() or not number.isdigit() or len(number) > 17:
        return None
    return EPOCH + timedelta(microseconds=int(number))
