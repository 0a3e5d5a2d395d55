"""The memory lake as other rooms use it: with an answer goes a note that memory is to take it in, and with a
conversation or a reader goes what was remembered of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from fumetto.companion.answering import checkpoints
from fumetto.companion.answering.ports import Answered
from fumetto.companion.kinds import TurnState
from fumetto.companion.memory import questions, repository
from fumetto.companion.memory.tasks import remember
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.jobs.queue import enqueue


async def note(session: WriteSession, answered: Answered, user_id: uuid.UUID, conversation_id: uuid.UUID) -> None:
    """In the transaction that keeps an answer: have memory take it in, later, exactly once. The turn waits for no more
    than two rows to be sent. Of a failed turn nothing is remembered."""
    if answered.state is TurnState.FAILED:
        return
    answer_id = answered.turn.answer_id
    await session.flush()
    async with session.raw().pipeline():  # both in one round trip
        await repository.write_note(session, answer_id, user_id, conversation_id)
        await enqueue(session, remember, answer_id=answer_id, reader_id=user_id)


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
