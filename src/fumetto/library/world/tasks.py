"""Jobs that keep a story's world in step with its pages, and what the facts that other rooms state lead to."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from fumetto.kernel.context import present_activity
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.jobs.registry import Retry, task
from fumetto.library.contents.events import PageLookedAt, PageTextChanged
from fumetto.library.ingestion.events import EpisodeIngested
from fumetto.library.world.repository import pages
from fumetto.library.world.repository.notes import episode_pages
from fumetto.library.world.service.beside import import_beside
from fumetto.library.world.service.extracting import extract
from fumetto.library.world.service.linking import link_pages, note_seen
from fumetto.library.world.service.notes import import_notes
from fumetto.library.world.service.placing import place_awaited, propose_places

log = structlog.get_logger(__name__)

KNOW_PRIORITY = -8
PROPOSE_PRIORITY = -20
SETTLED = timedelta(seconds=30)  # pages of an episode come one after another, and all of them tell


def series_key(series_id: UUID) -> str:
    """What jobs that change one series' world are serialised by."""
    return f"library.world:{series_id}"


@task("library.know_episode", queue="reading", priority=KNOW_PRIORITY, retry=Retry(attempts=4))
async def know_episode(context: JobContext, *, episode_id: UUID) -> None:
    """Take over an episode's commentary, find whom its pages name, and place what was waiting for it."""
    async with context.database.write(EVERY_READER) as session:
        await import_notes(session, episode_id)
        found = await episode_pages(session, episode_id)
        if found is None:
            return
        series_id, own = found
        await import_beside(session, series_id, episode_id)
        await link_pages(session, series_id, [page_id for page_id, _, _ in own])
        await place_awaited(session, series_id)
        await schedule_proposals(session, series_id)


@task("library.link_page", queue="reading", priority=KNOW_PRIORITY, retry=Retry(attempts=4))
async def link_page(context: JobContext, *, page_id: UUID) -> None:
    """Find anew whom a page names and who speaks on it, after its words have changed."""
    async with context.database.write(EVERY_READER) as session:
        series_id = await pages.series_of_page(session, page_id)
        if series_id is not None:
            await link_pages(session, series_id, [page_id])


@task("library.propose_world", queue="reading", priority=PROPOSE_PRIORITY, retry=Retry(attempts=3))
async def propose_world(context: JobContext, *, series_id: UUID) -> None:
    """Find all names anew, and propose characters, things, ties and places out of dialogue and wiki, for people to
    decide about."""
    async with context.database.write(EVERY_READER) as session:
        placed = await place_awaited(session, series_id)
        await link_pages(session, series_id)  # the roster may know more than when earlier pages came
        found = await extract(session, series_id)
        proposed = await propose_places(session, series_id)
    log.info("world.proposed", series_id=str(series_id), placed=placed, places=proposed, characters=found.characters)


async def schedule_proposals(session: WriteSession, series_id: UUID) -> None:
    """Enqueue proposals for a series, once for all that happens to it now: an import, say, is done with them."""
    activity = present_activity()
    await enqueue(
        session,
        propose_world,
        dedupe=once("library.propose", series_id, activity),
        lock=series_key(series_id),
        activity=activity,
        units=0,
        delay=SETTLED,
        series_id=series_id,
    )


async def schedule_links(session: WriteSession, page_id: UUID) -> None:
    """Enqueue a search of a page's words for whom they name, as part of what changed them."""
    activity = present_activity()
    await enqueue(
        session,
        link_page,
        dedupe=once("library.link", page_id, activity),
        activity=activity,
        units=0,
        page_id=page_id,
    )


def once(work: str, about: UUID, activity: UUID | None) -> str:
    """What a job is known by while it waits: one that waits for nobody does not make an activity's unnecessary."""
    return f"{work}:{about}:{activity}" if activity else f"{work}:{about}"


async def episode_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    await enqueue(
        session,
        know_episode,
        dedupe=f"library.know:{fact.episode_id}",
        activity=fact.activity_id,
        units=0,
        episode_id=fact.episode_id,
    )


async def page_text_changed(session: WriteSession, fact: PageTextChanged) -> None:
    await schedule_links(session, fact.page_id)


async def page_looked_at(session: WriteSession, fact: PageLookedAt) -> None:
    """In the transaction of the look: its sidecar's word is all that there is of who it shows."""
    if fact.characters is not None:
        await note_seen(session, fact.page_id, fact.characters)
        await schedule_links(session, fact.page_id)
