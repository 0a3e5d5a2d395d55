"""Tables of what is on a page. Their rows reveal the story, and are under row-level security by what was read."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, checked, primary_key, updated_now, values_check
from fumetto.kernel.db.rowsecurity import revealed_where
from fumetto.library.catalogue.models import SCHEMA
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState, PanelSource, SummarySource


class EpisodeSummary(Base):
    """What happens in an episode, in one language. Every page of the episode is its source."""

    __tablename__ = "episode_summaries"
    __table_args__ = (
        values_check("source", SummarySource),
        {"schema": SCHEMA, "info": revealed_where("library.episode_seen(episode_id)")},
    )

    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(35), primary_key=True, default="und", server_default=text("'und'"))
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[SummarySource] = mapped_column(checked(SummarySource), default=SummarySource.FILE)
    updated_at: Mapped[datetime] = updated_now()


class PageDescription(Base):
    """What a page shows, in words, in one language from one source; `model` names the vision model that wrote it."""

    __tablename__ = "page_descriptions"
    __table_args__ = (
        values_check("source", DescriptionSource),
        UniqueConstraint("page_id", "language", "source"),
        {"schema": SCHEMA, "info": revealed_where("library.page_seen(page_id)")},
    )

    id: Mapped[uuid.UUID] = primary_key()
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(35))
    source: Mapped[DescriptionSource] = mapped_column(checked(DescriptionSource))
    visual_description: Mapped[str] = mapped_column(Text)
    mood_tags: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    model: Mapped[str | None] = mapped_column(SHORT)
    updated_at: Mapped[datetime] = updated_now()


class Panel(Base):
    """One panel of a page with its box, as fractions of the page's width and height, in reading order.

    `description` is in `language`; a page's panels all come from one source.
    """

    __tablename__ = "panels"
    __table_args__ = (
        values_check("source", PanelSource),
        CheckConstraint("width >= 0 AND height >= 0", name="box_not_inverted"),
        UniqueConstraint("page_id", "order_index", deferrable=True, initially="DEFERRED"),
        {"schema": SCHEMA, "info": revealed_where("library.page_seen(page_id)")},
    )

    id: Mapped[uuid.UUID] = primary_key()
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"))
    order_index: Mapped[int]
    x: Mapped[float] = mapped_column(Float)
    y: Mapped[float] = mapped_column(Float)
    width: Mapped[float] = mapped_column(Float)
    height: Mapped[float] = mapped_column(Float)
    source: Mapped[PanelSource] = mapped_column(checked(PanelSource))
    confidence: Mapped[float | None] = mapped_column(Float)
    description: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))


class PageLook(Base):
    """How far a page was looked at in one way: what keeps a job from doing it twice, and tells why it was not done.

    `version` is of the program's way of looking; a higher one makes old results worth renewing.
    """

    __tablename__ = "page_looks"
    __table_args__ = (values_check("look", Look), values_check("state", LookState), {"schema": SCHEMA})

    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"), primary_key=True)
    look: Mapped[Look] = mapped_column(checked(Look), primary_key=True)
    state: Mapped[LookState] = mapped_column(checked(LookState), default=LookState.PENDING)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    reason_code: Mapped[str | None] = mapped_column(String(64))
    reason_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    looked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
