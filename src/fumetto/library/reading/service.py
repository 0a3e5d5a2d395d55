"""Use cases of reading: page turns, marks, and fetches by clients that have no word for "shown".

Rows are always locked in one order, readings before ledgers, so that devices writing at once wait and never deadlock.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.errors import EpisodeNotFound, SeriesNotFound
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.reading import repository
from fumetto.library.reading.errors import PageOutsideEpisode
from fumetto.library.reading.models import EpisodeReading, ReadingProgress, ReadState
from fumetto.library.reading.rules import believable, block_of, cells_of, note_fetch
from fumetto.library.reading.schemas import Mark, MarkState, Turn

MARKED = "marked"
"""The device under which a reader's own word is kept, beside what their devices say."""


async def turn(session: WriteSession, reader: uuid.UUID, made: Turn, now: datetime | None = None) -> None:
    """Note what a device of the reader showed, and where it is now.

    Pages shown are added to the ledger, whenever the turn arrives. The device's own progress only gives way to a newer
    turn, and a turn made before the reader said "unread" changes nothing. Raises EpisodeNotFound, PageOutsideEpisode
    for an order index that the episode does not have.
    """
    episode = await held_episode(session, made.episode_id)
    pages = dict(await pages_of(session, episode))
    for order_index in made.shown:
        if order_index not in pages:
            raise PageOutsideEpisode(order_index=order_index, page_count=len(pages))
    at = believable(made.at, now or datetime.now(UTC))
    reading = await repository.lock_reading(session, reader, main_of(episode), at)
    if reading.cleared_at is not None and at <= reading.cleared_at:
        return
    await repository.add_seen(session, reader, episode.series_id, cells_of(pages[index] for index in made.shown))
    if not made.shown and made.finished is None:
        return
    here = made.shown[-1] if made.shown else max(pages, default=0)
    last = bool(pages) and here == max(pages)
    finished = made.finished if made.finished is not None else last
    row = progress_row(reader, episode, pages, here, made.device, made.device_name, finished, at)
    await repository.save_progress(session, [row | {"language": made.language}])
    open_reading(reading, at, finished)
    await session.flush()


async def mark(session: WriteSession, reader: uuid.UUID, said: Mark, now: datetime | None = None) -> int:
    """Take the reader's word for what they read; returns how many episodes that touched.

    "Read" puts every page into the ledger, "unread" takes them out and forgets where each device was, "up to" adds
    what comes before and the pages up to `order_index`. Raises SeriesNotFound, EpisodeNotFound, PageOutsideEpisode.
    """
    at = now or datetime.now(UTC)
    if said.state is MarkState.UP_TO and said.episode_id is not None:
        return await mark_up_to(session, reader, said.episode_id, said.order_index, at)
    if said.series_id is not None:
        await require_series(session, said.series_id)
        episodes = await repository.hold_episodes_of(session, said.series_id)
    else:
        ids = said.episode_ids if said.episode_ids is not None else [said.episode_id] if said.episode_id else []
        episodes = await repository.hold_episodes(session, ids)
        if len(episodes) != len(set(ids)):
            raise EpisodeNotFound
    await mark_whole(session, reader, episodes, said.state is MarkState.READ, at)
    return len(episodes)


async def mark_whole(
    session: WriteSession, reader: uuid.UUID, episodes: Sequence[Episode], read: bool, at: datetime
) -> None:
    pages = await repository.positions_by_episode(session, [episode.id for episode in episodes])
    mains = sorted({main_of(episode) for episode in episodes})
    await repository.note_readings(session, reader, mains, ReadState.READ if read else ReadState.UNREAD, at)
    for series_id in sorted({episode.series_id for episode in episodes}):
        mine = [episode for episode in episodes if episode.series_id == series_id]
        if read:
            seen = cells_of(position for episode in mine for _, position in pages[episode.id])
            await repository.add_seen(session, reader, series_id, seen)
        else:
            blocks = tuple(sorted(block_of(episode.sort_key) for episode in mine))
            await repository.take_seen(session, reader, series_id, blocks)
    if read:
        rows = [
            progress_row(reader, one, dict(pages[one.id]), pages[one.id][-1][0], MARKED, "", True, at)
            for one in episodes
            if pages[one.id]
        ]
        await repository.save_progress(session, rows)
    else:
        await repository.drop_progress(session, reader, mains)


