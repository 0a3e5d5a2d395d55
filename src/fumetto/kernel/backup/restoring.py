"""Restoring: everything is prepared beside what is there, and takes its place in one transaction at the end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import uuid
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import AsyncConnection, sql

from fumetto.kernel.backup.errors import BackupDamaged, BackupNewer, BackupUnwritable, RestoreNotAllowed
from fumetto.kernel.backup.manifest import DATABASE, FILES, LIBRARY, SETTINGS, Manifest, Part
from fumetto.kernel.backup.progress import Progress, nobody_watches
from fumetto.kernel.backup.reading import check_backup, chunks_of, opened
from fumetto.kernel.backup.rows import rows_in_database
from fumetto.kernel.backup.writing import backup_server
from fumetto.kernel.db.dump import run_program, run_tool
from fumetto.kernel.db.errors import DumpFailed, VectorMissing
from fumetto.kernel.db.migrate import migrate, revision_of, revisions
from fumetto.kernel.db.roles import EVERY_READER, Role, make_roles, prepare_server
from fumetto.kernel.db.server import DatabaseServer, running_database
from fumetto.kernel.errors import DiskFull
from fumetto.kernel.storage import Storage, check_disk_space, open_storage

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings

RESTORE_POINT = "before-restore-"
RESTORED_SETTINGS = "restored-settings.env"
ELSEWHERE = "postgres"  # the database to be connected to while others are renamed
PREPARED, REPLACED = "_restore_", "_replaced_"
SETTLED_AT_ONCE = 100  # files that the disk is asked to keep together
SWAP_ATTEMPTS = 10
ALL_READERS = {"fumetto.reader": EVERY_READER}

Adapt = Callable[[AsyncConnection[Any], Manifest], Awaitable[None]]


@dataclass(frozen=True)
class Restored:
    """restore_point: a backup of what was there before; None when there was nothing. settings_file: the settings that
    were in force when the backup was made, to be looked at; None when all were the defaults."""

    restore_point: Path | None
    settings_file: Path | None
    manifest: Manifest


async def restore(
    settings: Settings, file: Path, progress: Progress = nobody_watches, *, adapt: Adapt | None = None
) -> Restored:
    """Puts back what `file` holds, in the place of what is there, of which a restore point is made first.

    The whole file is checked before anything is changed. The database is restored beside the present one, brought to
    this version's schema, and takes its name in one transaction, so whoever is interrupted has the old one or the new
    one. Derived files and books are added before that and never removed: their names tell versions apart.

    adapt: changes the restored database before it takes its place, such as paths when the data directory moved; it is
    called with a connection as the owner, in a transaction, for all readers' rows.

    Raises BackupNotRecognised, BackupDamaged, BackupNewer, RestoreNotAllowed, DiskFull, and what opening database and
    storage raises.
    """
    manifest = await asyncio.to_thread(check_backup, file, progress)
    if manifest.revision and manifest.revision not in revisions():
        raise BackupNewer(file=str(file), found=f"{manifest.fumetto}, {manifest.revision}", known=revisions()[-1])
    async with running_database(settings) as server:
        return await restore_server(server, settings, file, manifest, progress, adapt)


async def restore_server(
    server: DatabaseServer,
    settings: Settings,
    file: Path,
    manifest: Manifest,
    progress: Progress = nobody_watches,
    adapt: Adapt | None = None,
) -> Restored:
    point = await make_restore_point(server, settings, progress)
    total = sum(part.bytes for part in manifest.parts)
    await asyncio.to_thread(check_disk_space, settings.data_dir, settings.disk_reserve_bytes, 2 * total)
    progress("restoring", 0, 0)
    with opened(file) as archive:
        async with prepared_database(server, settings, file, archive, manifest) as prepared:
            await bring_up(server, prepared, manifest, adapt)
            await put_files(open_storage(settings), settings, file, archive, manifest, progress)
            await swap(server, prepared)
        text = b"".join(chunks_of(file, archive, SETTINGS))
    return Restored(point, await asyncio.to_thread(keep_settings, settings, text), manifest)


async def make_restore_point(server: DatabaseServer, settings: Settings, progress: Progress) -> Path | None:
    if await revision_of(server) is None:
        return None
    folder = settings.data_dir / "backups"
    file = folder / f"{RESTORE_POINT}{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}.zip"
    await backup_server(server, settings, file, progress)
    await asyncio.to_thread(forget_old, folder, settings.backup_keep)
    return file


def forget_old(folder: Path, keep: int) -> None:
    for old in sorted(folder.glob(f"{RESTORE_POINT}*.zip"), reverse=True)[keep:]:
        old.unlink()


@contextlib.asynccontextmanager
async def prepared_database(
    server: DatabaseServer, settings: Settings, file: Path, archive: zipfile.ZipFile, manifest: Manifest
) -> AsyncIterator[str]:
    """The name of a new database with the backup's tables and rows in it; dropped unless it took the other's place."""
    name = f"{server.database}{PREPARED}{uuid.uuid4().hex[:12]}"
    async with server.connect(Role.ADMIN) as admin:
        await make_roles(admin)
    async with server.connect(Role.ADMIN, database=ELSEWHERE) as admin:
        await forget_abandoned(server, admin)
        await create(admin, name, template="template0" if server.embedded else "template1")
    try:
        async with server.connect(Role.ADMIN, database=name) as connection:
            try:
                await prepare_server(connection)
            except VectorMissing as error:  # to be put where new databases are copied from
                sql_text = f"\\connect template1\n{error.detail['sql']}"
                raise RestoreNotAllowed(login=connection.info.user, sql=sql_text) from error
        with extracted(settings, file, archive) as dumped:
            await load(server, name, file, dumped)
        role = Role.ADMIN if server.embedded else Role.OWNER
        async with server.connect(role, database=name, **ALL_READERS) as connection:
            found = await rows_in_database(connection)
        if found != dict(manifest.rows):
            raise BackupDamaged(file=str(file), part=DATABASE, reason="other rows came out of it than went in")
        yield name
    finally:
        await asyncio.shield(drop(server, name))


async def create(admin: AsyncConnection, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
    try:
        await admin.execute(statement.format(*(sql.Identifier(word) for word in (name, template, Role.OWNER.value))))
    except psycopg.errors.InsufficientPrivilege as error:
        found = await (await admin.execute("SELECT current_user")).fetchone()
        login = str(found[0]) if found else ""
        raise RestoreNotAllowed(login=login, sql=f'ALTER ROLE "{login}" CREATEDB;') from error


async def forget_abandoned(server: DatabaseServer, admin: AsyncConnection) -> None:
    """Drops what a restore that was killed has left."""
    rows = await admin.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s",
        (f"^{re.escape(server.database)}({PREPARED}|{REPLACED})[0-9a-f]{{12}}$",),
    )
    for (name,) in await rows.fetchall():
        await admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def drop(server: DatabaseServer, name: str) -> None:
    async with server.connect(Role.ADMIN, database=ELSEWHERE) as admin:
        await admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def extracted(settings: Settings, file: Path, archive: zipfile.ZipFile) -> Iterator[Path]:
    """The dump as a file of its own, since pg_restore wants to jump about in it."""
    folder = settings.data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    dumped = folder / "restoring.dump"
    try:
        write_entry(file, archive, DATABASE, dumped)
        yield dumped
    finally:
        dumped.unlink(missing_ok=True)
        dumped.with_name(f"{dumped.name}.part").unlink(missing_ok=True)


async def load(server: DatabaseServer, name: str, file: Path, dumped: Path) -> None:
    """pg_restore, all or nothing. The extension is there already: only a superuser may make it."""
    listed = await run_program("pg_restore", "--list", str(dumped))
    entries = dumped.with_name(f"{dumped.name}.list")
    kept = [line for line in listed.splitlines() if " EXTENSION " not in line]
    await asyncio.to_thread(entries.write_text, "\n".join(kept))
    role = Role.ADMIN if server.embedded else Role.OWNER
    try:
        await run_tool(
            "pg_restore",
            server,
            role,
            "--exit-on-error",
            "--single-transaction",
            f"--use-list={entries}",
            str(dumped),
            database=name,
        )
    except DumpFailed as error:
        raise BackupDamaged(file=str(file), part=DATABASE, reason=str(error.detail["reason"])) from error
    finally:
        entries.unlink(missing_ok=True)


async def bring_up(server: DatabaseServer, name: str, manifest: Manifest, adapt: Adapt | None) -> None:
    """This version's schema, the changes that this machine needs, and statistics for the planner."""
    if manifest.revision != revisions()[-1]:
        await migrate(server, database=name)
    async with server.connect(Role.OWNER, database=name, **ALL_READERS) as connection:
        if adapt is not None:
            async with connection.transaction():
                await adapt(connection, manifest)
        await connection.execute("ANALYZE")


