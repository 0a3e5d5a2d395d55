"""A book that is open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import BookHasNoPages, PageChanged, PageError
from fumetto.library.ingestion.books.layout import Layout
from fumetto.library.ingestion.books.model import BookKind, BookPage, BookWarning, Limits, Member, PlainRange
from fumetto.library.ingestion.books.names import IMAGE_TYPES, suffix_of
from fumetto.library.ingestion.metadata.model import BookMetadata, PageMark

DescribeBook = Callable[["Book"], BookMetadata]


class Book:
    """Pages in reading order, their bytes, and what the book says about itself. Close it, or use it with `with`.

    `kind` is by content. `random_access` is true where any page costs about its own size and no more than zlib is run:
    such books may be read in the serving process; all others belong in a ParserPool. `fingerprint` identifies the
    content wherever the file lies and whatever it is called (32 hexadecimal digits). `letterings` maps a page's index
    to its lettering files by language; they are read with `read` like pages.
    """

    def __init__(
        self,
        path: Path,
        kind: BookKind,
        container: Container,
        layout: Layout,
        describe: DescribeBook,
        media_types: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.kind = kind
        self.container = container
        self.layout = layout
        self._describe = describe
        self._media_types = media_types or {}
        if not layout.pages:
            raise BookHasNoPages(file=container.file)

    @property
    def file(self) -> str:
        return self.container.file

    @property
    def limits(self) -> Limits:
        return self.container.limits

    @property
    def random_access(self) -> bool:
        return self.container.random_access

    @property
    def warnings(self) -> tuple[BookWarning, ...]:
        return (*self.container.warnings, *self.layout.warnings)

    @property
    def letterings(self) -> Mapping[int, Mapping[str, str]]:
        return self.layout.letterings

    @cached_property
    def pages(self) -> tuple[BookPage, ...]:
        """The pages, with the kinds and spreads that ComicInfo or the like tells, where it does."""
        marks = self.metadata.page_kinds
        members, types = self.container.members, self._media_types
        pages: list[BookPage] = []
        story = 0
        last = len(self.layout.pages) - 1
        for index, (member, kind, double) in enumerate(self.layout.pages):
            if marks and (mark := marks.get(index, NO_MARK)) is not NO_MARK:
                kind = mark.kind or kind
                double = double if mark.double is None else mark.double
                if (kind == "cover" and (index or not last)) or (kind == "credits" and index != last):
                    kind = "story"  # a cover further on is a picture of one: there is one place before page 1
            number = None
            if kind == "story":
                story += 1
                number = story
            byte_size, fingerprint = members[member]
            media_type = types.get(member) or IMAGE_TYPES[suffix_of(member)]
            pages.append(BookPage(member, byte_size, media_type, fingerprint, kind, number, double))
        return tuple(pages)

    @cached_property
    def metadata(self) -> BookMetadata:
        """What is written in the book; names are no part of it (`metadata.naming.parse_name` reads those)."""
        return self._describe(self)

    @cached_property
    def fingerprint(self) -> str:
        digest = hashlib.blake2b(self.kind.encode(), digest_size=16)
        members = self.container.members
        for page in self.layout.pages:
            digest.update(f"{page.member}\0{members[page.member].fingerprint}\0".encode())
        for by_language in self.letterings.values():
            for member in by_language.values():
                digest.update(f"{member}\0{members[member].fingerprint}\0".encode())
        for member in self.layout.metadata:
            digest.update(f"{member}\0{members[member].fingerprint}\0".encode())
        return digest.hexdigest()

    def member(self, name: str) -> Member:
        """Size and fingerprint of a page, lettering or metadata file. Raises PageMissing."""
        return self.container.known(name)

    def require(self, name: str, fingerprint: str | None) -> None:
        """Make sure that a member is still the one that was scanned; None is whatever is there.

        Raises PageMissing, and PageChanged for another.
        """
        if fingerprint is not None and self.member(name).fingerprint != fingerprint:
            raise PageChanged(file=self.file, member=name)

    def read(self, member: str) -> bytes:
        """All bytes of a page, lettering or metadata file. Raises PageError (BookError where the whole book fails)."""
        return self.container.read(member)

    def head(self, member: str, count: int = 64 * 1024) -> bytes:
        """At least its first `count` bytes, unpacking as little as possible: for `probe_image`."""
        return self.container.head(member, count)

    def open_range(self, member: str) -> PlainRange | None:
        """Where the member lies uncompressed in a file of this machine, or None."""
        return self.container.open_range(member)

    def each(self, members: Iterable[str] | None = None) -> Iterator[tuple[str, bytes | PageError]]:
        """Pages (or the named members) one after another in the cheapest order, each with its bytes or its error."""
        return self.container.each([page.member for page in self.layout.pages] if members is None else list(members))

    def close(self) -> None:
        self.container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


NO_MARK = PageMark()
