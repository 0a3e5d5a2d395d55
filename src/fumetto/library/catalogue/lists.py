"""Tables of what people put together themselves: collections of series, and reading lists of episodes in an order."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import TITLE, Base, created_now, primary_key
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import fitting_where
from fumetto.library.catalogue.fitting_sql import of_episode, of_series
from fumetto.library.catalogue.models import SCHEMA


class Collection(Base):
    """A shelf of somebody's own making: series that belong together for them."""

    __tablename__ = "collections"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        {
            "schema": SCHEMA,
            "info": personal("owner_id", export=Section.READING, erase=Erase.CASCADE),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(TITLE)
    created_at: Mapped[datetime] = created_now()


class CollectionSeries(Base):
    """That a series is in a collection, and where."""

    __tablename__ = "collection_series"
    __table_args__ = (
        Index("ix_collection_series_series_id", "series_id"),
        {
            "schema": SCHEMA,
            "info": personal(
                "collection_id", export=Section.READING, erase=Erase.CASCADE, through="library.collections"
            )
            | fitting_where(of_series("collection_series")),
        },
    )

    collection_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.collections.id", ondelete="CASCADE"), primary_key=True
    )
    series_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"), primary_key=True
    )
    order_index: Mapped[int]


class ReadingList(Base):
    """Episodes of any series, in the order somebody wants to read them."""

    __tablename__ = "reading_lists"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        {
            "schema": SCHEMA,
            "info": personal("owner_id", export=Section.READING, erase=Erase.CASCADE),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(TITLE)
    created_at: Mapped[datetime] = created_now()


class ReadingListEpisode(Base):
    """That an episode is in a reading list, and where."""

    __tablename__ = "reading_list_episodes"
    __table_args__ = (
        Index("ix_reading_list_episodes_episode_id", "episode_id"),
        {
            "schema": SCHEMA,
            "info": personal(
                "reading_list_id", export=Section.READING, erase=Erase.CASCADE, through="library.reading_lists"
            )
            | fitting_where(of_episode("reading_list_episodes")),
        },
    )

    reading_list_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.reading_lists.id", ondelete="CASCADE"), primary_key=True
    )
    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    order_index: Mapped[int]
