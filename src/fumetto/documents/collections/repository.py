"""Queries of documents, each within what the transaction's reader may see: the house's rows and their own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from fumetto.documents.collections.models import Document, DocumentChunk, DocumentCollection
from fumetto.documents.kinds import DocumentState
from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession, WriteSession

Owner = uuid.UUID | None
"""None: the house."""


def owned(column: InstrumentedAttribute[uuid.UUID | None], owners: Collection[Owner]) -> ColumnElement[bool]:
    """The first wall; row-level security is the second."""
    people = [one for one in owners if one is not None]
    own = column.in_(people)
    return or_(own, column.is_(None)) if None in owners else own


async def collections(
    session: ReadSession, owners: Collection[Owner], slugs: Collection[str] | None = None
) -> list[DocumentCollection]:
    rows = select(DocumentCollection).where(owned(DocumentCollection.owner_id, owners))
    if slugs is not None:
        rows = rows.where(DocumentCollection.slug.in_(list(slugs)))
    return list(await session.scalars(rows.order_by(DocumentCollection.name, DocumentCollection.id)))


async def collection(session: ReadSession, owners: Collection[Owner], one: uuid.UUID) -> DocumentCollection | None:
    return await session.scalar(
        select(DocumentCollection).where(DocumentCollection.id == one, owned(DocumentCollection.owner_id, owners))
    )


async def counts(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[DocumentState, int]]:
    """How many documents of each state there are in some collections."""
    rows = await session.execute(
        select(Document.collection_id, Document.status, func.count())
        .where(among(Document.collection_id, ids))
        .group_by(Document.collection_id, Document.status)
    )
    found: dict[uuid.UUID, dict[DocumentState, int]] = {one: {} for one in ids}
    for collection_id, status, count in rows:
        found[collection_id][status] = count
    return found


async def document(session: ReadSession, owners: Collection[Owner], one: uuid.UUID) -> Document | None:
    return await session.scalar(select(Document).where(Document.id == one, owned(Document.owner_id, owners)))


async def same_bytes(session: ReadSession, collection_id: uuid.UUID, digest: str) -> Document | None:
    return await session.scalar(
        select(Document).where(Document.collection_id == collection_id, Document.file_hash == digest)
    )


async def keys_in_use(session: ReadSession, keys: Collection[str] | None = None) -> set[str]:
    """Those of some keys of the storage, or of all, under which a document has its bytes."""
    rows = select(Document.file_key)
    return set(await session.scalars(rows if keys is None else rows.where(Document.file_key.in_(keys))))


async def keys_of(session: ReadSession, collection_id: uuid.UUID) -> set[str]:
    """The keys of a collection's files."""
    return set(await session.scalars(select(Document.file_key).where(Document.collection_id == collection_id)))


async def database_time(session: ReadSession) -> datetime:
    return (await session.execute(select(func.now()))).scalar_one()


async def list_documents(
    session: ReadSession,
    collection_id: uuid.UUID,
    *,
    status: DocumentState | None,
    words: str,
    before: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> tuple[list[Document], int]:
    """Newest first, and how many there are in all."""
    where = [Document.collection_id == collection_id]
    if status is not None:
        where.append(Document.status == status)
    if words:
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where.append(or_(Document.title.ilike(like), Document.filename.ilike(like)))
    total = await session.scalar(select(func.count()).select_from(Document).where(*where)) or 0
    rows = select(Document).where(*where)
    if before is not None:
        rows = rows.where(tuple_(Document.created_at, Document.id) < tuple_(*(literal(one) for one in before)))
    rows = rows.order_by(Document.created_at.desc(), Document.id.desc()).limit(limit)
    return list(await session.scalars(rows)), total


async def of_filename(session: ReadSession, collection_id: uuid.UUID, filename: str) -> Document | None:
    return await session.scalar(
        select(Document)
        .where(Document.collection_id == collection_id, Document.filename == filename)
        .order_by(Document.created_at)
        .limit(1)
    )


async def chunk_ids(session: ReadSession, document_id: uuid.UUID) -> list[uuid.UUID]:
    return list(await session.scalars(select(DocumentChunk.id).where(DocumentChunk.document_id == document_id)))


async def chunks(session: ReadSession, document_id: uuid.UUID, after: int, limit: int) -> list[DocumentChunk]:
    rows = select(DocumentChunk).where(DocumentChunk.document_id == document_id, DocumentChunk.chunk_index > after)
    return list(await session.scalars(rows.order_by(DocumentChunk.chunk_index).limit(limit)))


async def chunks_of_ids(
    session: ReadSession, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[DocumentChunk, Document]]:
    rows = await session.execute(
        select(DocumentChunk, Document)
        .join(Document, Document.id == DocumentChunk.document_id)
        .where(among(DocumentChunk.id, ids))
    )
    return {chunk.id: (chunk, document) for chunk, document in rows}


async def drop_chunks(session: WriteSession, document_id: uuid.UUID) -> list[uuid.UUID]:
    """Their ids, for the index to forget."""
    return list(
        await session.scalars(
            delete(DocumentChunk).where(DocumentChunk.document_id == document_id).returning(DocumentChunk.id)
        )
    )
