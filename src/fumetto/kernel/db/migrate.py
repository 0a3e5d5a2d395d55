"""Bringing a database's schema to what this code expects, once, whoever asks first.

Alembic is imported only when there is something to do: it takes longer to load than everything else of a start.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from fumetto.kernel.db.dump import dump_before_migration
from fumetto.kernel.db.errors import DatabaseNewer, MigrationBusy, MigrationFailed
from fumetto.kernel.db.roles import Role, prepare_server
from fumetto.kernel.db.schemas import Schema
from fumetto.kernel.db.server import DatabaseServer, running_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fumetto.kernel.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[4] / "migrations"
VERSION_SCHEMA = Schema.APP.value
VERSION_TABLE = "alembic_version"
LOCK = 0x46756D65  # "Fume": the advisory lock that one migrating process holds
LOCK_TIMEOUT = "10s"
OTHERS_TIMEOUT = "120s"  # for another process that is migrating to finish
STATEMENT_TIMEOUT = "15min"


@dataclass(frozen=True)
class SchemaState:
    """found: the revision in the database, None before the first migration. pending: revisions that are to come."""

    found: str | None
    head: str
    pending: tuple[str, ...]

    @property
    def current(self) -> bool:
        return not self.pending


async def current_state(settings: Settings) -> SchemaState:
    """How far the database is. Raises DatabaseNewer, and what opening the database raises."""
    async with running_database(settings) as server:
        return await state_of(server)


async def upgrade(settings: Settings, *, database: str | None = None) -> SchemaState:
    """Migrates to the newest revision and returns the state that was found. Fast when there is nothing to do.

    A database with data in it is dumped to `<data>/backups` first; the newest `backup_keep` dumps are kept.
    Raises DatabaseNewer, DatabaseTooOld, DatabaseRolesMissing, VectorMissing, MigrationBusy, MigrationFailed, DiskFull.
    """
    async with running_database(settings) as server:
        return await upgrade_server(server, settings, database=database)


async def upgrade_server(server: DatabaseServer, settings: Settings, *, database: str | None = None) -> SchemaState:
    state = await state_of(server, database)
    if state.current:
        return state
    async with server.connect(Role.ADMIN, database=database, lock_timeout=OTHERS_TIMEOUT) as admin:
        try:
            await admin.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        except psycopg.errors.LockNotAvailable as error:
            raise MigrationBusy from error
        state = await state_of(server, database)
        if not state.current:
            await prepare_server(admin)
            if state.found is not None:
                await dump_before_migration(server, settings, state.found, database=database)
            await migrate(server, database=database)
    return state


async def state_of(server: DatabaseServer, database: str | None = None) -> SchemaState:
    """How far a database is. Raises DatabaseNewer."""
    found, known = await revision_of(server, database), revisions()
    if found is not None and found not in known:
        raise DatabaseNewer(found=found, known=known[-1])
    return SchemaState(found, known[-1], tuple(known[known.index(found) + 1 if found else 0 :]))


async def revision_of(server: DatabaseServer, database: str | None = None) -> str | None:
    """The revision in a database, known to this code or not; None before the first migration."""
    async with server.connect(Role.ADMIN, database=database) as connection:
        # Not to_regclass: a login that does not inherit its roles' rights may not even name the table.
        there = await connection.execute(
            "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relname = %s",
            (VERSION_SCHEMA, VERSION_TABLE),
        )
        if await there.fetchone() is None:
            return None
        await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(Role.OWNER.value)))
        rows = await connection.execute(
            sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(VERSION_SCHEMA, VERSION_TABLE))
        )
        found = await rows.fetchone()
        return str(found[0]) if found else None


def revisions() -> list[str]:
    """The revisions of this code, oldest first, read from the files without importing them."""
    after: dict[str | None, str] = {}
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        words = dict(
            re.findall(
                r"^(revision|down_revision)(?:: [^=]+)? = (?:\"([^\"]*)\"|None)", path.read_text("utf-8"), re.MULTILINE
            )
        )
        after[words["down_revision"] or None] = words["revision"]
    ordered: list[str] = []
    following = after.get(None)
    while following is not None:
        ordered.append(following)
        following = after.get(following)
    return ordered


async def migrate(server: DatabaseServer, *, target: str = "head", database: str | None = None) -> None:
    """Runs Alembic as the owner. Each migration is one transaction: what fails leaves nothing of itself."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, target)

    try:
        await on_server(server, run, database=database)
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise MigrationBusy from error
        state = await state_of(server, database)
        raise MigrationFailed(
            revision=state.pending[0] if state.pending else "", reason=str(error.orig).splitlines()[0]
        ) from error


async def on_owner_connection(settings: Settings, run: Callable[[Connection], Any]) -> None:
    """For Alembic's own command line: `run` with a connection as the owner of the settings' database."""
    async with running_database(settings) as server:
        await on_server(server, run)


async def on_server(server: DatabaseServer, run: Callable[[Connection], Any], *, database: str | None = None) -> None:
    from sqlalchemy import NullPool
    from sqlalchemy.ext.asyncio import create_async_engine

    conninfo = server.conninfo(
        Role.OWNER,
        application="fumetto migration",
        database=database,
        lock_timeout=LOCK_TIMEOUT,
        statement_timeout=STATEMENT_TIMEOUT,
    )

    async def connect(*_: object, **__: object) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(conninfo)

    engine = create_async_engine("postgresql+psycopg://", poolclass=NullPool, async_creator=connect)
    async with engine.connect() as connection:
        # Alembic keeps its version table in a schema of ours, and looks for it before the first migration.
        await connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {VERSION_SCHEMA}")
        await connection.commit()
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()
