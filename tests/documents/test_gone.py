"""What is left of documents that are gone: nothing, in database, storage and index, and nothing that models made."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from fumetto.documents.collections.finding import texts_of
from fumetto.documents.collections.models import Document
from fumetto.documents.intake import service, tasks
from fumetto.documents.intake.tasks import read, sweep_files
from fumetto.documents.kinds import FileType
from fumetto.documents.parsing.model import Limits
from fumetto.documents.parsing.reading import read_document
from fumetto.kernel.db.dump import run_tool
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.roles import Role as DatabaseRole
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import cached
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.settings import Settings
from fumetto.people.privacy.farewell import erase_everywhere
from fumetto.people.public import Role
from tests.builders.api import a_client_as
from tests.documents.test_documents import API, a_collection, sent

CANARY = "Zwitschvogel"
NOTE = f"# The {CANARY}\n\nThe {CANARY} tells the librarian, whose lantern is always lit.\n".encode()


def files_with(directory: Path, word: str) -> list[Path]:
    return [one for one in directory.rglob("*") if one.is_file() and word.encode() in one.read_bytes()]


async def passages(database: Database) -> int:
    async with database.read(EVERY_READER) as session:
        await session.execute(text("SELECT set_config('fumetto.scope', '{(,)}', true)"))
        numbers = (await session.scalars(text("SELECT number FROM rag.spaces"))).all()
        tables = [f"SELECT count(*) FROM rag.space_{number}" for number in numbers]  # noqa: S608 - numbers
        return sum([await session.scalar(text(one)) or 0 for one in tables])


async def test_documents_of_somebody_who_is_erased_are_nowhere_and_the_same_text_of_another_stays(
    app: FastAPI, job: JobContext, database: Database, settings: Settings
) -> None:
    async with a_client_as(app, Role.EDITOR) as mine, a_client_as(app, Role.EDITOR) as other:
        ours = []
        for client, name in ((mine, f"{CANARY}.md"), (other, "note.md")):
            document = (await sent(client, await a_collection(client), name, NOTE)).json()["id"]
            await read(job, document_id=uuid.UUID(document))
            ours.append(document)
        await keep_vectors(database, mine.account.id)  # type: ignore[attr-defined] # the builder's own
        assert len(files_with(settings.data_dir, CANARY)) == 2
        each = await passages(database) // 2
        await erase_everywhere(database, app.state.storage, mine.account.id, actor=None)  # type: ignore[attr-defined]
        assert len(files_with(settings.data_dir, CANARY)) == 1
        assert await passages(database) == each
        assert (await other.post(f"{API}/{ours[1]}/retry")).status_code == 202
        await read(job, document_id=uuid.UUID(ours[1]))
        assert (await other.get(f"{API}/{ours[1]}")).json()["status"] == "ready"
        assert (await other.delete(f"{API}/{ours[1]}")).status_code == 204
    assert files_with(settings.data_dir, CANARY) == []
    assert await passages(database) == 0
    dump = await run_tool(
        "pg_dump", database.server, DatabaseRole.ADMIN, "--inserts", database=database.server.database
    )
    assert [line for line in dump.splitlines() if CANARY in line] == []
    async with database.read() as session:
        kept = (await session.scalars(text("SELECT model FROM cache.embeddings"))).all()
    assert kept == ["model@of nobody"]


async def keep_vectors(database: Database, user_id: uuid.UUID) -> None:
    """What a model made of somebody's texts, of a question, and of somebody else's text."""
    import numpy as np

    async with database.write(EVERY_READER) as session:
        ids = (await session.scalars(text(f"SELECT id FROM app.document_chunks WHERE owner_id = '{user_id}'"))).all()  # noqa: S608 - an id
        texts = await texts_of(session, ids)
        vector = np.zeros(4, np.float32)
        assert texts
        await cached.keep(session, "model@a", {cached.digest(one): vector for one in texts.values()})
        asked = {cached.digest("Who bullies me?", question=True): vector}
        await cached.keep(session, cached.kept_as("model", b"sample", question=True), asked)
        await cached.keep(session, "model@of nobody", {cached.digest("Somebody else's"): vector})


async def test_deleted_collection_leaves_no_file_and_no_passage(
    app: FastAPI, job: JobContext, database: Database, settings: Settings
) -> None:
    async with a_client_as(app, Role.EDITOR) as client:
        collection = await a_collection(client)
        document = (await sent(client, collection, "note.md", NOTE)).json()["id"]
        await read(job, document_id=uuid.UUID(document))
        assert (await sent(client, collection, "again.md", NOTE)).json()["code"] == "document_known"
        assert len(files_with(settings.data_dir, CANARY)) == 1
        assert (await client.delete(f"{API}/collections/{collection}")).status_code == 204
    assert files_with(settings.data_dir, CANARY) == []
    assert await passages(database) == 0


@pytest.mark.parametrize("what", ["document", "collection", "person"])
async def test_document_that_is_deleted_while_a_job_takes_it_in_leaves_no_passage(
    app: FastAPI, database: Database, what: str
) -> None:
    async with a_client_as(app, Role.EDITOR) as client:
        collection = await a_collection(client)
        document = uuid.UUID((await sent(client, collection, "note.md", NOTE)).json()["id"])
        parsed = read_document(NOTE, FileType.MARKDOWN, "note.md", Limits())
        async with database.write(EVERY_READER) as job:
            row = await job.get(Document, document, with_for_update=True)
            assert row is not None
            await service.take_in(job, row, parsed)
            paths = {"document": f"{API}/{document}", "collection": f"{API}/collections/{collection}"}
            gone = asyncio.create_task(
                client.delete(paths[what])
                if what in paths
                else erase_everywhere(database, app.state.storage, client.account.id, actor=None)  # type: ignore[attr-defined]
            )
            while not await somebody_waits(database):
                assert not gone.done()
                await asyncio.sleep(0.01)
        await gone
    async with database.read(EVERY_READER) as session:
        assert await session.get(Document, document) is None
    assert await passages(database) == 0


async def somebody_waits(database: Database) -> bool:
    async with database.read() as session:
        waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        return bool(await session.scalar(text(waiting)))


async def test_bytes_of_an_upload_that_was_killed_are_swept_and_those_of_documents_are_not(
    app: FastAPI, job: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = app.state.storage
    async with a_client_as(app, Role.EDITOR) as client:
        await sent(client, await a_collection(client), "note.md", NOTE)
        await storage.put("documents/ab/left.txt", b"of an upload that was killed")
        await sweep_files(job)
        assert await storage.head("documents/ab/left.txt") is not None  # its transaction may still be open
        monkeypatch.setattr(tasks, "SPARES", timedelta(days=-1))
        await sweep_files(job)
    assert await storage.head("documents/ab/left.txt") is None
    assert len([one async for one in storage.list("documents")]) == 1
