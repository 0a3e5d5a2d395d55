"""Queries of collections and reading lists, which are one thing twice: a shelf with a name, and things in an order.

Always of one owner, so another's look like none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, func, insert, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.lists import Collection, CollectionSeries, ReadingList, ReadingListEpisode
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.reading.models import EpisodeReading, ReadState

Shelf = TypeVar("Shelf", Collection, ReadingList)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Shelf]):
    """The classes of one kind of shelf: its rows, the things that can stand on it, and which stand where."""

    shelves: type[Shelf]
    things: type[Series] | type[Episode]
    places: type[CollectionSeries] | type[ReadingListEpisode]
    shelf_id: str
    thing_id: str


COLLECTIONS = Kind(Collection, Series, CollectionSeries, "collection_id", "series_id")
READING_LISTS = Kind(ReadingList, Episode, ReadingListEpisode, "reading_list_id", "episode_id")


async def find(session: ReadSession, kind: Kind[Shelf], owner_id: uuid.UUID, shelf_id: uuid.UUID) -> Shelf | None:
    shelves: Any = kind.shelves
    found: Shelf | None = await session.scalar(
        select(shelves).where(shelves.id == shelf_id, shelves.owner_id == owner_id)
    )
    return found


async def shelves_of(session: ReadSession, kind: Kind[Shelf], owner_id: uuid.UUID) -> list[Shelf]:
    """Somebody's shelves by name."""
    shelves: Any = kind.shelves
    rows = select(shelves).where(shelves.owner_id == owner_id).order_by(func.lower(shelves.name), shelves.id)
    return list(await session.scalars(rows))


async def things_on(
    session: ReadSession, kind: Kind[Shelf], ids: Sequence[uuid.UUID], first: int | None = None
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """What stands on each shelf in its order; of each the `first` so many, or all."""
    shelf, thing = getattr(kind.places, kind.shelf_id), getattr(kind.places, kind.thing_id)
    place = func.row_number().over(partition_by=shelf, order_by=kind.places.order_index)
    ranked = select(shelf.label("shelf"), thing.label("thing"), place.label("place")).where(shelf.in_(ids)).subquery()
    rows = select(ranked.c.shelf, ranked.c.thing).order_by(ranked.c.shelf, ranked.c.place)
    if first is not None:
        rows = rows.where(ranked.c.place <= first)
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for shelf_id, thing_id in await session.execute(rows):
        found.setdefault(shelf_id, []).append(thing_id)
    return found


async def put(session: WriteSession, kind: Kind[Shelf], shelf_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    """Make these, in this order, what stands on a shelf."""
    await session.execute(delete(kind.places).where(getattr(kind.places, kind.shelf_id) == shelf_id))
    rows = [{kind.shelf_id: shelf_id, kind.thing_id: one, "order_index": index} for index, one in enumerate(ids)]
    if rows:
        await session.execute(insert(kind.places), rows)


async def known(session: ReadSession, kind: Kind[Shelf], ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the things that there are."""
    return set(await session.scalars(select(kind.things.id).where(kind.things.id.in_(ids))))


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
