"""Jobs of privacy: making an export, and letting go what is older than its term."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import IO

import structlog

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue, enqueue_many
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.kernel.storage.protocol import Storage
from fumetto.people.privacy import repository, service
from fumetto.people.privacy.exporting import write_export
from fumetto.people.privacy.kinds import ExportState, Term
from fumetto.people.privacy.models import DataExport
from fumetto.people.privacy.replaying import put_tombstone
from fumetto.people.privacy.rules.who import sections_of

log = structlog.get_logger(__name__)

FOLDER = "exports"
CHUNK = 256 * 1024


async def schedule_export(session: WriteSession, export_id: uuid.UUID) -> None:
    """Have an export made, when the transaction commits."""
    await enqueue(session, make_export, export_id=export_id, dedupe=f"people.export:{export_id}")


@task("people.make_export")
async def make_export(context: JobContext, *, export_id: uuid.UUID) -> None:
    """Make the file of an export, and say that it is ready."""
    async with context.database.read() as session:
        export = await repository.export_by_id(session, export_id)
        user = await repository.user_called(session, export.user_id) if export else None
        kept = await service.days_of(session, Term.EXPORTS)
    if export is None or user is None or export.state is ExportState.READY:
        return
    try:
        await write_file(context, export, user.language, kept)
    except Exception:  # it may succeed the next time; until then they are told
        async with context.database.write() as session:
            await repository.finish_export(session, export.id, None, None, kept)
        raise


async def finish_later(session: WriteSession, subject: bytes, pseudonym: uuid.UUID, keys: Sequence[str]) -> None:
    """Have the storage follow an erasure even where whoever erased is killed as soon as this transaction has
    committed."""
    await enqueue(session, keep_tombstone, subject=subject.hex(), pseudonym=pseudonym)
    await enqueue_many(session, delete_file, [{"key": key} for key in keys])


@task("people.keep_tombstone", retry=Retry(attempts=20))
async def keep_tombstone(context: JobContext, *, subject: str, pseudonym: uuid.UUID) -> None:
    """Put the tombstone of somebody who was erased into the storage, where it outlives the database."""
    await put_tombstone(context.storage, bytes.fromhex(subject), pseudonym)


@task("people.delete_file", retry=Retry(attempts=20))
async def delete_file(context: JobContext, *, key: str) -> None:
    """Delete a file of somebody who was erased."""
    await context.storage.delete(key)


async def follow(storage: Storage, subject: bytes, pseudonym: uuid.UUID, keys: Sequence[str]) -> None:
    """The same at once."""
    await put_tombstone(storage, subject, pseudonym)
    for key in keys:
        await storage.delete(key)


async def write_file(context: JobContext, export: DataExport, language: str, kept: timedelta) -> None:
    key = f"{FOLDER}/{export.id}.zip"
    with tempfile.TemporaryFile() as file:
        # Not as the person: what they may not read any more is kept about them all the same.
        async with context.database.read(EVERY_READER) as session:
            await write_export(
                session.raw(), Base.metadata, context.storage, file, export.user_id, sections_of(export.kind), language
            )
        size = file.seek(0, 2)
        file.seek(0)
        await context.storage.put(key, chunks(file))
    await context.storage.settle([key])
    async with context.database.write() as session:
        there = await repository.finish_export(session, export.id, key, size, kept)
    if not there:  # erased meanwhile
        await context.storage.delete(key)


async def chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk


@periodic("people.keep_terms", every=timedelta(days=1), priority=-10)
async def keep_terms(context: JobContext) -> None:
    """Let go of what is older than its term, and of exports' files that nobody may have any more."""
    async with context.database.write(EVERY_READER) as session:
        gone = await service.enforce_terms(session)
    async with context.database.read() as session:
        wanted = await repository.export_keys(session)
    async for entry in context.storage.list(FOLDER):
        if entry.key not in wanted:
            await context.storage.delete(entry.key)
    log.info("privacy.terms_kept", **gone)
