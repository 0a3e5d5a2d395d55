"""What runs in a parser process after a scan: images of pages, and lettering laid over art. Plain values in and out.

What decodes is imported by the functions that need it, and by parser processes before their first task: whoever only
gives them tasks needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.images.derived import Derived
from fumetto.kernel.images.errors import PageUnreadable
from fumetto.kernel.sandbox import rebuilt
from fumetto.library.catalogue.kinds import Direction, PageKind
from fumetto.library.ingestion.books import Book, Limits, open_book
from fumetto.library.ingestion.books.errors import BookError, PageDamaged, PageError
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from fumetto.library.ingestion.lettering.model import LetteredBalloon


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a plain value."""

    kind: type[FumettoError]
    detail: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.kind.code

    def as_error(self) -> FumettoError:
        return rebuilt(self.kind, dict(self.detail))


@dataclass(frozen=True, slots=True)
class PageTask:
    """What is wanted of a page: its own images if `derive`, and `letterings`, from language to SVG member and its
    fingerprint. Nothing is made of another page, or lettering, than that of the fingerprint."""

    member: str
    fingerprint: str
    kind: PageKind
    derive: bool
    letterings: Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class DeriveTask:
    """Pages of one book, in the order they lie in it."""

    path: Path
    limits: Limits
    pages: tuple[PageTask, ...]
    thumbnail_width: int
    display_max_edge: int
    direction: Direction = Direction.LEFT_TO_RIGHT


@dataclass(frozen=True, slots=True)
class LetteredImage:
    """A page lettered in one language. `warnings` are code and particulars."""

    image: bytes
    media_type: str
    thumbnail: bytes
    balloons: tuple[LetteredBalloon, ...]
    warnings: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class PageImages:
    """What was made of one page; `derived` is None where that was not wanted, or failed as `failure` says."""

    derived: Derived | None
    failure: Failure | None
    letterings: Mapping[str, LetteredImage | Failure]


def derive_pages(task: DeriveTask) -> list[PageImages]:
    """The images of each page, in the order of the task. Raises BookError when the whole book cannot be read."""
    with open_book(task.path, task.limits) as book:
        return [_images(book, task, page, data) for page, data in _each(book, task.pages)]


def _each(book: Book, pages: Sequence[PageTask]) -> Iterator[tuple[PageTask, bytes | PageError]]:
    refused: dict[str, PageError] = {}
    for page in pages:
        try:
            book.require(page.member, page.fingerprint)
        except PageError as error:
            refused[page.member] = error
    if book.random_access:
        for page in pages:
            try:
                yield page, refused.get(page.member) or book.read(page.member)
            except PageError as error:
                yield page, error
        return
    read = dict(book.each([page.member for page in pages if page.member not in refused]))
    for page in pages:
        missing = PageDamaged(file=book.file, member=page.member, reason="it was not found")
        yield page, refused.get(page.member) or read.pop(page.member, missing)


def _images(book: Book, task: DeriveTask, page: PageTask, data: bytes | PageError) -> PageImages:
    if isinstance(data, PageError):
        unread = Failure(type(data), data.detail)
        return PageImages(None, unread, dict.fromkeys(page.letterings, unread))
    derived: Derived | None = None
    failure: Failure | None = None
    if page.derive:
        try:
            derived = _derive(data, task)
        except PageUnreadable as error:
            failure = Failure(PageUnreadable, error.naming(page.member).detail)
    return PageImages(derived, failure, _letter_all(book, task, page, data) if page.letterings else {})


def _derive(data: bytes, task: DeriveTask) -> Derived:
    from fumetto.kernel.images.derive import derive

    return derive(
        data,
        thumbnail_width=task.thumbnail_width,
        display_max_edge=task.display_max_edge,
        max_pixels=task.limits.page_pixels,
    )


def _letter_all(book: Book, task: DeriveTask, page: PageTask, data: bytes) -> dict[str, LetteredImage | Failure]:
    from fumetto.kernel.images.load import load_upright

    try:
        art = load_upright(data, max_pixels=task.limits.page_pixels, max_edge=task.display_max_edge)
    except PageUnreadable as error:
        return dict.fromkeys(page.letterings, Failure(PageUnreadable, error.naming(page.member).detail))
    return {language: _letter(book, task, page, art, language) for language in page.letterings}


def _letter(book: Book, task: DeriveTask, page: PageTask, art: Any, language: str) -> LetteredImage | Failure:
    from fumetto.kernel.images.derive import thumbnail_of
    from fumetto.library.ingestion.lettering.compose import compose_on

    member, fingerprint = page.letterings[language]
    try:
        book.require(member, fingerprint)
        composed = compose_on(art, book.read(member), language, page=page.kind, direction=task.direction)
    except LetteringUnreadable as error:
        return Failure(LetteringUnreadable, error.naming(member).detail)
    except BookError as error:
        return Failure(type(error), error.detail)
    return LetteredImage(
        image=composed.image,
        media_type=composed.media_type,
        thumbnail=thumbnail_of(composed.picture, task.thumbnail_width),
        balloons=tuple(composed.balloons),
        warnings=tuple((warning.code, dict(warning.detail)) for warning in composed.warnings),
    )