async def put_files(
    storage: Storage, settings: Settings, file: Path, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress
) -> None:
    """Derived files into the storage, books below the data directory; what is there already stays as it is."""
    wanted = [part for part in manifest.parts if part.name.startswith((FILES, LIBRARY))]
    total, done = sum(part.bytes for part in wanted), 0
    unsettled: list[str] = []
    for part in wanted:
        if part.name.startswith(LIBRARY):
            target = settings.data_dir / part.name
            if not await asyncio.to_thread(is_same, target, part):
                await asyncio.to_thread(write_entry, file, archive, part.name, target)
        else:
            key = part.name.removeprefix(FILES)
            there = await storage.head(key)
            if there is None or there.size != part.bytes:
                await storage.put(key, entry_chunks(file, archive, part))
                unsettled.append(key)
        if len(unsettled) >= SETTLED_AT_ONCE or part is wanted[-1]:
            await storage.settle(unsettled)
            unsettled = []
        done += part.bytes
        progress("files", done, total)


async def entry_chunks(file: Path, archive: zipfile.ZipFile, part: Part) -> AsyncIterator[bytes]:
    for chunk in chunks_of(file, archive, part.name):
        yield chunk


def is_same(target: Path, part: Part) -> bool:
    if not target.is_file() or target.stat().st_size != part.bytes:
        return False
    with target.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest() == part.sha256


