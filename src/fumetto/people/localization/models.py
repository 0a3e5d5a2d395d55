"""The table of texts that are said otherwise than the files say."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.text.audience import Variant
from fumetto.people.accounts.models import SCHEMA
from fumetto.people.localization.kinds import Category


class LocalizedContent(Base):
    """A text that the operator says otherwise, in a language, to some readers or to all. `base` is what the files said
    in its place when it was written, `base_hash` the SHA-256 of that: where the files say something else by now, the
    text is marked as stale and goes on being said."""

    __tablename__ = "localized_content"
    __table_args__ = (
        UniqueConstraint("language", "variant", "key"),
        values_check("category", Category),
        values_check("variant", Variant),
        CheckConstraint("length(btrim(value)) > 0", name="value_says_something"),
        Index("ix_localized_content_updated_by", "updated_by"),
        {"schema": SCHEMA, "info": personal("updated_by", export=Section.DEEDS, erase=Erase.SET_NULL)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    category: Mapped[Category] = mapped_column(checked(Category))
    language: Mapped[str] = mapped_column(String(35))
    variant: Mapped[Variant] = mapped_column(checked(Variant))
    key: Mapped[str] = mapped_column(String(200))
    value: Mapped[str] = mapped_column(Text)
    base: Mapped[str] = mapped_column(Text)
    base_hash: Mapped[str] = mapped_column(String(64))
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()
