"""The table of edits that can be undone."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.library.catalogue.models import SCHEMA


class Edit(Base):
    """One thing a person changed, as a list of changes that can be applied backwards; an undo is an edit too."""

    __tablename__ = "edits"
    __table_args__ = (
        Index("ix_edits_created_at", "created_at"),
        {"schema": SCHEMA, "info": personal("actor_id", export=Section.DEEDS, erase=Erase.SET_NULL)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("app.users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(64))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    undoes_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.edits.id", ondelete="SET NULL"), unique=True
    )
    created_at: Mapped[datetime] = created_now()
