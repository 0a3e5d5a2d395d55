"""From a book's own files to its metadata, the most trusted scheme first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fumetto.library.ingestion.books.errors import BookError
from fumetto.library.ingestion.books.model import BookWarning
from fumetto.library.ingestion.metadata.model import BookMetadata

if TYPE_CHECKING:
    from fumetto.library.ingestion.books.book import Book

NOTHING = BookMetadata()


def describe(book: Book) -> BookMetadata:
    """What a book's `metadata.yaml`, ComicInfo.xml or other sidecars say, the former winning; never raises for them.

    A scheme that cannot be read becomes a warning of the book.
    """
    found = NOTHING
    for member in book.layout.metadata:
        reader = READERS.get(member[member.rfind("/") + 1 :].lower())
        if reader is None:
            continue
        if book.member(member).byte_size > book.limits.metadata_bytes:
            book.layout.warnings.append(BookWarning("metadata_too_large", member))
            continue
        try:
            read = reader(book.read(member))
        except BookError:
            book.layout.warnings.append(BookWarning("metadata_unreadable", member))
            continue
        found = found.filled_from(read)
    return found


def read_comicinfo(data: bytes) -> BookMetadata:
    from fumetto.library.ingestion.metadata.comicinfo import parse_comicinfo

    return parse_comicinfo(data)


READERS: dict[str, Callable[[bytes], BookMetadata]] = {"comicinfo.xml": read_comicinfo}
