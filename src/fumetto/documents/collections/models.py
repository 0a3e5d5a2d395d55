"""Tables of documents. Everybody may read the house's (without an owner); another owner's rows do not exist.

A row carries its owner's id itself, so that the database's wall needs no join.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.documents.kinds import Audience, DocumentState, FileType
from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, TITLE, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, elsewhere, personal
from fumetto.kernel.db.rowsecurity import rows_of_or_house
from fumetto.kernel.db.schemas import Schema

APP = Schema.APP.value
OWN = rows_of_or_house("owner_id") | personal("owner_id", export=Section.DEEDS, erase=Erase.CASCADE)


def owner() -> Mapped[uuid.UUID | None]:
    return mapped_column(ForeignKey(f"{APP}.users.id", ondelete="CASCADE"))


class DocumentCollection(Base):
    """Documents of one owner under one slug; `owner_id` None: the house's, for everybody to read.

    `languages` are those that are wanted in it; empty: any.
    """

    __tablename__ = "document_collections"
    __table_args__ = (
        values_check("audience", Audience),
        UniqueConstraint("owner_id", "slug", postgresql_nulls_not_distinct=True),
        {"schema": APP, "info": OWN},
    )

    id: Mapped[uuid.UUID] = primary_key()
    owner_id: Mapped[uuid.UUID | None] = owner()
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(TITLE)
    audience: Mapped[Audience] = mapped_column(checked(Audience), default=Audience.ALL)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)), default=list, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()
    updated_at: Mapped[datetime] = updated_now()


class Document(Base):
    """A file in a collection. Its bytes are in the storage under `file_key`; `file_hash` is their SHA-256.

    `error_code` and `error_detail` say why it is in error, `error_message` the same in English. `sources` are those
    that a text names as its own, `written_on` when it was written. `built_in`: it came with the program.
    """

    __tablename__ = "documents"
    __table_args__ = (
        values_check("file_type", FileType),
        values_check("status", DocumentState),
        CheckConstraint("file_size >= 0 AND chunk_count >= 0", name="counts_not_negative"),
        UniqueConstraint("collection_id", "file_hash"),
        Index("ix_documents_collection_id", "collection_id", "created_at", "id"),
        Index("ix_documents_owner_id", "owner_id", "status"),
        {"schema": APP, "info": OWN},
    )

    id: Mapped[uuid.UUID] = primary_key()
    collection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.document_collections.id", ondelete="CASCADE"))
    owner_id: Mapped[uuid.UUID | None] = owner()
    filename: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(TITLE)
    file_type: Mapped[FileType] = mapped_column(checked(FileType))
    file_size: Mapped[int] = mapped_column(Integer)
    file_key: Mapped[str] = mapped_column(String(255))
    file_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[DocumentState] = mapped_column(checked(DocumentState), default=DocumentState.PENDING)
    error_code: Mapped[str | None] = mapped_column(SHORT)
    error_detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error_message: Mapped[str | None] = mapped_column(Text)
    chunk_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    page_count: Mapped[int | None]
    language: Mapped[str | None] = mapped_column(String(35))
    language_given: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    description: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list, server_default=text("'{}'"))
    sources: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    written_on: Mapped[date | None] = mapped_column(Date)
    built_in: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created_now()
    processed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DocumentChunk(Base):
    """A piece of a document, in its order from 0: the index finds it by its id. `page` counts from 1, for PDF only;
    `section` is the headings it stands under, "A › B"."""

    __tablename__ = "document_chunks"
    __table_args__ = (
        UniqueConstraint("document_id", "chunk_index"),
        CheckConstraint("length(content) <= 8000", name="content_bounded"),
        Index("ix_document_chunks_owner_id", "owner_id"),
        {
            "schema": APP,
            "info": rows_of_or_house("owner_id")
            | personal("owner_id", export=None, erase=Erase.CASCADE, because="it is cut from the owner's own file"),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{APP}.documents.id", ondelete="CASCADE"))
    owner_id: Mapped[uuid.UUID | None] = owner()
    content: Mapped[str] = mapped_column(Text)
    chunk_index: Mapped[int] = mapped_column(Integer)
    page: Mapped[int | None] = mapped_column(SmallInteger)
    section: Mapped[str] = mapped_column(TITLE, default="", server_default=text("''"))
    about: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = created_now()


elsewhere(
    "documents: passages and files",
    hold="SELECT id FROM app.documents WHERE owner_id = %(user)s::uuid ORDER BY id FOR UPDATE",
    passages="""
        SELECT c.id, concat_ws(chr(10), nullif(d.title, ''), nullif(c.section, ''), c.content)
        FROM app.document_chunks c JOIN app.documents d ON d.id = c.document_id WHERE c.owner_id = %(user)s::uuid
        """,
    files="""
        SELECT file_key FROM app.documents d WHERE owner_id = %(user)s::uuid AND NOT EXISTS
            (SELECT FROM app.documents o WHERE o.file_key = d.file_key AND o.owner_id IS DISTINCT FROM d.owner_id)
        """,
    erase=(
        """
        UPDATE app.audit_logs SET old_value = NULL, new_value = NULL, metadata = NULL
        WHERE actor_id = %(user)s::uuid AND entity_type IN ('document', 'document_collection')
            AND NOT EXISTS (SELECT FROM app.documents WHERE id::text = entity_id AND owner_id IS NULL)
        """,
    ),
    section=Section.DEEDS,
)
"""A piece's text is put together as `finding.indexed` does it. Names of one's own files are in the audit log."""


named("document", "app.documents", "title")
named("document_collection", "app.document_collections")
