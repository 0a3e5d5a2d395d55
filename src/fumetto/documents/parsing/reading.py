"""A document read, in a process of the ParserPool: bytes in, chunks out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from fumetto.documents.errors import DocumentEmpty, DocumentTooLong
from fumetto.documents.kinds import FileType
from fumetto.documents.parsing.chunks import chunked
from fumetto.documents.parsing.model import Chunk, Limits, Paragraph, Parsed
from fumetto.documents.parsing.pdf import pages_of_pdf
from fumetto.documents.parsing.text import (
    day,
    decoded,
    front_matter,
    listed,
    paragraphs_of_markdown,
    paragraphs_of_text,
    said,
)

SUFFIXES: Final = {
    ".md": FileType.MARKDOWN,
    ".markdown": FileType.MARKDOWN,
    ".txt": FileType.TEXT,
    ".text": FileType.TEXT,
    ".pdf": FileType.PDF,
}
TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def type_of(filename: str, head: bytes) -> FileType | None:
    """By how it begins and how its name ends; None for what is not read. A PDF under another name is a PDF."""
    if b"%PDF-" in head[:1024]:
        return FileType.PDF
    found = SUFFIXES.get(PurePath(filename.lower()).suffix)
    return None if found is FileType.PDF and head else found


def read_document(data: bytes, kind: FileType, file: str, limits: Limits) -> Parsed:
    """Raises DocumentUnreadable subclasses."""
    if kind is FileType.PDF:
        pages, title = pages_of_pdf(data, file, limits)
        found = [part for number, text in enumerate(pages, 1) for part in paragraphs_of_text(text, number)]
        return Parsed(chunks_of(found, file), title=title, pages=len(pages))
    text = decoded(data, file)
    if len(text) > limits.characters:
        raise DocumentTooLong(file=file, what="characters", limit=limits.characters)
    if kind is FileType.TEXT:
        return Parsed(chunks_of(paragraphs_of_text(text), file))
    front, body = front_matter(text, limits)
    paragraphs = list(paragraphs_of_markdown(body))
    language = said(front, "language", 35)
    first = next((one.section[0] for one in paragraphs if one.section), None)
    title = said(front, "title", 500) or first
    if title:  # the title over all of it is no section
        paragraphs = [
            Paragraph(one.text, one.page, one.section[1:] if one.section[:1] == (title,) else one.section)
            for one in paragraphs
        ]
    return Parsed(
        chunks_of(paragraphs, file),
        title=title,
        language=language if language and TAG.fullmatch(language) else None,
        audience=said(front, "audience", 16),
        description=said(front, "description", 2000) or "",
        tags=listed(front, "tags", 64, 32),
        sources=listed(front, "sources", 500, 32),
        written_on=day(front.get("date")),
    )


def chunks_of(paragraphs: Iterable[Paragraph], file: str) -> tuple[Chunk, ...]:
    found = tuple(one for one in chunked(paragraphs) if any(char.isalnum() for char in one.content))
    if not found:
        raise DocumentEmpty(file=file)
    return found
