"""Use cases of collections: the house's are the owner's to keep, and anybody who edits keeps their own."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Final

from fumetto.documents.collections import repository
from fumetto.documents.collections.models import Document, DocumentCollection
from fumetto.documents.collections.repository import Owner
from fumetto.documents.collections.schemas import (
    CollectionChange,
    CollectionItem,
    DocumentItem,
    NewCollection,
)
from fumetto.documents.errors import (
    CollectionExists,
    CollectionNotFound,
    CollectionOfTheHouse,
    DocumentNotFound,
)
from fumetto.documents.kinds import DocumentState
from fumetto.kernel import index
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import NotAllowed
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.pagination import Listing, decode_cursor, encode_cursor
from fumetto.people.public import Reader, Role

HOUSE: Final = ("docs_adult", "docs_youth")
"""Collections that the helper reads."""
ORDER: Final = "documents"


def owners_of(reader: Reader) -> frozenset[Owner]:
    """Whose documents somebody keeps: their own, and the house's where they own it."""
    house: frozenset[Owner] = frozenset({None}) if reader.may_act_as(Role.OWNER) else frozenset()
    return house | {reader.id}


async def list_collections(session: ReadSession, owners: Collection[Owner]) -> list[CollectionItem]:
    rows = await repository.collections(session, owners)
    counted = await repository.counts(session, [row.id for row in rows])
    return [collection_item(row, counted[row.id]) for row in rows]


async def require_collection(session: ReadSession, owners: Collection[Owner], one: uuid.UUID) -> DocumentCollection:
    found = await repository.collection(session, owners, one)
    if found is None:
        raise CollectionNotFound
    return found


async def require_document(session: ReadSession, owners: Collection[Owner], one: uuid.UUID) -> Document:
    found = await repository.document(session, owners, one)
    if found is None:
        raise DocumentNotFound
    return found


async def create_collection(session: WriteSession, reader: Reader, new: NewCollection) -> CollectionItem:
    """Raises NotAllowed for the house's of who does not own it, CollectionExists."""
    if new.house and not reader.may_act_as(Role.OWNER):
        raise NotAllowed
    owner_id = None if new.house else reader.id
    if await repository.collections(session, [owner_id], [new.slug]):
        raise CollectionExists(slug=new.slug)
    row = DocumentCollection(
        owner_id=owner_id,
        slug=new.slug,
        name=" ".join(new.name.split()),
        audience=new.audience,
        languages=list(dict.fromkeys(new.languages)),
    )
    session.add(row)
    await session.flush()
    await audit(
        session, reader.id, "documents.collection.create", "document_collection", row.id, new={"slug": row.slug}
    )
    return collection_item(row, {})


async def change_collection(
    session: WriteSession, reader: Reader, one: uuid.UUID, change: CollectionChange
) -> CollectionItem:
    """Raises CollectionNotFound."""
    row = await require_collection(session, owners_of(reader), one)
    old = {"name": row.name, "audience": row.audience, "languages": list(row.languages)}
    if change.name is not None:
        row.name = " ".join(change.name.split())
    if change.audience is not None:
        row.audience = change.audience
    if change.languages is not None:
        row.languages = list(dict.fromkeys(change.languages))
    await session.flush()
    await session.refresh(row)
    new = {"name": row.name, "audience": row.audience, "languages": list(row.languages)}
    await audit(session, reader.id, "documents.collection.change", "document_collection", row.id, old=old, new=new)
    return collection_item(row, (await repository.counts(session, [row.id]))[row.id])


async def delete_collection(session: WriteSession, reader: Reader, one: uuid.UUID) -> set[str]:
    """With its documents and what the index has of them. Returns the keys of their files, for the caller to let go of.

    Raises CollectionNotFound, CollectionOfTheHouse.
    """
    row = await require_collection(session, owners_of(reader), one)
    if row.owner_id is None and row.slug in HOUSE:
        raise CollectionOfTheHouse(slug=row.slug)
    await audit(
        session, reader.id, "documents.collection.delete", "document_collection", row.id, old={"slug": row.slug}
    )
    keys = await repository.keys_of(session, row.id)
    await session.delete(row)
    await session.flush()  # waits for a job that is taking one of them in, whose passages are there only then
    await index.remove_key(session, one)
    return keys


async def list_documents(
    session: ReadSession,
    collection_id: uuid.UUID,
    language: str,
    *,
    status: DocumentState | None,
    words: str,
    cursor: str | None,
    limit: int,
) -> Listing[DocumentItem]:
    """Raises CursorInvalid."""
    place = decode_cursor(cursor, ORDER, [datetime, uuid.UUID])
    before = None if place is None or None in place else (place[0], place[1])
    rows, total = await repository.list_documents(
        session, collection_id, status=status, words=words.strip(), before=before, limit=limit + 1
    )
    further = None
    if len(rows) > limit:
        rows = rows[:limit]
        further = encode_cursor(ORDER, [rows[-1].created_at, rows[-1].id])
    return Listing(items=[document_item(row, language) for row in rows], total=total, next_cursor=further)


def collection_item(row: DocumentCollection, counts: dict[DocumentState, int]) -> CollectionItem:
    return CollectionItem(
        id=row.id,
        slug=row.slug,
        name=row.name,
        house=row.owner_id is None,
        needed=row.owner_id is None and row.slug in HOUSE,
        audience=row.audience,
        languages=row.languages,
        ready=counts.get(DocumentState.READY, 0),
        waiting=counts.get(DocumentState.PENDING, 0) + counts.get(DocumentState.PROCESSING, 0),
        failed=counts.get(DocumentState.ERROR, 0),
    )


def document_item(row: Document, language: str) -> DocumentItem:
    error = row.error_message
    if row.error_code:
        try:
            error = say(language, f"errors.{row.error_code}", **(row.error_detail or {}))
        except (KeyError, ValueError):
            error = row.error_message
    return DocumentItem(
        error=error,
        sources=[str(one) for one in row.sources],
        **{name: getattr(row, name) for name in DocumentItem.model_fields if name not in ("error", "sources")},
    )
