"""Activities as they change, for many followers: one look at the database for all, and none while there is none.

Events are whole activities, not differences, so a follower who missed some has missed nothing: a slow one gets the
latest state of each, and one who comes back gets what changed since. Their number is the database's time in
microseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
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
LONGEST_AWAY = timedelta(days=1)
EVENT = "activity"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class Follower:
    """What one stream has still to send: at most the latest state of each activity."""

    viewer: Viewer
    since: datetime | None  # of the last event it has seen before
    joined: bool = False  # whether it has been told what goes on
    waiting: dict[UUID, ServerEvent] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, number: int, activity: ActivityItem) -> None:
        if self.viewer.sees(activity):
            self.waiting[activity.id] = ServerEvent(activity, event=EVENT, id=str(number))
            self.news.set()


class Feed:
    """One per process."""

    def __init__(self, database: Database, interval: float = INTERVAL) -> None:
        self._database = database
        self._interval = interval
        self._followers: set[Follower] = set()
        self._looking: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._told: dict[UUID, tuple[Any, ...]] = {}
        self._looked_at: datetime | None = None

    async def follow(self, viewer: Viewer, last_event_id: str | None = None) -> AsyncIterator[ServerEvent]:
        """What goes on, then every change. With the number of an event, first what changed since that."""
        follower = Follower(viewer, moment_of(last_event_id))
        self._followers.add(follower)
        self._wanted.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking(), name="activity-feed")
        try:
            while True:
                await follower.news.wait()
                follower.news.clear()
                while follower.waiting:
                    yield follower.waiting.pop(next(iter(follower.waiting)))
        finally:
            self._followers.discard(follower)
            if not self._followers and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _keep_looking(self) -> None:
        self._told, self._looked_at = {}, None
        while True:
            self._wanted.clear()
            try:
                await self._look()
            except FumettoError as error:
                log.warning("activity.feed_interrupted", code=error.code)
            except Exception:
                log.exception("activity.feed_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), self._interval)

    async def _look(self) -> None:
        """One look for all, those who have just come and those who have been away included."""
        joining = [follower for follower in self._followers if not follower.joined]
        async with self._database.read() as session:
            now = await time_of(session)
            wanted = [self._looked_at or now, *(follower.since for follower in joining if follower.since)]
            found = await changed_since(session, max(min(wanted), now - LONGEST_AWAY) - OVERLAP)
        for activity in found:
            changed = self._told.get(activity.id) != what_counts(activity)
            for follower in self._followers:
                if follower.joined:
                    if changed:
                        follower.tell(number_of(now), activity)
                elif follower in joining and (activity.state in OPEN or follower.since):
                    follower.tell(number_of(now), activity)
        for follower in joining:
            follower.joined = True
        self._looked_at, self._told = now, {activity.id: what_counts(activity) for activity in found}


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
