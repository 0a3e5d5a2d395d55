"""Tables of what can be read: series, episodes, pages, and the text that lies on them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, TITLE, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.rowsecurity import fitting_where, revealed_where
from fumetto.kernel.db.schemas import Schema
from fumetto.library.catalogue.fitting_sql import EPISODE_FITS, SERIES_FITS, of_episode, of_page
from fumetto.library.catalogue.kinds import BalloonKind, Direction, EpisodeState, PageKind, PageState, TextSource
from fumetto.library.catalogue.ratings import MIN_AGE_SQL

__all__ = [
    "SCHEMA",
    "Balloon",
    "BalloonKind",
    "Direction",
    "Episode",
    "EpisodeState",
    "EpisodeTitle",
    "Page",
    "PageKind",
    "PageState",
    "PageText",
    "Series",
    "TextSource",
]

SCHEMA = Schema.LIBRARY.value

FOLDED_TITLE = r"lower(regexp_replace(normalize(title, NFKD), '[\u0300-\u036f]', '', 'g'))"
"""A title without case and accents, which search compares with; pg_trgm is not in the embedded server's wheel."""


def folded_title() -> Mapped[str]:
    """A column the database itself keeps equal to FOLDED_TITLE, so no writer can forget it."""
    return mapped_column(Text, Computed(FOLDED_TITLE, persisted=True))


def min_age() -> Mapped[int | None]:
    """The age from which something is for, kept equal to what its rating says by the database; None for no rating."""
    return mapped_column(Computed(MIN_AGE_SQL, persisted=True))


