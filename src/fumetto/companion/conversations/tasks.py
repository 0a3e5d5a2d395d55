"""Upkeep of conversations."""

from __future__ import annotations

from datetime import timedelta

from fumetto.companion.conversations import keeping, repository
from fumetto.companion.conversations.rules import FRESH
from fumetto.companion.kinds import TurnState
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import periodic

KEEP_EVENTS = timedelta(days=1)


@periodic("companion.tidy_turns", every=timedelta(hours=1), priority=-10)
async def tidy_turns(context: JobContext) -> None:
    """Forget what was streamed more than a day ago; the answers stay."""
    async with context.database.write(EVERY_READER) as session:
        await repository.drop_old_events(session, KEEP_EVENTS)


@periodic("companion.close_lost_turns", every=timedelta(minutes=1))
async def close_lost_turns(context: JobContext) -> None:
    """End the answers whose process is gone, keeping what had come of each."""
    async with context.database.read(EVERY_READER) as session:
        lost = await repository.lost(session, FRESH)
    for question_id, reader_id in lost:
        async with context.database.write(EVERY_READER) as writing:
            await keeping.close(writing, reader_id, question_id, TurnState.CUT_OFF)
