"""A document that was read, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may be at most, so that one of a few kilobytes does not become gigabytes."""

    pages: int = 3000
    characters: int = 5_000_000
    characters_of_page: int = 200_000
    front_matter: int = 20_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of text that belongs together. `page` from 1, for PDF; `section`: headings above it, outermost first."""

    text: str
    page: int | None = None
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    content: str
    page: int | None
    section: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """chunks in their order. What the file does not say of itself is None or empty."""

    chunks: tuple[Chunk, ...]
    title: str | None = None
    language: str | None = None
    audience: str | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    written_on: date | None = None
    pages: int | None = None
