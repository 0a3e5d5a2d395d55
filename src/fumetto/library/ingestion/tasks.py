"""Jobs of ingestion: scanning a root, making an episode's images, tidying up after them, and scanning by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog

from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.events import emit
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion import images_repository, repository
from fumetto.library.ingestion.copying import INCOMING, copy_in_tree
from fumetto.library.ingestion.errors import RootNotFound, RootUnavailable
from fumetto.library.ingestion.events import EpisodeIngested, EpisodesScanned, RetryWanted, RootUnmounted
from fumetto.library.ingestion.imaging import ImageMaker
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.parsers import parsers
from fumetto.library.ingestion.roots import managed_folder, root_for
from fumetto.library.ingestion.scan import Scan, Waiting
from fumetto.library.ingestion.walk import on_disk
from fumetto.people.public import flags

log = structlog.get_logger(__name__)

SCAN_PRIORITY = 30
COVER_PRIORITY = 20
IMAGES_PRIORITY = 0
TIDY_PRIORITY = -20
TIDY_AFTER = timedelta(minutes=10)
TIDY_SPARES = timedelta(minutes=5)  # objects younger than this may belong to a transaction that is still open


def scan_key(root_id: UUID) -> str:
    """What scans of one root are deduplicated and serialised by."""
    return f"library.scan:{root_id}"


def images_key(episode_id: UUID) -> str:
    return f"{repository.IMAGES_KEY}{episode_id}"


@task("library.scan_root", queue="scan", priority=SCAN_PRIORITY, retry=Retry(attempts=6))
async def scan_root(context: JobContext, *, root_id: UUID, retry_failed: bool = False) -> None:
    """Bring the library up to what is on the disk below a root; a later scan does, while imports are switched off."""
    activity = context.activity
    await flags.refreshed(context.database)
    try:
        flags.require_on(None, "imports")
    except FumettoError as error:
        log.info("scan.switched_off", root_id=str(root_id))
        if activity is not None:
            activity.fail(str(root_id), error)
        return

    async def schedule(session: WriteSession, episodes: Sequence[Waiting]) -> None:
        await schedule_images(session, episodes, activity.id if activity else None)

    scan = Scan(
        context.database,
        context.settings,
        parsers(context.settings),
        schedule,
        root_id=root_id,
        retry_failed=retry_failed,
        activity=activity,
    )
    try:
        result = await scan.run()
    except RootNotFound:
        log.info("scan.root_gone", root_id=str(root_id))
    except RootUnavailable as error:
        log.warning("scan.root_unavailable", root_id=str(root_id))
        async with context.database.write() as session:
            await emit(session, RootUnmounted(root_id))
        if activity is not None:
            activity.fail(str(error.detail["path"]), error)
    else:
        counts = {name: getattr(result, name) for name in ("found", "added", "changed", "moved", "missing", "failed")}
        log.info("scan.done", root_id=str(root_id), **counts)
        if retry_failed:
            async with context.database.write() as session:
                await emit(session, RetryWanted(root_id, activity.id if activity else None))


async def schedule_images(session: WriteSession, episodes: Sequence[Waiting], activity: UUID | None = None) -> None:
    """Enqueue the making of images, with the commit: covers that a shelf waits for first, then episode by episode."""
    if not episodes:
        return
    await enqueue_many(
        session,
        make_cover,
        [{"episode_id": episode.episode_id} for episode in episodes if episode.leads],
        dedupe=lambda item: f"library.cover:{item['episode_id']}",
        lock=lambda item: images_key(item["episode_id"]),
        activity=activity,
        units=0,
    )
    pages = {episode.episode_id: episode.page_count for episode in episodes if episode.images}
    await enqueue_many(
        session,
        ingest_episode,
        [{"episode_id": episode_id} for episode_id in pages],
        dedupe=lambda item: images_key(item["episode_id"]),
        lock=lambda item: images_key(item["episode_id"]),
        activity=activity,
        units=lambda item: pages[item["episode_id"]],
    )
    await schedule_tidying(session, [episode.episode_id for episode in episodes if episode.changed])
    await emit(session, EpisodesScanned(tuple(episode.episode_id for episode in episodes), activity))


async def schedule_tidying(session: WriteSession, episode_ids: Iterable[UUID]) -> None:
    """Enqueue the removal of stored images that these episodes, which may be gone, do not refer to any more."""
    await enqueue_many(
        session,
        tidy_images,
        [{"episode_id": episode_id} for episode_id in episode_ids],
        dedupe=lambda item: f"library.tidy:{item['episode_id']}",
        delay=TIDY_AFTER,
    )


@task("library.make_cover", queue="images", priority=COVER_PRIORITY)
async def make_cover(context: JobContext, *, episode_id: UUID) -> None:
    """Make the first page's images of a new series, so that the shelf fills up before all else is done.

    Counts for nothing: the episode's own job counts the page.
    """
    await ImageMaker(context.database, context.storage, context.settings, parsers(context.settings)).make_cover(
        episode_id
    )


@task("library.ingest_episode", queue="images", priority=IMAGES_PRIORITY, retry=Retry(attempts=6))
async def ingest_episode(context: JobContext, *, episode_id: UUID) -> None:
    """Make an episode's images and lettering, as far as they are not made yet."""
    settings = context.settings
    maker = ImageMaker(context.database, context.storage, settings, parsers(settings), context.activity)
    if not await maker.make_episode(episode_id):
        log.warning("images.episode_gone", episode_id=str(episode_id))
        return
    async with context.database.write() as session:
        await emit(session, EpisodeIngested(episode_id, context.activity.id if context.activity else None))


@task("library.tidy_images", queue="images", priority=TIDY_PRIORITY)
async def tidy_images(context: JobContext, *, episode_id: UUID) -> None:
    """Remove an episode's stored images that no row refers to any more: of pages that changed, or went with it."""
    async with context.database.read() as session:
        used = await images_repository.keys_in_use(session, episode_id)
        now = await repository.database_time(session)
    async for stored in context.storage.list(f"pages/{episode_id}"):
        if stored.key not in used and now - stored.modified > TIDY_SPARES:
            await context.storage.delete(stored.key)


@task("library.copy_in", queue="scan", priority=SCAN_PRIORITY, retry=Retry(attempts=6))
async def copy_in(context: JobContext, *, path: str, series_title: str | None = None) -> None:
    """Copy files below the data directory, and scan them there."""
    managed = managed_folder(context.settings)
    shelf = await asyncio.to_thread(
        copy_in_tree,
        Path(on_disk(path)),
        managed,
        managed / f"{INCOMING}{context.job_id}",
        series_title,
        context.settings.disk_reserve_bytes,
    )
    async with context.database.write() as session:
        root = await root_for(session, context.settings, shelf if series_title else managed, series_title)
        await enqueue(
            session,
            scan_root,
            lock=scan_key(root.id),
            activity=context.activity.id if context.activity else None,
            units=0,
            root_id=root.id,
        )


def scan_interval(settings: Settings) -> timedelta | None:
    return timedelta(minutes=settings.scan_interval_minutes) if settings.scan_interval_minutes else None


@periodic("library.scan_by_the_clock", every=scan_interval, queue="scan")
async def scan_by_the_clock(context: JobContext) -> None:
    """Enqueue a scan of every root."""
    async with context.database.write() as session:
        roots = [root for root in await repository.list_roots(session) if root.state is not RootState.REMOVED]
        await enqueue_many(
            session,
            scan_root,
            [{"root_id": root.id} for root in roots],
            dedupe=lambda item: scan_key(item["root_id"]),
            lock=lambda item: scan_key(item["root_id"]),
        )
