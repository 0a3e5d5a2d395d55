"""Bringing paths in, and scanning on request. Each use case enqueues its work in the caller's transaction."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.jobs.activities import finish, start_activity
from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.jobs.queue import activity_of, enqueue
from fumetto.kernel.jobs.rules import OPEN
from fumetto.kernel.jobs.views import progress_of, uncounted_of
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion import repository
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.models import LibraryRoot
from fumetto.library.ingestion.naming import tidy
from fumetto.library.ingestion.roots import check_importable, is_managed, root_for
from fumetto.library.ingestion.tasks import copy_in, scan_key, scan_root
from fumetto.library.ingestion.walk import stored

LOOK_SECONDS = 0.2


async def import_path(
    session: WriteSession,
    settings: Settings,
    path: str | Path,
    series_title: str | None = None,
    started_by: uuid.UUID | None = None,
) -> uuid.UUID:
    """Bring a file or folder into the library; the activity that does it, which ends when all images are made too.

    A path at or below a folder of the library is scanned with that folder, and nothing comes in twice. With a
    `series_title`, everything at the path belongs to one series of that name, also what comes later. Under
    FUMETTO_MANAGED_COPY the files are copied below the data directory first.

    Raises ImportPathMissing, ImportPathUnreadable, ImportPathEmpty and ImportPathRefused.
    """
    return await import_paths(session, settings, [path], series_title, started_by)


async def import_paths(
    session: WriteSession,
    settings: Settings,
    paths: Sequence[str | Path],
    series_title: str | None = None,
    started_by: uuid.UUID | None = None,
) -> uuid.UUID:
    """The same for several paths, all or none of them, as one activity."""
    places = [absolute(path) for path in paths]
    for place in places:
        await asyncio.to_thread(check_importable, place, settings)
    title = tidy(series_title or "") or None
    called = title or ", ".join(place.name or str(place) for place in places[:3])
    if len(places) == 1 and not is_to_copy(places[0], settings):
        root = await root_for(session, settings, places[0], title)
        return await scan_one(session, root, kind="import", title=called, started_by=started_by)
    detail = {"paths": [stored(str(place)) for place in places]}
    activity = await start_activity(session, kind="import", title=called, started_by=started_by, detail=detail)
    for place in places:
        if is_to_copy(place, settings):
            path = stored(str(place))
            await enqueue(
                session, copy_in, lock="library.copy", activity=activity, units=0, path=path, series_title=title
            )
        else:
            await _enqueue_scan(session, await root_for(session, settings, place, title), activity, None, False)
    return activity


def is_to_copy(place: Path, settings: Settings) -> bool:
    return settings.managed_copy and not is_managed(place, settings)


def absolute(path: str | Path) -> Path:
    # Not Path.expanduser, which raises for the home of somebody who has none here
    return Path(os.path.abspath(os.path.expanduser(path)))


async def scan_one(
    session: WriteSession,
    root: LibraryRoot,
    *,
    kind: str = "scan",
    title: str | None = None,
    started_by: uuid.UUID | None = None,
    retry_failed: bool = False,
) -> uuid.UUID:
    """Scan a root now; the activity to follow. A scan of it that waits already is joined, not doubled.

    With `retry_failed`, what could not be read before is tried again.
    """
    key = scan_key(root.id)
    if not retry_failed and (waiting := await activity_of(session, key)) is not None:
        return waiting
    called = title or root.series_title or Path(root.path).name or root.path
    activity = await start_activity(session, kind=kind, title=called, started_by=started_by, detail={"path": root.path})
    dedupe = None if retry_failed else key
    if await _enqueue_scan(session, root, activity, dedupe, retry_failed) is None:
        # One that no activity counts is waiting, of the watcher or the clock; this one comes after it
        await _enqueue_scan(session, root, activity, None, retry_failed)
    return activity


async def scan_all(
    session: WriteSession, started_by: uuid.UUID | None = None, *, retry_failed: bool = False
) -> uuid.UUID:
    """Scan every root now; one activity for all of them."""
    roots = [root for root in await repository.list_roots(session) if root.state is not RootState.REMOVED]
    activity = await start_activity(session, kind="scan", title="", started_by=started_by)
    for root in roots:
        await _enqueue_scan(session, root, activity, None, retry_failed)
    if not roots:
        await finish(session, activity)
    return activity


async def _enqueue_scan(
    session: WriteSession, root: LibraryRoot, activity: uuid.UUID, dedupe: str | None, retry_failed: bool
) -> int | None:
    return await enqueue(
        session,
        scan_root,
        dedupe=dedupe,
        lock=scan_key(root.id),
        activity=activity,
        units=0,
        root_id=root.id,
        retry_failed=retry_failed,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an activity is, in books and pages; `following` are the jobs, by task, that follow from those."""

    state: ActivityState
    done: int
    failed: int
    total: int
    following: Mapping[str, int] = field(default_factory=dict)


async def wait_for(
    database: Database, activity_id: uuid.UUID, on_progress: Callable[[Standing], None] | None = None
) -> Standing:
    """Return when an activity has ended, however; what became of it. Raises ActivityNotFound."""
    while True:
        async with database.read() as session:
            now = await progress_of(session, activity_id)
            following = await uncounted_of(session, activity_id) if on_progress else {}
        standing = Standing(now.state, now.done, now.failed_count, now.total, following)
        if on_progress is not None:
            on_progress(standing)
        if standing.state not in OPEN:
            return standing
        await asyncio.sleep(LOOK_SECONDS)
