"""Tables of personas, and of which model speaks about which series."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, Base, created_now, primary_key, updated_now
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.rowsecurity import fitting_where
from fumetto.kernel.db.schemas import Schema
from fumetto.library.public import of_fitting_series

APP = Schema.APP.value


class Persona(Base):
    """A voice that the companion speaks in. One of a `character` is for those who have met them.

    `user_id` is whose it is; None: everybody's, kept by who manages the library. `voice` tells a model how to speak,
    `opening` is the first line of a new conversation. `portrait_key` is a picture in the storage.
    """

    __tablename__ = "personas"
    __table_args__ = (
        CheckConstraint("length(voice) <= 4000 AND length(opening) <= 1000", name="texts_bounded"),
        Index("ix_personas_user_id", "user_id"),
        Index("ix_personas_series_id", "series_id"),
        Index("ix_personas_character_id", "character_id"),
        {
            "schema": APP,
            "info": personal("user_id", export=Section.CHAT, erase=Erase.CASCADE)
            | fitting_where(of_fitting_series("personas")),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))
    series_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.series.id", ondelete="CASCADE"))
    character_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("library.characters.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(SHORT)
    voice: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    opening: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    portrait_key: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class SeriesCompanion(Base):
    """Which chat model answers about a series, where that is not the one of the settings.

    `chat_model` is provider/model, or `builtin`.
    """

    __tablename__ = "series_companions"
    __table_args__ = ({"schema": APP},)

    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("library.series.id", ondelete="CASCADE"), primary_key=True)
    chat_model: Mapped[str | None] = mapped_column(SHORT)
    updated_at: Mapped[datetime] = updated_now()


elsewhere(
    "storage: pictures of personas",
    files="SELECT portrait_key FROM app.personas WHERE user_id = %(user)s::uuid AND portrait_key IS NOT NULL",
    section=Section.CHAT,
)


named("persona", "app.personas")
