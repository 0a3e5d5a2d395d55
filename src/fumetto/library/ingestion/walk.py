"""Reading a root's folders, and the cheap fingerprint by which a file that moved is known again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fumetto.library.ingestion.rules import (
    FileSeen,
    FolderSeen,
    Found,
    books_in,
    found_folder,
    is_book_file,
    is_ignored,
    is_image_file,
    parts_of_book,
)

DEEPEST = 64  # folders below one another; deeper is a mistake, or malice
SAMPLE_BYTES = 64 * 1024
_UNDECODABLE = {0xDC00 + byte: 0xEF00 + byte for byte in range(0x80, 0x100)}
_DECODABLE = {value: key for key, value in _UNDECODABLE.items()}


@dataclass(slots=True)
class Walk:
    """What lies below a root. `unreadable` are folders, relative to it, whose content the system would not show."""

    exists: bool
    entries: int = 0
    books: list[Found] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def stored(path: str) -> str:
    """A path as the database can hold it: bytes that are no UTF-8 become private characters (U+EF80 to U+EFFF)."""
    return path if path.isascii() else path.translate(_UNDECODABLE)


def on_disk(path: str) -> str:
    """What `stored` was given."""
    return path if path.isascii() else path.translate(_DECODABLE)


def file_of(root: str | Path, path: str) -> Path:
    """Where a source lies, from its root's path and its own as stored."""
    return Path(on_disk(str(root)), on_disk(path)) if path != "." else Path(on_disk(str(root)))


def walk(root: Path, leave_out: Iterable[Path] = ()) -> Walk:
    """Find every book at or below `root`; blocking, one scandir per folder and one stat per file.

    `leave_out` are folders not to look into: other roots, the data directory. Links to folders are followed once every
    folder that lies here for real has been seen, and none is entered twice, so loops end. Links to files are left out:
    what they lead to is here already, or is not to be read from here. Paths in the result are as `stored` gives them.
    """
    try:
        status = root.stat()
    except OSError:
        return Walk(exists=False)
    if not stat.S_ISDIR(status.st_mode):
        if not stat.S_ISREG(status.st_mode):
            return Walk(exists=False)
        return Walk(exists=True, entries=1, books=[Found(".", False, status.st_size, status.st_mtime_ns)])
    walker = _Walker(root, leave_out)
    top = walker.all_below()
    return Walk(True, len(top.files) + len(top.folders) + walker.others, books_in(top), walker.unreadable)


def holds_any_book(root: Path, leave_out: Iterable[Path] = ()) -> bool:
    """Whether there may be a book at or below a path: `walk` without going on when one was found."""
    if not root.is_dir():
        return root.is_file()
    walker = _Walker(root, leave_out)
    pending = [(FolderSeen("."), walker.root, 0)]
    while pending or walker.links:
        if not pending:
            parent, path, depth = walker.links.pop()
            if (place := walker.enter(path)) is None:
                continue
            pending.append((FolderSeen(parent.path), place, depth))
        folder, path, depth = pending.pop()
        found: list[tuple[FolderSeen, str, int]] = []
        walker.read_one(folder, path, depth, found)
        if any(is_book_file(file.name) or is_image_file(file.name) for file in folder.files):
            return True
        pending += found
    return False


