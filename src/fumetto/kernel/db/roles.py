"""The two roles that the database is used through, and how they come to be on a server that is not ours.

`fumetto_owner` owns every table and migrates; `fumetto_app` reads and writes rows. Both are under row-level security.
The embedded server lets its own account in under either name. On an outside server there is one login; it is a
member of both roles and takes one on as it connects.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from fumetto.kernel.db.errors import DatabaseRolesMissing, DatabaseTooOld, VectorMissing

if TYPE_CHECKING:
    from psycopg import AsyncConnection

OLDEST = 160_000  # GRANT ... WITH SET
VECTOR = "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public"


class Role(StrEnum):
    APP = "fumetto_app"
    OWNER = "fumetto_owner"
    ADMIN = "postgres"  # the embedded server's superuser; on an outside server, the login as it is


EVERY_READER = "*"
"""In the place of a reader's id: work that concerns the rows of all readers, such as moving an episode's positions."""


async def prepare_server(connection: AsyncConnection) -> None:
    """Makes sure of the roles, the database's owner's rights and pgvector, as the login or superuser given.

    Does nothing that is done already, so a login that may only use what an administrator made is enough.
    Raises DatabaseTooOld, DatabaseRolesMissing with the statements to run, or VectorMissing.
    """
    if connection.info.server_version < OLDEST:
        raise DatabaseTooOld(found=connection.info.server_version // 10_000, wanted=OLDEST // 10_000)
    await make_roles(connection)
    await make_vector(connection)


async def make_roles(connection: AsyncConnection) -> None:
    import psycopg

    for statement in await missing(connection):
        try:
            await connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            wanted = await missing(connection)
            login, _ = await login_and_database(connection)
            raise DatabaseRolesMissing(login=login, sql=";\n".join(wanted) + ";") from None


async def missing(connection: AsyncConnection) -> list[str]:
    """The statements that bring roles and rights to where they have to be; none when they are."""
    from psycopg import sql

    login, database = await login_and_database(connection)
    rows = await connection.execute(
        "SELECT r.name, p.oid IS NOT NULL, p.oid IS NOT NULL AND pg_has_role(current_user, p.oid, 'SET'),"
        " p.oid IS NOT NULL AND has_database_privilege(p.oid, current_database(), 'CREATE')"
        " FROM unnest(%s::text[]) AS r (name) LEFT JOIN pg_roles p ON p.rolname = r.name",
        ([Role.OWNER.value, Role.APP.value],),
    )
    statements: list[sql.Composed] = []
    for name, exists, member, creates in await rows.fetchall():
        role = sql.Identifier(name)
        if not exists:
            statements.append(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(role))
        if not member:
            statements.append(sql.SQL("GRANT {} TO {} WITH SET TRUE").format(role, sql.Identifier(login)))
        if name == Role.OWNER and not creates:
            statements.append(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(database), role))
    return [statement.as_string(connection) for statement in statements]


async def login_and_database(connection: AsyncConnection) -> tuple[str, str]:
    row = await (await connection.execute("SELECT current_user, current_database()")).fetchone()
    return row or ("", "")


async def make_vector(connection: AsyncConnection) -> None:
    import psycopg

    found = await connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
    if await found.fetchone():
        return
    try:
        await connection.execute(VECTOR)
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.FeatureNotSupported,
        psycopg.errors.UndefinedFile,
    ) as error:
        raise VectorMissing(reason=str(error).splitlines()[0], sql=f"{VECTOR};") from None
