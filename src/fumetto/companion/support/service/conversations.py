"""Use cases of conversations with the helper."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import func

from fumetto.companion.conversations import presenting
from fumetto.companion.conversations import repository as conversations
from fumetto.companion.conversations.errors import ConversationNotFound
from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.conversations.rules import as_one_line, title_of
from fumetto.companion.conversations.schemas import Message
from fumetto.companion.feedback import repository as feedback
from fumetto.companion.kinds import Author
from fumetto.companion.support import repository
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.schemas import (
    ConversationStart,
    SupportConversation,
    SupportConversationChange,
    SupportConversationList,
    SupportMessageList,
)
from fumetto.companion.support.service.monsters import known_monster, monster_of, speech_of
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.people.public import Reader

CONVERSATIONS, MESSAGES = "support", "support-messages"


async def start(session: WriteSession, reader: Reader, wanted: ConversationStart) -> SupportConversation:
    """A conversation with a monster: the one in which nothing was said yet, where somebody has one, so that who taps
    one monster after another leaves none behind. Raises MonsterUnknown."""
    monster = known_monster(wanted.monster)
    await conversations.one_at_a_time(session, reader.id)
    conversation = await conversations.unused_conversation(session, reader.id, None, wanted.kind)
    if conversation is None:
        conversation = Conversation(id=uuid7(), user_id=reader.id, kind=wanted.kind)
        session.add(conversation)
        await session.flush()
        session.add(ChatSession(id=uuid7(), user_id=reader.id, conversation_id=conversation.id))
    conversation.current_monster = monster
    conversation.disclosed_at = datetime.now(UTC)
    conversation.updated_at = func.clock_timestamp()
    await session.flush()
    await session.refresh(conversation)
    return view(conversation, reader, "", None)


async def require(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> Conversation:
    found = await repository.conversation(session, reader_id, one)
    if found is None:
        raise ConversationNotFound
    return found


def view(row: Conversation, reader: Reader, first: str, running: uuid.UUID | None) -> SupportConversation:
    speech = speech_of(reader, row.current_monster or HOUSE_PERSONAS[0])
    monster = monster_of(speech)
    said = [speech.say("disclosure", name=speech.name), speech.say("disclosure_kept")]
    return SupportConversation(
        id=row.id,
        kind=row.kind,
        title=row.title or title_of(first),
        monster=monster,
        opening=[*said, monster.opening],
        running=running,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def conversation_view(session: ReadSession, reader: Reader, one: uuid.UUID) -> SupportConversation:
    """Raises ConversationNotFound."""
    row = await require(session, reader.id, one)
    first = await repository.first_words(session, [one])
    return view(row, reader, first.get(one, ""), await repository.running(session, one))


async def list_conversations(
    session: ReadSession, reader: Reader, cursor: str | None, limit: int
) -> SupportConversationList:
    """Raises CursorInvalid."""
    rows = await repository.conversations(session, reader.id, place_in(cursor, CONVERSATIONS), limit + 1)
    further = None
    if len(rows) > limit:
        rows = rows[:limit]
        further = encode_cursor(CONVERSATIONS, [rows[-1].updated_at, rows[-1].id])
    first = await repository.first_words(session, [row.id for row in rows])
    return SupportConversationList(
        items=[view(row, reader, first.get(row.id, ""), None) for row in rows], next_cursor=further
    )


def place_in(cursor: str | None, order: str) -> tuple[datetime, uuid.UUID] | None:
    found = decode_cursor(cursor, order, [datetime, uuid.UUID])
    return None if found is None or None in found else (found[0], found[1])


async def change(session: WriteSession, reader: Reader, one: uuid.UUID, wanted: SupportConversationChange) -> None:
    """Raises ConversationNotFound, MonsterUnknown."""
    row = await require(session, reader.id, one)
    if wanted.title is not None:
        row.title = as_one_line(wanted.title) or None
    if wanted.monster is not None:
        row.current_monster = known_monster(wanted.monster)
    await session.flush()


async def delete(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """With its messages, what was told, what was counted of it, and what was thought of its answers. Signals stay,
    without a way back to it."""
    await conversations.one_at_a_time(session, reader_id)
    row = await require(session, reader_id, one)
    await feedback.drop_all_of(session, reader_id, row.id)
    await conversations.delete_conversations(session, reader_id, [row.id])


async def list_messages(
    session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID, cursor: str | None, limit: int
) -> SupportMessageList:
    """Raises ConversationNotFound, CursorInvalid."""
    row = await require(session, reader_id, one)
    rows = await repository.messages(session, row.id, place_in(cursor, MESSAGES), limit + 1)
    further = None
    if len(rows) > limit:
        rows = rows[1:]
        further = encode_cursor(MESSAGES, [rows[0].created_at, rows[0].id])
    return SupportMessageList(items=await told(session, rows), next_cursor=further)


async def told(session: ReadSession, rows: list[ChatMessage]) -> list[Message]:
    thought = await conversations.feedback_on(session, [row.id for row in rows if row.author is Author.ASSISTANT])
    return [presenting.message(row, {}, thought.get(row.id)) for row in rows]