class _Walker:
    """Folders are opened by real paths: the root's and a link's are resolved, and below them no link is followed."""

    def __init__(self, root: Path, leave_out: Iterable[Path]) -> None:
        self.root = os.path.realpath(root)
        self.left_out = {os.path.realpath(path) for path in leave_out} - {self.root}
        self.read_already: list[str] = []
        self.entered: set[tuple[int, int]] = set()
        self.links: list[tuple[FolderSeen, str, int]] = []
        self.unreadable: list[str] = []
        self.others = 0  # entries of the root that are neither file nor folder, or ignored

    def all_below(self) -> FolderSeen:
        top = FolderSeen(".")
        self.read([(top, self.root, 0)])
        while self.links:
            parent, path, depth = self.links.pop(0)
            if (place := self.enter(path)) is not None:
                folder = FolderSeen(_below(parent.path, os.path.basename(path)))
                parent.folders.append(folder)
                self.read([(folder, place, depth)])
        return top

    def enter(self, path: str) -> str | None:
        """Where a link to a folder leads, when that is to be looked into: not when it was already, or is left out."""
        for folder in self.read_already:  # only now: most libraries have no links, and each look costs
            with contextlib.suppress(OSError):
                self.entered.add(_identity(folder))
        self.read_already.clear()
        place = os.path.realpath(path)
        try:
            identity = _identity(place)
        except OSError:
            return None
        return None if identity in self.entered or place in self.left_out else place

    def read(self, pending: list[tuple[FolderSeen, str, int]]) -> None:
        while pending:
            folder, path, depth = pending.pop()
            self.read_one(folder, path, depth, pending)

    def read_one(self, folder: FolderSeen, path: str, depth: int, pending: list[tuple[FolderSeen, str, int]]) -> None:
        self.read_already.append(path)
        files = folder.files
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            self.unreadable.append(folder.path)
            return
        try:
            with os.scandir(handle) as entries:  # by a handle, files are looked up from here and not from the top
                for entry in entries:
                    name = entry.name
                    try:
                        if is_ignored(name):
                            self.others += depth == 0
                        elif entry.is_file(follow_symlinks=False):
                            status = entry.stat(follow_symlinks=False)
                            files.append(FileSeen(stored(name), status.st_size, status.st_mtime_ns))
                        else:
                            self.take_folder(folder, entry, os.path.join(path, name), depth, pending)
                    except OSError:
                        self.others += depth == 0  # it went while we looked, or may not be looked at
        except OSError:
            self.unreadable.append(folder.path)
        finally:
            os.close(handle)

    def take_folder(
        self,
        folder: FolderSeen,
        entry: os.DirEntry[str],
        path: str,
        depth: int,
        pending: list[tuple[FolderSeen, str, int]],
    ) -> None:
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST and path not in self.left_out:
                inner = FolderSeen(_below(folder.path, entry.name))
                folder.folders.append(inner)
                pending.append((inner, path, depth + 1))
        elif entry.is_symlink():
            if depth < DEEPEST and entry.is_dir():
                self.links.append((folder, path, depth + 1))
        else:
            self.others += depth == 0


def _identity(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _below(folder: str, name: str) -> str:
    name = stored(name)
    return name if folder == "." else f"{folder}/{name}"


def fingerprint_of(path: Path, is_folder: bool) -> str:
    """A book's content in 32 hexadecimal digits: the same wherever it lies, different when a page or a tag differs.

    Of a file: its size, and its first and last 64 KiB, where an archive keeps its directory with the checksum of every
    member. Of a folder: names and sizes of its files, and the beginnings of a few. Raises OSError.
    """
    digest = hashlib.blake2b(digest_size=16)
    if not is_folder:
        _sample(digest, path)
        return digest.hexdigest()
    walker = _Walker(path, ())
    top = walker.all_below()
    files = sorted(
        (file.name if part is top else f"{part.path}/{file.name}", file.byte_size)
        for part in [top, *_all_below(parts_of_book(top))]
        for file in part.files
    )
    for name, byte_size in files:
        digest.update(f"{name}\0{byte_size}\n".encode("utf-8", "surrogateescape"))
    for name, _ in sorted({files[0], files[len(files) // 2], files[-1]}) if files else ():
        _sample(digest, path / on_disk(name))
    return digest.hexdigest()


def _all_below(folders: list[FolderSeen]) -> list[FolderSeen]:
    every = list(folders)
    for folder in every:
        every.extend(folder.folders)
    return every


def _sample(digest: hashlib.blake2b, path: Path) -> None:
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        digest.update(f"{size}\n".encode())
        digest.update(file.read(SAMPLE_BYTES))
        if size > SAMPLE_BYTES:
            file.seek(max(SAMPLE_BYTES, size - SAMPLE_BYTES))
            digest.update(file.read(SAMPLE_BYTES))


def look_at(root: Path, path: str) -> Found | None:
    """One known book as it lies there now, or None: whether a source of another root is still in its place."""
    place = file_of(root, path)
    try:
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            walker = _Walker(place, ())
            top = walker.all_below()
            return found_folder(top, parts_of_book(top))
    except OSError:
        return None
    return Found(path, False, status.st_size, status.st_mtime_ns) if is_book_file(place.name) or path == "." else None


def hidden(path: str, seen: Walk) -> bool:
    """Whether a source lies in a folder that the system would not list: it may well be there."""
    return any(folder == "." or path == folder or path.startswith(f"{folder}/") for folder in seen.unreadable)


def is_mounted(root: Path) -> bool:
    """Whether a root is there and holds anything; for a root that is a single file, whether its folder does."""
    folder = root if root.is_dir() else root.parent
    try:
        with os.scandir(folder) as entries:
            return any(True for _ in entries)
    except OSError:
        return False
