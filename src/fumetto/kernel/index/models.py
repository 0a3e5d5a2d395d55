"""Tables of the index that are always there. The vectors of each model are in a table of their own, a *space*.

`rag.space_<number>` is made by `rag.make_space` (see `structure.sql`): one row per passage with its place in the story,
its hashed terms and its vector, and never its text.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Identity, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, checked, created_now, values_check
from fumetto.kernel.db.schemas import Schema
from fumetto.kernel.index import structure as structure

RAG = Schema.RAG.value
CACHE = Schema.CACHE.value


class SpaceState(StrEnum):
    FILLING = "filling"  # made, and being given the vectors of passages that other spaces have already
    ACTIVE = "active"  # the one that is searched
    RETIRED = "retired"  # no longer searched; its table is dropped next


class IndexKey(Base):
    """What passages belong to, a series or a collection of documents, by the number that starts their places.

    `languages` are those that a passage was ever indexed in, so that a question is cut up in each.
    """

    __tablename__ = "keys"
    __table_args__ = ({"schema": RAG},)

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))


class Space(Base):
    """A table of vectors, all made by one model. At most one space is searched; a new model fills a new one first."""

    __tablename__ = "spaces"
    __table_args__ = (
        values_check("state", SpaceState),
        Index("uq_spaces_active", "state", unique=True, postgresql_where=text("state = 'active'")),
        {"schema": RAG},
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    model: Mapped[str] = mapped_column(SHORT, unique=True)
    dimensions: Mapped[int]
    state: Mapped[SpaceState] = mapped_column(checked(SpaceState))
    approximate: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created_now()


class CachedEmbedding(Base):
    """A vector that a model made for a text, by the text's digest (BLAKE2b, 32 bytes): little-endian 16-bit floats."""

    __tablename__ = "embeddings"
    __table_args__ = (Index("ix_embeddings_used_at", "used_at"), {"schema": CACHE})

    model: Mapped[str] = mapped_column(SHORT, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime] = created_now()
