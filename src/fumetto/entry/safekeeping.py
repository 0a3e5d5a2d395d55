"""Backup and restore as the command line shows them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection
from rich.progress import Progress as Bar

from fumetto.entry.wiring import EVERY_TABLE
from fumetto.kernel.backup import backup, restore
from fumetto.kernel.backup.manifest import Manifest
from fumetto.kernel.backup.progress import Progress
from fumetto.kernel.backup.restoring import Adapt
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.migrate import revision_of
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import running_database
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from fumetto.people.privacy.replaying import Tombstones, kept_tombstones, replay, stored_tombstones

MOVE_MANAGED = """
UPDATE library.library_roots SET path = %(new)s || substr(path, length(%(old)s) + 1)
WHERE managed AND starts_with(path, %(old)s || '/')
"""


async def write_backup(settings: Settings, file: Path, bar: Bar) -> dict[str, Any]:
    """Writes and verifies; the file, its size and how much of what is in it."""
    done = await backup(settings, file, shown_in(bar))
    return {"file": str(done.file), "bytes": done.bytes, "parts": len(done.manifest.parts)}


async def restore_backup(settings: Settings, file: Path, bar: Bar) -> dict[str, Any]:
    """Restores; where the restore point is, or None when there was nothing to keep. Who was erased since the backup was
    made stays so."""
    importlib.import_module(EVERY_TABLE)
    storage = open_storage(settings)
    tombstones = await tombstones_of(settings) | await stored_tombstones(storage)
    gone: list[str] = []
    done = await restore(settings, file, shown_in(bar), adapt=adapted_to(settings, tombstones, gone))
    for key in gone:  # their files came back with the others
        await storage.delete(key)
    return {
        "file": str(file),
        "restore_point": str(done.restore_point) if done.restore_point else None,
        "settings_file": str(done.settings_file) if done.settings_file else None,
    }


async def tombstones_of(settings: Settings) -> Tombstones:
    """Those of the database that is there now, if one is: none is begun here, before the backup was looked at."""
    if not settings.database_url and not (settings.data_dir / "postgres").exists():
        return {}
    async with running_database(settings) as server:
        if await revision_of(server) is None:
            return {}
        async with server.connect(Role.OWNER) as connection:
            return await kept_tombstones(connection)


def adapted_to(settings: Settings, tombstones: Tombstones, gone: list[str]) -> Adapt:
    """Folders that Fumetto keeps itself lie below the data directory, which may be another one now. Whoever has a
    tombstone is erased again; `gone` gets the storage's keys of what was theirs."""

    async def adapt(connection: AsyncConnection[Any], manifest: Manifest) -> None:
        await connection.execute(MOVE_MANAGED, {"old": manifest.data_dir, "new": str(settings.data_dir)})
        async for keys in replay(connection, Base.metadata, tombstones):
            gone.extend(keys)

    return adapt


def shown_in(bar: Bar) -> Progress:
    tasks: dict[str, Any] = {}

    def report(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=None)
        bar.update(tasks[name], completed=done, total=total or None)

    return report
