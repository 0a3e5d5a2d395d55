"""Use cases of files: received, read again, replaced, deleted; and read, by the job."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from fumetto.documents.collections import repository
from fumetto.documents.collections.finding import indexed
from fumetto.documents.collections.models import Document, DocumentChunk, DocumentCollection
from fumetto.documents.collections.schemas import DocumentChange
from fumetto.documents.collections.scope import KIND
from fumetto.documents.errors import DocumentKnown, DocumentTooLarge, DocumentUnsupported
from fumetto.documents.intake.rules import language_told, named, title_of
from fumetto.documents.kinds import DocumentState, FileType
from fumetto.documents.parsing.model import Parsed
from fumetto.documents.parsing.reading import type_of
from fumetto.kernel import index
from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.index import Passage
from fumetto.kernel.storage import Storage, make_key

LARGEST: Final = 32 * 1024 * 1024  # bytes
ENDINGS: Final = {FileType.MARKDOWN: "txt", FileType.TEXT: "txt", FileType.PDF: "pdf"}
FOLDER: Final = "documents"


class Received:
    """A file on its way in, not yet named by any row. Its key is its own, however often the same bytes are brought: so
    whoever's document goes takes nobody else's bytes along. Raises DocumentTooLarge, DocumentUnsupported."""

    def __init__(self, filename: str, data: bytes) -> None:
        self.filename = named(filename)
        if len(data) > LARGEST:
            raise DocumentTooLarge(filename=self.filename, limit=LARGEST)
        kind = type_of(self.filename, data)
        if kind is None:
            raise DocumentUnsupported(filename=self.filename)
        self.kind = kind
        self.data = data
        self.digest = hashlib.sha256(data).hexdigest()
        name = uuid.uuid4().hex
        self.key = make_key(FOLDER, name[:2], f"{name}.{ENDINGS[kind]}")

    @asynccontextmanager
    async def put(self, storage: Storage) -> AsyncIterator[None]:
        """In the storage from here on, unless what is done within refuses it. What is killed meanwhile is swept."""
        storage.check_space(len(self.data))
        await storage.put(self.key, self.data)
        await storage.settle([self.key])
        try:
            yield
        except FumettoError:
            await storage.delete(self.key)
            raise

    def values(self) -> dict[str, Any]:
        return {
            "filename": self.filename,
            "file_type": self.kind,
            "file_size": len(self.data),
            "file_key": self.key,
            "file_hash": self.digest,
        }


async def add(
    session: WriteSession,
    actor: uuid.UUID | None,
    collection: DocumentCollection,
    file: Received,
    *,
    language: str | None = None,
    built_in: bool = False,
) -> Document:
    """A new document, to be read by the job that the caller enqueues. Raises DocumentKnown for the same bytes."""
    await refuse_same(session, collection.id, file)
    row = Document(
        id=uuid7(),
        collection_id=collection.id,
        owner_id=collection.owner_id,
        title=title_of(file.filename)[:500],
        language=language,
        language_given=language is not None,
        built_in=built_in,
        **file.values(),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await audit(session, actor, "document.add", "document", row.id, new={"filename": row.filename})
    return row


async def refuse_same(session: WriteSession, collection_id: uuid.UUID, file: Received) -> None:
    same = await repository.same_bytes(session, collection_id, file.digest)
    if same is not None:
        raise DocumentKnown(filename=file.filename, known_as=same.filename)


async def replace(session: WriteSession, actor: uuid.UUID | None, row: Document, file: Received) -> str:
    """Other bytes for a document, which keeps its id; what was cut from the old ones goes when the new are read.

    Returns the old key, for the caller to let go of. Raises DocumentKnown.
    """
    await refuse_same(session, row.collection_id, file)
    old, old_key = {"filename": row.filename, "hash": row.file_hash}, row.file_key
    for name, value in file.values().items():
        setattr(row, name, value)
    wait(row)
    await session.flush()
    new = {"filename": row.filename, "hash": row.file_hash}
    await audit(session, actor, "document.replace", "document", row.id, old=old, new=new)
    return old_key


def wait(row: Document) -> None:
    row.status = DocumentState.PENDING
    row.error_code = row.error_message = row.error_detail = None


async def change(session: WriteSession, actor: uuid.UUID, row: Document, wanted: DocumentChange) -> bool:
    """Whether it is to be read again: a title or a language is looked through with each piece."""
    again = False
    given = wanted.model_fields_set
    if wanted.title is not None and wanted.title != row.title:
        row.title, again = " ".join(wanted.title.split()), True
    if wanted.description is not None:
        row.description = wanted.description.strip()
    if wanted.tags is not None:
        row.tags = list(dict.fromkeys(wanted.tags))
    if "language" in given:
        again = again or wanted.language != row.language
        row.language, row.language_given = wanted.language or row.language, wanted.language is not None
    if again:
        wait(row)
    await session.flush()
    await audit(session, actor, "document.change", "document", row.id, new=wanted.model_dump(exclude_unset=True))
    return again


async def delete(session: WriteSession, actor: uuid.UUID, row: Document) -> str:
    """In a session of every reader, since the index is changed. Returns the key that its bytes were under."""
    await session.refresh(row, with_for_update=True)  # a job may be taking it in, whose pieces are there only then
    await audit(session, actor, "document.delete", "document", row.id, old={"filename": row.filename})
    await index.remove(session, await repository.drop_chunks(session, row.id))
    await session.delete(row)
    await session.flush()
    return row.file_key


async def let_go(session: ReadSession, storage: Storage, keys: Collection[str]) -> None:
    """Delete bytes that no document has any more. In a session of every reader."""
    used = await repository.keys_in_use(session, keys)
    for key in keys:
        if key not in used:
            await storage.delete(key)


async def take_in(session: WriteSession, row: Document, parsed: Parsed) -> None:
    """Put a document's pieces in the place of those that it had. In a session of every reader."""
    await index.remove(session, await repository.drop_chunks(session, row.id))
    if not row.language_given:
        told = parsed.language or await asyncio.to_thread(language_told, [one.content for one in parsed.chunks])
        row.language = told
    if parsed.title and row.title == title_of(row.filename)[:500]:
        row.title = parsed.title
    row.description = row.description or parsed.description
    row.tags = row.tags or list(parsed.tags)
    row.sources = list(parsed.sources)
    row.written_on = parsed.written_on
    row.page_count = parsed.pages
    pieces = [
        DocumentChunk(
            id=uuid7(),
            document_id=row.id,
            owner_id=row.owner_id,
            content=one.content,
            chunk_index=number,
            page=one.page,
            section=one.section,
            about={"characters": len(one.content)},
        )
        for number, one in enumerate(parsed.chunks)
    ]
    session.add_all(pieces)
    row.chunk_count = len(pieces)
    row.status = DocumentState.READY
    row.error_code = row.error_message = row.error_detail = None
    row.processed_at = datetime.now(UTC)
    await session.flush()
    await index.put(
        session,
        [
            Passage(
                id=one.id,
                key=row.collection_id,
                kind=KIND,
                language=row.language,
                text=indexed(row.title, one.section, one.content),
                sources=((),),
            )
            for one in pieces
        ],
    )


async def give_up(session: WriteSession, row: Document, error: FumettoError) -> None:
    """It cannot be read: what it had before is found no more, and why is kept with it."""
    await index.remove(session, await repository.drop_chunks(session, row.id))
    row.status = DocumentState.ERROR
    row.chunk_count = 0
    row.error_code = error.code
    row.error_detail = {name: value for name, value in error.detail.items() if isinstance(value, (str, int, float))}
    row.error_message = str(error)[:2000]
    row.processed_at = datetime.now(UTC)
    await session.flush()
