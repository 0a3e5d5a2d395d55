"""Queries of collections and reading lists: always of one owner, so another's look like none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.lists import Collection, CollectionSeries, ReadingList, ReadingListEpisode
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.reading.models import EpisodeReading, ReadState


async def find_collection(session: ReadSession, owner_id: uuid.UUID, collection_id: uuid.UUID) -> Collection | None:
    found: Collection | None = await session.scalar(
        select(Collection).where(Collection.id == collection_id, Collection.owner_id == owner_id)
    )
    return found


async def find_reading_list(session: ReadSession, owner_id: uuid.UUID, list_id: uuid.UUID) -> ReadingList | None:
    found: ReadingList | None = await session.scalar(
        select(ReadingList).where(ReadingList.id == list_id, ReadingList.owner_id == owner_id)
    )
    return found


async def collections_of(session: ReadSession, owner_id: uuid.UUID) -> list[Collection]:
    return list(
        await session.scalars(
            select(Collection)
            .where(Collection.owner_id == owner_id)
            .order_by(func.lower(Collection.name), Collection.id)
        )
    )


async def reading_lists_of(session: ReadSession, owner_id: uuid.UUID) -> list[ReadingList]:
    return list(
        await session.scalars(
            select(ReadingList)
            .where(ReadingList.owner_id == owner_id)
            .order_by(func.lower(ReadingList.name), ReadingList.id)
        )
    )


async def series_ids_of(
    session: ReadSession, ids: Sequence[uuid.UUID], first: int | None = None
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The series of each collection in their order; of each the `first` so many, or all."""
    place = func.row_number().over(partition_by=CollectionSeries.collection_id, order_by=CollectionSeries.order_index)
    ranked = (
        select(CollectionSeries.collection_id, CollectionSeries.series_id, place.label("place"))
        .where(CollectionSeries.collection_id.in_(ids))
        .subquery()
    )
    rows = select(ranked.c.collection_id, ranked.c.series_id).order_by(ranked.c.collection_id, ranked.c.place)
    if first is not None:
        rows = rows.where(ranked.c.place <= first)
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for collection_id, series_id in await session.execute(rows):
        found.setdefault(collection_id, []).append(series_id)
    return found


async def episode_ids_of(
    session: ReadSession, ids: Sequence[uuid.UUID], first: int | None = None
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The episodes of each reading list in their order; of each the `first` so many, or all."""
    place = func.row_number().over(
        partition_by=ReadingListEpisode.reading_list_id, order_by=ReadingListEpisode.order_index
    )
    ranked = (
        select(ReadingListEpisode.reading_list_id, ReadingListEpisode.episode_id, place.label("place"))
        .where(ReadingListEpisode.reading_list_id.in_(ids))
        .subquery()
    )
    rows = select(ranked.c.reading_list_id, ranked.c.episode_id).order_by(ranked.c.reading_list_id, ranked.c.place)
    if first is not None:
        rows = rows.where(ranked.c.place <= first)
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for list_id, episode_id in await session.execute(rows):
        found.setdefault(list_id, []).append(episode_id)
    return found


async def count_series(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = await session.execute(
        select(CollectionSeries.collection_id, func.count())
        .where(CollectionSeries.collection_id.in_(ids))
        .group_by(CollectionSeries.collection_id)
    )
    return {row[0]: row[1] for row in rows}


async def count_episodes(
    session: ReadSession, reader_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[int, int]]:
    """How many episodes each reading list has, and how many of them are not read."""
    rows = await session.execute(
        select(
            ReadingListEpisode.reading_list_id,
            func.count(),
            func.count().filter(func.coalesce(EpisodeReading.state, ReadState.UNREAD) != ReadState.READ),
        )
        .outerjoin(
            EpisodeReading,
            (EpisodeReading.episode_id == ReadingListEpisode.episode_id) & (EpisodeReading.reader_id == reader_id),
        )
        .where(ReadingListEpisode.reading_list_id.in_(ids))
        .group_by(ReadingListEpisode.reading_list_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def put_series(session: WriteSession, collection_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    await session.execute(delete(CollectionSeries).where(CollectionSeries.collection_id == collection_id))
    rows = [{"collection_id": collection_id, "series_id": one, "order_index": index} for index, one in enumerate(ids)]
    if rows:
        await session.execute(insert(CollectionSeries), rows)


async def put_episodes(session: WriteSession, list_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    await session.execute(delete(ReadingListEpisode).where(ReadingListEpisode.reading_list_id == list_id))
    rows = [{"reading_list_id": list_id, "episode_id": one, "order_index": index} for index, one in enumerate(ids)]
    if rows:
        await session.execute(insert(ReadingListEpisode), rows)


async def known_series(session: ReadSession, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    return set(await session.scalars(select(Series.id).where(Series.id.in_(ids))))


async def known_episodes(session: ReadSession, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    return set(await session.scalars(select(Episode.id).where(Episode.id.in_(ids))))
