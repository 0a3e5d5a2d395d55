"""Somebody says something to the helper."""

from __future__ import annotations

import uuid

from sqlalchemy import func

from fumetto.companion.answering.ports import Turn, Voice
from fumetto.companion.answering.rules.asking import language_of
from fumetto.companion.conversations import repository as conversations
from fumetto.companion.conversations.asking import NewQuestion, require_quiet
from fumetto.companion.conversations.errors import ConversationNotFound
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.support import repository
from fumetto.companion.support.composing import variant_of
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.schemas import SupportQuestion
from fumetto.companion.support.service.conversations import require
from fumetto.companion.support.service.monsters import speech_of
from fumetto.companion.support.standpoint import Apart
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.text.catalogues import LANGUAGES
from fumetto.people.public import Purpose, Reader, allows


async def ask(
    session: WriteSession, database: Database, reader: Reader, one: uuid.UUID, asked: SupportQuestion, text: str
) -> NewQuestion:
    """Keep a message before anybody begins to answer it. Raises ConversationNotFound, CompanionBusy, TooManyTurns."""
    await conversations.one_at_a_time(session, reader.id)
    conversation = await require(session, reader.id, one)
    before = await conversations.question_of_request(session, reader.id, asked.request_id)
    if before is not None:
        return NewQuestion(before, None)
    chat = await repository.session_of(session, conversation.id)
    if chat is None:
        raise ConversationNotFound
    await require_quiet(session, reader.id, chat.id)
    said = await repository.messages(session, conversation.id, limit=1)
    language = asked.language or spoken(text, said[-1].language if said else reader.language)
    kept = ChatMessage(
        id=uuid7(),
        user_id=reader.id,
        conversation_id=conversation.id,
        session_id=chat.id,
        author=Author.USER,
        mode=Mode.SUPPORT,
        language=language,
        content=text,
        state=TurnState.RUNNING,
        beat_at=func.clock_timestamp(),
        request_id=asked.request_id,
        answer_id=uuid7(),
        created_at=func.clock_timestamp(),
    )
    session.add(kept)
    await session.flush()
    await session.refresh(kept)
    await conversations.touch_conversation(session, conversation.id)
    monster = conversation.current_monster or HOUSE_PERSONAS[0]
    stand = Apart(
        database=database,
        reader_id=reader.id,
        variant=variant_of(reader.is_minor),
        country=reader.country,
        is_minor=reader.is_minor,
        analytics=allows(reader, Purpose.ANALYTICS),
    )
    turn = Turn(
        question_id=kept.id,
        answer_id=kept.answer_id or uuid7(),
        standpoint=stand,
        text=text,
        mode=Mode.SUPPORT,
        language=language,
        conversation_id=conversation.id,
        voice=Voice(conversation.id, speech_of(reader, monster).name, monster),
        model=asked.model,
    )
    return NewQuestion(kept, turn)


def spoken(text: str, language: str) -> str:
    """The language of a message where it is one of ours, else that of the conversation so far."""
    found = language_of(text, language)
    return found if found in LANGUAGES else language
