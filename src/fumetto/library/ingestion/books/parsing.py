"""Functions for a ParserPool: they take a path and limits, and give plain values.

listing = await pool.run(list_book, path, limits)
data = await pool.run(read_page, path, member, limits)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fumetto.library.ingestion.books.model import BookKind, BookPage, BookWarning, Limits, Member
from fumetto.library.ingestion.books.opening import DEFAULT_LIMITS, open_book
from fumetto.library.ingestion.metadata.model import BookMetadata
from fumetto.library.ingestion.metadata.naming import parse_name


@dataclass(frozen=True, slots=True)
class BookListing:
    """All that there is to know of a book without looking at its pages.

    `named` is what its file name says, for what `metadata` leaves open. `lettering_members` gives size and fingerprint
    of every lettering file.
    """

    path: Path
    kind: BookKind
    fingerprint: str
    random_access: bool
    pages: tuple[BookPage, ...]
    letterings: Mapping[int, Mapping[str, str]]
    lettering_members: Mapping[str, Member]
    metadata: BookMetadata
    named: BookMetadata
    warnings: tuple[BookWarning, ...]


def list_book(path: Path, limits: Limits = DEFAULT_LIMITS) -> BookListing:
    """The listing of the book at a path. Raises BookError."""
    with open_book(path, limits) as book:
        letterings = {index: dict(by_language) for index, by_language in book.letterings.items()}
        return BookListing(
            path=path,
            kind=book.kind,
            fingerprint=book.fingerprint,
            random_access=book.random_access,
            pages=book.pages,
            letterings=letterings,
            lettering_members={
                member: book.member(member) for by_language in letterings.values() for member in by_language.values()
            },
            metadata=book.metadata,
            named=parse_name(book.path.name),
            warnings=book.warnings,
        )


def read_page(path: Path, member: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of one page or lettering file. Raises BookError and PageError."""
    with open_book(path, limits) as book:
        return book.read(member)
