"""What every process opens before it can do anything, and who is told of what. Decides nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.notices import Listening
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.events import Event, Handler, bind
from fumetto.kernel.heap import loaded, loading
from fumetto.kernel.index import reach_models_by, register_texts
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.opening import check_storage, open_storage
from fumetto.kernel.storage.protocol import Storage
from fumetto.library.catalogue.editing.events import EpisodesForgotten, EpisodesMoved
from fumetto.library.contents.events import PageLookedAt, PageTextChanged
from fumetto.library.ingestion.events import EpisodeIngested, EpisodesScanned, RetryWanted
from fumetto.library.search.chunking import chunk_by
from fumetto.library.world.events import WorldChanged
from fumetto.people.localization.live import load_words, reloading
from fumetto.people.localization.repository import CHANNEL as WORDS

EVERY_TABLE = "fumetto.entry.models"
"""Loaded whole before anything is written: rows are sorted by foreign keys, which may lead to any table of ours."""

TASK_MODULES = (
    "fumetto.library.ingestion.tasks",
    "fumetto.library.contents.tasks",
    "fumetto.library.world.tasks",
    "fumetto.library.search.tasks",
    "fumetto.kernel.index.tasks",
    "fumetto.kernel.mail.tasks",
    "fumetto.companion.memory.tasks",
    "fumetto.companion.conversations.tasks",
    "fumetto.people.consent.tasks",
    "fumetto.documents.intake.tasks",
    "fumetto.companion.personas.tasks",
    "fumetto.people.privacy.tasks",
)


async def tidy_up(session: WriteSession, fact: EpisodesForgotten) -> None:
    from fumetto.library.ingestion.tasks import schedule_tidying

    await schedule_tidying(session, fact.episode_ids)


async def look_at_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    from fumetto.library.contents import tasks

    await tasks.look_at_ingested(session, fact)


async def look_at_scanned(session: WriteSession, fact: EpisodesScanned) -> None:
    from fumetto.library.contents import tasks

    await tasks.look_at_scanned(session, fact)


async def look_again_at_failed(session: WriteSession, fact: RetryWanted) -> None:
    from fumetto.library.contents import tasks

    await tasks.look_again_at_failed(session, fact)


async def know_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    from fumetto.library.world.tasks import episode_ingested

    await episode_ingested(session, fact)


async def link_changed(session: WriteSession, fact: PageTextChanged) -> None:
    from fumetto.library.world.tasks import page_text_changed

    await page_text_changed(session, fact)


async def link_looked_at(session: WriteSession, fact: PageLookedAt) -> None:
    from fumetto.library.world.tasks import page_looked_at

    await page_looked_at(session, fact)


async def index_ingested(session: WriteSession, fact: EpisodeIngested) -> None:
    from fumetto.library.search.tasks import episode_ingested

    await episode_ingested(session, fact)


async def index_page(session: WriteSession, fact: PageTextChanged) -> None:
    from fumetto.library.search.tasks import page_text_changed

    await page_text_changed(session, fact)


async def index_world(session: WriteSession, fact: WorldChanged) -> None:
    from fumetto.library.search.tasks import world_changed

    await world_changed(session, fact)


async def index_moved(session: WriteSession, fact: EpisodesMoved) -> None:
    from fumetto.library.search.tasks import episodes_moved

    await episodes_moved(session, fact)


async def unindex(session: WriteSession, fact: EpisodesForgotten) -> None:
    from fumetto.library.search.tasks import episodes_forgotten

    await episodes_forgotten(session, fact)


async def texts_of_library(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    from fumetto.library.search.texts import texts_of

    return await texts_of(session, ids)


async def texts_of_chunks(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    from fumetto.documents.collections.finding import texts_of

    return await texts_of(session, ids)


async def texts_of_documents(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    from fumetto.kernel.index.documents import texts_of

    return await texts_of(session, ids)


BINDINGS: tuple[tuple[type[Event], Handler[Any]], ...] = (
    (EpisodesForgotten, tidy_up),
    (EpisodeIngested, look_at_ingested),
    (EpisodesScanned, look_at_scanned),
    (RetryWanted, look_again_at_failed),
    (EpisodeIngested, know_ingested),
    (PageLookedAt, link_looked_at),
    (PageTextChanged, link_changed),
    (EpisodeIngested, index_ingested),
    (PageTextChanged, index_page),
    (WorldChanged, index_world),
    (EpisodesForgotten, unindex),
    (EpisodesMoved, index_moved),
)
"""Who acts on which fact. Handlers import what they need when they run: every command binds them, few need them."""


def bind_rooms() -> None:
    """Let the rooms hear of each other, in this process; `open_house` does it for all of ours."""
    for kind, handler in BINDINGS:
        bind(kind, handler)
    register_texts("library", texts_of_library)
    register_texts("documents", texts_of_documents)
    register_texts("chunks", texts_of_chunks)


@dataclass(frozen=True)
class House:
    """What a process works with, open."""

    settings: Settings
    database: Database
    storage: Storage


@contextlib.asynccontextmanager
async def open_house(settings: Settings, *, wait_until_stopped: bool = False) -> AsyncIterator[House]:
    """The database migrated and open, and the storage checked. Raises what stands in the way, each with a way out."""
    bind_rooms()
    chunk_by(settings)
    reach_models_by(settings)
    importlib.import_module(EVERY_TABLE)
    async with await Database.open(settings, wait_until_stopped=wait_until_stopped) as database:
        await upgrade(settings)
        await load_words(database)
        storage = open_storage(settings)
        await check_storage(storage)
        yield House(settings, database, storage)


async def work(house: House, *, stop: asyncio.Event, concurrency: int | None = None) -> None:
    """Be a worker until `stop` is set, giving way to those who read."""
    await house.database.give_way()  # not before the house is open: the database server may have been started by us
    loading()
    for module in TASK_MODULES:  # importing them declares their jobs; only now, since image libraries come with them
        importlib.import_module(module)
    from fumetto.documents.intake.parsers import close_readers
    from fumetto.kernel.jobs.worker import run_worker
    from fumetto.library.contents.pool import close_looking_pool
    from fumetto.library.ingestion.parsers import close_parsers

    loaded()
    database = house.database
    try:
        async with Listening(database.server, {WORDS: reloading(database)}):
            await run_worker(house.settings, database, house.storage, concurrency=concurrency, stop_event=stop)
    finally:
        await close_parsers()
        await close_readers()
        await close_looking_pool()


@contextlib.asynccontextmanager
async def lending_a_hand(house: House) -> AsyncIterator[None]:
    """While the block runs, this process works through the queue too: what is waited for is done whether or not `up`
    runs, and sooner where it does."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(house, stop=stop), name="worker")
    try:
        yield
    finally:
        stop.set()
        await worker
