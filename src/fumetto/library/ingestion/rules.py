"""What counts as a book on a disk, and what has happened to the books that were known. Pure: touches no file."""

from __future__ import annotations

import hashlib
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple
from uuid import UUID

from fumetto.library.ingestion.books.layout import ACQUIRED_METADATA
from fumetto.library.ingestion.books.names import is_spread, natural_key
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.naming import BOOK_SUFFIXES, IMAGE_SUFFIXES

IGNORED_NAMES = frozenset(
    {
        "__macosx",
        "@eadir",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "thumbs.db",
        "desktop.ini",
    }
)
ACQUIRED_PICTURES = {"pages", "art"}
ACQUIRED_FOLDERS = frozenset({"pages", "art", "lettering"})
_COVER_STEM = re.compile(
    r"^(?:cover|folder|poster|banner|fanart|thumb(?:nail)?|logo|series|back(?:drop|cover)?|album|front)[\s._-]*\d*$",
    re.IGNORECASE,
)
_LANGUAGE_FOLDER = re.compile(r"^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2}$", re.IGNORECASE)


class FolderKind(StrEnum):
    BOOK = "book"
    SHELF = "shelf"


class FileSeen(NamedTuple):
    name: str
    byte_size: int
    modified_ns: int


@dataclass(slots=True)
class FolderSeen:
    """One folder as read from the disk, with the folders in it; hidden and ignored names are left out already."""

    path: str  # relative to the root, "." for the root itself
    files: list[FileSeen] = field(default_factory=list)
    folders: list[FolderSeen] = field(default_factory=list)

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


class Found(NamedTuple):
    """A book on the disk: `byte_size` and `modified_ns` as `Source` holds them."""

    path: str
    is_folder: bool
    byte_size: int
    modified_ns: int


Settled = tuple[str, int, int]
"""Path, size and time of a source that is there, could be read and is an episode."""


@dataclass(frozen=True, slots=True)
class Known:
    """A source as the database has it."""

    id: UUID
    root_id: UUID
    path: str
    byte_size: int
    modified_ns: int
    fingerprint: str | None
    state: SourceState
    episode_id: UUID | None


@dataclass(slots=True)
class Comparison:
    """What a scan has to do. `to_read`, in natural order, are new or changed, each with its path's source, if any."""

    unchanged: int = 0
    returned: list[Known] = field(default_factory=list)
    to_read: list[tuple[Found, Known | None]] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)


def is_ignored(name: str) -> bool:
    """Dotfiles, and what file managers, cameras and network disks leave about."""
    return name[:1] == "." or name[-1:] == "~" or name.casefold() in IGNORED_NAMES


