"""Jobs of looking at pages, and what puts them into the queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.library.contents import looks_repository, pages_repository
from fumetto.library.contents.describing.service import describe, wants_description
from fumetto.library.contents.kinds import Look
from fumetto.library.contents.looking_service import PageLooker
from fumetto.library.contents.pool import looking_pool
from fumetto.library.contents.rules import DISABLED, VERSIONS
from fumetto.library.ingestion.events import EpisodeIngested, EpisodesScanned, RetryWanted
from fumetto.library.ingestion.parsers import parsers

log = structlog.get_logger(__name__)

LOOK_PRIORITY = -10  # images that somebody waits for come first
DESCRIBE_PRIORITY = -15
SETTLED = timedelta(minutes=10)  # an episode that came just now is still being worked at
AT_A_TIME = 500


@task("library.look_at_page", queue="reading", priority=LOOK_PRIORITY, retry=Retry(attempts=4))
async def look_at_page(context: JobContext, *, page_id: UUID, again: str = "") -> None:
    """Bring what is known of a page up to date: sidecar, EPUB text, panels, OCR.

    `again` names looks, with commas, that are repeated though nothing has changed.
    """
    settings = context.settings
    looker = PageLooker(context.database, settings, parsers(settings), looking_pool(settings))
    wanted = frozenset(Look(name) for name in again.split(",") if name)
    if not await looker.look(page_id, again=wanted):
        log.warning("look.page_gone", page_id=str(page_id))
        return
    if wants_description(settings):
        async with context.database.write(EVERY_READER) as session:
            await schedule_descriptions(session, [page_id])


@task("library.describe_page", queue="reading", priority=DESCRIBE_PRIORITY, retry=Retry(attempts=5, first=5.0))
async def describe_page(context: JobContext, *, page_id: UUID) -> None:
    """Have the vision model say what a page shows, where nobody has."""
    await describe(context.database, context.settings, parsers(context.settings), page_id)


@periodic("library.look_around", every=timedelta(minutes=15), queue="reading", priority=LOOK_PRIORITY)
async def look_around(context: JobContext) -> None:
    """Enqueue pages that nobody has looked at, or by older means, and those that wait for a vision model."""
    async with context.database.write(EVERY_READER) as session:
        now_on = [
            DISABLED[look]
            for look, on in ((Look.OCR, context.settings.ocr), (Look.PANELS, context.settings.panels))
            if on
        ]
        waiting = await pages_repository.pages_not_looked_at(session, VERSIONS, SETTLED, AT_A_TIME, now_on)
        await schedule_pages(session, waiting)
        if wants_description(context.settings):
            undescribed = await looks_repository.pages_to_describe(session, AT_A_TIME)
            await schedule_descriptions(session, [page_id for _, page_id in undescribed])


async def schedule_pages(
    session: WriteSession,
    pages: Sequence[tuple[UUID, UUID]],
    *,
    activity: UUID | None = None,
    again: Iterable[Look] = (),
    units: int = 0,
    priority: int | None = None,
) -> None:
    """Enqueue looks at pages, given as episode and page; those of one episode run one after another.

    They hold the activity open until they are done, and count as so many `units` each.
    """
    repeated = ",".join(sorted(look.value for look in again))
    episodes = {page_id: episode_id for episode_id, page_id in pages}
    await enqueue_many(
        session,
        look_at_page,
        [{"page_id": page_id, "again": repeated} for _, page_id in pages],
        dedupe=None if activity or repeated else lambda item: f"library.look:{item['page_id']}",
        lock=lambda item: f"library.look:{episodes[item['page_id']]}",
        activity=activity,
        units=units,
        priority=priority,
    )


async def schedule_descriptions(session: WriteSession, page_ids: Iterable[UUID]) -> None:
    """Enqueue descriptions; one page at a time, since a model at home can do no more."""
    for page_id in page_ids:
        await enqueue(
            session, describe_page, dedupe=f"library.describe:{page_id}", lock="library.describe", page_id=page_id
        )


async def look_at_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    """Follows an episode's images."""
    pages = await pages_repository.pages_of_episodes(session, [fact.episode_id])
    await schedule_pages(session, pages, activity=fact.activity_id)


async def look_at_scanned(session: WriteSession, fact: EpisodesScanned) -> None:
    """Follows a change to books whose images stay as they are: a sidecar may have come, changed or gone."""
    pages = await pages_repository.pages_of_episodes(session, fact.episode_ids)
    await schedule_pages(session, pages, activity=fact.activity_id)


async def look_again_at_failed(session: WriteSession, fact: RetryWanted) -> None:
    """Follows somebody's wish to have tried again what failed: the same ways of looking, at the same pages."""
    failed: dict[frozenset[Look], list[tuple[UUID, UUID]]] = {}
    for episode_id, page_id, looks in await pages_repository.pages_that_failed(session, fact.root_id):
        failed.setdefault(looks - {Look.DESCRIPTION}, []).append((episode_id, page_id))
        if Look.DESCRIPTION in looks:
            await schedule_descriptions(session, [page_id])
    for looks, pages in failed.items():
        if looks:
            await schedule_pages(session, pages, activity=fact.activity_id, again=sorted(looks))
