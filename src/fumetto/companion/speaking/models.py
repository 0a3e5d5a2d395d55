"""The table of which models speak to whom who belongs together."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, updated_now
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value


class CollectiveModel(Base):
    """Which chat model answers the members of a family, a class or a school, and whether models of other companies'
    servers may. For minors it is a rule; for grown-ups it is what answers where they choose nothing.

    `chat_model` is provider/model, or `builtin`; None leaves it to the series and the settings.
    """

    __tablename__ = "collective_models"
    __table_args__ = ({"schema": APP},)

    collective_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{APP}.collectives.id", ondelete="CASCADE"), primary_key=True
    )
    chat_model: Mapped[str | None] = mapped_column(SHORT)
    cloud_off: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    updated_at: Mapped[datetime] = updated_now()
