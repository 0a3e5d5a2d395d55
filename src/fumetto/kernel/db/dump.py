"""PostgreSQL's own tools on our databases: dump, restore, shell. They come from the wheel that brings the server."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fumetto.kernel.db.embedded.layout import Refusal
from fumetto.kernel.db.embedded.software import find_programs
from fumetto.kernel.db.errors import DumpFailed, error_of
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.errors import DiskFull

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings

BEFORE_MIGRATION = "before-migration-"


def program(name: str) -> Path:
    """The path of psql, pg_dump or pg_restore. Raises PostgresNotFound."""
    try:
        return find_programs() / name
    except Refusal as refusal:
        raise error_of(refusal.code, refusal.detail) from None


async def run_tool(name: str, server: DatabaseServer, role: Role, *arguments: str, database: str | None = None) -> str:
    """Runs a tool against a database, showing it every reader's rows, and returns what it printed. Raises as
    `run_program` does."""
    conninfo, environment = connection_words(server, role, name, database)
    return await run_program(name, *arguments, "--dbname", conninfo, **environment)


def connection_words(
    server: DatabaseServer, role: Role, application: str, database: str | None = None
) -> tuple[str, dict[str, str]]:
    """A connection string without the password, and the environment that holds it: everybody on a machine can read the
    command lines that run on it."""
    conninfo = conninfo_to_dict(
        server.conninfo(role, application=application, database=database, **{"fumetto.reader": EVERY_READER})
    )
    secret = str(conninfo.pop("password", "") or "")
    return make_conninfo("", **conninfo), {"PGPASSWORD": secret} if secret else {}


async def run_program(name: str, *arguments: str, **environment: str) -> str:
    """Runs pg_dump, pg_restore or psql and returns what it printed. Raises DumpFailed with its words, or DiskFull."""
    process = await asyncio.create_subprocess_exec(
        program(name),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
    )
    try:
        printed, complaints = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        words = complaints.decode("utf-8", "replace").strip()
        if "No space left on device" in words:
            raise DiskFull(path=name)
        raise DumpFailed(program=name, reason="\n".join(words.splitlines()[-8:]))
    return printed.decode("utf-8", "replace")


async def dump(server: DatabaseServer, file: Path, *, database: str | None = None, snapshot: str | None = None) -> None:
    """Writes a database to `file` in pg_dump's custom format, with rights and every reader's rows, or not at all.

    snapshot: the moment to see it at, exported by a transaction that is still open.
    """
    part = file.with_name(f"{file.name}.part")
    # As the owner, row-level security would hide what the setting in the connection string shows.
    extra = ["--enable-row-security"] if not server.embedded else []
    extra += [f"--snapshot={snapshot}"] if snapshot else []
    role = Role.ADMIN if server.embedded else Role.OWNER
    try:
        await run_tool(
            "pg_dump",
            server,
            role,
            "--format=custom",
            "--compress=gzip:3",
            "--file",
            str(part),
            *extra,
            database=database,
        )
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


async def dump_before_migration(
    server: DatabaseServer, settings: Settings, revision: str, *, database: str | None = None
) -> Path:
    """A dump to fall back on, in `<data>/backups`; older ones beyond `backup_keep` are removed once it is complete."""
    folder = settings.data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{BEFORE_MIGRATION}{revision}-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.dump"
    await dump(server, file, database=database)
    kept = sorted(folder.glob(f"{BEFORE_MIGRATION}*.dump"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in kept[settings.backup_keep :]:
        old.unlink()
    return file


def shell_command(server: DatabaseServer) -> tuple[list[str], dict[str, str]]:
    """The command and extra environment of psql on a database, as the owner, seeing every reader's rows."""
    conninfo, environment = connection_words(server, Role.OWNER, "psql")
    pager = {} if shutil.which("less") else {"PAGER": "cat"}
    return [str(program("psql")), conninfo], pager | environment
