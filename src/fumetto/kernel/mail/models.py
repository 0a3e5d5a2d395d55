"""The outbox: mail that is still to be sent. What was sent is gone from it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import TITLE, Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, personal
from fumetto.kernel.db.schemas import Schema

SCHEMA = Schema.APP.value


class Mail(Base):
    """A letter on its way. The row goes when the mail server has taken it, or when it was tried for a day."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_user_id", "user_id"),
        {
            "schema": SCHEMA,
            "info": personal("user_id", export=None, erase=Erase.CASCADE, because="a letter that was sent is not kept"),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.users.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(TITLE)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created_now()
