"""Jobs of memory: taking in what was answered, and keeping the semantic cache small."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from fumetto.billing.public import is_metered
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.memory import questions, repository, taking_in
from fumetto.companion.memory.summing_up import ByModel
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue_many
from fumetto.kernel.jobs.registry import Retry, periodic, task

LEFT_FOR: Final = timedelta(minutes=1)  # a job for a note is there within a second
AT_A_TIME: Final = 500


@task("companion.remember", priority=-5, retry=Retry(attempts=6, first=1.0))
async def remember(context: JobContext, *, answer_id: UUID, reader_id: UUID) -> None:
    """Take an answer into memory. Enqueued soon after the answer; done again it finds no note and does nothing."""
    speakers = HouseSpeakers(context.settings, context.database)
    try:
        sum_up = ByModel(speakers, LocalizedPrompts(), free=lambda name: not is_metered(context.settings, name))
        await taking_in.take_in(context.database, answer_id, reader_id, sum_up)
    finally:
        await speakers.close()


@periodic("companion.remember_left", every=timedelta(minutes=1), priority=-10)
async def remember_left(context: JobContext) -> None:
    """Take in what has no job, since its process ended or its job was given up: its note is still there."""
    async with context.database.write(EVERY_READER) as session:
        left = await repository.notes_left(session, LEFT_FOR, AT_A_TIME)
        await enqueue_many(
            session,
            remember,
            [{"answer_id": answer_id, "reader_id": reader_id} for answer_id, reader_id in left],
            dedupe=lambda item: f"remember:{item['answer_id']}",
        )


@periodic("companion.tidy_semantic_cache", every=timedelta(hours=6), priority=-10)
async def tidy_semantic_cache(context: JobContext) -> None:
    """Forget answers' passages that were kept for two weeks, and the ones used least lately when there are too many."""
    async with context.database.write() as session:
        await questions.tidy(session)
