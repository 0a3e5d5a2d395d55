"""What runs in a parser process when a page is looked at. Takes and gives plain values; free of the database.

Two calls: `look_at_files` for what lies beside the picture, cheap, and `look_at_picture` for what only the pixels tell,
in a process of its own with more memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fumetto.kernel.text.languages import language_of_code
from fumetto.library.catalogue.kinds import Direction, PageKind
from fumetto.library.contents.boxes import WHOLE_PAGE, Box
from fumetto.library.contents.errors import SidecarInvalid
from fumetto.library.contents.sidecars.document import MAX_BYTES, Sidecar, is_sidecar, read_sidecar
from fumetto.library.contents.sidecars.naming import sidecar_of
from fumetto.library.ingestion.books import Book, Limits, open_book
from fumetto.library.ingestion.books.errors import BookError, BookMissing, BookNotAccessible, PageChanged, PageMissing
from fumetto.library.ingestion.books.model import BookKind
from fumetto.library.ingestion.books.zipped import ZipContainer
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from fumetto.library.ingestion.lettering.model import LetteredBalloon

IS_ANOTHER = (BookMissing, BookNotAccessible, PageMissing, PageChanged)
"""Why nothing is written down of a page: its file is away, or is not the one that was scanned."""


@dataclass(frozen=True, slots=True)
class FilesTask:
    """A page of a book, and letterings of it to be read again: language, member and fingerprint of each."""

    path: Path
    limits: Limits
    member: str
    fingerprint: str
    kind: PageKind = PageKind.STORY
    direction: Direction = Direction.LEFT_TO_RIGHT
    size: tuple[int, int] | None = None
    letterings: tuple[tuple[str, str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class SidecarFound:
    """A sidecar in a book. `foreign`: it is another program's file that happens to be called so."""

    name: str
    digest: str
    sidecar: Sidecar | None
    problem: SidecarInvalid | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class FilesFound:
    """`lettered` are the balloons of the letterings that were asked for and could be read, by language."""

    sidecar: SidecarFound | None
    words: tuple[str, ...]
    language: str | None
    lettered: Mapping[str, tuple[LetteredBalloon, ...]] = field(default_factory=dict)


def look_at_files(task: FilesTask) -> FilesFound:
    """A page's sidecar, its EPUB text, and its letterings where they are wanted.

    Raises PageMissing and PageChanged for another page than was scanned; BookError when the book cannot be read.
    """
    with open_book(task.path, task.limits) as book:
        book.require(task.member, task.fingerprint)
        words, language = epub_words(book, task.member)
        return FilesFound(sidecar_in(book, task.member), words, language, letterings_in(book, task))


def letterings_in(book: Book, task: FilesTask) -> dict[str, tuple[LetteredBalloon, ...]]:
    """What letterings say and where; one that is gone, is another now or cannot be read is for the scan to tell of."""
    if not task.letterings or task.size is None:
        return {}
    from fumetto.library.ingestion.lettering.compose import read_balloons

    found = {}
    for language, member, fingerprint in task.letterings:
        try:
            book.require(member, fingerprint)
            drawing = book.read(member)
            balloons = read_balloons(drawing, language, task.size, page=task.kind, direction=task.direction)
        except (BookError, LetteringUnreadable):
            continue
        found[language] = tuple(balloons)
    return found


def sidecar_in(book: Book, member: str) -> SidecarFound | None:
    name = sidecar_of(member, book.container.members)
    if name is None:
        return None
    file = f"{book.file}: {name}" if book.kind is not BookKind.FOLDER else f"{book.file}/{name}"
    if book.member(name).byte_size > MAX_BYTES:
        problem = SidecarInvalid(file=file, line=1, key="$", reason=f"the file is larger than {MAX_BYTES} bytes")
        return SidecarFound(name, book.member(name).fingerprint, None, problem)
    try:
        data = book.read(name)
    except BookError as error:
        problem = SidecarInvalid(file=file, line=1, key="$", reason=f"the file cannot be read: {error.code}")
        return SidecarFound(name, book.member(name).fingerprint, None, problem)
    digest = digest_of(data)
    if not is_sidecar(data):
        return SidecarFound(name, digest, None, foreign=True)
    try:
        return SidecarFound(name, digest, read_sidecar(data, file))
    except SidecarInvalid as problem:
        return SidecarFound(name, digest, None, problem)


