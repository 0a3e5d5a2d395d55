"""What a book is to the rest of the program: pages in reading order, read one at a time, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings

Kind = Literal[
    "cover", "title", "story", "credits"
]  # the values of catalogue.PageKind, which would import the database


class BookKind(StrEnum):
    FOLDER = "folder"
    CBZ = "cbz"
    CBR = "cbr"
    CB7 = "cb7"
    CBT = "cbt"
    PDF = "pdf"
    EPUB = "epub"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a book from outside may cost. Bytes are decompressed bytes; ratio counts from 1 MiB on."""

    entries: int = 20_000
    archive_bytes: int = 8 * 1024**3
    entry_bytes: int = 256 * 1024**2
    ratio: int = 200
    page_pixels: int = 200_000_000
    metadata_bytes: int = 4 * 1024**2

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(
            entries=settings.max_archive_entries,
            archive_bytes=settings.max_archive_bytes,
            entry_bytes=settings.max_entry_bytes,
            ratio=settings.max_entry_ratio,
            page_pixels=settings.max_page_pixels,
        )


RATIO_COUNTS_FROM = 1024 * 1024


class Member(NamedTuple):
    """A file inside a book. `fingerprint` changes when its content does and is cheap: no member is unpacked for it."""

    byte_size: int
    fingerprint: str


class BookPage(NamedTuple):
    """One picture of a book.

    `media_type` is a guess by the name (`probe_image` on the first bytes knows); `byte_size` is 0 where only unpacking
    would tell (drawn PDF pages). `page_number` counts story pages from 1; covers, title strips and credits have none.
    `double` is what the name, ComicInfo or EPUB say; a look at the dimensions comes later (`names.is_spread`).
    """

    member: str
    byte_size: int
    media_type: str
    fingerprint: str
    kind: Kind = "story"
    page_number: int | None = None
    double: bool = False


class PlainRange(NamedTuple):
    """Where a member lies uncompressed in a file on this machine: what `sendfile` wants."""

    path: str
    offset: int
    length: int


class BookWarning(NamedTuple):
    """Something odd that did not stop the reading. `code` is a text `book_warnings.<code>`; `name` what it is about."""

    code: str
    name: str
