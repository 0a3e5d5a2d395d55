"""Use cases of questions and answers: asked, looked at again, asked again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func

from fumetto.companion.answering.ports import Turn, Voice
from fumetto.companion.conversations import keeping, repository
from fumetto.companion.conversations.errors import (
    AnswerNotFound,
    ChatSessionNotFound,
    CompanionBusy,
    TooManyTurns,
    TurnNotFound,
)
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.conversations.rules import FRESH
from fumetto.companion.conversations.schemas import Question, Replay
from fumetto.companion.conversations.service import known_now, require_answer, require_conversation, require_session
from fumetto.companion.conversations.standpoint import ReaderStandpoint, standing, stood_at
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.personas import repository as personas
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession

MOST_RUNNING: Final = 8  # questions of one reader at a time, in all their sessions


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that was kept. `turn` is None where it was asked before."""

    question: ChatMessage
    turn: Turn | None


async def ask(
    session: WriteSession,
    database: Database,
    reader: tuple[uuid.UUID, str],
    session_id: uuid.UUID,
    asked: Question,
    text: str,
) -> NewQuestion:
    """Keep a question, before anybody begins to answer it. `reader`: their id and language; `text` was cleaned.

    Raises ChatSessionNotFound, CompanionBusy while another of the session is answered, TooManyTurns.
    """
    reader_id, language = reader
    await repository.one_at_a_time(session, reader_id)
    chat, conversation = await require_session(session, reader_id, session_id)
    before = await repository.question_of_request(session, reader_id, asked.request_id)
    if before is not None:
        return NewQuestion(before, None)
    await require_quiet(session, reader_id, chat.id)
    within, here = await standing(session, chat, conversation)
    if conversation.series_id is None:
        raise ChatSessionNotFound
    pages = await stood_at(session, within.of(conversation.series_id), here)
    mode = Mode(asked.mode)
    kept = ChatMessage(
        id=uuid7(),
        user_id=reader_id,
        conversation_id=conversation.id,
        session_id=chat.id,
        series_id=conversation.series_id,
        author=Author.USER,
        mode=mode,
        language=asked.language or language,
        content=text,
        state=TurnState.RUNNING,
        beat_at=func.clock_timestamp(),
        request_id=asked.request_id,
        answer_id=uuid7(),
        persona_id=conversation.persona_id,
        pages=sorted(pages),
        reveal_pos=here.position if here else None,
        created_at=func.clock_timestamp(),
    )
    session.add(kept)
    await session.flush()
    await session.refresh(kept)
    await repository.touch_conversation(session, conversation.id)
    persona_id = conversation.persona_id
    voice = None
    if persona_id is not None:
        voice = (await personas.known(session, reader_id, within, [persona_id])).get(persona_id)
    turn = Turn(
        question_id=kept.id,
        answer_id=kept.answer_id or uuid7(),
        standpoint=ReaderStandpoint(database, reader_id, conversation.series_id, chat.id),
        text=text,
        mode=mode,
        language=kept.language,
        thread_id=chat.id,
        conversation_id=conversation.id,
        voice=Voice(voice.id, voice.name, voice.voice) if voice else None,
        model=asked.model,
    )
    return NewQuestion(kept, turn)


async def require_quiet(session: WriteSession, reader_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Nothing else of a session is answered; a turn that nobody works on any more is closed.

    Raises CompanionBusy, and TooManyTurns where too many others of the reader are answered.
    """
    running = await repository.running_in(session, session_id)
    if running is not None and await repository.is_lost(session, running.id, FRESH):
        await keeping.close(session, reader_id, running.id, TurnState.CUT_OFF)
    elif running is not None:
        raise CompanionBusy(question_id=str(running.id), events=events_path(running.id))
    if await repository.running_of(session, reader_id, FRESH) >= MOST_RUNNING:
        raise TooManyTurns(most=MOST_RUNNING)


def events_path(question_id: uuid.UUID) -> str:
    return f"/api/v1/companion/turns/{question_id}/events"


async def require_turn(session: ReadSession, reader_id: uuid.UUID, question_id: uuid.UUID) -> ChatMessage:
    """A question of the reader's, whether or not it may be told of now. Raises TurnNotFound."""
    found = await repository.question(session, reader_id, question_id)
    if found is None:
        raise TurnNotFound
    return found


async def trace(session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID) -> Replay:
    """What an answer was made of, or was to be made of where it was ended before its first sentence.

    Raises AnswerNotFound, also for what may not be told now.
    """
    asked, answer = await require_asked(session, reader_id, answer_id)
    kept = await repository.trace(session, answer.id if answer else asked.id)
    if kept is None:
        raise AnswerNotFound
    return Replay(
        question=asked.content,
        answer=answer.content if answer else "",
        state=answer.state if answer else asked.state,
        queries=kept.queries,
        hits=kept.hits,
        context=kept.context,
        prompt=kept.prompt,
        prompt_version=kept.prompt_version,
        model=kept.model,
        timings=kept.timings,
        token_counts=kept.token_counts,
        checks=kept.checks,
        cache=kept.cache,
    )


async def require_asked(
    session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID
) -> tuple[ChatMessage, ChatMessage | None]:
    """A question that may be told of where its reader is, and its answer if some of it came. Raises AnswerNotFound."""
    asked = await repository.question_without_answer(session, reader_id, answer_id)
    if asked is not None and await repository.answer(session, reader_id, answer_id) is None:
        conversation = await require_conversation(session, reader_id, asked.conversation_id)
        within = await known_now(session, reader_id, conversation)
        if not await repository.may_be_told(session, within, asked.id):
            raise AnswerNotFound
        return asked, None
    answer, _ = await require_answer(session, reader_id, answer_id)
    found = await repository.question(session, reader_id, answer.answers_id) if answer.answers_id else None
    if found is None:
        raise AnswerNotFound
    return found, answer


async def standpoint_of(
    session: ReadSession, database: Database, reader_id: uuid.UUID, session_id: uuid.UUID
) -> ReaderStandpoint:
    """Where the reader of a session stands. Raises ChatSessionNotFound, also where its series is gone."""
    chat, conversation = await require_session(session, reader_id, session_id)
    if conversation.series_id is None:
        raise ChatSessionNotFound
    return ReaderStandpoint(database, reader_id, conversation.series_id, chat.id)


async def turn_again(session: ReadSession, database: Database, reader_id: uuid.UUID, answer_id: uuid.UUID) -> Turn:
    """The question of an answer once more, asked where the reader is now.

    Raises AnswerNotFound, ChatSessionNotFound.
    """
    asked, _ = await require_asked(session, reader_id, answer_id)
    latest = await repository.latest_session(session, asked.conversation_id)
    if latest is None:
        raise AnswerNotFound
    return Turn(
        question_id=asked.id,
        answer_id=answer_id,
        standpoint=await standpoint_of(session, database, reader_id, latest),
        text=asked.content,
        mode=asked.mode,
        language=asked.language,
        conversation_id=asked.conversation_id,
    )
