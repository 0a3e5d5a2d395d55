"""Nothing is left of somebody who was erased: not in the database, not in the storage, not after a restore."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from fumetto.companion.personas.models import Persona
from fumetto.entry.models import METADATA
from fumetto.entry.safekeeping import adapted_to
from fumetto.kernel.backup.reading import check_backup
from fumetto.kernel.backup.restoring import restore_server
from fumetto.kernel.backup.writing import backup_server
from fumetto.kernel.db.dump import run_tool
from fumetto.kernel.db.personal import personal_tables
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index.documents import Collection, Text, keep
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from fumetto.people.accounts.service import create_user
from fumetto.people.privacy import farewell
from fumetto.people.privacy.erasing import erase
from fumetto.people.privacy.replaying import stored_tombstones
from fumetto.people.privacy.rules.who import subject_of
from fumetto.people.public import reader_of
from tests.people.privacy.planting import CANARY, Planter


async def dumped(server: DatabaseServer) -> str:
    """The whole database as text."""
    return await run_tool("pg_dump", server, Role.ADMIN, "--inserts", database=server.database)


@pytest.fixture
async def planted(database: Database) -> AsyncIterator[Planter]:
    server = database.server
    with psycopg.connect(server.conninfo(Role.ADMIN), autocommit=True) as connection:
        planter = Planter(connection, METADATA)
        planter.plant()
        connection.execute(
            "INSERT INTO langgraph.store (prefix, key, value) VALUES (%s, 'k', %s)",
            [f"memory.{planter.user_id}.facts", f'{{"text": "{CANARY}"}}'],
        )
        connection.execute(
            "INSERT INTO langgraph.checkpoints (thread_id, checkpoint_id, checkpoint) VALUES (%s, 'c', %s)",
            [str(planter.made["app.chat_sessions"]["id"]), f'{{"text": "{CANARY}"}}'],
        )
        connection.execute(
            "INSERT INTO cache.semantic_cache (id, fingerprint, space, question_hash, words, embedding, passage_ids)"
            " VALUES (%s, '', 1, '', %s, '', '{}')",
            [uuid.uuid4(), [CANARY]],
        )
        connection.execute(
            "INSERT INTO app.audit_logs (id, action, entity_type, entity_id, new_value) VALUES (%s, 'x', 'x', 'x', %s)",
            [uuid.uuid4(), f'{{"old_name": "{CANARY}", "text": "plain"}}'],
        )
        connection.execute("SET search_path TO jobs, public")
        connection.execute(
            "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'x', %s)",
            [f'{{"user_id": "{planter.user_id}"}}'],
        )
        yield planter


async def test_person_planted_everywhere_is_gone_from_the_whole_database(database: Database, planted: Planter) -> None:
    theirs = Collection(planted.user_id, "theirs")
    await keep(database, theirs, [Text("text", f"A {CANARY} sings in the garden.")])
    assert await passages(database, theirs) == 1
    before = await dumped(database.server)
    assert before.count(CANARY) > 60
    assert before.count(str(planted.user_id)) > 60
    assert planted.planted == {table.fullname for table in personal_tables(METADATA)} - {"app.users"}
    async with database.write(EVERY_READER) as session:
        await erase(session.raw(), METADATA, planted.user_id, uuid.uuid4())
    after = await dumped(database.server)
    left = [line[:300] for line in after.splitlines() if CANARY in line or str(planted.user_id) in line]
    assert left == []
    assert str(planted.other_id) in after
    assert await passages(database, theirs) == 0


async def passages(database: Database, collection: Collection) -> int:
    """How many of its texts some space of the index has."""
    async with database.read(EVERY_READER) as session:
        await session.execute(text("SELECT set_config('fumetto.scope', '{(,)}', true)"))
        spaces = (await session.scalars(text("SELECT number FROM rag.spaces"))).all()
        counted = [
            await session.scalar(
                text(f"SELECT count(*) FROM rag.space_{number} WHERE id = :id"),  # noqa: S608 - a number
                {"id": collection.id_of("text")},
            )
            for number in spaces
        ]
    return sum(counted)


async def test_older_backup_does_not_bring_back_who_was_erased(
    settings: Settings, database_server: DatabaseServer, tmp_path: Path
) -> None:
    storage = open_storage(settings)
    async with await Database.on(database_server, settings) as database:
        async with database.write() as session:
            gone = await create_user(session, name=CANARY)
            kept = await create_user(session, name="somebody else")
            key = f"personas/{uuid.uuid4()}/picture.webp"
            persona = Persona(user_id=gone.id, name=CANARY, voice="", opening="", portrait_key=key)
            session.add(persona)
        await storage.put(key, CANARY.encode())
        await backup_server(database_server, settings, tmp_path / "older.zip", lambda *_: None)
        async with database.read() as session:
            owner = await reader_of(session, gone.id)
        await farewell.erase_person(database, storage, owner, gone.id, CANARY)
        assert CANARY not in await dumped(database_server)
    assert await storage.head(key) is None
    tombstones, again = await stored_tombstones(storage), list[str]()
    assert list(tombstones) == [subject_of(gone.id)]
    manifest = await asyncio.to_thread(check_backup, tmp_path / "older.zip", lambda *_: None)
    adapt = adapted_to(settings, tombstones, again)
    await restore_server(database_server, settings, tmp_path / "older.zip", manifest, adapt=adapt)
    after = await dumped(database_server)
    assert CANARY not in after
    assert str(gone.id) not in after
    assert str(kept.id) in after
    assert again == [key]
