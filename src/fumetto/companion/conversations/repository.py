"""Queries of conversations: of one reader's, whose id also opened the session. What may be told is for who asks."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Uuid, and_, delete, func, literal, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from fumetto.companion.conversations.models import ChatEvent, ChatMessage, ChatSession, Conversation, RetrievalTrace
from fumetto.companion.feedback.models import Feedback
from fumetto.companion.kinds import OF_THE_HELPER, Author, ConversationKind, TurnState
from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.public import Horizon, Horizons, Place, beside

Within = Horizon | Horizons
UNSYNCHRONISED: Final = {"synchronize_session": False}
"""Where rows are looked up before they are changed, the look-up names the table, which nobody restricted may."""


def told(within: Within) -> ColumnElement[bool]:
    """That a message may be told of."""
    return beside.all_known(within, ChatMessage.pages)


async def one_at_a_time(session: WriteSession, reader_id: uuid.UUID) -> None:
    """Until the transaction ends nobody else changes conversations of this reader. So two tabs get one session, an
    answer ends once, and rows that refer to each other are never locked in two orders."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"companion:{reader_id}"))))


async def conversation(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> Conversation | None:
    return await session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == reader_id)
    )


async def latest_conversation(session: ReadSession, reader_id: uuid.UUID, series_id: uuid.UUID) -> Conversation | None:
    return await session.scalar(
        select(Conversation)
        .where(Conversation.user_id == reader_id, Conversation.series_id == series_id)
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    )


async def unused_conversation(
    session: ReadSession,
    reader_id: uuid.UUID,
    series_id: uuid.UUID | None,
    kind: ConversationKind = ConversationKind.READING,
) -> Conversation | None:
    """One in which nobody has said anything, and that nobody has named."""
    return await session.scalar(
        select(Conversation)
        .where(
            Conversation.user_id == reader_id,
            Conversation.kind == kind,
            Conversation.series_id.is_not_distinct_from(series_id),
            Conversation.title.is_(None),
            ~select(ChatMessage.id).where(ChatMessage.conversation_id == Conversation.id).exists(),
        )
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    )


async def session_beside(session: ReadSession, conversation_id: uuid.UUID, episode_id: uuid.UUID) -> ChatSession | None:
    return await session.scalar(
        select(ChatSession)
        .where(ChatSession.conversation_id == conversation_id, ChatSession.episode_id == episode_id)
        .order_by(ChatSession.updated_at.desc())
        .limit(1)
    )


async def chat_session(
    session: ReadSession, reader_id: uuid.UUID, session_id: uuid.UUID
) -> tuple[ChatSession, Conversation] | None:
    """A session with its conversation."""
    found = (
        select(ChatSession, Conversation)
        .join(Conversation, Conversation.id == ChatSession.conversation_id)
        .where(ChatSession.id == session_id, ChatSession.user_id == reader_id)
    )
    row = (await session.execute(found.execution_options(populate_existing=True))).one_or_none()
    return None if row is None else (row[0], row[1])


async def latest_session(session: ReadSession, conversation_id: uuid.UUID) -> uuid.UUID | None:
    """The session of a conversation that was opened or turned a page in last."""
    return await session.scalar(
        select(ChatSession.id)
        .where(ChatSession.conversation_id == conversation_id)
        .order_by(ChatSession.updated_at.desc(), ChatSession.id.desc())
        .limit(1)
    )