class Series(Base):
    """What a shelf shows: episodes that belong together, in one reading order.

    `sort_title` is `rules.sort_title_of(title)`; `updated_at` is when an episode last came or changed, or was edited.
    """

    __tablename__ = "series"
    __table_args__ = (
        values_check("direction", Direction),
        Index("ix_series_sort_title", "sort_title", "id"),
        Index("ix_series_created_at", "created_at", "id"),
        Index("ix_series_updated_at", "updated_at", "id"),
        Index("ix_series_cover_page_id", "cover_page_id"),
        {"schema": SCHEMA, "info": fitting_where(SERIES_FITS)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    slug: Mapped[str] = mapped_column(SHORT, unique=True)
    title: Mapped[str] = mapped_column(TITLE)
    sort_title: Mapped[str] = mapped_column(TITLE)
    search_title: Mapped[str] = folded_title()
    summary: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))
    direction: Mapped[Direction] = mapped_column(checked(Direction), default=Direction.LEFT_TO_RIGHT)
    age_rating: Mapped[str | None] = mapped_column(String(32))
    min_age: Mapped[int | None] = min_age()
    labels: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    publisher: Mapped[str | None] = mapped_column(TITLE)
    year: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    license: Mapped[str | None] = mapped_column(TITLE)
    attribution: Mapped[str | None] = mapped_column(Text)
    cover_page_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.pages.id", ondelete="SET NULL", use_alter=True)
    )
    ocr: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    locked_fields: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class Episode(Base):
    """One sitting: a book, an issue, a chapter. Several files for one number are editions of the same episode."""

    __tablename__ = "episodes"
    __table_args__ = (
        values_check("state", EpisodeState),
        UniqueConstraint("series_id", "slug"),
        Index(
            "uq_episodes_series_id_sort_key",
            "series_id",
            "sort_key",
            unique=True,
            postgresql_where=text("edition_of_id IS NULL"),
        ),
        Index("ix_episodes_edition_of_id", "edition_of_id"),
        Index("ix_episodes_ingested_at", "ingested_at"),
        Index("ix_episodes_cover_page_id", "cover_page_id"),
        {"schema": SCHEMA, "info": fitting_where(EPISODE_FITS)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    edition_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.episodes.id", ondelete="SET NULL"))
    slug: Mapped[str] = mapped_column(SHORT)
    episode_number: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    sort_key: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    title: Mapped[str] = mapped_column(TITLE)
    search_title: Mapped[str] = folded_title()
    language: Mapped[str | None] = mapped_column(String(35))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    published_at: Mapped[date | None] = mapped_column(Date)
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    credits_url: Mapped[str | None] = mapped_column(Text)
    commentary_url: Mapped[str | None] = mapped_column(Text)
    license: Mapped[str | None] = mapped_column(TITLE)
    age_rating: Mapped[str | None] = mapped_column(String(32))
    min_age: Mapped[int | None] = min_age()
    labels: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    direction: Mapped[Direction | None] = mapped_column(checked(Direction))
    cover_page_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.pages.id", ondelete="SET NULL", use_alter=True)
    )
    page_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    state: Mapped[EpisodeState] = mapped_column(checked(EpisodeState), default=EpisodeState.INDEXED)
    missing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    locked_fields: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    ingested_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class EpisodeTitle(Base):
    """An episode's title in one language, for readers of that language."""

    __tablename__ = "episode_titles"
    __table_args__ = ({"schema": SCHEMA, "info": fitting_where(of_episode("episode_titles"))},)

    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    title: Mapped[str] = mapped_column(TITLE)
    search_title: Mapped[str] = folded_title()


class Page(Base):
    """One picture to look at. `position` is its place in the series' reading order, which horizons are made of."""

    __tablename__ = "pages"
    __table_args__ = (
        values_check("kind", PageKind),
        values_check("state", PageState),
        UniqueConstraint("episode_id", "order_index", deferrable=True, initially="DEFERRED"),
        Index(
            "uq_pages_episode_id_page_number",
            "episode_id",
            "page_number",
            unique=True,
            postgresql_where=text("page_number IS NOT NULL"),
        ),
        Index("ix_pages_pending", "episode_id", postgresql_where=text("state = 'pending'")),
        {"schema": SCHEMA, "info": fitting_where(of_episode("pages"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    episode_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"))
    order_index: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    page_number: Mapped[int | None]
    kind: Mapped[PageKind] = mapped_column(checked(PageKind), default=PageKind.STORY)
    member: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(64))
    byte_size: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    double: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[PageState] = mapped_column(checked(PageState), default=PageState.PENDING)
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    image_key: Mapped[str | None] = mapped_column(Text)
    thumbnail_key: Mapped[str | None] = mapped_column(Text)
    image_metadata: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))


class PageText(Base):
    """That a page has text in one language from one source, and what was made of it: the words are its balloons'.

    `locator` is where in the episode's source it was read. Rows reveal no more than a page's languages do.
    """

    __tablename__ = "page_texts"
    __table_args__ = (
        values_check("source", TextSource),
        values_check("state", PageState),
        UniqueConstraint("page_id", "language", "source"),
        {"schema": SCHEMA, "info": fitting_where(of_page("page_texts"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(35))
    source: Mapped[TextSource] = mapped_column(checked(TextSource))
    locator: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[PageState] = mapped_column(checked(PageState), default=PageState.PENDING)
    warning_code: Mapped[str | None] = mapped_column(String(64))
    warning_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    image_key: Mapped[str | None] = mapped_column(Text)
    thumbnail_key: Mapped[str | None] = mapped_column(Text)


class Balloon(Base):
    """One piece of text on a page with its box, as fractions of the page's width and height, in reading order.

    `speaker_name` is who speaks, as the source says it, and `panel_number` (from 1) the panel it is read in, where its
    box alone would not tell; `confidence`, from 0 to 1, how sure a machine was that it read the words.
    """

    __tablename__ = "balloons"
    __table_args__ = (
        values_check("kind", BalloonKind),
        CheckConstraint("width >= 0 AND height >= 0", name="box_not_inverted"),
        UniqueConstraint("page_text_id", "order_index"),
        {"schema": SCHEMA, "info": revealed_where("library.text_seen(page_text_id)")},
    )

    id: Mapped[uuid.UUID] = primary_key()
    page_text_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.page_texts.id", ondelete="CASCADE"))
    order_index: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[BalloonKind] = mapped_column(checked(BalloonKind), default=BalloonKind.SPEECH)
    x: Mapped[float] = mapped_column(Float)
    y: Mapped[float] = mapped_column(Float)
    width: Mapped[float] = mapped_column(Float)
    height: Mapped[float] = mapped_column(Float)
    speaker_name: Mapped[str | None] = mapped_column(TITLE)
    panel_number: Mapped[int | None]
    confidence: Mapped[float | None] = mapped_column(Float)


named("series", "library.series", "title")
named("episode", "library.episodes", "title")
