"""Which format a file is, by what is in it, and the book that comes of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fumetto.library.ingestion.books.book import Book
from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookEmptyFile,
    BookNeedsPassword,
    BookNotAccessible,
    BookNotRecognised,
)
from fumetto.library.ingestion.books.files import OpenFile, display, stays_within
from fumetto.library.ingestion.books.folder import FolderContainer
from fumetto.library.ingestion.books.layout import arrange
from fumetto.library.ingestion.books.model import BookKind, BookWarning, Limits
from fumetto.library.ingestion.books.names import suffix_of
from fumetto.library.ingestion.books.zipped import ZipContainer
from fumetto.library.ingestion.metadata.reading import describe

DEFAULT_LIMITS: Final = Limits()

SUFFIXES: Final = {
    "cbz": BookKind.CBZ, "zip": BookKind.CBZ, "cbr": BookKind.CBR, "rar": BookKind.CBR, "cb7": BookKind.CB7,
    "7z": BookKind.CB7, "cbt": BookKind.CBT, "tar": BookKind.CBT, "pdf": BookKind.PDF, "epub": BookKind.EPUB,
}  # fmt: skip
_HEAD: Final = 1024
EPUB_CONTAINER: Final = "META-INF/container.xml"


def open_book(path: Path | str, limits: Limits = DEFAULT_LIMITS, *, root: Path | None = None) -> Book:
    """The book that a file or folder is, by its content, whatever its name says.

    Cheap for folders and ZIP: no page is unpacked. `root` is the library folder that links may not lead out of (a
    book's own folder if not given). Raises BookError; see `books.errors`.
    """
    text = os.fspath(path)
    place = path if isinstance(path, Path) else Path(path)
    if root is not None and os.path.islink(text) and not stays_within(place, root):
        raise BookNotAccessible(file=display(text), reason="it is a link that leads out of the library folder")
    if os.path.isdir(text):
        container: Container = FolderContainer(place, limits, root)
        return Book(place, BookKind.FOLDER, container, arrange(container.members), describe)
    opened = OpenFile(text)
    try:
        if opened.size == 0:
            raise BookEmptyFile(file=opened.file)
        head = os.pread(opened.descriptor, _HEAD, 0)
        kind = kind_of(head, text)
        if kind is None:
            raise BookNotRecognised(file=opened.file)
        book = _open_file(place, kind, opened, head, limits)
    except BaseException:
        opened.close()
        raise
    suffix = suffix_of(text)
    if suffix and SUFFIXES.get(suffix) is not book.kind:
        book.layout.warnings.append(BookWarning("wrong_suffix", suffix))
    return book


def kind_of(head: bytes, name: str) -> BookKind | None:
    """The format by the first 1,024 bytes; a program before a ZIP is looked through only where the name says so."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return BookKind.CBZ
    if head.startswith(b"Rar!\x1a\x07"):
        return BookKind.CBR
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return BookKind.CB7
    if b"%PDF-" in head:
        return BookKind.PDF
    if is_tar(head) or head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")):
        return BookKind.CBT
    if head.startswith(b"MZ") and suffix_of(name) in ("cbz", "zip"):
        return BookKind.CBZ
    return None


def is_tar(head: bytes) -> bool:
    """Whether a tar header, of any dialect, begins here: by its magic or, before POSIX, by its checksum."""
    if head[257:262] == b"ustar":
        return True
    if len(head) < 512 or not head[0]:
        return False
    try:
        announced = int(head[148:156].strip(b"\x00 ") or b"x", 8)
    except ValueError:
        return False
    return sum(head[:148]) + 8 * 32 + sum(head[156:512]) == announced


def _open_file(place: Path, kind: BookKind, opened: OpenFile, head: bytes, limits: Limits) -> Book:
    # What is large to import is imported when a book needs it
    if kind is BookKind.CBZ:
        return _open_zip(place, opened, limits)
    if kind is BookKind.CBT:
        from fumetto.library.ingestion.books.tar import TarContainer

        return _arranged(place, kind, TarContainer(opened, head, limits))
    if kind is BookKind.CBR:
        from fumetto.library.ingestion.books.rar import RarContainer

        return _arranged(place, kind, RarContainer(opened, limits))
    if kind is BookKind.CB7:
        from fumetto.library.ingestion.books.sevenzip import SevenZipContainer

        return _arranged(place, kind, SevenZipContainer(opened, limits))
    from fumetto.library.ingestion.books.pdf import PdfContainer
    from fumetto.library.ingestion.metadata.pdf import describe_pdf

    container = PdfContainer(opened, limits)
    return Book(place, kind, container, container.layout(), lambda _: describe_pdf(container))


def _arranged(place: Path, kind: BookKind, container: Container) -> Book:
    book = Book(place, kind, container, arrange(container.members), describe)
    if any(container.is_encrypted(page.member) for page in book.layout.pages):
        raise BookNeedsPassword(file=container.file)
    return book


def _open_zip(place: Path, opened: OpenFile, limits: Limits) -> Book:
    container = ZipContainer(opened, limits)
    if EPUB_CONTAINER not in container.members:
        return _arranged(place, BookKind.CBZ, container)
    from fumetto.library.ingestion.books.epub import read_epub

    found = read_epub(container)
    container.random_access = False  # to open one is to parse XML
    return Book(
        place,
        BookKind.EPUB,
        container,
        found.layout,
        lambda book: describe(book).filled_from(found.metadata),
        found.media_types,
    )