async def places(
    session: ReadSession, reader_id: uuid.UUID, series_ids: Collection[uuid.UUID] | None = None
) -> list[Place]:
    """Where the reader is in each series that they talk about: where they opened or turned a page last."""
    rows = (
        select(Conversation.series_id, ChatSession.episode_id, ChatSession.page_id, ChatSession.everything)
        .join(Conversation, Conversation.id == ChatSession.conversation_id)
        .where(ChatSession.user_id == reader_id, Conversation.series_id.is_not(None))
        .ext(distinct_on(Conversation.series_id))
        .order_by(Conversation.series_id, ChatSession.updated_at.desc(), ChatSession.id.desc())
    )
    if series_ids is not None:
        rows = rows.where(Conversation.series_id.in_(series_ids))
    found = await session.execute(rows)
    return [Place(row[0], row[1], row[2], row[3]) for row in found if row[0] is not None]


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation with what is visible of it."""

    conversation: Conversation
    messages: int
    own_title_told: bool
    first_question: str | None
    episode_id: uuid.UUID | None
    page_id: uuid.UUID | None


def escaped(words: str) -> str:
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


async def list_conversations(
    session: ReadSession,
    reader_id: uuid.UUID,
    within: Within,
    *,
    series_id: uuid.UUID | None = None,
    words: str = "",
    before: tuple[datetime, uuid.UUID] | None = None,
    only: uuid.UUID | None = None,
    limit: int,
) -> list[Listed]:
    """Conversations, newest first, of which something may be told; with words, which have them in what may be.

    `only`: this one, whether anything of it may be told or not.
    """
    visible = and_(ChatMessage.conversation_id == Conversation.id, told(within))
    count = select(func.count()).select_from(ChatMessage).where(visible).correlate(Conversation).scalar_subquery()
    first = (
        select(ChatMessage.content)
        .where(visible, ChatMessage.author == Author.USER)
        .order_by(ChatMessage.created_at, ChatMessage.id)
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    own_title = and_(Conversation.title.is_not(None), beside.all_known(within, Conversation.title_pages))
    columns: list[Any] = [Conversation, count.label("messages"), own_title, first]
    rows = select(*columns).where(Conversation.user_id == reader_id)
    if only is not None:
        rows = rows.where(Conversation.id == only)
    else:
        rows = rows.where(Conversation.kind.not_in(OF_THE_HELPER))
        rows = rows.where(select(ChatMessage.id).where(visible).correlate(Conversation).exists())
    if series_id is not None:
        rows = rows.where(Conversation.series_id == series_id)
    if words:
        found = select(ChatMessage.id).where(visible, ChatMessage.content.ilike(escaped(words)))
        rows = rows.where(
            or_(found.correlate(Conversation).exists(), and_(own_title, Conversation.title.ilike(escaped(words))))
        )
    if before is not None:
        rows = rows.where(tuple_(Conversation.updated_at, Conversation.id) < tuple_(*(literal(one) for one in before)))
    rows = rows.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit)
    listed = (await session.execute(rows)).all()
    stands = await session.execute(
        select(ChatSession.conversation_id, ChatSession.episode_id, ChatSession.page_id)
        .where(among(ChatSession.conversation_id, [row[0].id for row in listed]))
        .ext(distinct_on(ChatSession.conversation_id))
        .order_by(ChatSession.conversation_id, ChatSession.updated_at.desc(), ChatSession.id.desc())
    )
    at = {key: (episode_id, page_id) for key, episode_id, page_id in stands}
    return [Listed(row[0], row[1], row[2], row[3], *at.get(row[0].id, (None, None))) for row in listed]


async def count_folded(session: ReadSession, reader_id: uuid.UUID, within: Within, series_id: uuid.UUID | None) -> int:
    """Conversations in which something was said, but nothing that may be told."""
    said = ChatMessage.conversation_id == Conversation.id
    rows = select(func.count()).select_from(Conversation).where(Conversation.user_id == reader_id)
    if series_id is not None:
        rows = rows.where(Conversation.series_id == series_id)
    anything = select(ChatMessage.id).where(said).correlate(Conversation).exists()
    visible = select(ChatMessage.id).where(said, told(within)).correlate(Conversation).exists()
    return await session.scalar(rows.where(anything, ~visible)) or 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of a list: whole where it may be told of, else None."""

    id: uuid.UUID
    created_at: datetime
    message: ChatMessage | None


async def list_messages(
    session: ReadSession,
    conversation_id: uuid.UUID,
    within: Within,
    *,
    before: tuple[datetime, uuid.UUID] | None = None,
    limit: int | None = None,
) -> list[Seen]:
    """The last messages before one, oldest first."""
    rows = select(ChatMessage.id, ChatMessage.created_at, told(within)).where(
        ChatMessage.conversation_id == conversation_id
    )
    if before is not None:
        rows = rows.where(tuple_(ChatMessage.created_at, ChatMessage.id) < tuple_(*(literal(one) for one in before)))
    rows = rows.order_by(ChatMessage.created_at.desc(), ChatMessage.id.desc())
    found = (await session.execute(rows if limit is None else rows.limit(limit))).all()
    kept = await session.scalars(select(ChatMessage).where(among(ChatMessage.id, [row[0] for row in found if row[2]])))
    whole = {message.id: message for message in kept}
    return [Seen(row[0], row[1], whole.get(row[0])) for row in reversed(found)]


async def feedback_on(session: ReadSession, message_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Feedback]:
    rows = await session.scalars(select(Feedback).where(Feedback.message_id.in_(list(message_ids))))
    return {row.message_id: row for row in rows if row.message_id is not None}


async def question(session: ReadSession, reader_id: uuid.UUID, question_id: uuid.UUID) -> ChatMessage | None:
    found = select(ChatMessage).where(
        ChatMessage.id == question_id, ChatMessage.user_id == reader_id, ChatMessage.author == Author.USER
    )
    return await session.scalar(found.execution_options(populate_existing=True))


async def question_without_answer(
    session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID
) -> ChatMessage | None:
    """The question that was to get this answer, and ended before the first sentence of it."""
    return await session.scalar(
        select(ChatMessage).where(
            ChatMessage.user_id == reader_id,
            ChatMessage.request_id.is_not(None),
            ChatMessage.answer_id == answer_id,
            ChatMessage.state != TurnState.RUNNING,
        )
    )


async def question_of_request(session: ReadSession, reader_id: uuid.UUID, request_id: uuid.UUID) -> ChatMessage | None:
    return await session.scalar(
        select(ChatMessage).where(ChatMessage.user_id == reader_id, ChatMessage.request_id == request_id)
    )


async def answer(session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID) -> ChatMessage | None:
    return await session.scalar(
        select(ChatMessage).where(
            ChatMessage.id == answer_id, ChatMessage.user_id == reader_id, ChatMessage.author == Author.ASSISTANT
        )
    )


