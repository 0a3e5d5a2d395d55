"""Migrations and models say the same, the proof of that bites, and what is made of the models is current."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from fumetto.entry.models import METADATA, write_data_model
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.migrate import MIGRATIONS, on_server, revisions
from fumetto.kernel.db.proof import check_database, differences, drift_of, dump_schema, made_from_models, normalised
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.settings import Settings
from tests.builders.server import TestServer

HOME = Path(__file__).resolve().parents[3]

MUTANTS = {
    "a dropped column": "ALTER TABLE library.series DROP COLUMN publisher",
    "an added column": "ALTER TABLE library.series ADD COLUMN extra int",
    "a changed type": "ALTER TABLE library.pages ALTER COLUMN order_index TYPE bigint",
    "a changed length": "ALTER TABLE library.series ALTER COLUMN publisher TYPE varchar(511)",
    "a dropped NOT NULL": "ALTER TABLE library.series ALTER COLUMN title DROP NOT NULL",
    "a changed default": "ALTER TABLE library.episodes ALTER COLUMN page_count SET DEFAULT 1",
    "a dropped default": "ALTER TABLE library.episodes ALTER COLUMN page_count DROP DEFAULT",
    "a dropped check": "ALTER TABLE library.pages DROP CONSTRAINT ck_pages_kind_known",
    "a check with another list": (
        "ALTER TABLE library.pages DROP CONSTRAINT ck_pages_kind_known;"
        "ALTER TABLE library.pages ADD CONSTRAINT ck_pages_kind_known CHECK (kind IN ('cover', 'story'))"
    ),
    "a dropped index": "DROP INDEX library.ix_series_sort_title",
    "an index on other columns": (
        "DROP INDEX library.ix_series_sort_title; CREATE INDEX ix_series_sort_title ON library.series (id, sort_title)"
    ),
    "an index without its condition": (
        "DROP INDEX library.ix_pages_pending; CREATE INDEX ix_pages_pending ON library.pages (episode_id)"
    ),
    "an index that is no longer unique": (
        "DROP INDEX app.uq_users_username_folded;CREATE INDEX uq_users_username_folded ON app.users (lower(username))"
    ),
    "a dropped unique constraint": "ALTER TABLE library.series DROP CONSTRAINT uq_series_slug",
    "a unique constraint that is not deferred": (
        "ALTER TABLE library.pages DROP CONSTRAINT uq_pages_episode_id_order_index;"
        "ALTER TABLE library.pages ADD CONSTRAINT uq_pages_episode_id_order_index UNIQUE (episode_id, order_index)"
    ),
    "a dropped foreign key": "ALTER TABLE library.pages DROP CONSTRAINT fk_pages_episode_id_episodes",
    "a foreign key that deletes otherwise": (
        "ALTER TABLE library.pages DROP CONSTRAINT fk_pages_episode_id_episodes;"
        "ALTER TABLE library.pages ADD CONSTRAINT fk_pages_episode_id_episodes"
        " FOREIGN KEY (episode_id) REFERENCES library.episodes (id) ON DELETE SET NULL"
    ),
    "a dropped primary key": "ALTER TABLE library.evidence_pages DROP CONSTRAINT pk_evidence_pages",
    "a policy of unread pages that lets everybody in": "ALTER POLICY revealed ON library.balloons USING (true)",
    "a missing function's condition": (
        "CREATE OR REPLACE FUNCTION library.page_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE"
        " AS $$ SELECT true $$"
    ),
    "a missing policy": "DROP POLICY own_rows ON library.reading_ledgers",
    "a policy that lets everybody in": "ALTER POLICY own_rows ON library.reading_ledgers USING (true)",
    "row-level security that is off": "ALTER TABLE library.reading_ledgers DISABLE ROW LEVEL SECURITY",
    "row-level security that spares the owner": "ALTER TABLE library.reading_progress NO FORCE ROW LEVEL SECURITY",
    "a right taken away": "REVOKE DELETE ON library.pages FROM fumetto_app",
    "a right too many": "GRANT TRUNCATE ON library.pages TO fumetto_app",
    "tables to come without rights": (
        "ALTER DEFAULT PRIVILEGES FOR ROLE fumetto_owner IN SCHEMA library REVOKE SELECT ON TABLES FROM fumetto_app"
    ),
    "a table of another owner": "ALTER TABLE library.collections OWNER TO postgres",
    "a table too many": "CREATE TABLE library.forgotten (id int)",
    "a dropped table": "DROP TABLE library.reading_list_episodes",
    "a column computed otherwise": (
        "ALTER TABLE library.episode_titles ALTER COLUMN search_title SET EXPRESSION AS (upper(title))"
    ),
    "a queue of another version": "ALTER TABLE jobs.procrastinate_jobs DROP COLUMN priority CASCADE",
    "a function of the queue rewritten": (
        "CREATE OR REPLACE FUNCTION jobs.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$"
    ),
    "a trigger switched off": "DROP TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 ON jobs.procrastinate_jobs",
}


@pytest.fixture(scope="module")
def wanted(postgres: TestServer) -> list[str]:
    """The schema as the models have it."""
    server = postgres.clone()

    async def dump() -> list[str]:
        async with made_from_models(server, METADATA) as name:
            return await dump_schema(server, database=name)

    try:
        return asyncio.run(dump())
    finally:
        postgres.drop(server.database)


async def test_migrations_and_models_make_the_same_database(database_server: DatabaseServer) -> None:
    assert await drift_of(database_server, METADATA) == []


async def test_what_is_compared_is_everything(wanted: list[str]) -> None:
    text = "\n".join(wanted)
    for table in METADATA.tables:
        assert f"CREATE TABLE {table} (" in text
    assert "CREATE POLICY own_rows ON library.reading_ledgers" in text
    assert "CREATE FUNCTION jobs.procrastinate_defer_jobs" in text
    assert "GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE library.series TO fumetto_app" in text


@pytest.mark.parametrize("name", sorted(MUTANTS))
async def test_the_proof_catches(name: str, database_server: DatabaseServer, wanted: list[str]) -> None:
    async with database_server.connect(Role.ADMIN) as connection:
        await connection.execute(MUTANTS[name].encode())
    assert differences(wanted, await dump_schema(database_server)) != []


def test_the_order_of_columns_is_no_difference() -> None:
    one = "CREATE TABLE a.b (\n    x integer,\n    y text NOT NULL\n);\n"
    other = "CREATE TABLE a.b (\n    y text NOT NULL,\n    x integer\n);\n"
    assert normalised(one) == normalised(other)
    assert normalised(one) != normalised(other.replace("text", "varchar"))


async def test_alembic_finds_nothing_to_migrate(database_server: DatabaseServer) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def check(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.check(config)

    await on_server(database_server, check)


async def test_the_check_of_a_database_says_what_it_found(
    settings_with_database: Settings, database_server: DatabaseServer
) -> None:
    found = await check_database(settings_with_database, METADATA)
    assert found.ok
    assert found.schema.found == revisions()[-1]
    assert found.server_version.startswith("18")
    async with database_server.connect(Role.ADMIN) as connection:
        await connection.execute("ALTER TABLE library.series DROP COLUMN year")
    drifted = await check_database(settings_with_database, METADATA)
    assert not drifted.ok
    assert "-    year integer" in (drifted.drift or [])


def test_squawk_finds_no_unsafe_statement_in_the_migrations_to_come(tmp_path: Path) -> None:
    """All but the first, which only makes: what comes later meets tables with rows in them and readers on them."""
    first, last = revisions()[0], revisions()[-1]
    if first == last:
        assert squawk(tmp_path, "ALTER TABLE library.series ADD COLUMN extra int NOT NULL;") != 0
        return
    assert squawk(tmp_path, offline_sql(f"{first}:{last}")) == 0


def test_squawk_accepts_the_first_migration(tmp_path: Path) -> None:
    assert squawk(tmp_path, offline_sql("head")) == 0


def test_the_data_model_reference_is_current(tmp_path: Path) -> None:
    written = write_data_model(tmp_path).read_text("utf-8")
    assert (HOME / "docs" / "reference" / "data-model.md").read_text("utf-8") == written, "run ./fumetto generate"


def test_every_table_has_a_reason() -> None:
    reasons = {mapper.local_table: mapper.class_.__doc__ for mapper in Base.registry.mappers}
    assert [table.fullname for table in METADATA.tables.values() if not reasons.get(table)] == []


def offline_sql(target: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", target, "--sql"],
        cwd=HOME,
        env={"PYTHONPATH": str(HOME / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def squawk(folder: Path, sql: str) -> int:
    """Its exit status. Left out: what is a matter of taste here, each for its reason."""
    file = folder / "migration.sql"
    file.write_text(sql)
    ignored = ",".join(
        (
            "prefer-text-field",  # a length is a promise to the screens that show it
            "prefer-bigint-over-int",  # counts of pages and the like
            "prefer-bigint-over-smallint",
            "prefer-identity",  # Procrastinate's own
            "prefer-robust-stmts",  # each migration is one transaction
            "require-timeout-settings",  # they are set on the connection
            "transaction-nesting",  # Alembic's own BEGIN
        )
    )
    command_line = [Path(sys.executable).parent / "squawk", "--pg-version=18", f"--exclude={ignored}", file]
    done = subprocess.run(command_line, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    return done.returncode