def suffix_of(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def is_book_file(name: str) -> bool:
    return suffix_of(name) in BOOK_SUFFIXES


def is_image_file(name: str) -> bool:
    return suffix_of(name) in IMAGE_SUFFIXES


def is_lettering_folder(folder: FolderSeen) -> bool:
    """A folder named as a language that holds SVG files and no picture: that language's lettering of the art beside."""
    if not _LANGUAGE_FOLDER.match(folder.name):
        return False
    suffixes = {suffix_of(file.name) for file in folder.files}
    return ".svg" in suffixes and not suffixes & IMAGE_SUFFIXES and not suffixes & BOOK_SUFFIXES


def kind_of_folder(folder: FolderSeen) -> FolderKind:
    """A folder that holds pictures is a book; so is the acquired layout (`metadata.yaml` beside `pages/` or `art/`).

    Unless it holds book files, or its only pictures are ornaments (`cover.jpg`, `folder.png`) above other books.
    """
    names = [file.name for file in folder.files]
    if ACQUIRED_METADATA in names and any(
        inner.name in ACQUIRED_PICTURES and any(is_image_file(file.name) for file in inner.files)
        for inner in folder.folders
    ):
        return FolderKind.BOOK
    if any(is_book_file(name) for name in names):
        return FolderKind.SHELF
    pictures = [name for name in names if is_image_file(name)]
    if not pictures:
        return FolderKind.SHELF
    ornaments = all(_COVER_STEM.match(name[: -len(suffix_of(name))]) for name in pictures)
    return FolderKind.SHELF if ornaments and any(holds_books(inner) for inner in folder.folders) else FolderKind.BOOK


def holds_books(folder: FolderSeen) -> bool:
    return any(is_book_file(file.name) or is_image_file(file.name) for file in folder.files) or any(
        holds_books(inner) for inner in folder.folders
    )


def parts_of_book(folder: FolderSeen) -> list[FolderSeen]:
    """The folders that are part of a book's folder: its letterings, and in the acquired layout its pages too."""
    acquired = any(file.name == ACQUIRED_METADATA for file in folder.files)
    return [
        inner for inner in folder.folders if is_lettering_folder(inner) or (acquired and inner.name in ACQUIRED_FOLDERS)
    ]


def books_in(folder: FolderSeen) -> list[Found]:
    """Every book in a folder and below it, in no order."""
    found: list[Found] = []
    pending = [folder]
    while pending:
        current = pending.pop()
        inside = current.folders
        if kind_of_folder(current) is FolderKind.BOOK:
            parts = parts_of_book(current)
            found.append(found_folder(current, parts))
            own = {id(part) for part in parts}
            inside = [inner for inner in current.folders if id(inner) not in own]
        else:
            prefix = "" if current.path == "." else current.path + "/"
            found += [
                Found(prefix + file.name, False, file.byte_size, file.modified_ns)
                for file in current.files
                if is_book_file(file.name)
            ]
        pending += inside
    return found


def path_key(path: str) -> tuple[tuple[tuple[str | int, ...], ...], str]:
    """Sorts paths folder by folder in natural order."""
    return tuple(natural_key(part) for part in path.split("/")), path


def found_folder(folder: FolderSeen, parts: Sequence[FolderSeen]) -> Found:
    files = sorted((file for part in _flatten(folder, parts) for file in part), key=lambda file: file.name)
    digest = hashlib.blake2b(digest_size=8)
    for file in files:
        digest.update(f"{file.name}\0{file.byte_size}\0{file.modified_ns}\n".encode("utf-8", "surrogateescape"))
    return Found(folder.path, True, sum(file.byte_size for file in files), int.from_bytes(digest.digest(), "big") >> 1)


def _flatten(folder: FolderSeen, parts: Sequence[FolderSeen]) -> Iterable[list[FileSeen]]:
    yield folder.files
    for part in parts:
        below = [part]
        while below:
            inner = below.pop()
            tail = inner.path if folder.path == "." else inner.path[len(folder.path) + 1 :]
            yield [FileSeen(f"{tail}/{file.name}", file.byte_size, file.modified_ns) for file in inner.files]
            below += inner.folders


def looks_unmounted(exists: bool, entries: int, known_present: int) -> bool:
    """A root that is gone, or is quite empty where it held books, is not there: nothing of it is to be touched."""
    return not exists or (entries == 0 and known_present > 0)


def compare(found: Iterable[Found], known: Iterable[Known], *, retry_failed: bool = False) -> Comparison:
    """What is new, changed, back or gone, by path, size and time alone; `retry_failed` reads failed ones again.

    A source whose episode was forgotten is read anew when its file is there.
    """
    by_path = {source.path: source for source in known}
    result = Comparison()
    for book in found:
        source = by_path.pop(book.path, None)
        if source is None or is_to_read(book, source, retry_failed):
            result.to_read.append((book, source))
        elif source.state is SourceState.MISSING:
            result.returned.append(source)
        else:
            result.unchanged += 1
    result.to_read.sort(key=lambda pair: path_key(pair[0].path))
    result.gone = [source for source in by_path.values() if source.state is not SourceState.MISSING]
    return result


def set_aside(found: Iterable[Found], settled: set[Settled]) -> tuple[list[Found], set[str]]:
    """The books that are not exactly as one of `settled`, and the paths of those of `settled` that no book is as.

    What most scans find of most libraries is told apart here, without looking at anything else that is known of it.
    """
    found = list(found)
    as_seen = [(book.path, book.byte_size, book.modified_ns) for book in found]
    other = [book for book, seen in zip(found, as_seen, strict=True) if seen not in settled]
    if len(found) - len(other) == len(settled):
        return other, set()
    return other, {path for path, _, _ in settled.difference(as_seen)}


def is_to_read(book: Found, source: Known, retry_failed: bool) -> bool:
    if (book.byte_size, book.modified_ns) != (source.byte_size, source.modified_ns):
        return True
    return retry_failed if source.state is SourceState.FAILED else source.episode_id is None


def pair_moves(fingerprints: Mapping[str, str], orphans: Iterable[Known]) -> dict[str, Known]:
    """Which of the paths that need reading hold what was at another path: path to the source that moved there.

    `fingerprints` maps those paths to the content found there; `orphans` are sources whose path holds theirs no more,
    of which only those count that are an episode.
    One orphan is given to one path: the same file name first, then in natural order, so two copies that moved stay two.
    """
    waiting: dict[str, list[Known]] = defaultdict(list)
    for source in orphans:
        if source.fingerprint and source.episode_id is not None:
            waiting[source.fingerprint].append(source)
    pairs: dict[str, Known] = {}
    paths: dict[str, list[str]] = defaultdict(list)
    for path, fingerprint in fingerprints.items():
        if fingerprint in waiting:
            paths[fingerprint].append(path)
    for fingerprint, here in paths.items():
        sources = sorted(waiting[fingerprint], key=lambda source: path_key(source.path))
        here = sorted(here, key=path_key)
        for same_name in (True, False):
            for path in [path for path in here if path not in pairs]:
                for source in sources:
                    if not same_name or PurePosixPath(source.path).name == PurePosixPath(path).name:
                        pairs[path] = source
                        sources.remove(source)
                        break
    return pairs


def spread_flags(sizes: Sequence[tuple[int, int] | None]) -> list[bool]:
    """Which of a book's pages, by width and height, are two facing pages: by their shape among the others'."""
    known = [width / height for width, height in filter(None, sizes)]
    if not known:
        return [False] * len(sizes)
    typical = statistics.median(known)
    return [size is not None and is_spread(*size, typical) for size in sizes]
