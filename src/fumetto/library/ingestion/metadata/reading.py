"""From a book's own files to its metadata, the most trusted scheme first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fumetto.kernel.errors import FumettoError
from fumetto.library.ingestion.books.model import BookWarning
from fumetto.library.ingestion.metadata.model import BookMetadata

if TYPE_CHECKING:
    from fumetto.library.ingestion.books.book import Book

NOTHING: Final = BookMetadata()
_TRUST: Final = ("metadata.yaml", "comicinfo.xml", "readme.md")  # before all others, in this order


def describe(book: Book) -> BookMetadata:
    """What a book's `metadata.yaml`, ComicInfo.xml or other sidecars say, the former winning; never raises for them.

    A scheme that cannot be read becomes a warning of the book. Schemes that need comicbox are read only where neither
    of the two is there: they say nothing then that would be worth a second.
    """
    members = book.layout.metadata
    if not members and not book.container.comment and not book.letterings:
        return NOTHING
    found = NOTHING
    trusted = [(rank, member) for member in members if (rank := _rank(member)) is not None]
    for _, member in sorted(trusted, key=lambda item: item[0]):
        found = found.filled_from(_read(book, member, _TRUSTED[_last(member)]))
    if not found.source:
        for member in members:
            if _rank(member) is None:
                found = found.filled_from(_read(book, member, _read_foreign))
    if not found.source and book.container.comment:
        found = _read_comment(book)
    if book.letterings:
        languages = dict.fromkeys([*found.languages, *_lettered(book)])
        found = dataclasses.replace(found, languages=tuple(languages))
    return found


def _lettered(book: Book) -> list[str]:
    return sorted({language for by_language in book.letterings.values() for language in by_language})


def _last(member: str) -> str:
    return member[member.rfind("/") + 1 :].lower()


def _rank(member: str) -> int | None:
    last = _last(member)
    return _TRUST.index(last) if last in _TRUST else None


def _read(book: Book, member: str, reader: Callable[[Book, str, bytes], BookMetadata]) -> BookMetadata:
    if book.member(member).byte_size > book.limits.metadata_bytes:
        book.layout.warnings.append(BookWarning("metadata_too_large", member))
        return NOTHING
    try:
        return reader(book, member, book.read(member))
    except FumettoError:
        book.layout.warnings.append(BookWarning("metadata_unreadable", member))
        return NOTHING


def _read_comicinfo(_book: Book, _member: str, data: bytes) -> BookMetadata:
    from fumetto.library.ingestion.metadata.comicinfo import parse_comicinfo

    return parse_comicinfo(data)


def _read_acquired(_book: Book, _member: str, data: bytes) -> BookMetadata:
    from fumetto.library.ingestion.metadata.acquired import parse_acquired

    return parse_acquired(data)


def _read_readme(book: Book, _member: str, data: bytes) -> BookMetadata:
    from fumetto.library.ingestion.metadata.readme import parse_readme

    return parse_readme(data, _lettered(book), book.layout.pages[0].member) if book.letterings else NOTHING


def _read_foreign(_book: Book, member: str, data: bytes) -> BookMetadata:
    from fumetto.library.ingestion.metadata.foreign import SCHEMES, parse_foreign

    return parse_foreign(_last(member), data) if _last(member) in SCHEMES else NOTHING


def _read_comment(book: Book) -> BookMetadata:
    from fumetto.library.ingestion.metadata.foreign import parse_comment

    try:
        return parse_comment(book.container.comment) or NOTHING
    except FumettoError:
        book.layout.warnings.append(BookWarning("metadata_unreadable", book.path.name))
        return NOTHING


_TRUSTED: Final[dict[str, Callable[[Book, str, bytes], BookMetadata]]] = {
    "metadata.yaml": _read_acquired,
    "comicinfo.xml": _read_comicinfo,
    "readme.md": _read_readme,
}
