"""The memory lake as other rooms use it: with an answer goes a note that memory is to take it in, for which there is a
job soon; and with a conversation or a reader goes what was remembered of them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection
from contextvars import Context
from typing import Final

import structlog

from fumetto.companion.answering import checkpoints
from fumetto.companion.answering.ports import Answered
from fumetto.companion.kinds import TurnState
from fumetto.companion.memory import questions, repository
from fumetto.companion.memory.tasks import remember
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.queue import enqueue_many

log = structlog.get_logger(__name__)

SOON: Final = 0.25  # seconds


async def note(session: WriteSession, answered: Answered, user_id: uuid.UUID, conversation_id: uuid.UUID) -> None:
    """In the transaction that keeps an answer: have memory take it in, later, exactly once. The turn waits for no more
    than this one row. Of a failed turn nothing is remembered."""
    if answered.state is TurnState.FAILED:
        return
    await session.flush()
    await repository.write_note(session, answered.turn.answer_id, user_id, conversation_id)


class Soon:
    """Jobs for the notes that this process has committed: enqueued together, a moment later, so that no turn waits for
    the queue. Notes whose process ends before it has done so are found by `remember_left`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: list[tuple[uuid.UUID, uuid.UUID]] = []
        self._task: asyncio.Task[None] | None = None

    def __call__(self, answer_id: uuid.UUID, reader_id: uuid.UUID) -> None:
        """The note of this answer to this reader is committed."""
        self._noted.append((answer_id, reader_id))
        if self._task is None or self._task.done():  # in a context of its own: it works for many turns
            self._task = asyncio.create_task(self._later(), name="memory-jobs", context=Context())

    async def close(self) -> None:
        """Enqueues what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._enqueue()

    async def _later(self) -> None:
        while self._noted:
            await asyncio.sleep(SOON)
            await self._enqueue()

    async def _enqueue(self) -> None:
        noted = list(self._noted)
        if not noted:
            return
        try:
            async with self._database.write(EVERY_READER, patient=True) as session:
                jobs = [{"answer_id": answer_id, "reader_id": reader_id} for answer_id, reader_id in noted]
                await enqueue_many(session, remember, jobs)
        except FumettoError as error:
            log.warning("memory.not_enqueued", code=error.code)  # found as left when its time is over
        except Exception:
            log.exception("memory.not_enqueued")
        del self._noted[: len(noted)]


async def forget_conversations(
    session: WriteSession, user_id: uuid.UUID, conversation_ids: Collection[uuid.UUID]
) -> None:
    """Before conversations are deleted, in the same transaction: their summaries and their sessions' checkpoints go.
    Facts about the reader stay; they are the reader's to delete."""
    await repository.hold_memory(session, user_id)
    await repository.drop(session, user_id, "summaries", conversation_ids)
    await checkpoints.forget(session, await repository.threads_of(session, user_id, conversation_ids))


async def forget_reader(session: WriteSession, user_id: uuid.UUID) -> None:
    """Before an account is erased, in the same transaction: all that is remembered of its reader goes, with the
    checkpoints of all their sessions and what the semantic cache keeps of their questions."""
    await repository.hold_memory(session, user_id)
    await repository.drop_all(session, user_id)
    await checkpoints.forget(session, await repository.threads_of(session, user_id, None))
    await questions.forget_questions(session, user_id)
