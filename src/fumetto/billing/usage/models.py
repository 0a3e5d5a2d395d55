"""The table of what was used of models that cost something."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, checked, created_now, primary_key, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import rows_of
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value


class RequestType(StrEnum):
    CHAT = "chat"
    RAG = "rag"
    EMBEDDING = "embedding"
    IMAGE = "image"
    TOOL = "tool"


class UsageRecord(Base):
    """One request to a model on somebody's behalf. `cost` is in millionths of the currency of the settings.

    While `settled` is false it is what the request may cost at most, kept back so that several at once stay within a
    limit together; a request that nobody settled is counted so for ever.
    """

    __tablename__ = "usage_records"
    __table_args__ = (
        values_check("request_type", RequestType),
        CheckConstraint("cost >= 0 AND tokens_input >= 0 AND tokens_output >= 0", name="nothing_negative"),
        Index("ix_usage_records_user_id", "user_id", "created_at"),
        Index("ix_usage_records_created_at", "created_at"),
        {
            "schema": APP,
            "info": rows_of("user_id") | personal("user_id", export=Section.DEEDS, erase=Erase.SET_NULL),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="SET NULL"))
    request_type: Mapped[RequestType] = mapped_column(checked(RequestType))
    model: Mapped[str] = mapped_column(SHORT)
    tokens_input: Mapped[int] = mapped_column(default=0)
    tokens_output: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    settled: Mapped[bool] = mapped_column(default=False)
    latency_ms: Mapped[int | None]
    conversation_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = created_now()


class SpendingDay(Base):
    """What everybody's requests of one day of UTC cost together, in millionths, with what is kept back for those that
    are not settled. It changes in the transactions in which they do, so that a limit is looked at without adding all of
    them up."""

    __tablename__ = "spending_days"
    __table_args__ = (CheckConstraint("cost >= 0", name="nothing_negative"), {"schema": APP})

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    cost: Mapped[int] = mapped_column(BigInteger)
