"""Jobs that read documents, and keep the house's collections and what comes with the program in them."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from fumetto.documents.collections import repository
from fumetto.documents.collections.models import Document, DocumentCollection
from fumetto.documents.errors import DocumentUnreadable
from fumetto.documents.intake import service
from fumetto.documents.intake.parsers import readers
from fumetto.documents.kinds import Audience, DocumentState
from fumetto.documents.parsing.model import Limits
from fumetto.documents.parsing.reading import read_document
from fumetto.kernel.audit import AuditLog, audit
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.kernel.sandbox import ParserFailed, ParserTimedOut
from fumetto.kernel.storage.errors import ObjectMissing
from fumetto.kernel.text.catalogues import say

STARTER: Final = Path(__file__).resolve().parent.parent / "starter"
HOUSE: Final = {"docs_youth": Audience.YOUTH, "docs_adult": Audience.ADULT}
OFFERED: Final = "document.offer"
SPARES: Final = timedelta(minutes=15)  # younger files may belong to a transaction that is still open
OWN_FAULT: Final = (DocumentUnreadable, ParserFailed, ParserTimedOut, ObjectMissing)
"""What the same file would do again."""


async def read_later(session: WriteSession, document_id: uuid.UUID) -> None:
    """Have a document read, in the transaction that made it wait."""
    await enqueue(
        session,
        read,
        dedupe=f"documents.read:{document_id}",
        lock=f"documents:{document_id}",
        document_id=document_id,
    )


@task("documents.read", retry=Retry(attempts=4))
async def read(context: JobContext, *, document_id: uuid.UUID) -> None:
    """Cut a document to pieces that are found. One that is gone, or was replaced meanwhile, is no matter."""
    async with context.database.write(EVERY_READER) as session:
        row = await session.get(Document, document_id)
        if row is None:
            return
        row.status = DocumentState.PROCESSING
        key, kind, name = row.file_key, row.file_type, row.filename
    error: DocumentUnreadable | ParserFailed | ParserTimedOut | ObjectMissing | None = None
    parsed = None
    try:
        data = await context.storage.get(key)
        parsed = await readers(context.settings).run(read_document, data, kind, name, Limits(), file=name)
    except OWN_FAULT as failed:
        error = failed
    async with context.database.write(EVERY_READER) as session:
        row = await session.get(Document, document_id, with_for_update=True)
        if row is None or row.file_key != key:
            return
        if parsed is not None:
            await service.take_in(session, row, parsed)
        elif error is not None:
            await service.give_up(session, row, error)


@periodic("documents.keep_starter", every=timedelta(days=1))
async def keep_starter(context: JobContext) -> None:
    """The house's collections, and what the program brings for them: what is new in it, and what it has changed. What
    the owner has deleted does not come back."""
    async with context.database.write(EVERY_READER) as session:
        for slug, audience in HOUSE.items():
            if not await repository.collections(session, [None], [slug]):
                name = say("en", f"documents.house.{slug}")
                session.add(DocumentCollection(slug=slug, name=name, audience=audience, languages=["en", "fr", "it"]))
        await session.flush()
        collections = {row.slug: row for row in await repository.collections(session, [None], list(HOUSE))}
        offered = set(await session.scalars(select(AuditLog.entity_id).where(AuditLog.action == OFFERED)))
    for slug, collection in collections.items():
        for path in await asyncio.to_thread(lambda: sorted((STARTER / slug).glob("*/*.md"))):  # noqa: B023 - awaited here
            await offer(context, collection, path, offered)


async def offer(context: JobContext, collection: DocumentCollection, path: Path, offered: set[str]) -> None:
    name = f"{path.parent.name}-{path.name}"
    file = service.Received(name, await asyncio.to_thread(path.read_bytes))
    known = uuid.uuid5(collection.id, name)
    async with context.database.read(EVERY_READER) as session:
        row = await repository.of_filename(session, collection.id, name)
        same = row is not None and (not row.built_in or row.file_hash == file.digest)
        brought = row is None and await repository.same_bytes(session, collection.id, file.digest) is not None
    if same or brought or (row is None and str(known) in offered):
        return
    old = []
    async with file.put(context.storage), context.database.write(EVERY_READER) as session:
        row = await repository.of_filename(session, collection.id, name)
        if row is None:
            row = await service.add(session, None, collection, file, built_in=True)
            await audit(session, None, OFFERED, "document", known, new={"filename": name})
        else:
            old = [await service.replace(session, None, row, file)]
        await read_later(session, row.id)
    async with context.database.read(EVERY_READER) as session:
        await service.let_go(session, context.storage, old)


@periodic("documents.sweep_files", every=timedelta(hours=6), priority=-20)
async def sweep_files(context: JobContext) -> None:
    """Remove files that no document has: of somebody who was erased, or of an upload that was killed."""
    async with context.database.read(EVERY_READER) as session:
        used, now = await repository.keys_in_use(session), await repository.database_time(session)
    async for stored in context.storage.list(service.FOLDER):
        if stored.key not in used and now - stored.modified > SPARES:
            await context.storage.delete(stored.key)