async def mark_up_to(
    session: WriteSession, reader: uuid.UUID, episode_id: uuid.UUID, order_index: int | None, at: datetime
) -> int:
    episode = await held_episode(session, episode_id)
    before = [
        one for one in await repository.hold_episodes_of(session, episode.series_id) if one.sort_key < episode.sort_key
    ]
    pages = await pages_of(session, episode)
    last = pages[-1][0] if pages else 0
    here = last if order_index is None else order_index
    if here > last:
        raise PageOutsideEpisode(order_index=here, page_count=len(pages))
    await mark_whole(session, reader, before, True, at)
    if here == last:
        await mark_whole(session, reader, [episode], True, at)
        return len(before) + 1
    reading = await repository.lock_reading(session, reader, main_of(episode), at)
    open_reading(reading, at)
    await repository.add_seen(
        session, reader, episode.series_id, cells_of(position for index, position in pages if index <= here)
    )
    row = progress_row(reader, episode, dict(pages), here, MARKED, "", False, at)
    await repository.save_progress(session, [row])
    await session.flush()
    return len(before) + 1


async def fetched(
    session: WriteSession,
    reader: uuid.UUID,
    page_id: uuid.UUID,
    device: str,
    device_name: str,
    now: datetime | None = None,
) -> list[int]:
    """Note that a client without a word for "shown" fetched a page to read; returns the positions now seen.

    For feeds that stream pages only. Thumbnails, downloads and our own reader's prefetch must not come here.
    """
    at = now or datetime.now(UTC)
    page = await session.get(Page, page_id)
    if page is None:
        return []
    episode = await held_episode(session, page.episode_id)
    pages = dict(await pages_of(session, episode))
    position = pages.get(page.order_index)
    if position is None:
        return []
    fetches = await repository.lock_fetches(session, reader, episode.series_id)
    pending, seen = note_fetch(repository.pending_of(fetches), position)
    fetches.pending = [[waiting, later] for waiting, later in pending]
    await session.flush()
    if not seen:
        return []
    reading = await repository.lock_reading(session, reader, main_of(episode), at)
    open_reading(reading, at)
    await repository.add_seen(session, reader, episode.series_id, cells_of(seen))
    here = max((index for index, place in pages.items() if place in seen), default=None)
    if here is not None:
        row = progress_row(reader, episode, pages, here, device, device_name, False, at)
        await repository.save_progress(session, [row])
    await session.flush()
    return seen


def open_reading(reading: EpisodeReading, at: datetime, finished: bool = False) -> None:
    """Note that an episode was opened, or finished, at a time; what was read to the end stays so."""
    if finished:
        reading.state = ReadState.READ
    elif reading.state is ReadState.UNREAD:
        reading.state = ReadState.READING
    reading.started_at = min(reading.started_at, at)
    reading.last_read_at = max(reading.last_read_at, at)


async def pages_of(session: ReadSession, episode: Episode) -> list[tuple[int, int]]:
    return (await repository.positions_by_episode(session, [episode.id]))[episode.id]


def progress_row(
    reader: uuid.UUID,
    episode: Episode,
    pages: dict[int, int],
    order_index: int,
    device: str,
    device_name: str,
    finished: bool,
    at: datetime,
) -> dict[str, Any]:
    return {
        "reader_id": reader,
        "episode_id": episode.id,
        "device": device,
        "device_name": device_name,
        "position": pages[order_index],
        "order_index": order_index,
        "language": None,
        "finished": finished,
        "updated_at": at,
    }


async def held_episode(session: WriteSession, episode_id: uuid.UUID) -> Episode:
    """An episode that nobody moves until the transaction ends. Raises EpisodeNotFound."""
    held = await repository.hold_episodes(session, [episode_id])
    if not held:
        raise EpisodeNotFound
    return held[0]


async def require_episode(session: ReadSession, episode_id: uuid.UUID) -> Episode:
    episode = await session.get(Episode, episode_id)
    if episode is None:
        raise EpisodeNotFound
    return episode


def main_of(episode: Episode) -> uuid.UUID:
    """The episode that this one is an edition of, else itself: readings are kept there."""
    return episode.edition_of_id or episode.id


async def devices(session: ReadSession, reader: uuid.UUID, episode_id: uuid.UUID) -> list[ReadingProgress]:
    """Where each device is in an episode, newest first. Raises EpisodeNotFound."""
    await require_episode(session, episode_id)
    return await repository.device_progress(session, reader, episode_id)


async def preference(session: ReadSession, reader: uuid.UUID, series_id: uuid.UUID) -> dict[str, Any]:
    """Raises SeriesNotFound."""
    await require_series(session, series_id)
    return await repository.preference(session, reader, series_id)


async def save_preference(
    session: WriteSession, reader: uuid.UUID, series_id: uuid.UUID, values: dict[str, Any]
) -> None:
    """Raises SeriesNotFound."""
    await require_series(session, series_id)
    await repository.save_preference(session, reader, series_id, values)


async def require_series(session: ReadSession, series_id: uuid.UUID) -> None:
    if await session.get(Series, series_id) is None:
        raise SeriesNotFound
