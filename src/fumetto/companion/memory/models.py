"""Tables of what need not be looked up twice. They may be emptied at any time; what is remembered of readers is in the
LangGraph store, and what is to be remembered in `memory_notes`."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.rowsecurity import rows_of
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value
CACHE = Schema.CACHE.value


class SemanticCache(Base):
    """The passages that answered a question, to answer one that means the same.

    `fingerprint` is a hash of all that the answer may depend on beside the question: the reader or audience, series,
    mode, horizon, model, prompt, and the version of the visible corpus. Ids only; they are filtered again when read.
    `embedding` is little-endian 16-bit floats.
    """

    __tablename__ = "semantic_cache"
    __table_args__ = (
        Index("ix_semantic_cache_fingerprint", "fingerprint"),
        Index("ix_semantic_cache_used_at", "used_at"),
        {"schema": CACHE},
    )

    id: Mapped[uuid.UUID] = primary_key()
    fingerprint: Mapped[str] = mapped_column(String(64))
    space: Mapped[int]
    question_hash: Mapped[str] = mapped_column(String(64))
    words: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    passage_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    scores: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    hits: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = created_now()
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class MemoryNote(Base):
    """An answer that memory has still to take in: written with the answer, deleted with what was remembered of it."""

    __tablename__ = "memory_notes"
    __table_args__ = (
        {
            "schema": APP,
            "info": rows_of("user_id") | personal("user_id", export=Section.CHAT, erase=Erase.CASCADE),
        },
    )

    answer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversations.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = created_now()


elsewhere(
    "memory: facts and summaries",
    erase=("DELETE FROM langgraph.store WHERE prefix LIKE 'memory.' || %(user)s || '.%%'",),
    export="SELECT prefix, value, created_at FROM langgraph.store WHERE prefix LIKE 'memory.' || %(user)s || '.%%'",
    section=Section.CHAT,
)
elsewhere("cache: questions that mean the same", erase=("DELETE FROM cache.semantic_cache",))
"""Of everybody: its rows do not say whose they are, and it is filled again."""
