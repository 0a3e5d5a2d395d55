"""Tables of shared shelves. What is private to one reader are collections (`catalogue.lists`)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import TITLE, Base, created_now, primary_key, updated_now
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.library.catalogue.models import SCHEMA


class Shelf(Base):
    """Series that somebody put together for others: a class's reading, what a family reads to the little ones."""

    __tablename__ = "shelves"
    __table_args__ = (
        Index("ix_shelves_owner_id", "owner_id"),
        {"schema": SCHEMA, "info": personal("owner_id", export=Section.READING, erase=Erase.CASCADE)},
    )

    id: Mapped[uuid.UUID] = primary_key()
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(TITLE)
    description: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class ShelfSeries(Base):
    """That a series is on a shelf, and where."""

    __tablename__ = "shelf_series"
    __table_args__ = (
        Index("ix_shelf_series_series_id", "series_id"),
        {
            "schema": SCHEMA,
            "info": personal("shelf_id", export=Section.READING, erase=Erase.CASCADE, through="library.shelves"),
        },
    )

    shelf_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.shelves.id", ondelete="CASCADE"), primary_key=True
    )
    series_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"), primary_key=True
    )
    order_index: Mapped[int]


class ShelfCollective(Base):
    """That a shelf is shared with a collective: all in it see it, and its series fit where only shelves do."""

    __tablename__ = "shelf_collectives"
    __table_args__ = (
        Index("ix_shelf_collectives_collective_id", "collective_id"),
        {
            "schema": SCHEMA,
            "info": personal("shelf_id", export=Section.READING, erase=Erase.CASCADE, through="library.shelves"),
        },
    )

    shelf_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.shelves.id", ondelete="CASCADE"), primary_key=True
    )
    collective_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("app.collectives.id", ondelete="CASCADE"), primary_key=True
    )
    shared_at: Mapped[datetime] = created_now()


named("shelf", "library.shelves")
