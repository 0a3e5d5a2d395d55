"""Nothing is left of somebody who was erased: not in the database, not in the storage, not after a restore."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from fumetto.entry.models import METADATA
from fumetto.kernel.db.dump import run_tool
from fumetto.kernel.db.personal import personal_tables
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.people.privacy.erasing import erase
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
        connection.execute("SET search_path TO jobs, public")
        connection.execute(
            "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'x', %s)",
            [f'{{"user_id": "{planter.user_id}"}}'],
        )
        yield planter


async def test_person_planted_everywhere_is_gone_from_the_whole_database(database: Database, planted: Planter) -> None:
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


def texts_below(folder: Path) -> str:
    return "\n".join(str(path) for path in folder.rglob("*"))
