"""How the house is: what is in it, which parts work, what it takes of the disk. For the owner, in the browser."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy import text

from fumetto import __version__
from fumetto.entry.status import counts_of
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.health import readiness
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.protocol import Storage
from fumetto.kernel.web.operations import ReadyPart
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction
from fumetto.people.public import Reader, Role, require_role

router = Routes(prefix="/admin", tags=["administration"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]
STARTED = datetime.now(UTC)

DATABASE_SIZE = text("SELECT pg_database_size(current_database())")
LARGEST_TABLES = text("""
SELECT schemaname || '.' || relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows
FROM pg_stat_all_tables WHERE schemaname IN ('app', 'library', 'rag', 'cache', 'langgraph', 'jobs')
ORDER BY bytes DESC, name LIMIT 8
""")
QUEUES = text("""
SELECT task_name AS name,
       count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AS waiting,
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()) AS planned,
       count(*) FILTER (WHERE status = 'doing') AS running,
       count(*) FILTER (WHERE status = 'failed') AS failed
FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
GROUP BY task_name ORDER BY running DESC, waiting DESC, failed DESC, task_name
""")


class Table(BaseModel):
    name: str
    bytes: int
    rows: int
    """As PostgreSQL has counted them since its statistics began."""


class Queue(BaseModel):
    """One kind of job: how many wait, are planned for later, run, and were given up."""

    name: str
    waiting: int
    planned: int
    running: int
    failed: int


class Disk(BaseModel):
    """Bytes of the disk that the data directory is on."""

    total: int
    free: int
    reserve: int
    """Below so much, what would write is refused."""


class Backup(BaseModel):
    name: str
    bytes: int
    made_at: datetime


class HouseStatus(BaseModel):
    version: str
    started_at: datetime
    parts: dict[str, ReadyPart]
    counts: dict[str, int]
    data_dir: str
    storage: str
    disk: Disk
    database_bytes: int
    tables: list[Table]
    queues: list[Queue]
    backups: list[Backup]
    """Those that were made automatically, the newest first."""


@router.get("/status")
async def house_status(request: Request, session: ReadTransaction, owner: Owner) -> HouseStatus:
    """The house as it is now: its parts, what is in it, what waits, and the room it takes."""
    settings: Settings = request.app.state.settings
    storage: Storage = request.app.state.storage
    parts = await readiness(request.app.state.checks)
    return HouseStatus(
        version=__version__,
        started_at=STARTED,
        parts={name: ReadyPart.model_validate(part, from_attributes=True) for name, part in parts.items()},
        counts=await counts_of(session),
        data_dir=str(settings.data_dir),
        storage=storage.place,
        disk=await asyncio.to_thread(disk_of, settings),
        backups=await asyncio.to_thread(backups_in, settings.data_dir / "backups"),
        **await database_of(session),
    )


async def database_of(session: ReadSession) -> dict[str, object]:
    size = await session.scalar(DATABASE_SIZE)
    tables = (await session.execute(LARGEST_TABLES)).mappings().all()
    queues = (await session.execute(QUEUES)).mappings().all()
    return {
        "database_bytes": size,
        "tables": [Table(**row) for row in tables],
        "queues": [Queue(**row) for row in queues],
    }


def disk_of(settings: Settings) -> Disk:
    usage = shutil.disk_usage(settings.data_dir)
    return Disk(total=usage.total, free=usage.free, reserve=settings.disk_reserve_bytes)


def backups_in(folder: Path) -> list[Backup]:
    """The backups in a folder; none where it is not there or may not be looked into."""
    try:
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".zip") and entry.is_file()]
    except OSError:
        return []
    found = [
        Backup(name=name, bytes=stat.st_size, made_at=datetime.fromtimestamp(stat.st_mtime, UTC))
        for name, stat in files
    ]
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)
