"""Keeping answers: each ends once, in one transaction, with everything that is kept of it.

Whole ones come from the graph. Of one that was stopped, or whose process ended, what its log holds is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fumetto.companion.answering.ports import Answered
from fumetto.companion.answering.work import WHOLE
from fumetto.companion.conversations import presenting, repository
from fumetto.companion.conversations.models import ChatEvent, ChatMessage, RetrievalTrace
from fumetto.companion.conversations.rules import storable
from fumetto.companion.feedback import service as feedback
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.memory import lake
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession

NEEDS = "_pages"
"""In the log of an answer that is not over, beside what was retrieved: the pages it was made of. Not sent."""
HALF = 0
"""The number in a log, before all that are sent, of what the answer is made of: the first half of its trace."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps the whole answers of readers, as `ports.Record` has it. noted: told of each that memory is to take in,
    by answer and reader, after the commit."""

    database: Database
    noted: Callable[[uuid.UUID, uuid.UUID], None] | None = None

    async def __call__(self, answered: Answered) -> None:
        reader_id = answered.turn.standpoint.reader_id
        if reader_id is None:
            return
        # What does not fit its reader any more, since a moment, is kept too, and hidden from them with its question.
        async with self.database.write(EVERY_READER, patient=True) as session:
            kept = await keep(session, reader_id, answered)
        if kept and self.noted is not None:
            self.noted(answered.turn.answer_id, reader_id)


async def keep(session: WriteSession, reader_id: uuid.UUID, answered: Answered) -> bool:
    """The answer, what it was made of, how it did, and that memory is to take it in. False where the question was
    deleted, or has an end already: then nothing is kept."""
    turn = answered.turn
    await repository.one_at_a_time(session, reader_id)
    question = await repository.question(session, reader_id, turn.question_id)
    if question is None or question.state is not TurnState.RUNNING:
        return False
    cited = [presenting.citation(number, one) for number, one in enumerate(answered.citations, 1)]
    session.add(
        ChatMessage(
            **answer_to(question),
            content=storable(answered.text),
            state=answered.state,
            pages=sorted(answered.pages.union(question.pages)),
            reveal_pos=answered.reveal_pos,
            sentences=storable(presenting.kept(presenting.sentence(one) for one in answered.sentences)),
            citations=presenting.kept(cited),
            suggestions=presenting.kept(presenting.suggestions(answered.suggestions)),
            retrieved_doc_ids=retrieved(answered.trace.hits),
            found=answered.found,
            model=answered.model,
            note=answered.note,
            withheld=answered.withheld,
            token_counts=dict(answered.trace.token_counts),
            latency_ms=answered.latency_ms,
        )
    )
    question.state = answered.state
    await session.flush()
    session.add(trace_of(reader_id, answered))
    await feedback.measure(session, answered, "panel")
    await lake.note(session, answered, reader_id, question.conversation_id)
    await repository.touch_conversation(session, question.conversation_id)
    return True


def trace_of(reader_id: uuid.UUID, answered: Answered, message_id: uuid.UUID | None = None) -> RetrievalTrace:
    """message_id: the question, where there is no answer for the trace to be kept with."""
    whole = made_of(answered) | {
        "checks": storable(answered.trace.checks),
        "timings": dict(answered.trace.timings),
        "token_counts": dict(answered.trace.token_counts),
    }
    return RetrievalTrace(message_id=message_id or answered.turn.answer_id, user_id=reader_id, **whole)


def made_of(answered: Answered) -> dict[str, Any]:
    """What is known of an answer before its first sentence, as a trace has it and as a log can keep it: what the index
    was asked and what came back, the context, and who is asked how. Its timings lack the whole."""
    trace = answered.trace
    return {
        "queries": storable(trace.queries),
        "hits": storable(trace.hits),
        "context": storable(trace.context),
        "prompt": storable(trace.prompt),
        "prompt_version": trace.prompt_version,
        "model": answered.model,
        "horizon": trace.horizon,
        "cache": trace.cache,
        "timings": {step: took for step, took in trace.timings.items() if step != WHOLE},
    }


def half_of(reader_id: uuid.UUID, message_id: uuid.UUID, half: Mapping[str, Any]) -> RetrievalTrace:
    """The trace of an answer, or of a question that got none, of which only what `made_of` gave is known."""
    return RetrievalTrace(message_id=message_id, user_id=reader_id, **half)


def answer_to(question: ChatMessage) -> dict[str, Any]:
    """What an answer has of its question."""
    return {
        "id": question.answer_id,
        "user_id": question.user_id,
        "conversation_id": question.conversation_id,
        "session_id": question.session_id,
        "series_id": question.series_id,
        "author": Author.ASSISTANT,
        "mode": question.mode,
        "language": question.language,
        "answers_id": question.id,
        "persona_id": question.persona_id,
    }


def retrieved(hits: Sequence[Mapping[str, Any]]) -> list[uuid.UUID]:
    return [uuid.UUID(str(hit["id"])) for hit in hits if hit.get("id")]


async def close(
    session: WriteSession,
    reader_id: uuid.UUID,
    question_id: uuid.UUID,
    state: TurnState,
    note: str = "",
    so_far: Answered | None = None,
) -> bool:
    """End a question that is not over, keeping what its log holds. False where there was nothing to end. For sessions
    of every reader: its series may fit its reader no longer, who then sees nothing of it.

    so_far: what the process that worked on it knows of it. Of one whose process is gone the log has the first half of
    the trace.
    """
    await repository.one_at_a_time(session, reader_id)
    question = await repository.question(session, reader_id, question_id)
    if question is None or question.state is not TurnState.RUNNING:
        return False
    log = await repository.events(session, question_id)
    question.state = state
    question.note = note[:128]
    said = [{name: one.data[name] for name in ("text", "citations", "language")} for one in of(log, "sentence")]
    model = next((one.data["model"] for one in of(log, "started")), "")
    half = None if so_far else await repository.event(session, question_id, HALF)
    hits = so_far.trace.hits if so_far else half.data["hits"] if half else ()
    if said:
        cited = [one.data for one in of(log, "citation")]
        needed = {uuid.UUID(page) for one in of(log, "retrieved") for page in one.data.get(NEEDS, ())}
        session.add(
            ChatMessage(
                **answer_to(question),
                content=presenting.text_of(said),
                state=state,
                pages=sorted(needed | presenting.pages_cited(cited) | set(question.pages)),
                reveal_pos=question.reveal_pos,
                sentences=said,
                citations=cited,
                suggestions=next((one.data["items"] for one in of(log, "suggestions")), []),
                retrieved_doc_ids=retrieved(hits),
                model=model,
                note=note[:128],
            )
        )
        await session.flush()
    answer_id = answer_to(question)["id"]
    is_traced = bool(said) or question.mode is not Mode.SUPPORT  # a helper's question is nowhere but in its talk
    if half is not None and is_traced:
        session.add(half_of(reader_id, answer_id if said else question_id, half.data))
    if so_far is None:
        await feedback.measure_stopped(session, answer_id, question.mode, question.language, model, state, len(said))
    else:
        if said:
            await keep_trace(session, reader_id, so_far)
        elif so_far.trace.queries and is_traced:
            await session.merge(trace_of(reader_id, so_far, question_id))
        await feedback.measure(session, replace(so_far, state=state), "panel")
    await repository.touch_conversation(session, question.conversation_id)
    return True


async def keep_trace(session: WriteSession, reader_id: uuid.UUID, so_far: Answered) -> None:
    """Keep what an answer was made of that was stopped, where something of it was said and its trace is not known yet,
    or no more than the first half of it."""
    answer_id = so_far.turn.answer_id
    kept = await repository.trace(session, answer_id)
    if await repository.answer(session, reader_id, answer_id) is not None and (kept is None or is_half(kept)):
        await session.merge(trace_of(reader_id, so_far))
        await session.flush()


def is_half(trace: RetrievalTrace) -> bool:
    """Whether nobody knew more of an answer than what it was to be made of."""
    return WHOLE not in trace.timings


def of(log: Sequence[ChatEvent], kind: str) -> list[ChatEvent]:
    return [event for event in log if event.event == kind]
