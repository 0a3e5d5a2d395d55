"""Use cases of collections and reading lists. Each belongs to one person; another's is as if it were not there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.errors import EpisodeNotFound, SeriesNotFound
from fumetto.library.catalogue.lists import Collection, ReadingList
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository import series as series_rows
from fumetto.library.catalogue.schemas import Cover
from fumetto.library.catalogue.service.cards import episode_cards, episode_covers, series_cards, series_covers
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.catalogue.shelves import repository
from fumetto.library.catalogue.shelves.errors import CollectionNotFound, NameTaken, ReadingListNotFound
from fumetto.library.catalogue.shelves.repository import COLLECTIONS, READING_LISTS, Kind, Shelf
from fumetto.library.catalogue.shelves.schemas import (
    CollectionCard,
    CollectionDetail,
    ReadingListCard,
    ReadingListDetail,
)
from fumetto.library.reading import repository as reading
from fumetto.library.reading.models import ReadState

COVERS = 4
NOT_FOUND = {COLLECTIONS: CollectionNotFound, READING_LISTS: ReadingListNotFound}
THING_NOT_FOUND = {COLLECTIONS: SeriesNotFound, READING_LISTS: EpisodeNotFound}


async def collections(session: ReadSession, viewer: Viewer) -> list[CollectionCard]:
    """The viewer's collections by name."""
    if viewer.reader_id is None:
        return []
    rows = await repository.shelves_of(session, COLLECTIONS, viewer.reader_id)
    return await collection_cards(session, rows, viewer)


async def collection_cards(session: ReadSession, rows: Sequence[Collection], viewer: Viewer) -> list[CollectionCard]:
    ids = [row.id for row in rows]
    counts = await repository.count_series(session, ids)
    members = await repository.things_on(session, COLLECTIONS, ids, COVERS)
    series = await series_rows.series_by_ids(session, [one for group in members.values() for one in group])
    covers = await series_covers(session, list(series.values()), viewer)
    return [
        CollectionCard(
            id=row.id,
            name=row.name,
            series_count=counts.get(row.id, 0),
            covers=[covers[one] for one in members.get(row.id, []) if one in covers],
            created_at=row.created_at,
        )
        for row in rows
    ]


async def collection(session: ReadSession, viewer: Viewer, collection_id: uuid.UUID) -> CollectionDetail:
    """Raises CollectionNotFound."""
    row = await require(session, COLLECTIONS, viewer.reader_id, collection_id)
    (card,) = await collection_cards(session, [row], viewer)
    ids = (await repository.things_on(session, COLLECTIONS, [row.id])).get(row.id, [])
    series = await series_rows.series_by_ids(session, ids)
    cards = await series_cards(session, [series[one] for one in ids if one in series], viewer)
    return CollectionDetail(**card.model_dump(), series=cards)


async def reading_lists(session: ReadSession, viewer: Viewer) -> list[ReadingListCard]:
    """The viewer's reading lists by name."""
    if viewer.reader_id is None:
        return []
    rows = await repository.shelves_of(session, READING_LISTS, viewer.reader_id)
    return await reading_list_cards(session, rows, viewer)


async def reading_list_cards(
    session: ReadSession, rows: Sequence[ReadingList], viewer: Viewer
) -> list[ReadingListCard]:
    if viewer.reader_id is None:
        return []
    ids = [row.id for row in rows]
    counts = await repository.count_episodes(session, viewer.reader_id, ids)
    members = await repository.things_on(session, READING_LISTS, ids, COVERS)
    shown = [one for group in members.values() for one in group]
    covers = await episode_covers(session, shown, viewer)
    if viewer.hides_covers:
        covers = await opened_only(session, viewer.reader_id, covers)
    return [
        ReadingListCard(
            id=row.id,
            name=row.name,
            episode_count=counts.get(row.id, (0, 0))[0],
            unread_count=counts.get(row.id, (0, 0))[1],
            covers=[covers[one] for one in members.get(row.id, []) if one in covers],
            created_at=row.created_at,
        )
        for row in rows
    ]


async def opened_only(
    session: ReadSession, reader_id: uuid.UUID, covers: dict[uuid.UUID, Cover]
) -> dict[uuid.UUID, Cover]:
    readings = await reading.readings_of(session, reader_id, list(covers))
    opened = {key for key, one in readings.items() if one.state is not ReadState.UNREAD}
    return {key: cover for key, cover in covers.items() if key in opened}


async def reading_list(session: ReadSession, viewer: Viewer, list_id: uuid.UUID) -> ReadingListDetail:
    """Raises ReadingListNotFound."""
    row = await require(session, READING_LISTS, viewer.reader_id, list_id)
    (card,) = await reading_list_cards(session, [row], viewer)
    ids = (await repository.things_on(session, READING_LISTS, [row.id])).get(row.id, [])
    found = await episode_rows.episodes_by_ids(session, ids)
    cards = await episode_cards(session, [found[one] for one in ids if one in found], viewer)
    return ReadingListDetail(**card.model_dump(), episodes=cards)


async def create(session: WriteSession, kind: Kind[Shelf], owner_id: uuid.UUID, name: str) -> Shelf:
    """A new, empty shelf. Raises NameTaken."""
    row = kind.shelves(owner_id=owner_id, name=name)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise NameTaken(name=name) from error
    await session.refresh(row)
    return row


async def rename(session: WriteSession, kind: Kind[Shelf], owner_id: uuid.UUID, shelf_id: uuid.UUID, name: str) -> None:
    """Raises CollectionNotFound or ReadingListNotFound, and NameTaken."""
    row = await require(session, kind, owner_id, shelf_id)
    try:
        async with session.begin_nested():
            row.name = name
            await session.flush()
    except IntegrityError as error:
        raise NameTaken(name=name) from error


async def remove(session: WriteSession, kind: Kind[Shelf], owner_id: uuid.UUID, shelf_id: uuid.UUID) -> None:
    """What stood on it stays in the library. Raises CollectionNotFound or ReadingListNotFound."""
    await session.delete(await require(session, kind, owner_id, shelf_id))


async def put(
    session: WriteSession, kind: Kind[Shelf], owner_id: uuid.UUID, shelf_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> None:
    """Make these, in this order, what stands on a shelf.

    Raises CollectionNotFound or ReadingListNotFound, and SeriesNotFound or EpisodeNotFound.
    """
    await require(session, kind, owner_id, shelf_id)
    wanted = list(dict.fromkeys(ids))
    if len(await repository.known(session, kind, wanted)) != len(wanted):
        raise THING_NOT_FOUND[kind]
    await repository.put(session, kind, shelf_id, wanted)


async def require(session: ReadSession, kind: Kind[Shelf], owner_id: uuid.UUID | None, shelf_id: uuid.UUID) -> Shelf:
    row = await repository.find(session, kind, owner_id, shelf_id) if owner_id else None
    if row is None:
        raise NOT_FOUND[kind]
    return row
