"""Routes of collections and reading lists."""

from __future__ import annotations

import uuid

from fastapi import Request, status

from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.library.catalogue.service.viewer import viewer
from fumetto.library.catalogue.shelves import service
from fumetto.library.catalogue.shelves.repository import COLLECTIONS, READING_LISTS
from fumetto.library.catalogue.shelves.schemas import (
    CollectionCard,
    CollectionDetail,
    CollectionList,
    ManyIds,
    Named,
    ReadingListCard,
    ReadingListDetail,
    ReadingListList,
)
from fumetto.people.public import CurrentReader

router = Routes(tags=["collections"])


@router.get("/collections")
async def list_collections(request: Request, session: ReadTransaction, reader: CurrentReader) -> CollectionList:
    """The reader's collections by name."""
    return CollectionList(items=await service.collections(session, viewer(request, reader)))


@router.post("/collections", status_code=status.HTTP_201_CREATED)
async def create_collection(
    request: Request, session: WriteTransaction, reader: CurrentReader, body: Named
) -> CollectionCard:
    """A new, empty collection."""
    row = await service.create(session, COLLECTIONS, reader.id, body.name)
    (card,) = await service.collection_cards(session, [row], viewer(request, reader))
    return card


@router.get("/collections/{collection_id}")
async def get_collection(
    request: Request, session: ReadTransaction, reader: CurrentReader, collection_id: uuid.UUID
) -> CollectionDetail:
    """One collection with its series."""
    return await service.collection(session, viewer(request, reader), collection_id)


@router.patch("/collections/{collection_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rename_collection(
    session: WriteTransaction, reader: CurrentReader, collection_id: uuid.UUID, body: Named
) -> None:
    """Call a collection something else."""
    await service.rename(session, COLLECTIONS, reader.id, collection_id, body.name)


@router.delete("/collections/{collection_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_collection(session: WriteTransaction, reader: CurrentReader, collection_id: uuid.UUID) -> None:
    """Delete a collection; its series stay."""
    await service.remove(session, COLLECTIONS, reader.id, collection_id)


@router.put("/collections/{collection_id}/series", status_code=status.HTTP_204_NO_CONTENT)
async def put_collection_series(
    session: WriteTransaction, reader: CurrentReader, collection_id: uuid.UUID, body: ManyIds
) -> None:
    """Make these, in this order, the collection's series."""
    await service.put(session, COLLECTIONS, reader.id, collection_id, body)


@router.get("/reading-lists")
async def list_reading_lists(request: Request, session: ReadTransaction, reader: CurrentReader) -> ReadingListList:
    """The reader's reading lists by name."""
    return ReadingListList(items=await service.reading_lists(session, viewer(request, reader)))


@router.post("/reading-lists", status_code=status.HTTP_201_CREATED)
async def create_reading_list(
    request: Request, session: WriteTransaction, reader: CurrentReader, body: Named
) -> ReadingListCard:
    """A new, empty reading list."""
    row = await service.create(session, READING_LISTS, reader.id, body.name)
    (card,) = await service.reading_list_cards(session, [row], viewer(request, reader))
    return card


@router.get("/reading-lists/{list_id}")
async def get_reading_list(
    request: Request, session: ReadTransaction, reader: CurrentReader, list_id: uuid.UUID
) -> ReadingListDetail:
    """One reading list with its episodes."""
    return await service.reading_list(session, viewer(request, reader), list_id)


@router.patch("/reading-lists/{list_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rename_reading_list(
    session: WriteTransaction, reader: CurrentReader, list_id: uuid.UUID, body: Named
) -> None:
    """Call a reading list something else."""
    await service.rename(session, READING_LISTS, reader.id, list_id, body.name)


@router.delete("/reading-lists/{list_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_reading_list(session: WriteTransaction, reader: CurrentReader, list_id: uuid.UUID) -> None:
    """Delete a reading list; its episodes stay."""
    await service.remove(session, READING_LISTS, reader.id, list_id)


@router.put("/reading-lists/{list_id}/episodes", status_code=status.HTTP_204_NO_CONTENT)
async def put_reading_list_episodes(
    session: WriteTransaction, reader: CurrentReader, list_id: uuid.UUID, body: ManyIds
) -> None:
    """Make these, in this order, the reading list's episodes."""
    await service.put(session, READING_LISTS, reader.id, list_id, body)
