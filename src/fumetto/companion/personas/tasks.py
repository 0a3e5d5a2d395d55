"""Upkeep of personas' pictures."""

from __future__ import annotations

from datetime import timedelta

from fumetto.companion.personas import repository
from fumetto.companion.personas.portraits import FOLDER
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import periodic

SPARES = timedelta(minutes=5)  # younger ones may belong to a transaction that is still open


@periodic("companion.tidy_portraits", every=timedelta(hours=6), priority=-20)
async def tidy_portraits(context: JobContext) -> None:
    """Remove pictures whose persona has another or is gone, with its reader or its series."""
    async with context.database.read(EVERY_READER) as session:
        used, now = await repository.portraits_in_use(session), await repository.database_time(session)
    async for stored in context.storage.list(FOLDER):
        if stored.key not in used and now - stored.modified > SPARES:
            await context.storage.delete(stored.key)
