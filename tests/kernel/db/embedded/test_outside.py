"""A server that is not ours, played by one that knows neither of our roles, and a login that is no superuser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from fumetto.entry.models import METADATA
from fumetto.kernel.db.embedded.account import choose_account
from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.errors import DatabaseRolesMissing, VectorMissing
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.proof import check_database
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from tests.builders import a_user


@pytest.fixture
async def administrator(data_dir: Path) -> AsyncIterator[psycopg.AsyncConnection]:
    """The server's superuser. `comics` is a database that its owner, the login `operator`, was given."""
    lease = Lease(data_dir)
    local = await lease.acquire()
    peer = choose_account().peer
    with (Layout.below(data_dir).data / "pg_ident.conf").open("a") as file:
        file.write(f'fumetto "{peer}" operator\n')
    async with await psycopg.AsyncConnection.connect(
        host=local.host, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        for statement in (
            "SELECT pg_reload_conf()",
            "DROP DATABASE fumetto",
            "DROP ROLE fumetto_owner",
            "DROP ROLE fumetto_app",
            "CREATE ROLE operator LOGIN NOINHERIT",
            "CREATE DATABASE comics OWNER operator",
        ):
            await connection.execute(statement)  # type: ignore[arg-type] # a literal, out of a tuple
        await asyncio.sleep(0.1)
        yield connection
    lease.release()
    assert await lease.stopped()


@pytest.fixture
def settings(data_dir: Path, tmp_path: Path) -> Settings:
    url = f"postgresql://operator@/comics?host={Layout.below(data_dir).sockets}"
    return load_settings({"DATABASE_URL": url}, data_dir=tmp_path / "elsewhere")


async def in_comics(administrator: psycopg.AsyncConnection, statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(
        host=administrator.info.host, user="postgres", dbname="comics", autocommit=True
    ) as connection:
        await connection.execute(statements.encode())


async def works(settings: Settings) -> bool:
    await upgrade(settings)
    async with await Database.open(settings) as database:
        async with database.write() as session:
            await a_user(session, username="ada")
        async with database.read() as session:
            row = await (
                await session.raw().execute("SELECT current_user, session_user, count(*) FROM app.users")
            ).fetchone()
    return row == ("fumetto_app", "operator", 1)


async def test_a_login_that_may_create_roles_makes_them_itself(
    administrator: psycopg.AsyncConnection, settings: Settings
) -> None:
    await administrator.execute("ALTER ROLE operator CREATEROLE")
    await in_comics(administrator, "CREATE EXTENSION vector")
    assert await works(settings)
    checked = await check_database(settings, METADATA)
    assert checked.schema.current
    assert checked.drift is None  # it may not make a second database to compare with, and says so
    await administrator.execute("ALTER ROLE operator CREATEDB")  # it can, but may not put pgvector into it
    assert (await check_database(settings, METADATA)).drift is None


async def test_a_login_that_may_not_gets_what_an_administrator_has_to_run_and_then_works(
    administrator: psycopg.AsyncConnection, settings: Settings
) -> None:
    with pytest.raises(DatabaseRolesMissing) as roles:
        await upgrade(settings)
    assert roles.value.detail["login"] == "operator"
    await in_comics(administrator, str(roles.value.detail["sql"]))
    with pytest.raises(VectorMissing) as vector:
        await upgrade(settings)
    await in_comics(administrator, str(vector.value.detail["sql"]))
    assert await works(settings)
