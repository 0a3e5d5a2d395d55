"""The proof that migrations and models say the same: a database made by each, dumped, and compared word by word.

Alembic's own check compares fewer things: it says nothing of checks, policies, rights, or index conditions.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from fumetto.kernel.db.dump import run_tool
from fumetto.kernel.db.errors import DatabaseNotMigrated, VectorMissing
from fumetto.kernel.db.migrate import VERSION_SCHEMA, VERSION_TABLE, SchemaState, on_server, state_of
from fumetto.kernel.db.roles import Role, make_vector
from fumetto.kernel.db.rowsecurity import security_statements
from fumetto.kernel.db.schemas import Schema
from fumetto.kernel.db.server import DatabaseServer, running_database

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from fumetto.kernel.settings import Settings

WORD = re.compile(r"\(('(?:[^']|'')*'::character varying)\)::text")
LISTED = re.compile(r"\(ARRAY\[([^\]]*)\]\)::text\[\]")
NOISE = re.compile(r"^(--|SET |SELECT pg_catalog|\\(un)?restrict)")


@dataclass(frozen=True)
class Check:
    """What `db check` found. drift: lines of a diff, '-' what models want and '+' what the database has; none when they
    agree, None when no second database could be made to compare with (the login may not)."""

    embedded: bool
    server_version: str
    vector_version: str
    schema: SchemaState
    drift: list[str] | None

    @property
    def ok(self) -> bool:
        return self.schema.current and not self.drift


async def check_database(settings: Settings, metadata: MetaData) -> Check:
    """Whether the database can be reached, is migrated, and is exactly what the models say.

    Raises what opening the database raises, DatabaseNewer among it.
    """
    async with running_database(settings) as server:
        state = await state_of(server)
        async with server.connect(Role.ADMIN) as connection:
            rows = await connection.execute(
                "SELECT current_setting('server_version'),"
                " coalesce((SELECT extversion FROM pg_extension WHERE extname = 'vector'), '')"
            )
            found = await rows.fetchone()
        version, vector = found or ("", "")
        drift = await drift_of(server, metadata) if state.current else []
        return Check(server.embedded, version, vector, state, drift)


async def require_current(server: DatabaseServer) -> None:
    """Raises DatabaseNotMigrated, or DatabaseNewer, unless the schema is the one that this code expects."""
    state = await state_of(server)
    if not state.current:
        raise DatabaseNotMigrated(found=state.found or "nothing", wanted=state.head)


async def drift_of(server: DatabaseServer, metadata: MetaData, *, database: str | None = None) -> list[str] | None:
    """How a database differs from the models; None when the login may not make a database to compare with."""
    try:
        async with made_from_models(server, metadata) as other:
            wanted = await dump_schema(server, database=other)
    except (psycopg.errors.InsufficientPrivilege, VectorMissing):
        return None
    return differences(wanted, await dump_schema(server, database=database))


@contextlib.asynccontextmanager
async def made_from_models(server: DatabaseServer, metadata: MetaData) -> AsyncIterator[str]:
    """The name of a passing database whose schema is made from the metadata and never saw a migration."""
    name = f"fumetto_check_{uuid.uuid4().hex[:12]}"
    template = "template0" if server.embedded else "template1"  # where an administrator may have put pgvector
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
        *(sql.Identifier(word) for word in (name, template, Role.OWNER.value))
    )
    async with server.connect(Role.ADMIN) as admin:
        await admin.execute(create)
        try:
            async with server.connect(Role.ADMIN, database=name) as connection:
                await make_vector(connection)
            await on_server(server, lambda connection: create_everything(connection, metadata), database=name)
            yield name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            await asyncio.shield(admin.execute(drop))


def create_everything(connection: Connection, metadata: MetaData) -> None:
    """Schemas, rights, queue, checkpoints, tables and policies, straight from the code and from the libraries'."""
    from procrastinate.schema import SchemaManager

    app, jobs, langgraph = Role.APP.value, Schema.JOBS.value, Schema.LANGGRAPH.value
    for schema in sorted({table.schema for table in metadata.tables.values() if table.schema} | {jobs, langgraph}):
        for statement in (
            f"CREATE SCHEMA IF NOT EXISTS {schema}",
            f"GRANT USAGE ON SCHEMA {schema} TO {app}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"SET LOCAL search_path TO {jobs}, pg_catalog")
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.exec_driver_sql(f"SET LOCAL search_path TO {langgraph}, pg_catalog")
    for statement in statements_of_langgraph():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for statement in security_statements(table):
            connection.exec_driver_sql(statement)


def statements_of_langgraph() -> Iterator[str]:
    """What its checkpointer's and its store's `setup()` execute, but for CONCURRENTLY, which no transaction can."""
    from langgraph.checkpoint.postgres.base import BasePostgresSaver
    from langgraph.store.postgres.base import BasePostgresStore

    yield "CREATE TABLE store_migrations (v INTEGER PRIMARY KEY)"
    for statement in (*BasePostgresSaver.MIGRATIONS, *BasePostgresStore.MIGRATIONS):
        yield str(statement).replace("CONCURRENTLY", "").replace("%", "%%")


async def dump_schema(server: DatabaseServer, *, database: str | None = None) -> list[str]:
    """The schema as statements: sorted, and with a table's columns sorted, since only their order can differ."""
    role = Role.ADMIN if server.embedded else Role.OWNER
    # Spaces of the index are made and dropped as models come and go.
    without = (f"--exclude-table={VERSION_SCHEMA}.{VERSION_TABLE}", f"--exclude-table={Schema.RAG}.space_*")
    text = await run_tool("pg_dump", server, role, "--schema-only", *without, database=database)
    return normalised(text)


def normalised(text: str) -> list[str]:
    # PostgreSQL words `column IN (...)` in one way when it was just declared, and in another when it was restored.
    text = LISTED.sub(r"ARRAY[\1]", WORD.sub(r"\1", text))
    lines = [line for line in text.splitlines() if line.strip() and not NOISE.match(line)]
    statements: list[str] = []
    for statement in split_statements(lines):
        head, *body = statement
        if head.startswith("CREATE TABLE ") and head.endswith("("):
            columns = sorted(line.strip().rstrip(",") for line in body[:-1])
            statements.append("\n".join([head, *(f"    {column}" for column in columns), body[-1]]))
        else:
            statements.append("\n".join(statement))
    return sorted(statements)


def split_statements(lines: list[str]) -> list[list[str]]:
    """Lines grouped into statements. A function's body, between its dollar quotes, holds semicolons of its own."""
    statements: list[list[str]] = [[]]
    quotes = 0
    for line in lines:
        statements[-1].append(line)
        quotes += len(re.findall(r"\$\w*\$", line))
        if line.endswith(";") and quotes % 2 == 0:
            statements.append([])
    return [statement for statement in statements if statement]


def differences(wanted: list[str], found: list[str]) -> list[str]:
    """The lines in which they differ, below the first line of each statement; none when they are the same."""
    changed = [statement for statement in (*wanted, *found) if (statement in wanted) != (statement in found)]
    lines: list[str] = []
    for name in dict.fromkeys(first_line(statement) for statement in changed):
        before, after = ("\n".join(s for s in side if first_line(s) == name).splitlines() for side in (wanted, found))
        compared = difflib.unified_diff(before, after, n=0, lineterm="")
        lines += [f"  {name}", *(line for line in compared if not line.startswith(("---", "+++", "@@")))]
    return lines


def first_line(statement: str) -> str:
    return statement.partition("\n")[0]