async def may_be_told(session: ReadSession, within: Within, message_id: uuid.UUID) -> bool:
    return bool(await session.scalar(select(ChatMessage.id).where(ChatMessage.id == message_id, told(within))))


async def are_known(session: ReadSession, within: Within, page_ids: Collection[uuid.UUID]) -> bool:
    """Whether all these pages are there and within the horizon."""
    return bool(await session.scalar(select(beside.all_known(within, literal(list(page_ids), ARRAY(Uuid))))))


async def running_in(session: ReadSession, session_id: uuid.UUID) -> ChatMessage | None:
    return await session.scalar(
        select(ChatMessage)
        .where(ChatMessage.session_id == session_id, ChatMessage.state == TurnState.RUNNING)
        .order_by(ChatMessage.created_at.desc())
        .limit(1)
    )


async def running_of(session: ReadSession, reader_id: uuid.UUID, fresh: timedelta) -> int:
    """How many of a reader's questions are being answered by somebody who was heard of lately."""
    count = await session.scalar(
        select(func.count())
        .select_from(ChatMessage)
        .where(
            ChatMessage.user_id == reader_id,
            ChatMessage.state == TurnState.RUNNING,
            ChatMessage.beat_at > func.now() - fresh,
        )
    )
    return count or 0


async def is_lost(session: ReadSession, question_id: uuid.UUID, fresh: timedelta) -> bool:
    """Whether nobody works on a question any more that has no end."""
    found = await session.scalar(
        select(ChatMessage.id).where(
            ChatMessage.id == question_id,
            ChatMessage.state == TurnState.RUNNING,
            ChatMessage.beat_at <= func.now() - fresh,
        )
    )
    return found is not None


async def lost(session: ReadSession, fresh: timedelta) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Every reader's questions without an end that nobody works on any more, with whose they are."""
    rows = await session.execute(
        select(ChatMessage.id, ChatMessage.user_id).where(
            ChatMessage.state == TurnState.RUNNING, ChatMessage.beat_at <= func.now() - fresh
        )
    )
    return [(row[0], row[1]) for row in rows]


async def trace(session: ReadSession, answer_id: uuid.UUID) -> RetrievalTrace | None:
    return await session.get(RetrievalTrace, answer_id)


async def events(session: ReadSession, question_id: uuid.UUID, after: int = 0) -> list[ChatEvent]:
    rows = await session.scalars(
        select(ChatEvent)
        .where(ChatEvent.question_id == question_id, ChatEvent.number > after)
        .order_by(ChatEvent.number)
    )
    return list(rows)


async def event(session: ReadSession, question_id: uuid.UUID, number: int) -> ChatEvent | None:
    return await session.get(ChatEvent, (question_id, number))


LOG = """
INSERT INTO app.chat_events (question_id, number, user_id, event, data)
SELECT given.* FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::jsonb[])
    AS given (question_id, number, user_id, event, data)
WHERE EXISTS (SELECT FROM app.chat_messages m WHERE m.id = given.question_id)
ON CONFLICT DO NOTHING
"""


async def log_events(session: WriteSession, rows: Sequence[tuple[uuid.UUID, int, uuid.UUID, str, str]]) -> None:
    """Keep events of any questions: `(question_id, number, reader_id, event, JSON)`."""
    if rows:
        await session.raw().execute(LOG, [list(column) for column in zip(*rows, strict=True)])


async def beat(session: WriteSession, question_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Say that somebody works on these questions; returns those that have no end yet."""
    rows = await session.scalars(
        update(ChatMessage)
        .where(among(ChatMessage.id, question_ids), ChatMessage.state == TurnState.RUNNING)
        .values(beat_at=func.now())
        .returning(ChatMessage.id)
    )
    return set(rows)


async def touch_conversation(session: WriteSession, conversation_id: uuid.UUID) -> None:
    await session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(updated_at=func.clock_timestamp()),
        execution_options=UNSYNCHRONISED,
    )


async def sessions_of(session: ReadSession, conversation_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    return list(
        await session.scalars(select(ChatSession.id).where(among(ChatSession.conversation_id, conversation_ids)))
    )


async def conversation_ids(session: ReadSession, reader_id: uuid.UUID) -> list[uuid.UUID]:
    """All but the helper's, which are deleted where they are shown."""
    rows = select(Conversation.id).where(Conversation.user_id == reader_id, Conversation.kind.not_in(OF_THE_HELPER))
    return list(await session.scalars(rows))


async def delete_conversations(session: WriteSession, reader_id: uuid.UUID, ids: Collection[uuid.UUID]) -> None:
    await session.execute(
        delete(Conversation).where(Conversation.user_id == reader_id, among(Conversation.id, ids)),
        execution_options=UNSYNCHRONISED,
    )


async def drop_old_events(session: WriteSession, older_than: timedelta) -> None:
    await session.execute(
        text("DELETE FROM app.chat_events WHERE created_at < now() - CAST(:age AS interval)"), {"age": older_than}
    )
