"""A file of what is kept about somebody, made of what every table and everybody else declares.

A ZIP: a folder per section, in it a JSON file per table with rows as they are, without what is secret; their files as
they are; and what the folders mean, in the person's language. Rows are read by a cursor and written as they come.
"""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, Any

from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from pydantic_core import to_jsonable_python
from sqlalchemy import MetaData, Table

from fumetto.kernel.db.personal import ELSEWHERE, Personal, Section, declarations, personal_tables
from fumetto.kernel.storage.errors import ObjectMissing
from fumetto.kernel.storage.protocol import Storage
from fumetto.kernel.text.catalogues import say

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table or place, and the file that they go into."""

    file: str
    query: sql.SQL | sql.Composed


async def write_export(
    connection: AsyncConnection[Any],
    metadata: MetaData,
    storage: Storage,
    target: IO[bytes],
    user_id: uuid.UUID,
    sections: Collection[Section],
    language: str,
) -> None:
    """Write what is kept about somebody, as far as these sections go. The connection is in a transaction that sees
    their rows."""
    known = {"user": str(user_id), "pseudonym": "", "name": "", "email": ""}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme(sections, language))
        for source in sources(metadata, sections):
            await write_rows(connection, archive, source, known)
        for place in ELSEWHERE.values():
            if place.files and place.section in sections:
                rows = await (await connection.execute(place.files, known)).fetchall()
                for (key,) in rows:
                    await write_object(storage, archive, f"{place.section}/files/{PurePosixPath(key).name}", key)


def readme(sections: Collection[Section], language: str) -> str:
    lines = [say(language, "privacy.export.head"), ""]
    lines += [f"{section}/  {say(language, f'privacy.export.{section}')}" for section in Section if section in sections]
    return "\n".join(lines) + "\n"


def sources(metadata: MetaData, sections: Collection[Section]) -> Iterator[Source]:
    """By table; of two declarations in one section, rows that either names."""
    for table, declared in personal_tables(metadata).items():
        hidden = {name for one in declared for name in one.hide}
        by_section: dict[Section, list[Personal]] = {}
        for one in declared:
            if one.export in sections and one.export is not None:
                by_section.setdefault(one.export, []).append(one)
        for section, ones in by_section.items():
            shown = [column.name for column in table.columns if column.name not in hidden]
            columns = sql.SQL(", ").join(sql.Identifier(name) for name in shown)
            where = sql.SQL(" OR ").join(condition(metadata, table, one) for one in ones)
            name = sql.Identifier(str(table.schema), table.name)
            query = sql.SQL("SELECT {} FROM {} WHERE {}").format(columns, name, where)
            yield Source(f"{section}/{table.name}.json", query)
    for place in ELSEWHERE.values():
        if place.export and place.section in sections:
            file = place.name.partition(":")[0]
            yield Source(f"{place.section}/{file}.json", sql.SQL(place.export))


def condition(metadata: MetaData, table: Table, one: Personal) -> sql.Composable:
    """What makes a row somebody's: its own column, or that of the row it hangs on."""
    column = sql.Identifier(one.column)
    if not one.through:
        return sql.SQL("{} = %(user)s::uuid").format(column)
    parent = metadata.tables[one.through]
    theirs = sql.SQL(" OR ").join(condition(metadata, parent, each) for each in declarations(parent))
    name = sql.Identifier(str(parent.schema), parent.name)
    return sql.SQL("{} IN (SELECT id FROM {} WHERE {})").format(column, name, theirs)


async def write_rows(
    connection: AsyncConnection[Any], archive: zipfile.ZipFile, source: Source, known: Mapping[str, Any]
) -> None:
    """A JSON array, a row in each line; no file where there is none."""
    async with rows_of(connection, source.query, known) as rows:
        first = await anext(rows, None)
        if first is None:
            return
        with archive.open(entry(source.file), "w") as file:
            file.write(b"[\n" + line_of(first))
            async for row in rows:
                file.write(b",\n" + line_of(row))
            file.write(b"\n]\n")


@asynccontextmanager
async def rows_of(
    connection: AsyncConnection[Any], query: sql.SQL | sql.Composed, known: Mapping[str, Any]
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with connection.cursor(name=f"export_{uuid.uuid4().hex}", row_factory=dict_row) as cursor:
        cursor.itersize = AT_A_TIME
        await cursor.execute(query, known)
        yield aiter(cursor)


def entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def line_of(row: Mapping[str, Any]) -> bytes:
    told = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
    return json.dumps(to_jsonable_python(told, serialize_unknown=True), ensure_ascii=False).encode()


async def write_object(storage: Storage, archive: zipfile.ZipFile, name: str, key: str) -> None:
    try:
        with archive.open(entry(name), "w", force_zip64=True) as file:
            async for chunk in storage.stream(key):
                file.write(chunk)
    except ObjectMissing:
        return