def digest_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def epub_words(book: Book, member: str) -> tuple[tuple[str, ...], str | None]:
    if book.kind is not BookKind.EPUB or not isinstance(book.container, ZipContainer):
        return (), None
    from fumetto.library.ingestion.books.epub_words import words_beside

    try:
        found = words_beside(book.container, member)
    except BookError:
        return (), None
    if found is None:
        return (), None
    return found.blocks, language_of_code(found.language) if found.language else None


@dataclass(frozen=True, slots=True)
class PictureTask:
    """What is wanted of a page's picture, which has to be that of the fingerprint (None: whatever is there).

    `panels` are those known already, for the order of what is read.
    """

    path: Path
    limits: Limits
    member: str
    fingerprint: str | None
    kind: PageKind
    direction: Direction
    language: str
    want_panels: bool
    want_words: bool
    panels: tuple[Box, ...]
    threads: int


@dataclass(frozen=True, slots=True)
class PanelSeen:
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class WordsSeen:
    text: str
    kind: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class PictureFound:
    """None where it was not wanted. `language` is as asked, or what the letters gave away."""

    panels: tuple[PanelSeen, ...] | None
    words: tuple[WordsSeen, ...] | None
    language: str


def look_at_picture(task: PictureTask) -> PictureFound:
    """Panels and words, by looking.

    Raises PageMissing and PageChanged for another page than was scanned, other BookErrors, and PageUnreadable.
    """
    from fumetto.kernel.images.load import load_upright
    from fumetto.library.contents.ocr.engine import LONGEST_EDGE, TOO_SMALL

    with open_book(task.path, task.limits) as book:
        book.require(task.member, task.fingerprint)
        data = book.read(task.member)
    pixels = as_array(load_upright(data, max_pixels=task.limits.page_pixels, max_edge=LONGEST_EDGE))
    panels: tuple[PanelSeen, ...] | None = None
    if min(pixels.shape[:2]) < TOO_SMALL:
        whole = (PanelSeen(WHOLE_PAGE, 0.0),) if task.want_panels else None
        return PictureFound(whole, () if task.want_words else None, task.language)
    if task.want_panels:
        from fumetto.library.contents.panels.detection import find_panels

        panels = tuple(PanelSeen(found.box, found.confidence) for found in find_panels(pixels, task.direction))
    if not task.want_words:
        return PictureFound(panels, None, task.language)
    from fumetto.library.contents.ocr.alphabets import UNKNOWN, told_language
    from fumetto.library.contents.ocr.engine import read_lines
    from fumetto.library.contents.ocr.grouping import balloons_of

    lines = read_lines(pixels, task.threads)
    language = task.language
    if language == UNKNOWN:
        language = told_language("".join(line.text for line in lines))
    found = balloons_of(
        lines,
        (pixels.shape[1], pixels.shape[0]),
        language=language,
        kind=task.kind,
        direction=task.direction,
        panels=task.panels or [panel.box for panel in panels or ()],
    )
    words = tuple(WordsSeen(each.text, each.kind.value, each.box, each.confidence) for each in found)
    return PictureFound(panels, words, language)


def as_array(picture: Any) -> Any:
    """A pyvips image as rows, columns, and blue, green and red, as OpenCV has them."""
    import numpy as np

    if picture.bands == 1:
        picture = picture.bandjoin([picture, picture])
    pixels = np.ascontiguousarray(picture.numpy()[:, :, :3])
    return pixels[:, :, ::-1]
