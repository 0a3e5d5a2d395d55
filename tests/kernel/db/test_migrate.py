"""Bringing a database up to date: fast when it is, once when it is not, on servers that are not ours too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fumetto.entry.models import METADATA
from fumetto.kernel.db import migrate
from fumetto.kernel.db.dump import BEFORE_MIGRATION, dump, run_program, shell_command
from fumetto.kernel.db.errors import (
    DatabaseNewer,
    DatabaseNotMigrated,
    DatabaseUnreachable,
    MigrationBusy,
    MigrationFailed,
)
from fumetto.kernel.db.proof import drift_of, require_current
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from tests.builders import a_user
from tests.builders.server import TestServer

HEAD = migrate.revisions()[-1]


@pytest.fixture
def empty(postgres: TestServer) -> Iterator[DatabaseServer]:
    """A database that no migration has seen."""
    server = postgres.empty()
    yield server
    postgres.drop(server.database)


@pytest.fixture
def outside(postgres: TestServer, empty: DatabaseServer) -> DatabaseServer:
    """The same as a server that is not ours: one login, and roles taken on."""
    return DatabaseServer(make_conninfo(host=postgres.host, user="postgres"), empty.database)


async def contents(dumped: Path) -> str:
    """The rows in a dump, as text."""
    return await run_program("pg_restore", "--data-only", "--file=-", str(dumped))


def folder_of(path: Path) -> list[Path]:
    return list(path.iterdir())


async def version(server: DatabaseServer) -> str | None:
    return (await migrate.state_of(server)).found


async def test_an_empty_database_is_brought_to_the_head(empty: DatabaseServer, settings: Settings) -> None:
    assert await version(empty) is None
    before = await migrate.upgrade_server(empty, settings)
    assert (before.found, before.current) == (None, False)
    assert await version(empty) == HEAD
    assert not (settings.data_dir / "backups").exists()  # there was nothing to lose


async def test_a_current_database_costs_one_look_and_waits_for_nobody(
    database_server: DatabaseServer, settings: Settings
) -> None:
    async with database_server.connect(Role.ADMIN) as somebody:
        await somebody.execute("SELECT pg_advisory_lock(%s)", (migrate.LOCK,))
        async with asyncio.timeout(60):
            assert (await migrate.upgrade_server(database_server, settings)).current


async def test_many_that_start_at_once_migrate_once(empty: DatabaseServer, settings: Settings) -> None:
    states = await asyncio.gather(*(migrate.upgrade_server(empty, settings) for _ in range(4)))
    assert sum(not state.current for state in states) == 1
    assert await version(empty) == HEAD


async def test_an_unmigrated_database_is_named_by_whoever_needs_it(
    empty: DatabaseServer, database_server: DatabaseServer
) -> None:
    with pytest.raises(DatabaseNotMigrated, match="db upgrade"):
        await require_current(empty)
    await require_current(database_server)


async def test_a_database_of_a_newer_fumetto_is_left_alone(database_server: DatabaseServer, settings: Settings) -> None:
    async with database_server.connect(Role.OWNER) as connection:
        await connection.execute("UPDATE app.alembic_version SET version_num = '29990101_0000'")
    with pytest.raises(DatabaseNewer, match="29990101_0000"):
        await migrate.upgrade_server(database_server, settings)


async def test_what_a_later_migration_meets_is_dumped_first(
    database_server: DatabaseServer, database: Database, settings: Settings, migrations: Callable[[str, str], None]
) -> None:
    async with database.write() as session:
        await a_user(session, username="ada")
    for number in range(settings.backup_keep + 2):
        folder = settings.data_dir / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{BEFORE_MIGRATION}old-{number}.dump").write_bytes(b"")
    migrations("next", 'op.execute("ALTER TABLE library.series ADD COLUMN extra int")')
    await migrate.upgrade_server(database_server, settings)
    assert await version(database_server) == "next"
    dumps = sorted((settings.data_dir / "backups").glob("*.dump"))
    assert len(dumps) == settings.backup_keep
    made = next(path for path in dumps if HEAD in path.name)
    listed = await contents(made)
    assert "\tada\t" in listed


async def test_a_migration_that_fails_leaves_nothing_of_itself(
    database_server: DatabaseServer, settings: Settings, migrations: Callable[[str, str], None]
) -> None:
    migrations("broken", 'op.execute("CREATE TABLE library.half (id int)"); op.execute("SELECT 1/0")')
    with pytest.raises(MigrationFailed, match="division by zero") as caught:
        await migrate.upgrade_server(database_server, settings)
    assert caught.value.detail["revision"] == "broken"
    assert await version(database_server) == HEAD
    assert await drift_of(database_server, METADATA) == []


async def test_a_migration_does_not_queue_up_behind_a_reader_for_ever(
    database_server: DatabaseServer,
    settings: Settings,
    migrations: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "200ms")
    migrations("next", 'op.execute("ALTER TABLE library.series ADD COLUMN extra int")')
    async with database_server.connect(Role.APP) as reader:
        await reader.execute("BEGIN; SELECT * FROM library.series")
        with pytest.raises(MigrationBusy):
            await migrate.upgrade_server(database_server, settings)
    assert await version(database_server) == HEAD
    await migrate.upgrade_server(database_server, settings)
    assert await version(database_server) == "next"


async def test_two_lines_of_migrations_are_never_made_by_accident() -> None:
    assert len(migrate.revisions()) == len(list((migrate.MIGRATIONS / "versions").glob("*.py")))


async def test_an_outside_server_with_one_login_gets_the_same_schema(
    outside: DatabaseServer, settings: Settings
) -> None:
    await migrate.upgrade_server(outside, settings)
    assert await drift_of(outside, METADATA) == []
    async with await Database.on(outside, settings) as database:
        async with database.write() as session:
            user = await a_user(session)
            row = await (await session.raw().execute("SELECT current_user, session_user")).fetchone()
        assert row == ("fumetto_app", "postgres")
        async with database.read(user.id) as session:
            assert await (await session.raw().execute("SELECT count(*) FROM library.reading_ledgers")).fetchone() == (
                0,
            )


async def test_a_server_that_is_not_there_is_named_without_its_password(settings: Settings) -> None:
    url = "postgresql://someone:very-secret@127.0.0.1:1/fumetto"
    elsewhere = load_settings({"DATABASE_URL": url}, data_dir=settings.data_dir)
    with pytest.raises(DatabaseUnreachable) as caught:
        await migrate.upgrade(elsewhere)
    assert "127.0.0.1" in str(caught.value)
    assert "very-secret" not in str(caught.value)
    with pytest.raises(DatabaseUnreachable):
        await Database.open(elsewhere)


async def test_dumps_hold_the_rows_of_every_reader(outside: DatabaseServer, settings: Settings, tmp_path: Path) -> None:
    await migrate.upgrade_server(outside, settings)
    async with outside.connect(Role.ADMIN) as connection:
        await connection.execute(
            "INSERT INTO app.users (id, username, role, user_type, tier)"
            " VALUES (gen_random_uuid(), 'ada', 'reader', 'adult', 'free');"
            "INSERT INTO library.series (id, slug, title, sort_title, direction)"
            " VALUES (gen_random_uuid(), 's', 's', 's', 'ltr');"
            "INSERT INTO library.reading_ledgers (reader_id, series_id, seen)"
            " SELECT u.id, s.id, '{[7,9)}' FROM app.users u, library.series s"
        )
    await dump(outside, tmp_path / "all.dump")
    assert "{[7,9)}" in await contents(tmp_path / "all.dump")
    assert {path.name for path in folder_of(tmp_path)} == {"all.dump"}


def test_the_shell_sees_every_reader_and_shows_no_password(postgres: TestServer) -> None:
    server = DatabaseServer("postgresql://ada:very-secret@db.example/fumetto", "fumetto")
    command, environment = shell_command(server)
    assert "very-secret" not in " ".join(command)
    assert environment["PGPASSWORD"] == "very-secret"
    assert f"fumetto.reader={EVERY_READER}" in command[1]


async def test_the_application_may_not_change_the_schema(database_server: DatabaseServer) -> None:
    async with database_server.connect(Role.APP) as connection:
        for statement in (
            "CREATE TABLE library.x (i int)",
            "DROP TABLE library.series",
            "UPDATE app.alembic_version SET version_num = ''",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(statement)
