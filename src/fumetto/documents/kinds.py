"""Words that the rooms of documents share."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Whom a collection is written for."""

    YOUTH = "youth"
    ADULT = "adult"
    ALL = "all"


class DocumentState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    ERROR = "error"


class FileType(StrEnum):
    MARKDOWN = "markdown"
    TEXT = "text"
    PDF = "pdf"
