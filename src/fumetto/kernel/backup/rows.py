"""Counting rows, in a database and in a dump of it: that they agree is part of knowing that a backup is one."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from psycopg import AsyncConnection, sql

from fumetto.kernel.db.dump import program
from fumetto.kernel.db.errors import DumpFailed
from fumetto.kernel.db.schemas import Schema

COPY = re.compile(rb"COPY (\w+)\.(\w+) \(.*\) FROM stdin;")
CHUNK = 2**20


async def rows_in_database(connection: AsyncConnection) -> dict[str, int]:
    """Rows of each table in the schemas of Fumetto and its libraries, as `schema.table`."""
    found = await connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname = ANY (%s) ORDER BY 1, 2",
        ([schema.value for schema in Schema],),
    )
    counts: dict[str, int] = {}
    for schema, table in await found.fetchall():
        counted = await connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table)))
        counts[f"{schema}.{table}"] = (await counted.fetchone() or (0,))[0]
    return counts


async def rows_in_dump(file: Path) -> dict[str, int]:
    """The same of a dump, by reading all of it. Raises DumpFailed when pg_restore cannot."""
    process = await asyncio.create_subprocess_exec(
        program("pg_restore"),
        "--data-only",
        "--file=-",
        str(file),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    if process.stdout is None or process.stderr is None:
        raise DumpFailed(program="pg_restore", reason="it has no output")
    complaints = asyncio.create_task(process.stderr.read())
    counts: dict[str, int] = {}
    table, rest = "", b""
    while chunk := await process.stdout.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if table:
                if line == b"\\.":
                    table = ""
                else:
                    counts[table] += 1
            elif match := COPY.fullmatch(line):
                table = f"{match[1].decode()}.{match[2].decode()}"
                counts[table] = 0
    if await process.wait() != 0:
        raise DumpFailed(program="pg_restore", reason=(await complaints).decode("utf-8", "replace").strip())
    await complaints
    return counts
