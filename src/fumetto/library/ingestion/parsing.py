"""What runs in a parser process while scanning: opening books and listing them. Takes and gives plain values.

Light to import, and free of the database: a parser process that is killed takes nothing along.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fumetto.kernel.images.probe import probe_image, probe_with
from fumetto.library.ingestion.books import Book, BookMetadata, BookPage, Limits, open_book
from fumetto.library.ingestion.books.errors import BookError, BookNotAccessible, PageError
from fumetto.library.ingestion.walk import fingerprint_of

LOOK_SECONDS = 0.02  # per book while scanning; whatever is not known by then, the job that derives will find out

Size = tuple[int, int]
"""Width and height in pixels, as the picture is shown."""


@dataclass(frozen=True, slots=True)
class BookToRead:
    path: Path
    is_folder: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class BookRead:
    """A book as the library keeps it. `sizes` are None where nobody has looked yet."""

    kind: str
    fingerprint: str
    pages: tuple[BookPage, ...]
    sizes: tuple[Size | None, ...]
    letterings: Mapping[int, Mapping[str, str]]
    lettering_fingerprints: Mapping[str, str]
    metadata: BookMetadata
    warnings: tuple[Mapping[str, str], ...]


def fingerprint_book(book: BookToRead) -> str | None:
    """The book's content in a few digits; None if it cannot be read."""
    try:
        return fingerprint_of(book.path, book.is_folder)
    except OSError:
        return None


def read_book(book: BookToRead) -> BookRead:
    """Open a book and list it. Raises BookError."""
    try:
        fingerprint = fingerprint_of(book.path, book.is_folder)
    except OSError as error:
        raise BookNotAccessible(file=str(book.path), reason=error.strerror or type(error).__name__) from error
    with open_book(book.path, book.limits) as opened:
        metadata, pages = opened.metadata, opened.pages
        letterings = {index: dict(by_language) for index, by_language in opened.letterings.items()}
        return BookRead(
            kind=opened.kind.value,
            fingerprint=fingerprint,
            pages=pages,
            sizes=sizes_of(opened, LOOK_SECONDS) if opened.random_access else (None,) * len(pages),
            letterings=letterings,
            lettering_fingerprints={
                member: opened.member(member).fingerprint
                for by_language in letterings.values()
                for member in by_language.values()
            },
            metadata=metadata,
            warnings=tuple(warning._asdict() for warning in opened.warnings),
        )


def sizes_of(book: Book, seconds: float) -> tuple[Size | None, ...]:
    """Sizes from the first bytes of each page, as far as the time allows."""
    until = time.monotonic() + seconds
    sizes: list[Size | None] = [None] * len(book.pages)
    for index, page in enumerate(book.pages):
        if time.monotonic() > until:
            break
        sizes[index] = size_of(book, page.member)
    return tuple(sizes)


def size_of(book: Book, member: str) -> Size | None:
    try:
        head = probe_with(lambda count: book.head(member, count))
    except BookError:
        return None
    return (head.width, head.height) if head is not None and head.width and head.height else None


def measure_pages(path: Path, limits: Limits, pages: Sequence[tuple[str, str]]) -> list[Size | None]:
    """Width and height of pages, given by name and fingerprint, from their headers; None of others than were scanned.

    Raises BookError when the whole book cannot be read.
    """
    with open_book(path, limits) as book:
        members = [member for member, fingerprint in pages if is_still(book, member, fingerprint)]
        sizes: dict[str, Size | None] = {}
        if book.random_access:
            sizes = {member: size_of(book, member) for member in members}
        else:
            for member, data in book.each(members):
                head = None if isinstance(data, PageError) else probe_image(data)
                sizes[member] = (head.width, head.height) if head is not None and head.width and head.height else None
        return [sizes.get(member) for member, _ in pages]


def is_still(book: Book, member: str, fingerprint: str) -> bool:
    try:
        book.require(member, fingerprint)
    except PageError:
        return False
    return True
