"""Books kept open for a while, so that turning a page costs a read and not a look at the whole archive."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fumetto.kernel.sandbox import ParserPool
from fumetto.library.catalogue.pictures.rules import CHEAP_TO_REACH, Place
from fumetto.library.ingestion.books import Book, Limits, PlainRange, open_book
from fumetto.library.ingestion.books.errors import BookMissing, PageChanged, PageError, PageMissing

KEPT_OPEN = 24
FOLDER_TRUSTED = 10.0
"""Seconds that a folder's list of files is believed: its own time does not tell when a file below it changed."""

READ_AHEAD_BYTES = 24 * 1024 * 1024

Signature = tuple[int, ...]


@dataclass(slots=True)
class Kept:
    book: Book
    signature: Signature
    opened_at: float
    users: int = 0
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page as it is in the file now: its fingerprint, and its bytes or where they lie uncompressed in a file.

    Neither is there where only a parser process may unpack it. `of` is the signature of the file that `at` is in;
    `unpacked` is whether having the bytes took more than reading them.
    """

    fingerprint: str
    data: bytes | None = None
    at: PlainRange | None = None
    of: Signature = ()
    unpacked: bool = False


class OpenBooks:
    """Reads pages of books. Holds at most `kept` of them open; a file that was replaced is opened anew."""

    def __init__(self, limits: Limits, pool: ParserPool, kept: int = KEPT_OPEN) -> None:
        self._limits = limits
        self._pool = pool
        self._kept = kept
        self._books: OrderedDict[Path, Kept] = OrderedDict()
        self._lock = threading.Lock()

    async def look(
        self, place: Place, member: str, expected: str | None = None, most: int | None = None
    ) -> Found | None:
        """A page in one visit of the disk, or None where only a parser process may open the book.

        What lies uncompressed in a file is read when it has at most `most` bytes, and left for the one who sends it
        when it has more. Of a page that has another fingerprint than `expected`, or without `most`, the bytes are not
        read. Raises BookError and PageError as `open_book` and `Book.read` do.
        """
        if place.kind not in CHEAP_TO_REACH:
            return None
        return await asyncio.to_thread(self._look, place, member, expected, most)

    async def read_all(self, place: Place, members: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        """Fingerprint and bytes of the first of `members`, and of as many of the others as come along cheaply.

        Raises BookError, PageError and ParserFailed.
        """
        read = await self._pool.run(read_members, str(place.path), list(members), self._limits, file=place.name)
        first = read[members[0]]
        if isinstance(first, PageError):
            raise first
        return {name: found for name, found in read.items() if not isinstance(found, PageError)}

    def close(self) -> None:
        with self._lock:
            for kept in self._books.values():
                kept.dropped = True
                if kept.users == 0:
                    kept.book.close()
            self._books.clear()

    def _look(self, place: Place, member: str, expected: str | None, most: int | None) -> Found:
        """`_look_once`, and where the list that is believed for a while says otherwise than expected, once more."""
        believed = place.kind == "folder"
        try:
            found = self._look_once(place, member, expected, most)
            if not believed or expected in {None, found.fingerprint}:
                return found
        except (PageChanged, PageMissing):
            if not believed:
                raise
        with self._lock:
            self._drop(place.path)
        return self._look_once(place, member, expected, most)

    def _look_once(self, place: Place, member: str, expected: str | None, most: int | None) -> Found:
        kept = self._borrow(place)
        try:
            fingerprint = kept.book.member(member).fingerprint
            if most is None or expected not in {None, fingerprint} or not kept.book.random_access:
                return Found(fingerprint)
            where = kept.book.open_range(member)
            if where is None:
                return Found(fingerprint, kept.book.read(member), unpacked=True)
            of = kept.signature if where.path == str(place.path) else signature_of(Path(where.path))
            if where.length > most:
                return Found(fingerprint, at=where, of=of)
            return Found(fingerprint, read_part(where, 0, where.length, of))
        finally:
            self._give_back(kept)

    def _borrow(self, place: Place) -> Kept:
        signature = signature_of(place.path)
        now = time.monotonic()
        with self._lock:
            kept = self._books.get(place.path)
            if kept is not None and self._is_current(kept, signature, place, now):
                self._books.move_to_end(place.path)
                kept.users += 1
                return kept
        book = open_book(place.path, self._limits, root=place.root)
        opened = Kept(book, signature, now, users=1)
        with self._lock:
            self._drop(place.path)
            self._books[place.path] = opened
            while len(self._books) > self._kept:
                self._drop(next(iter(self._books)))
        return opened

    @staticmethod
    def _is_current(kept: Kept, signature: Signature, place: Place, now: float) -> bool:
        return kept.signature == signature and (place.kind != "folder" or now - kept.opened_at < FOLDER_TRUSTED)

    def _drop(self, path: Path) -> None:
        """Forget a book; it is closed when its last user gives it back. Called with the lock held."""
        kept = self._books.pop(path, None)
        if kept is not None:
            kept.dropped = True
            if kept.users == 0:
                kept.book.close()

    def _give_back(self, kept: Kept) -> None:
        with self._lock:
            kept.users -= 1
            if kept.users == 0 and kept.dropped:
                kept.book.close()


def read_part(where: PlainRange, start: int, end: int, of: Signature) -> bytes:
    """Part of a range. Raises PageChanged when the file is another than the one of that signature."""
    descriptor = os.open(where.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if signed(os.fstat(descriptor)) != of:
            raise PageChanged(file=os.path.basename(where.path), member="")
        return os.pread(descriptor, end - start, where.offset + start)
    finally:
        os.close(descriptor)


def signature_of(path: Path) -> Signature:
    """What changes when a file is replaced. Raises BookMissing."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        raise BookMissing(file=path.name) from error
    return signed(found)


def signed(found: os.stat_result) -> Signature:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def read_members(path: str, members: list[str], limits: Limits) -> dict[str, tuple[str, bytes] | PageError]:
    """Pages of a book with their fingerprints in one pass, the first whatever its size, the others within a budget.

    Runs in a parser process. Raises BookError when the book as a whole cannot be read.
    """
    read: dict[str, tuple[str, bytes] | PageError] = {}
    size = 0
    with open_book(path, limits) as book:
        for member, data in book.each(members):
            read[member] = data if isinstance(data, PageError) else (book.member(member).fingerprint, data)
            size += len(data) if isinstance(data, bytes) else 0
            if members[0] in read and size > READ_AHEAD_BYTES:
                break
        file = book.file
    if members[0] not in read:
        read[members[0]] = PageMissing(file=file, member=members[0])
    return read
