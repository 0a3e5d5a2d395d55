"""Tables of what readers think of answers, and of how answers did, the latter without anybody's name or words."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.companion.kinds import Mode, TurnState
from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import rows_of
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value


class Feedback(Base):
    """What a reader thinks of an answer (`message_id`), or of a session. It outlives both, so it has no key to them."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_of_five"),
        CheckConstraint("length(comment) <= 4000", name="comment_bounded"),
        UniqueConstraint("user_id", "session_id", "message_id", postgresql_nulls_not_distinct=True),
        Index("ix_feedback_message_id", "message_id"),
        {
            "schema": APP,
            "info": rows_of("user_id") | personal("user_id", export=Section.CHAT, erase=Erase.CASCADE),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID]
    message_id: Mapped[uuid.UUID | None]
    is_positive: Mapped[bool | None]
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class AnswerMeasure(Base):
    """How one answer did: what it took and whether it found anything. No reader, no series, no words, so that it may
    outlive them. `answer_id` ties feedback to it while the answer is there. Times are in milliseconds."""

    __tablename__ = "answer_measures"
    __table_args__ = (
        values_check("mode", Mode),
        values_check("state", TurnState),
        Index("ix_answer_measures_created_at", "created_at"),
        {"schema": APP},
    )

    answer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mode: Mapped[Mode] = mapped_column(checked(Mode))
    state: Mapped[TurnState] = mapped_column(checked(TurnState))
    language: Mapped[str] = mapped_column(String(35))
    model: Mapped[str] = mapped_column(SHORT)
    source: Mapped[str] = mapped_column(String(16), default="panel", server_default=text("'panel'"))
    latency_ms: Mapped[int | None]
    first_sentence_ms: Mapped[int | None]
    retrieval_ms: Mapped[int | None]
    tokens_in: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    tokens_out: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cache: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    evidence_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    sentence_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    withheld: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    regenerated: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    fell_back: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_positive: Mapped[bool | None]
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = created_now()
