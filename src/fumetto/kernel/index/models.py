"""Tables of the index that are always there. The vectors of each model are in a table of their own, a *space*.

`rag.space_<number>` is made by `rag.make_space` (see `structure.sql`): one row per passage with its place in the story,
its hashed terms and its vector, and never its text.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Identity, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.db.base import SHORT, Base, checked, created_now, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.rowsecurity import rows_of
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
    """A table of vectors, all made by one model. At most one space is searched; a new model fills a new one first.

    `sample` is what the model made of a fixed sentence as the space was begun (little-endian 16-bit floats): another
    model that answers under the same name is found out by it. None for the built-in one. `retired_at`: since when no
    search begins here, and nothing is put here any more.
    """

    __tablename__ = "spaces"
    __table_args__ = (
        values_check("state", SpaceState),
        Index("uq_spaces_active", "state", unique=True, postgresql_where=text("state = 'active'")),
        Index("uq_spaces_filling", "state", unique=True, postgresql_where=text("state = 'filling'")),
        {"schema": RAG},
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    model: Mapped[str] = mapped_column(SHORT)
    dimensions: Mapped[int]
    sample: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[SpaceState] = mapped_column(checked(SpaceState))
    approximate: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created_now()
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CachedEmbedding(Base):
    """A vector that a model made for a text, by the text's digest (BLAKE2b, 32 bytes): little-endian 16-bit floats.

    `model` is its name and a digest of its space's `sample`, so that another model under the same name has its own.
    """

    __tablename__ = "embeddings"
    __table_args__ = (Index("ix_embeddings_used_at", "used_at"), {"schema": CACHE})

    model: Mapped[str] = mapped_column(SHORT, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime] = created_now()


class IndexDocument(Base):
    """A text with metadata that no other table keeps, put into the index by its owner: what a LangChain vector store
    holds. `key` is the collection in the index, `name` the id it was given, `id` a UUID made of both."""

    __tablename__ = "index_documents"
    __table_args__ = (
        UniqueConstraint("key", "name"),
        {
            "schema": Schema.APP.value,
            "info": rows_of("owner_id") | personal("owner_id", export=Section.CHAT, erase=Erase.DELETE),
        },
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    about: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()


elsewhere(
    "index: texts of an owner",
    passages="SELECT id, content FROM app.index_documents WHERE owner_id = %(user)s::uuid",
)
