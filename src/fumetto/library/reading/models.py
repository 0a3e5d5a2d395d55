"""Tables of what a reader has really seen, and where they are on each device."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import Base, checked, created_now, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import fitting_where, rows_of
from fumetto.library.catalogue.fitting_sql import of_episode, of_series
from fumetto.library.catalogue.models import SCHEMA

OWN = rows_of("reader_id") | personal("reader_id", export=Section.READING, erase=Erase.CASCADE)


class ReadState(StrEnum):
    UNREAD = "unread"
    READING = "reading"
    READ = "read"


class ReadingLedger(Base):
    """The positions of one series that one reader has seen. Rows are under row-level security by reader."""

    __tablename__ = "reading_ledgers"
    __table_args__ = ({"schema": SCHEMA, "info": OWN | fitting_where(of_series("reading_ledgers"))},)

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"), primary_key=True
    )
    seen: Mapped[list[Range[int]]] = mapped_column(INT8MULTIRANGE, server_default=text("'{}'"))
    updated_at: Mapped[datetime] = updated_now()


class ReadingProgress(Base):
    """Where one reader is in one episode on one device. The newest row is where to go on; none overwrites another's."""

    __tablename__ = "reading_progress"
    __table_args__ = (
        Index("ix_reading_progress_recent", "reader_id", "updated_at"),
        Index("ix_reading_progress_episode_id", "episode_id"),
        {"schema": SCHEMA, "info": OWN | fitting_where(of_episode("reading_progress"))},
    )

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    device: Mapped[str] = mapped_column(String(128), primary_key=True)
    device_name: Mapped[str] = mapped_column(String(128), default="", server_default=text("''"))
    position: Mapped[int] = mapped_column(BigInteger)
    order_index: Mapped[int]
    language: Mapped[str | None] = mapped_column(String(35))
    finished: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EpisodeReading(Base):
    """How far one reader is with one episode, whatever the device: what shelves count and filter by.

    Nothing is decided from it that the ledger must decide; it spares lists of thousands the ledger's ranges.
    `cleared_at` is when the reader last said "unread": page turns made before then, arriving late, change nothing.
    """

    __tablename__ = "episode_readings"
    __table_args__ = (
        values_check("state", ReadState),
        Index("ix_episode_readings_recent", "reader_id", "last_read_at"),
        Index("ix_episode_readings_episode_id", "episode_id"),
        {"schema": SCHEMA, "info": OWN | fitting_where(of_episode("episode_readings"))},
    )

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[ReadState] = mapped_column(checked(ReadState), default=ReadState.READING)
    started_at: Mapped[datetime] = created_now()
    last_read_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    cleared_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ReadingFetch(Base):
    """Pages that a client without a word for "shown" has fetched, until five later ones say they were read.

    `pending` is a list of `[position, [later positions fetched since]]`, as `rules.note_fetch` keeps it.
    """

    __tablename__ = "reading_fetches"
    __table_args__ = ({"schema": SCHEMA, "info": OWN | fitting_where(of_series("reading_fetches"))},)

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"), primary_key=True
    )
    pending: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    updated_at: Mapped[datetime] = updated_now()


class ReadingTime(Base):
    """How long one minor read in one hour; of grown-ups none is kept. It goes after its term (`reading_times`).

    `hour` is the hour's beginning, `last_at` the last page turn in it, from which the next one counts.
    """

    __tablename__ = "reading_times"
    __table_args__ = ({"schema": SCHEMA, "info": OWN},)

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    seconds: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReaderPreference(Base):
    """How one reader likes to read one series: layout, fit, direction, language. Open-ended, read as a unit."""

    __tablename__ = "reader_preferences"
    __table_args__ = ({"schema": SCHEMA, "info": OWN | fitting_where(of_series("reader_preferences"))},)

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"), primary_key=True
    )
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    updated_at: Mapped[datetime] = updated_now()
