"""Routes of documents. Somebody else's do not exist; the house's are kept by the owner."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Depends, Form, Query, Request, UploadFile

from fumetto.documents.collections import finding, repository
from fumetto.documents.collections import service as collections
from fumetto.documents.collections.models import Document
from fumetto.documents.collections.schemas import (
    ChunkItem,
    ChunkList,
    CollectionChange,
    CollectionItem,
    CollectionList,
    DocumentChange,
    DocumentItem,
    FoundItem,
    FoundList,
    LanguageTag,
    NewCollection,
)
from fumetto.documents.intake import service
from fumetto.documents.intake.tasks import read_later
from fumetto.documents.kinds import DocumentState
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import think_ahead
from fumetto.kernel.storage import Storage
from fumetto.kernel.web.pagination import CursorText, Limit, Listing
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.people.public import Reader, Role, require_role

router = Routes(prefix="/documents", tags=["documents"])
Keeper = Annotated[Reader, Depends(require_role(Role.EDITOR))]
"""Who keeps documents: editors their own, the owner the house's too."""


def storage_of(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


async def look_up(database: Database, keeper: Reader, document_id: uuid.UUID) -> None:
    """Whether it is theirs, in their own transaction before one that sees all. Raises DocumentNotFound."""
    async with database.read(keeper.id) as session:
        await collections.require_document(session, collections.owners_of(keeper), document_id)


@router.get("/collections")
async def list_document_collections(session: ReadTransaction, keeper: Keeper) -> CollectionList:
    """One's own collections, and the house's for its owner."""
    return CollectionList(items=await collections.list_collections(session, collections.owners_of(keeper)))


@router.post("/collections", status_code=201)
async def create_document_collection(request: Request, keeper: Keeper, body: NewCollection) -> CollectionItem:
    """Make a collection, of one's own or of the house."""
    async with database_of(request).write(EVERY_READER if body.house else keeper.id) as session:
        return await collections.create_collection(session, keeper, body)


@router.patch("/collections/{collection_id}")
async def change_document_collection(
    request: Request, keeper: Keeper, collection_id: uuid.UUID, body: CollectionChange
) -> CollectionItem:
    """Change what is sent of it."""
    async with database_of(request).write(EVERY_READER) as session:
        return await collections.change_collection(session, keeper, collection_id, body)


@router.delete("/collections/{collection_id}", status_code=204)
async def delete_document_collection(request: Request, keeper: Keeper, collection_id: uuid.UUID) -> None:
    """Delete a collection with its documents and their files. Those that the helper reads stay."""
    database = database_of(request)
    async with database.write(EVERY_READER) as session:
        keys = await collections.delete_collection(session, keeper, collection_id)
    async with database.write(EVERY_READER) as session:
        await service.let_go(session, storage_of(request), keys)


@router.get("/collections/{collection_id}/documents")
async def list_documents(
    session: ReadTransaction,
    keeper: Keeper,
    collection_id: uuid.UUID,
    status: DocumentState | None = None,
    q: Annotated[str, Query(max_length=200, description="In titles and names of files.")] = "",
    cursor: CursorText = None,
    limit: Limit = 60,
) -> Listing[DocumentItem]:
    """Documents of a collection, newest first."""
    row = await collections.require_collection(session, collections.owners_of(keeper), collection_id)
    return await collections.list_documents(
        session, row.id, keeper.language, status=status, words=q, cursor=cursor, limit=limit
    )


@router.post("/collections/{collection_id}/documents", status_code=202)
async def add_document(
    request: Request,
    keeper: Keeper,
    collection_id: uuid.UUID,
    file: UploadFile,
    language: Annotated[LanguageTag | None, Form(description="Told from the text where it is left out.")] = None,
) -> DocumentItem:
    """Bring Markdown, text or a PDF. It is read by a job; its `status` says how far that is."""
    database = database_of(request)
    async with database.read(keeper.id) as reading:
        await collections.require_collection(reading, collections.owners_of(keeper), collection_id)
    received = service.Received(file.filename or "", await file.read(service.LARGEST + 1))
    async with received.put(storage_of(request)), database.write(EVERY_READER) as session:
        row = await collections.require_collection(session, collections.owners_of(keeper), collection_id)
        document = await service.add(session, keeper.id, row, received, language=language)
        await read_later(session, document.id)
        return collections.document_item(document, keeper.language)


@router.get("/search")
async def search_documents(
    request: Request,
    keeper: Keeper,
    q: Annotated[str, Query(min_length=1, max_length=500)],
    collection: Annotated[str | None, Query(max_length=64, description="Only the collection of this slug.")] = None,
    language: Annotated[LanguageTag | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> FoundList:
    """The pieces of documents that fit a question best."""
    await think_ahead(database_of(request), q)
    async with database_of(request).read(keeper.id) as session:
        found = await finding.find(
            session,
            collections.owners_of(keeper),
            q,
            slugs=None if collection is None else [collection],
            languages=None if language is None else [language],
            k=limit,
        )
    return FoundList(items=[FoundItem.model_validate(one, from_attributes=True) for one in found])


@router.get("/{document_id}")
async def get_document(session: ReadTransaction, keeper: Keeper, document_id: uuid.UUID) -> DocumentItem:
    """One document with how far it is."""
    row = await collections.require_document(session, collections.owners_of(keeper), document_id)
    return collections.document_item(row, keeper.language)


@router.get("/{document_id}/chunks")
async def list_document_chunks(
    session: ReadTransaction,
    keeper: Keeper,
    document_id: uuid.UUID,
    after: Annotated[int, Query(ge=-1, description="The `chunk_index` after which to go on.")] = -1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ChunkList:
    """The pieces of a document in its order."""
    row = await collections.require_document(session, collections.owners_of(keeper), document_id)
    found = await repository.chunks(session, row.id, after, limit)
    return ChunkList(items=[ChunkItem.model_validate(one, from_attributes=True) for one in found])


@router.patch("/{document_id}")
async def change_document(
    request: Request, keeper: Keeper, document_id: uuid.UUID, body: DocumentChange
) -> DocumentItem:
    """Change what is sent of it. Another title or language has it read again."""
    async with database_of(request).write(EVERY_READER) as session:
        row = await collections.require_document(session, collections.owners_of(keeper), document_id)
        if await service.change(session, keeper.id, row, body):
            await read_later(session, row.id)
        return collections.document_item(row, keeper.language)


@router.post("/{document_id}/retry", status_code=202)
async def retry_document(request: Request, keeper: Keeper, document_id: uuid.UUID) -> DocumentItem:
    """Read it once more."""
    async with database_of(request).write(EVERY_READER) as session:
        row = await collections.require_document(session, collections.owners_of(keeper), document_id)
        service.wait(row)
        await session.flush()
        await read_later(session, row.id)
        return collections.document_item(row, keeper.language)


@router.put("/{document_id}/file", status_code=202)
async def replace_document(request: Request, keeper: Keeper, document_id: uuid.UUID, file: UploadFile) -> DocumentItem:
    """Give it another file. What was cut from the old one is found until the new one is read."""
    database = database_of(request)
    await look_up(database, keeper, document_id)
    received = service.Received(file.filename or "", await file.read(service.LARGEST + 1))
    async with received.put(storage_of(request)), database.write(EVERY_READER) as session:
        row = await collections.require_document(session, collections.owners_of(keeper), document_id)
        old = await service.replace(session, keeper.id, row, received)
        await read_later(session, row.id)
        item = collections.document_item(row, keeper.language)
    async with database.write(EVERY_READER) as session:
        await service.let_go(session, storage_of(request), [old])
    return item


@router.delete("/{document_id}", status_code=204)
async def delete_document(request: Request, keeper: Keeper, document_id: uuid.UUID) -> None:
    """Delete a document, its pieces and its file."""
    database = database_of(request)
    await look_up(database, keeper, document_id)
    async with database.write(EVERY_READER) as session:
        row: Document = await collections.require_document(session, collections.owners_of(keeper), document_id)
        key = await service.delete(session, keeper.id, row)
    async with database.write(EVERY_READER) as session:
        await service.let_go(session, storage_of(request), [key])
