"""Tables of the helper. What somebody tells is theirs alone; a signal says that a rule fired and never the words."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.companion.support.kinds import (
    AnswerType,
    Bullying,
    Danger,
    Finder,
    Kept,
    Level,
    Mood,
    Strategy,
    Variant,
)
from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import rows_of
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value
CHAT = rows_of("user_id") | personal("user_id", export=Section.CHAT, erase=Erase.CASCADE)


def whose() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))


class Incident(Base):
    """What somebody has told about something that happened, gathered over a conversation.

    `answers`: their own words by question of the catalogue; `skipped`: the questions they would rather not answer;
    `asking`: the one that was asked last. `summary` is made of the answers until they write their own (`edited`).
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("conversation_id"),
        CheckConstraint("length(summary) <= 8000", name="summary_bounded"),
        Index("ix_incidents_user_id", "user_id", "updated_at"),
        {"schema": APP, "info": CHAT},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = whose()
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversations.id", ondelete="CASCADE"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    skipped: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default=text("'{}'"))
    asking: Mapped[str | None] = mapped_column(String(32))
    summary: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    edited: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class SafetySignal(Base):
    """That a rule for danger fired for somebody, which, when, and what help was offered. Never what was said.

    `kept_from`: which guardians do not see it, since it may concern one of them; `kept_from_ids` are those that are
    named. `conversation_id` is for its own reader only, who may say later that it is about somebody at home.
    """

    __tablename__ = "safety_signals"
    __table_args__ = (
        values_check("danger", Danger),
        values_check("level", Level),
        values_check("finder", Finder),
        values_check("kept_from", Kept),
        Index("ix_safety_signals_user_id", "user_id", "created_at"),
        Index("ix_safety_signals_conversation_id", "conversation_id"),
        {
            "schema": APP,
            "info": rows_of("user_id")
            | personal(
                "user_id",
                export=Section.SIGNALS,
                erase=Erase.CASCADE,
                hide=("conversation_id", "kept_from", "kept_from_ids"),
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = whose()
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{APP}.conversations.id", ondelete="SET NULL")
    )
    danger: Mapped[Danger] = mapped_column(checked(Danger))
    level: Mapped[Level] = mapped_column(checked(Level))
    finder: Mapped[Finder] = mapped_column(checked(Finder))
    rule: Mapped[str] = mapped_column(SHORT)
    offered: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default=text("'{}'"))
    kept_from: Mapped[Kept] = mapped_column(checked(Kept), default=Kept.NONE, server_default=text("'none'"))
    kept_from_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()


class HelpLine(Base):
    """People to turn to in a country. Shown only once the operator has looked at the source and confirmed the row.

    `digest` is of what was confirmed: a row that the program brings a newer version of waits to be confirmed again.
    """

    __tablename__ = "help_lines"
    __table_args__ = (
        UniqueConstraint("country", "slug"),
        CheckConstraint("phone <> '' OR url <> ''", name="can_be_reached"),
        Index("ix_help_lines_confirmed_by", "confirmed_by"),
        {
            "schema": APP,
            "info": personal("confirmed_by", export=Section.DEEDS, erase=Erase.SET_NULL),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    country: Mapped[str] = mapped_column(String(2))
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    phone: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    url: Mapped[str] = mapped_column(String(512), default="", server_default=text("''"))
    hours: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)), default=list, server_default=text("'{}'"))
    dangers: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default=text("'{}'"))
    is_emergency: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str] = mapped_column(String(512))
    source_date: Mapped[date] = mapped_column(Date)
    digest: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created_now()


class TrustedAdult(Base):
    """A grown-up whom somebody chose themselves to turn to, and how to reach them. Nobody else sees it."""

    __tablename__ = "trusted_adults"
    __table_args__ = (
        Index("ix_trusted_adults_user_id", "user_id", "created_at"),
        {"schema": APP, "info": CHAT},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = whose()
    name: Mapped[str] = mapped_column(SHORT)
    how_to_reach: Mapped[str] = mapped_column(String(255), default="", server_default=text("''"))
    created_at: Mapped[datetime] = created_now()


class ConversationAnalytics(Base):
    """What a conversation was about, in categories and never in words; kept only with consent to analytics.

    `summary` is a category's sentence, the same for everybody who tells the like.
    """

    __tablename__ = "conversation_analytics"
    __table_args__ = (
        values_check("bullying_message", Bullying),
        values_check("mood", Mood),
        values_check("strategy", Strategy),
        values_check("variant", Variant),
        UniqueConstraint("conversation_id"),
        Index("ix_conversation_analytics_user_id", "user_id"),
        Index("ix_conversation_analytics_created_at", "created_at"),
        {"schema": APP, "info": CHAT},
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = whose()
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversations.id", ondelete="CASCADE"))
    bullying_message: Mapped[Bullying] = mapped_column(checked(Bullying), default=Bullying.NONE)
    summary: Mapped[str] = mapped_column(SHORT, default="", server_default=text("''"))
    mood: Mapped[Mood] = mapped_column(checked(Mood), default=Mood.UNCLEAR)
    strategy: Mapped[Strategy] = mapped_column(checked(Strategy), default=Strategy.NONE_YET)
    variant: Mapped[Variant] = mapped_column(checked(Variant))
    chatbot_version: Mapped[str] = mapped_column(SHORT)
    language: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


def part(table: str, category: type) -> tuple[Any, ...]:
    """Arguments of a table of categories: each once for a conversation."""
    return (
        values_check("category", category),
        UniqueConstraint("analytics_id", "category"),
        Index(f"ix_{table}_user_id", "user_id"),
        {
            "schema": APP,
            "info": rows_of("user_id")
            | personal(
                "user_id", export=None, erase=Erase.CASCADE, because="it repeats categories of conversation_analytics"
            ),
        },
    )


def category_of(category: type[StrEnum]) -> Mapped[Any]:
    return mapped_column(checked(category), sort_order=1)  # behind what all of them have


class Categorized:
    """What tables of categories have in common. Arguments of each are made by `part`."""

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID] = whose()
    analytics_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.conversation_analytics.id", ondelete="CASCADE"))


class ConversationMessagesCategorized(Categorized, Base):
    """Kinds of bullying that a conversation told of."""

    __tablename__ = "conversation_messages_categorized"
    __table_args__ = part("conversation_messages_categorized", Bullying)

    category: Mapped[Bullying] = category_of(Bullying)


class ConversationMoodsCategorized(Categorized, Base):
    """Moods that a conversation told of."""

    __tablename__ = "conversation_moods_categorized"
    __table_args__ = part("conversation_moods_categorized", Mood)

    category: Mapped[Mood] = category_of(Mood)


class ConversationStrategiesCategorized(Categorized, Base):
    """What somebody has tried, or thinks of."""

    __tablename__ = "conversation_strategies_categorized"
    __table_args__ = part("conversation_strategies_categorized", Strategy)

    category: Mapped[Strategy] = category_of(Strategy)


class ConversationAnswerTypesCategorized(Categorized, Base):
    """What the helper's answers did."""

    __tablename__ = "conversation_answer_types_categorized"
    __table_args__ = part("conversation_answer_types_categorized", AnswerType)

    category: Mapped[AnswerType] = category_of(AnswerType)
