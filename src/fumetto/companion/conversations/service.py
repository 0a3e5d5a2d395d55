"""Use cases of conversations: opened beside a page, asked in, listed, renamed, deleted.

Whatever is told of one is told at a horizon: in a session, that of its page; elsewhere, that of where the reader
opened or turned a page of the series last.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func

from fumetto.companion.conversations import presenting, repository
from fumetto.companion.conversations.errors import (
    AnswerNotFound,
    ChatSessionNotFound,
    ConversationNotFound,
)
from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.conversations.repository import Listed
from fumetto.companion.conversations.rules import as_one_line, folded, title_of
from fumetto.companion.conversations.schemas import (
    ChatSessionChange,
    ConversationChange,
    ConversationItem,
    ConversationList,
    Folded,
    MessageList,
    PersonaName,
    SeriesRef,
    Session,
    SessionStart,
)
from fumetto.companion.conversations.standpoint import standing, stood_at
from fumetto.companion.errors import PersonaNotFound
from fumetto.companion.kinds import ConversationKind
from fumetto.companion.memory import lake
from fumetto.companion.personas import repository as personas
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.library.public import Horizons, beside, evidence, horizons_at

CONVERSATIONS, MESSAGES = "conversations", "messages"


async def open_session(session: WriteSession, reader_id: uuid.UUID, start: SessionStart) -> uuid.UUID:
    """The session of a conversation beside an episode, made where there is none, its page turned to. A new conversation
    is the one in which nothing was said yet, where the reader has one: tapping again makes no more of them.

    Raises EpisodeNotFound, PageNotFound, ConversationNotFound (also for one about another series), PersonaNotFound.
    """
    await repository.one_at_a_time(session, reader_id)
    episode = await beside.opened(session, reader_id, start.episode_id)
    conversation: Conversation | None = None
    if start.conversation_id is not None:
        conversation = await repository.conversation(session, reader_id, start.conversation_id)
        if conversation is None or conversation.series_id != episode.series_id:
            raise ConversationNotFound
    elif not start.new:
        conversation = await repository.latest_conversation(session, reader_id, episode.series_id)
    else:
        conversation = await repository.unused_conversation(session, reader_id, episode.series_id)
        if conversation is not None:
            conversation.persona_id = None
            conversation.updated_at = func.clock_timestamp()
    if conversation is None:
        conversation = Conversation(
            id=uuid7(), user_id=reader_id, kind=ConversationKind.READING, series_id=episode.series_id
        )
        session.add(conversation)
        await session.flush()
    chat = await repository.session_beside(session, conversation.id, episode.id)
    if chat is None:
        chat = ChatSession(
            id=uuid7(),
            user_id=reader_id,
            conversation_id=conversation.id,
            episode_id=episode.id,
            page_id=episode.page_id,
            everything=False,
        )
        session.add(chat)
        await session.flush()
    if start.new:
        chat.everything = False
    if start.device is not None:
        chat.device = as_one_line(start.device)
    persona = {"persona_id"} & start.model_fields_set
    change = ChatSessionChange(page_id=start.page_id, everything=start.everything, persona_id=start.persona_id)
    await apply(session, chat, conversation, change, change_persona=bool(persona))
    return chat.id


async def change_session(
    session: WriteSession, reader_id: uuid.UUID, session_id: uuid.UUID, change: ChatSessionChange
) -> None:
    """Raises ChatSessionNotFound, PageNotFound for a page that is not of the session's episode, PersonaNotFound."""
    await repository.one_at_a_time(session, reader_id)
    chat, conversation = await require_session(session, reader_id, session_id)
    await apply(session, chat, conversation, change, change_persona="persona_id" in change.model_fields_set)


async def apply(
    session: WriteSession,
    chat: ChatSession,
    conversation: Conversation,
    change: ChatSessionChange,
    *,
    change_persona: bool,
) -> None:
    if change.page_id is not None:
        if chat.episode_id is None:
            raise ChatSessionNotFound
        await beside.turn_to(session, chat.user_id, chat.episode_id, change.page_id, chat.device)
        chat.page_id = change.page_id
    if change.everything is not None:
        chat.everything = change.everything
    chat.updated_at = func.clock_timestamp()
    await session.flush()
    if change_persona:
        within, _ = await standing(session, chat, conversation)
        await speak_as(session, conversation, within, change.persona_id)


