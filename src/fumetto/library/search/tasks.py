"""Jobs of the index, and what the facts that other rooms state lead to."""

from __future__ import annotations

from uuid import UUID

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.registry import Retry, task
from fumetto.library.catalogue.editing.events import EpisodesForgotten, EpisodesMoved
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.ingestion.events import EpisodeIngested
from fumetto.library.search import indexing
from fumetto.library.world.events import Thing, WorldChanged

INDEX_PRIORITY = -5
RENEWED = {
    Thing.ENTITY: indexing.index_entities,
    Thing.WIKI_ARTICLE: indexing.index_articles,
    Thing.EPISODE: indexing.index_notes,
    Thing.PAGE: indexing.index_pages,
}
"""What is indexed anew when something of a world changes; smaller things are told of with what they belong to."""


@task("library.index_episode", queue="reading", priority=INDEX_PRIORITY, retry=Retry(attempts=6))
async def index_episode(context: JobContext, *, episode_id: UUID) -> None:
    """Have the index hold what the pages of an episode say now."""
    async with context.database.write(EVERY_READER) as session:
        await indexing.index_episodes(session, [episode_id])


@task("library.unindex_episode", queue="reading", priority=INDEX_PRIORITY, retry=Retry(attempts=6))
async def unindex_episode(context: JobContext, *, episode_id: UUID) -> None:
    """Take out what the index holds of an episode that was forgotten."""
    async with context.database.write(EVERY_READER) as session:
        await indexing.forget_episodes(session, [episode_id])


async def episode_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    await enqueue(
        session,
        index_episode,
        dedupe=f"index:{fact.episode_id}",
        activity=fact.activity_id,
        units=0,  # an import counts books and pages
        episode_id=fact.episode_id,
    )


async def page_text_changed(session: WriteSession, fact: PageTextChanged) -> None:
    """In the transaction of the change: what is found is what is written."""
    await indexing.index_pages(session, [fact.page_id])


async def world_changed(session: WriteSession, fact: WorldChanged) -> None:
    """In the transaction of the change, too: what was placed or taken back is found, or not, from then on."""
    if renew := RENEWED.get(fact.thing):
        await renew(session, fact.ids)


async def episodes_moved(session: WriteSession, fact: EpisodesMoved) -> None:
    """In the transaction of the move: positions mean other pages from then on."""
    await indexing.move_episodes(session, fact.episode_ids)


async def episodes_forgotten(session: WriteSession, fact: EpisodesForgotten) -> None:
    await enqueue_many(session, unindex_episode, [{"episode_id": one} for one in fact.episode_ids])
