"""`status`: what is in the library, what is under way, and what could not be read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from fumetto import __version__
from fumetto.entry.only_one import running_at
from fumetto.entry.wiring import House
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.health import readiness, standard_checks
from fumetto.library.ingestion.problems import list_problems

COUNTS = text("""
SELECT (SELECT count(*) FROM library.series) AS series,
       (SELECT count(*) FROM library.episodes WHERE edition_of_id IS NULL) AS episodes,
       (SELECT count(*) FROM library.pages) AS pages,
       (SELECT count(*) FROM library.pages WHERE state = 'pending') AS pages_waiting,
       (SELECT count(*) FROM library.pages WHERE state = 'failed') AS pages_unreadable,
       (SELECT count(DISTINCT page_id) FROM library.page_looks WHERE state = 'failed') AS pages_not_looked_at,
       (SELECT count(*) FROM library.sources WHERE state = 'failed') AS files_unreadable,
       (SELECT count(*) FROM library.sources WHERE state = 'missing') AS files_missing,
       (SELECT count(*) FROM app.users WHERE is_active) AS people,
       (SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'
           AND coalesce(scheduled_at, now()) <= now()) AS jobs_waiting,
       (SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing') AS jobs_running
""")


async def describe_everything(house: House) -> dict[str, Any]:
    """Counts by plain names, how many workers there are, and where the server answers that runs, None without one."""
    async with house.database.read() as session:
        counts = await counts_of(session)
    at = running_at(house.settings)
    parts = await readiness(standard_checks(house.database, house.storage))
    return {
        "version": __version__,
        "data_dir": str(house.settings.data_dir),
        "address": at.local if at else None,
        "address_for_phones": at.lan if at else None,
        **counts,
        "workers": parts["workers"].count or 0,
    }


async def counts_of(session: ReadSession) -> dict[str, int]:
    """How many there are of what, by plain names."""
    return {name: int(count) for name, count in (await session.execute(COUNTS)).mappings().one().items()}


async def problems(house: House, most: int = 1000) -> list[dict[str, Any]]:
    """What could not be read, newest first, with the reason in words."""
    async with house.database.read() as session:
        found, _ = await list_problems(session, None, most)
    return [
        {"path": each.path, "code": each.code, "message": each.message("en"), "kind": each.kind.value, "at": each.at}
        for each in found
    ]