async def speak_as(
    session: WriteSession, conversation: Conversation, within: Horizons, persona_id: uuid.UUID | None
) -> None:
    """Have a conversation go on in a persona's voice. Raises PersonaNotFound for one that is not theirs to have."""
    if persona_id is not None:
        found = await personas.known(session, conversation.user_id, within, [persona_id])
        persona = found.get(persona_id)
        if persona is None or persona.series_id not in (None, conversation.series_id):
            raise PersonaNotFound
    conversation.persona_id = persona_id
    await session.flush()


async def require_session(
    session: ReadSession, reader_id: uuid.UUID, session_id: uuid.UUID
) -> tuple[ChatSession, Conversation]:
    found = await repository.chat_session(session, reader_id, session_id)
    if found is None:
        raise ChatSessionNotFound
    return found


async def require_conversation(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> Conversation:
    found = await repository.conversation(session, reader_id, conversation_id)
    if found is None:
        raise ConversationNotFound
    return found


async def known_now(session: ReadSession, reader_id: uuid.UUID, conversation: Conversation | None = None) -> Horizons:
    """What may be told of conversations outside of a session: of this one's series, or of all of them."""
    series = None if conversation is None else [conversation.series_id] if conversation.series_id else []
    return await horizons_at(session, reader_id, await repository.places(session, reader_id, series))


async def session_view(session: ReadSession, reader_id: uuid.UUID, session_id: uuid.UUID) -> Session:
    """Raises ChatSessionNotFound."""
    chat, conversation = await require_session(session, reader_id, session_id)
    within, _ = await standing(session, chat, conversation)
    item = await item_of(session, conversation, within)
    running = await repository.running_in(session, chat.id)
    return Session(
        id=chat.id,
        conversation=item.model_copy(update={"episode_id": chat.episode_id, "last_page_id": chat.page_id}),
        episode_id=chat.episode_id,
        page_id=chat.page_id,
        everything=chat.everything,
        persona=item.persona,
        running=running.id if running else None,
    )


async def conversation_view(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> ConversationItem:
    """Raises ConversationNotFound."""
    conversation = await require_conversation(session, reader_id, conversation_id)
    return await item_of(session, conversation, await known_now(session, reader_id, conversation))


async def item_of(session: ReadSession, conversation: Conversation, within: Horizons) -> ConversationItem:
    listed = await repository.list_conversations(session, conversation.user_id, within, only=conversation.id, limit=1)
    return (await items(session, conversation.user_id, within, listed))[0]


async def list_conversations(
    session: ReadSession,
    reader_id: uuid.UUID,
    *,
    session_id: uuid.UUID | None,
    series_id: uuid.UUID | None,
    words: str,
    cursor: str | None,
    limit: int,
) -> ConversationList:
    """As may be told at a session's page and about its series; without one, where the reader turned a page last.

    Raises ChatSessionNotFound, CursorInvalid.
    """
    if session_id is None:
        within = await known_now(session, reader_id)
    else:
        chat, conversation = await require_session(session, reader_id, session_id)
        within, _ = await standing(session, chat, conversation)
        series_id = conversation.series_id
    before = place_in(cursor, CONVERSATIONS)
    listed = await repository.list_conversations(
        session, reader_id, within, series_id=series_id, words=words.strip(), before=before, limit=limit + 1
    )
    further = None
    if len(listed) > limit:
        listed = listed[:limit]
        last = listed[-1].conversation
        further = encode_cursor(CONVERSATIONS, [last.updated_at, last.id])
    folded = 0 if words.strip() else await repository.count_folded(session, reader_id, within, series_id)
    return ConversationList(items=await items(session, reader_id, within, listed), folded=folded, next_cursor=further)


def place_in(cursor: str | None, order: str) -> tuple[datetime, uuid.UUID] | None:
    found = decode_cursor(cursor, order, [datetime, uuid.UUID])
    return None if found is None or None in found else (found[0], found[1])


async def items(
    session: ReadSession, reader_id: uuid.UUID, within: Horizons, listed: Sequence[Listed]
) -> list[ConversationItem]:
    rows = [one.conversation for one in listed]
    series = await evidence.series_names(session, {row.series_id for row in rows if row.series_id})
    voices = await personas.known(session, reader_id, within, {row.persona_id for row in rows if row.persona_id})
    told = []
    for one in listed:
        row = one.conversation
        about = series.get(row.series_id) if row.series_id else None
        voice = voices.get(row.persona_id) if row.persona_id else None
        own = row.title if one.own_title_told else None
        told.append(
            ConversationItem(
                id=row.id,
                kind=row.kind,
                title=own or title_of(one.first_question),
                series=SeriesRef(id=about.id, slug=about.slug, title=about.title) if about else None,
                persona=PersonaName(id=voice.id, name=voice.name) if voice else None,
                message_count=one.messages,
                created_at=row.created_at,
                updated_at=row.updated_at,
                episode_id=one.episode_id,
                last_page_id=one.page_id,
            )
        )
    return told


async def change_conversation(
    session: WriteSession, reader_id: uuid.UUID, conversation_id: uuid.UUID, change: ConversationChange
) -> None:
    """Raises ConversationNotFound, PersonaNotFound."""
    await repository.one_at_a_time(session, reader_id)
    conversation = await require_conversation(session, reader_id, conversation_id)
    within = await known_now(session, reader_id, conversation)
    if change.title is not None:
        conversation.title = as_one_line(change.title) or None
        pages: frozenset[uuid.UUID] = frozenset()
        if conversation.series_id is not None and conversation.title is not None:
            pages = await stood_at(session, within.of(conversation.series_id), None)
        conversation.title_pages = sorted(pages)
    if "persona_id" in change.model_fields_set:
        await speak_as(session, conversation, within, change.persona_id)
    await session.flush()


async def delete_conversations(
    session: WriteSession, reader_id: uuid.UUID, conversation_id: uuid.UUID | None = None
) -> None:
    """One, or all, with their messages and what is remembered of them. Raises ConversationNotFound."""
    await repository.one_at_a_time(session, reader_id)
    if conversation_id is not None:
        ids = [(await require_conversation(session, reader_id, conversation_id)).id]
    else:
        ids = await repository.conversation_ids(session, reader_id)
    await lake.forget_conversations(session, reader_id, ids)
    await repository.delete_conversations(session, reader_id, ids)


async def list_messages(
    session: ReadSession, reader_id: uuid.UUID, session_id: uuid.UUID, *, cursor: str | None, limit: int
) -> MessageList:
    """The messages of a session's whole conversation. Raises ChatSessionNotFound, CursorInvalid."""
    chat, conversation = await require_session(session, reader_id, session_id)
    within, _ = await standing(session, chat, conversation)
    before = place_in(cursor, MESSAGES)
    seen = await repository.list_messages(session, conversation.id, within, before=before, limit=limit + 1)
    further = None
    if len(seen) > limit:
        seen = seen[1:]
        further = encode_cursor(MESSAGES, [seen[0].created_at, seen[0].id])
    whole = await presenting.messages(session, within, [one.message for one in seen if one.message])
    by_id = {message.id: message for message in whole}
    runs = folded(by_id.get(one.id) for one in seen)
    return MessageList(items=[Folded(folded=one) if isinstance(one, int) else one for one in runs], next_cursor=further)


async def require_answer(
    session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID
) -> tuple[ChatMessage, Horizons]:
    """An answer of the reader's that may be told of where they are. Raises AnswerNotFound."""
    answer = await repository.answer(session, reader_id, answer_id)
    if answer is None:
        raise AnswerNotFound
    conversation = await require_conversation(session, reader_id, answer.conversation_id)
    within = await known_now(session, reader_id, conversation)
    if not await repository.may_be_told(session, within, answer.id):
        raise AnswerNotFound
    return answer, within
