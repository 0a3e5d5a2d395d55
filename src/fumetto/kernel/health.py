"""Whether the process lives, and whether each part that it needs can be used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import text

from fumetto.kernel.errors import FumettoError

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import Database
    from fumetto.kernel.storage.protocol import Storage

log = structlog.get_logger(__name__)

SECONDS = 2.0
PROBE_KEY = "health/probe.txt"

WORKERS = text("SELECT count(*) FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '90 s'")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `code` is the error's when it cannot be used. A part that is not `needed` does not stop requests."""

    ok: bool
    needed: bool = True
    code: str | None = None
    count: int | None = None


Check = Callable[[], Coroutine[Any, Any, int | None]]
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
            return int(await session.scalar(WORKERS) or 0)

    return {"database": (ask_database, True), "storage": (ask_storage, True), "workers": (count_workers, False)}


async def readiness(checks: Mapping[str, tuple[Check, bool]], seconds: float = SECONDS) -> dict[str, Part]:
    """Every part by name, asked side by side; one that does not answer within `seconds` counts as unusable."""
    found = await asyncio.gather(*(ask(name, check, needed, seconds) for name, (check, needed) in checks.items()))
    return dict(zip(checks, found, strict=True))


async def ask(name: str, check: Check, needed: bool, seconds: float) -> Part:
    asking = asyncio.create_task(check())
    done, _ = await asyncio.wait({asking}, timeout=seconds)
    if not done:
        # Not awaited: a server that was stopped in mid-answer does not let go of a cancelled query for long either.
        asking.cancel()
        given_up.add(asking)
        asking.add_done_callback(forget)
        return Part(ok=False, needed=needed, code="timeout")
    try:
        count = asking.result()
    except FumettoError as error:
        return Part(ok=False, needed=needed, code=error.code)
    except Exception:
        log.exception("health.check_failed", part=name)
        return Part(ok=False, needed=needed, code="internal")
    return Part(ok=count != 0, needed=needed, count=count, code="none_running" if count == 0 else None)


given_up: set[asyncio.Future[int | None]] = set()


def forget(asking: asyncio.Future[int | None]) -> None:
    """Let go of a check that was given up; how it ended in the end is of no interest."""
    given_up.discard(asking)
    if not asking.cancelled():
        asking.exception()


def is_ready(parts: Mapping[str, Part]) -> bool:
    return all(part.ok for part in parts.values() if part.needed)
