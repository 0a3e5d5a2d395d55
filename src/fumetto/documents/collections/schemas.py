"""Collections and documents as clients have them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from fumetto.documents.kinds import Audience, DocumentState, FileType

LanguageTag = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Slug = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9]+(?:[_-][a-z0-9]+)*$")]
Tag = Annotated[str, Field(max_length=64)]


class CollectionItem(BaseModel):
    """`house`: everybody's, kept by the owner; else one's own. `needed`: the helper reads it, so it stays."""

    id: uuid.UUID
    slug: str
    name: str
    house: bool
    needed: bool
    audience: Audience
    languages: list[str]
    ready: int
    waiting: int
    failed: int


class CollectionList(BaseModel):
    items: list[CollectionItem]


class NewCollection(BaseModel):
    slug: Slug
    name: str = Field(min_length=1, max_length=512)
    audience: Audience = Audience.ALL
    languages: list[LanguageTag] = Field(default_factory=list, max_length=32)
    house: bool = Field(False, description="For everybody; for the owner to say.")


class CollectionChange(BaseModel):
    """What is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=512)
    audience: Audience | None = None
    languages: list[LanguageTag] | None = Field(None, max_length=32)


class DocumentItem(BaseModel):
    """A document. `error` says in the reader's language why it is in error, and `error_code` which error it is."""

    id: uuid.UUID
    collection_id: uuid.UUID
    filename: str
    title: str
    file_type: FileType
    file_size: int
    status: DocumentState
    error_code: str | None
    error: str | None
    chunk_count: int
    page_count: int | None
    language: str | None
    description: str
    tags: list[str]
    sources: list[str]
    written_on: date | None
    built_in: bool
    created_at: datetime
    processed_at: datetime | None


class DocumentChange(BaseModel):
    """What is left out stays. A language that is given holds; with null it is told from the text again."""

    title: str | None = Field(None, min_length=1, max_length=512)
    description: str | None = Field(None, max_length=2000)
    tags: list[Tag] | None = Field(None, max_length=32)
    language: LanguageTag | None = None


class ChunkItem(BaseModel):
    id: uuid.UUID
    chunk_index: int
    page: int | None
    section: str
    content: str


class ChunkList(BaseModel):
    items: list[ChunkItem]


class FoundItem(BaseModel):
    """A piece that was found, with the document that it is of."""

    id: uuid.UUID
    document_id: uuid.UUID
    title: str
    section: str
    page: int | None
    text: str
    language: str | None
    sources: list[str]
    score: float


class FoundList(BaseModel):
    items: list[FoundItem]
