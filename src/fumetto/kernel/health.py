"""Whether the process lives, and whether each part that it needs can be used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text

from fumetto.kernel.errors import FumettoError

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import Database
    from fumetto.kernel.storage.protocol import Storage

log = structlog.get_logger(__name__)

SECONDS = 2.0
WORKER_SILENCE_SECONDS = 90
PROBE_KEY = "health/probe.txt"

WORKERS = text("SELECT count(*) FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - :s * interval '1 s'")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `code` is that of the error when it cannot be used. A part that is not `needed` does not stop requests."""

    ok: bool
    needed: bool = True
    code: str | None = None
    count: int | None = None


Check = Callable[[], Awaitable[int | None]]
"""Returns a count worth showing, or None; raises when the part cannot be used."""


def standard_checks(database: Database, storage: Storage) -> dict[str, tuple[Check, bool]]:
    """The parts of every Fumetto, by name, each with whether requests need it."""

    async def ask_database() -> None:
        async with database.read() as session:
            await session.execute(text("SELECT version_num FROM app.alembic_version"))

    async def ask_storage() -> None:
        await storage.head(PROBE_KEY)

    async def count_workers() -> int | None:
        async with database.read() as session:
            return int(await session.scalar(WORKERS, {"s": WORKER_SILENCE_SECONDS}) or 0)

    return {"database": (ask_database, True), "storage": (ask_storage, True), "workers": (count_workers, False)}


async def readiness(checks: Mapping[str, tuple[Check, bool]], seconds: float = SECONDS) -> dict[str, Part]:
    """Every part by name, asked side by side; one that does not answer within `seconds` counts as unusable."""
    found = await asyncio.gather(*(ask(name, check, needed, seconds) for name, (check, needed) in checks.items()))
    return dict(zip(checks, found, strict=True))


async def ask(name: str, check: Check, needed: bool, seconds: float) -> Part:
    try:
        async with asyncio.timeout(seconds):
            count = await check()
    except TimeoutError:
        return Part(ok=False, needed=needed, code="timeout")
    except FumettoError as error:
        return Part(ok=False, needed=needed, code=error.code)
    except Exception:
        log.exception("health.check_failed", part=name)
        return Part(ok=False, needed=needed, code="internal")
    return Part(ok=count != 0, needed=needed, count=count, code="none_running" if count == 0 else None)


def is_ready(parts: Mapping[str, Part]) -> bool:
    return all(part.ok for part in parts.values() if part.needed)
