"""Erasing a person, made of what every table and everybody else declares (kernel.db.personal).

The same is done where somebody is erased and where a restored backup has brought them back: on a connection that sees
every reader's rows, in one transaction, so that it is done whole or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, sql
from sqlalchemy import MetaData, Table

from fumetto.kernel.db.personal import ELSEWHERE, Erase, Personal, personal_tables
from fumetto.kernel.index.forgetting import forget_passages, forget_questions, forget_vectors

USERS = "app.users"
HELD = "SELECT username, email FROM app.users WHERE id = %s FOR UPDATE"
"""Whoever adds a row that refers to them waits from here on, and is refused when they are gone."""
LEFT_EMPTY = """
DELETE FROM app.collectives c WHERE c.id = ANY (%s)
    AND NOT EXISTS (SELECT FROM app.collective_memberships m WHERE m.collective_id = c.id)
    AND NOT EXISTS (SELECT FROM app.collectives p WHERE p.parent_id = c.id)
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went or changed, by table or place; and the keys of objects in the storage that are to go now."""

    counts: dict[str, int]
    keys: list[str]


async def erase(
    connection: AsyncConnection[Any], metadata: MetaData, user_id: uuid.UUID, pseudonym: uuid.UUID
) -> Erased:
    """Take a person out of the database. Nothing is left of them but what is declared to stay."""
    row = await (await connection.execute(HELD, [user_id])).fetchone()
    name, email = row or ("", None)
    known = {"user": str(user_id), "pseudonym": str(pseudonym), "name": name, "email": email or name}
    counts: dict[str, int] = {}
    for place in ELSEWHERE.values():
        if place.hold:
            await connection.execute(place.hold, known)
    keys = [key for query in files_queries() for key in await column_of(connection, query, known)]
    await forget_their_passages(connection, known, counts)
    for place in ELSEWHERE.values():
        counts[place.name] = sum([(await connection.execute(one, known)).rowcount for one in place.erase])
    theirs = await column_of(
        connection, "SELECT collective_id FROM app.collective_memberships WHERE user_id = %(user)s::uuid", known
    )
    for table, statement in statements(metadata):
        done = await connection.execute(statement, known)
        counts[table] = counts.get(table, 0) + max(0, done.rowcount)
    await connection.execute("DELETE FROM app.users WHERE id = %(user)s::uuid", known)
    await connection.execute(LEFT_EMPTY, [theirs])
    return Erased({table: count for table, count in counts.items() if count}, keys)


def files_queries() -> list[str]:
    return [place.files for place in ELSEWHERE.values() if place.files]


async def column_of(connection: AsyncConnection[Any], query: str, known: dict[str, Any]) -> list[Any]:
    return [row[0] for row in await (await connection.execute(query, known)).fetchall()]


async def forget_their_passages(
    connection: AsyncConnection[Any], known: dict[str, Any], counts: dict[str, int]
) -> None:
    """Out of the index, in every space, with the vectors that are kept of their texts; and those of all questions,
    which do not say whose they are."""
    for place in ELSEWHERE.values():
        if place.passages:
            rows = await (await connection.execute(place.passages, known)).fetchall()
            gone = await forget_passages(connection, [one for one, _ in rows])
            gone |= await forget_vectors(connection, [text for _, text in rows])
            for table, count in gone.items():
                counts[table] = counts.get(table, 0) + count
    for table, count in (await forget_questions(connection)).items():
        counts[table] = counts.get(table, 0) + count


def statements(metadata: MetaData) -> Iterator[tuple[str, sql.Composed]]:
    """What is done to each table before the account itself goes, the tables that refer to others first.

    Rows that a key would delete are deleted here already: a table at once, not row by row.
    """
    tables: Sequence[tuple[Table, tuple[Personal, ...]]] = list(personal_tables(metadata).items())
    for table, declared in reversed(tables):
        if table.fullname == USERS:
            continue
        for one in declared:
            if not one.through:
                statement = statement_for(table, one)
                if statement is not None:
                    yield table.fullname, statement


def statement_for(table: Table, one: Personal) -> sql.Composed | None:
    name, column = sql.Identifier(str(table.schema), table.name), sql.Identifier(one.column)
    cleared = [sql.SQL("{} = NULL").format(sql.Identifier(each)) for each in one.clear]
    where = sql.SQL(" WHERE {} = %(user)s::uuid").format(column)
    match one.erase:
        case Erase.CASCADE | Erase.DELETE:
            return sql.SQL("DELETE FROM {}").format(name) + where
        case Erase.PSEUDONYMISE:
            cleared.insert(0, sql.SQL("{} = %(pseudonym)s::uuid").format(column))
        case Erase.FORGET | Erase.SET_NULL:
            cleared.append(sql.SQL("{} = NULL").format(column))
        case Erase.KEEP:
            return None
    return sql.SQL("UPDATE {} SET ").format(name) + sql.SQL(", ").join(cleared) + where