def write_entry(file: Path, archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """An entry as a file, whole or not at all. Raises DiskFull."""
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as written:
            for chunk in chunks_of(file, archive, name):
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFull(path=str(target.parent)) from error
        raise BackupUnwritable(file=str(target), reason=error.strerror or str(error)) from error


async def swap(server: DatabaseServer, prepared: str) -> None:
    """The prepared database takes the present one's name in one transaction, and the other is dropped.

    Whoever is connected to the present one is disconnected, and finds the restored one when they come again.
    """
    replaced = f"{server.database}{REPLACED}{uuid.uuid4().hex[:12]}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    present, old, new = (sql.Identifier(name) for name in (server.database, replaced, prepared))
    async with server.connect(Role.ADMIN, database=ELSEWHERE) as admin, disconnecting(server, prepared):
        for attempt in range(SWAP_ATTEMPTS):
            try:
                async with admin.transaction():
                    await admin.execute(rename.format(present, old))
                    await admin.execute(rename.format(new, present))
                break
            except psycopg.errors.ObjectInUse:
                if attempt == SWAP_ATTEMPTS - 1:
                    raise
    async with server.connect(Role.ADMIN, database=ELSEWHERE) as admin:
        await admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(old))


@contextlib.asynccontextmanager
async def disconnecting(server: DatabaseServer, prepared: str) -> AsyncIterator[None]:
    """While the block runs, nobody stays connected to either database. Renaming locks newcomers out and then waits for
    those who are in: disconnecting them before it would let them be back before the lock is taken."""

    async def disconnect() -> None:
        async with server.connect(Role.ADMIN, database=ELSEWHERE) as admin:
            while True:
                await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY (%s)",
                    ([server.database, prepared],),
                )
                await asyncio.sleep(0.05)

    task = asyncio.create_task(disconnect())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def keep_settings(settings: Settings, text: bytes) -> Path | None:
    """Beside the data, to be looked at. They are not put in force: this machine's own may be right for it."""
    if not text:
        return None
    file = settings.data_dir / RESTORED_SETTINGS
    file.write_bytes(text)
    return file
