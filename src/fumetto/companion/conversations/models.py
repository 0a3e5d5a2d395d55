"""Tables of conversations. A reader sees their own only, and of those what lies within the present horizon.

What reveals the story carries the ids of all the pages it needs: those its evidence is on, those of what it was
remembered from, and the one that the reader stood at. Ids, so that moving an episode changes nothing here; a page that
is gone leaves what needs it unseen.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.companion.kinds import Author, ConversationKind, Mode, TurnState
from fumetto.kernel.db.base import SHORT, TITLE, Base, checked, created_now, primary_key, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.rowsecurity import fitting_where, rows_of
from fumetto.kernel.db.schemas import Schema
from fumetto.library.public import of_fitting_episode, of_fitting_series

APP = Schema.APP.value
OWN = rows_of("user_id") | personal("user_id", export=Section.CHAT, erase=Erase.CASCADE)


def reader() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))


class Conversation(Base):
    """A thread of questions and answers of one reader, about one series or none.

    `title` is the reader's own word for it, which needs `title_pages` to be shown; without one a conversation is called
    by its first visible question. A helper's has the house persona that speaks (`current_monster`), and when its reader
    was last told that this is no human being (`disclosed_at`).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        values_check("kind", ConversationKind),
        Index("ix_conversations_recent", "user_id", "updated_at", "id"),
        Index("ix_conversations_series_id", "series_id"),
        {"schema": APP, "info": OWN | fitting_where(of_fitting_series("conversations"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = reader()
    kind: Mapped[ConversationKind] = mapped_column(checked(ConversationKind), default=ConversationKind.READING)
    series_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.series.id", ondelete="SET NULL"))
    title: Mapped[str | None] = mapped_column(TITLE)
    title_pages: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    persona_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.personas.id", ondelete="SET NULL"))
    current_monster: Mapped[str | None] = mapped_column(String(32))
    disclosed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class ChatSession(Base):
    """A conversation beside one episode. Its id is the thread of the graph's checkpoints.

    `page_id` is the page that the reader is on; `everything`: they have said that all they have read may be told.
    """

    __tablename__ = "chat_sessions"
    __table_args__ = (
        Index("ix_chat_sessions_conversation_id", "conversation_id", "updated_at"),
        Index("ix_chat_sessions_episode_id", "episode_id"),
        Index("ix_chat_sessions_page_id", "page_id"),
        {"schema": APP, "info": OWN | fitting_where(of_fitting_episode("chat_sessions"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = reader()
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversations.id", ondelete="CASCADE"))
    episode_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.episodes.id", ondelete="SET NULL"))
    page_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.pages.id", ondelete="SET NULL"))
    everything: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    device: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class ChatMessage(Base):
    """A question, or the answer to one (`answers_id`).

    A question is committed before its answer is begun, with the id that the answer will have (`answer_id`), and says
    how far that is: `state`, and `beat_at`, when the process that works on it was last heard of. `request_id` is the
    client's own, so that a question sent twice is asked once. An answer has its sentences with the places in
    `citations` that each rests on, follow-ups, what was retrieved, and what it took.
    """

    __tablename__ = "chat_messages"
    __table_args__ = (
        values_check("author", Author),
        values_check("mode", Mode),
        values_check("state", TurnState),
        CheckConstraint("(author = 'user') = (answers_id IS NULL)", name="answer_to_a_question"),
        CheckConstraint("length(content) <= 20000", name="content_bounded"),
        Index("ix_chat_messages_session_id", "session_id", "created_at"),
        Index("ix_chat_messages_conversation_id", "conversation_id", "created_at", "id"),
        Index("ix_chat_messages_answers_id", "answers_id"),
        Index("ix_chat_messages_series_id", "series_id"),
        Index("ix_chat_messages_persona_id", "persona_id"),
        Index("ix_chat_messages_running", "beat_at", postgresql_where=text("state = 'running'")),
        Index(
            "uq_chat_messages_request",
            "user_id",
            "request_id",
            unique=True,
            postgresql_where=text("request_id IS NOT NULL"),
        ),
        {"schema": APP, "info": OWN | fitting_where(of_fitting_series("chat_messages"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = reader()
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversations.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.chat_sessions.id", ondelete="CASCADE"))
    series_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.series.id", ondelete="SET NULL"))
    author: Mapped[Author] = mapped_column(checked(Author))
    mode: Mapped[Mode] = mapped_column(checked(Mode))
    language: Mapped[str] = mapped_column(String(35))
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[TurnState] = mapped_column(checked(TurnState), default=TurnState.DONE)
    beat_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    request_id: Mapped[uuid.UUID | None]
    answer_id: Mapped[uuid.UUID | None]
    answers_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.chat_messages.id", ondelete="CASCADE"))
    persona_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.personas.id", ondelete="SET NULL"))
    pages: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    reveal_pos: Mapped[int | None] = mapped_column(BigInteger)
    sentences: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    citations: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    suggestions: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    retrieved_doc_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    found: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    model: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    note: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    withheld: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    token_counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    latency_ms: Mapped[int | None]
    created_at: Mapped[datetime] = created_now()


class ChatEvent(Base):
    """What was streamed of an answer, in order, so that a client that was away goes on where it was.

    Events are kept in small batches while the answer comes, and for a day after it. Those that are sent count from 1;
    number 0 is what the answer is made of, for where its process is killed.
    """

    __tablename__ = "chat_events"
    __table_args__ = (
        Index("ix_chat_events_created_at", "created_at"),
        {"schema": APP, "info": OWN},
    )

    question_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{APP}.chat_messages.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[uuid.UUID] = reader()
    event: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = created_now()


class RetrievalTrace(Base):
    """Everything an answer was made of, to look at again: what the index was asked and what came back with scores, the
    exact context, the messages to the model with the version of their prompts, timings in milliseconds, and tokens."""

    __tablename__ = "retrieval_traces"
    __table_args__ = ({"schema": APP, "info": OWN},)

    message_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{APP}.chat_messages.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = reader()
    queries: Mapped[list[Any]] = mapped_column(JSONB)
    hits: Mapped[list[Any]] = mapped_column(JSONB)
    context: Mapped[list[Any]] = mapped_column(JSONB)
    prompt: Mapped[list[Any]] = mapped_column(JSONB)
    prompt_version: Mapped[str] = mapped_column(SHORT)
    model: Mapped[str] = mapped_column(SHORT)
    horizon: Mapped[str] = mapped_column(String(64))
    cache: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    checks: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    timings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    token_counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()


elsewhere(
    "checkpoints: where conversations stand",
    erase=tuple(
        f"DELETE FROM langgraph.{table} WHERE thread_id IN"  # noqa: S608 - names of LangGraph's
        " (SELECT id::text FROM app.chat_sessions WHERE user_id = %(user)s::uuid)"
        for table in ("checkpoint_writes", "checkpoint_blobs", "checkpoints")
    ),
)
