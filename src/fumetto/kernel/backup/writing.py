"""Writing a backup: into a part beside its place, read back, and only then given its name."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from fumetto import __version__
from fumetto.kernel.backup.errors import BackupDamaged, BackupUnwritable
from fumetto.kernel.backup.manifest import DATABASE, FILES, LIBRARY, MANIFEST, SETTINGS, Manifest, Part
from fumetto.kernel.backup.progress import Progress, nobody_watches
from fumetto.kernel.backup.reading import check_backup
from fumetto.kernel.backup.rows import rows_in_database, rows_in_dump
from fumetto.kernel.db.dump import dump
from fumetto.kernel.db.migrate import revision_of
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer, running_database
from fumetto.kernel.errors import DiskFull
from fumetto.kernel.settings import field_to_key
from fumetto.kernel.storage import Storage, check_disk_space, open_storage
from fumetto.kernel.storage.errors import ObjectMissing

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings

CHUNK = 2**20
MACHINES_OWN = {"data_dir", "home", "python", "chromium", "local_image_dir"}
PLAIN = re.compile(r"[\w./:@%+,-]*")


@dataclass(frozen=True)
class BackedUp:
    """The file that was written, its size in bytes, and what is in it."""

    file: Path
    bytes: int
    manifest: Manifest


async def backup(settings: Settings, file: Path, progress: Progress = nobody_watches) -> BackedUp:
    """Writes everything to `file`, replacing one that is there, and checks it by reading it back.

    The database is seen at one moment, while others go on using it. Raises DiskFull, BackupUnwritable, BackupDamaged
    when what is read back is not what was written, and what opening database and storage raises. In each case nothing
    is left behind, and a file that was there is as it was.
    """
    async with running_database(settings) as server:
        return await backup_server(server, settings, file, progress)


async def backup_server(
    server: DatabaseServer, settings: Settings, file: Path, progress: Progress = nobody_watches
) -> BackedUp:
    part = file.with_name(f"{file.name}.part")
    dumped = file.with_name(f"{file.name}.part-database")
    try:
        await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
        with writing(part) as archive:
            manifest = await fill(archive, server, settings, dumped, progress)
        await asyncio.to_thread(check_backup, part, progress)
        in_dump = await rows_in_dump(dumped)
        if in_dump != {table: count for table, count in manifest.rows.items() if table in in_dump}:
            raise BackupDamaged(file=str(file), part=DATABASE, reason="it holds other rows than the database did")
        return await asyncio.to_thread(name_it, part, file, manifest)
    except UnicodeEncodeError as error:
        raise BackupUnwritable(file=str(file), reason=f"a book has a name that is no text: {error.object!r}") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFull(path=str(file.parent)) from error
        raise BackupUnwritable(file=str(file), reason=error.strerror or str(error)) from error
    finally:
        for left in (part, dumped):
            with contextlib.suppress(OSError):
                left.unlink()


@contextlib.contextmanager
def writing(part: Path) -> Iterator[Archive]:
    with part.open("wb") as file:
        os.chmod(part, 0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as opened:
            yield Archive(opened)
        file.flush()
        os.fsync(file.fileno())


class Archive:
    """A ZIP that is being written, and the list of what is in it."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.parts: list[Part] = []

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> int:
        """Adds an entry and returns its size. The first chunk is awaited before the entry is begun."""
        digest, size = hashlib.sha256(), 0
        first = await anext(chunks, b"")
        entry = zipfile.ZipInfo(name, time.gmtime()[:6])
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as target:
            chunk = first
            while chunk:
                digest.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(target.write, chunk)
                chunk = await anext(chunks, b"")
        self.parts.append(Part(name, size, digest.hexdigest()))
        return size

    async def add_text(self, name: str, text: str) -> None:
        async def once() -> AsyncIterator[bytes]:
            yield text.encode()

        await self.add(name, once())


async def fill(
    archive: Archive, server: DatabaseServer, settings: Settings, dumped: Path, progress: Progress
) -> Manifest:
    storage = open_storage(settings)
    library = settings.data_dir / LIBRARY
    sizes = [stored.size async for stored in storage.list()]
    books = await asyncio.to_thread(files_below, library)
    total = sum(sizes) + sum(path.stat().st_size for path in books)
    await asyncio.to_thread(check_disk_space, dumped.parent, settings.disk_reserve_bytes, total)

    progress("database", 0, 0)
    rows, revision, version = await dump_at_one_moment(server, dumped)
    await archive.add(DATABASE, read_chunks(dumped))
    done = 0
    for name, chunks in [(f"{LIBRARY}{path.relative_to(library).as_posix()}", read_chunks(path)) for path in books]:
        done += await archive.add(name, chunks)
        progress("files", done, total)
    async for name, chunks in derived_files(storage):
        with contextlib.suppress(ObjectMissing):  # deleted since it was listed, so nothing refers to it any more
            done += await archive.add(name, chunks)
        progress("files", done, total)
    text, left_out = settings_text(settings)
    await archive.add_text(SETTINGS, text)
    manifest = Manifest(
        fumetto=__version__,
        revision=revision,
        postgres=version,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_dir=str(settings.data_dir.resolve()),
        rows=rows,
        left_out=left_out,
        parts=tuple(archive.parts),
    )
    await archive.add_text(MANIFEST, manifest.to_json())
    return manifest


async def dump_at_one_moment(server: DatabaseServer, dumped: Path) -> tuple[dict[str, int], str, str]:
    """Dumps, and counts the same rows in the same snapshot; the counts, the schema's revision, the server's version."""
    role = Role.ADMIN if server.embedded else Role.OWNER
    async with server.connect(role, **{"fumetto.reader": EVERY_READER}) as connection:
        await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = await (await connection.execute("SELECT pg_export_snapshot()")).fetchone()
        rows = await rows_in_database(connection)
        version = str(connection.info.parameter_status("server_version"))
        await dump(server, dumped, snapshot=str(found[0]) if found else None)
    return rows, await revision_of(server) or "", version


async def derived_files(storage: Storage) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    async for stored in storage.list():
        yield f"{FILES}{stored.key}", storage.stream(stored.key)


async def read_chunks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def files_below(folder: Path) -> list[Path]:
    """Regular files, hidden ones left out: what is being copied in waits in a hidden folder."""
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def settings_text(settings: Settings) -> tuple[str, tuple[str, ...]]:
    """The settings that somebody chose as lines of a .env file, and the names of those that are left out: secrets, and
    what belongs to this machine."""
    lines, left_out = [], []
    for field in sorted(settings.model_fields_set):
        value = getattr(settings, field)
        if value is None:
            continue
        if isinstance(value, SecretStr) or field in MACHINES_OWN:
            left_out.append(field_to_key(field))
        else:
            lines.append(f"{field_to_key(field)}={quoted(str(value))}")
    return "".join(f"{line}\n" for line in lines), tuple(left_out)


def quoted(text: str) -> str:
    return text if PLAIN.fullmatch(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name_it(part: Path, file: Path, manifest: Manifest) -> BackedUp:
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return BackedUp(file, file.stat().st_size, manifest)
