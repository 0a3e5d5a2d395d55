"""CB7: 7-Zip archives, through py7zr, unpacked into memory only and never by their names. For a ParserPool only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import py7zr
from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import MemIO, Py7zIO, WriterFactory

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookDamaged,
    BookHasNoPages,
    BookMethodUnsupported,
    BookNamesUnsafe,
    BookNeedsPassword,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageMissing,
)
from fumetto.library.ingestion.books.files import OpenFile
from fumetto.library.ingestion.books.model import BookWarning, Limits, Member
from fumetto.library.ingestion.books.names import safe_name

_AT_ONCE: Final = 64 * 1024 * 1024  # bytes unpacked in one run through the archive, which must all be held


class SevenZipContainer(Container):
    """Reading a page unpacks what lies before it in its block; `each` runs through the archive in few passes."""

    def __init__(self, opened: OpenFile, limits: Limits) -> None:
        super().__init__(opened.file, limits)
        self._opened = opened
        self._size = opened.size
        file = opened.file
        self._ids: dict[str, int] = {}
        unsafe, total = False, 0
        with self._open() as archive:
            if archive.needs_password():
                raise BookNeedsPassword(file=file)
            for count, entry in enumerate(archive.files):
                if count >= limits.entries:
                    raise BookTooLarge(file=file, what="entries", limit=limits.entries)
                if entry.is_directory:
                    continue
                name = safe_name(entry.filename)
                if name is None:
                    self.warnings.append(BookWarning("unsafe_name", entry.filename[:200]))
                    unsafe = True
                    continue
                if entry.is_symlink or entry.is_junction or entry.is_socket:
                    self.warnings.append(BookWarning("symlink", name))
                    continue
                if name in self._ids:
                    self.warnings.append(BookWarning("duplicate_name", name))
                    del self.members[name]
                unpacked = 0 if entry.emptystream else int(entry.uncompressed)
                self.members[name] = Member(unpacked, f"{entry.crc32 or 0:08x}-{unpacked:x}")
                self._ids[name] = entry.id
                total += unpacked
        if total > limits.archive_bytes:
            raise BookTooLarge(file=file, what="bytes", limit=limits.archive_bytes)
        if unsafe and not self._ids:
            raise BookNamesUnsafe(file=file)
        if not self._ids:
            raise BookHasNoPages(file=file)

    def _open(self) -> Any:
        try:
            return py7zr.SevenZipFile(self._opened.address, "r")
        except PasswordRequired:
            raise BookNeedsPassword(file=self.file) from None
        except UnsupportedCompressionMethodError as error:
            raise BookMethodUnsupported(file=self.file, method="a 7-Zip method that py7zr lacks") from error
        except MemoryError:
            raise
        except Exception as error:  # a header of rubbish fails in as many ways as it has bytes
            raise BookDamaged(file=self.file, reason="its list of contents is broken or cut off") from error

    def read(self, member: str) -> bytes:
        self.check_size(member, self.known(member).byte_size, self._size)
        found = self._unpack([member])[member]
        if isinstance(found, PageError):
            raise found
        return found

    def each(self, members: Iterable[str]) -> Iterator[tuple[str, bytes | PageError]]:
        batch: list[str] = []
        held = 0
        for member in sorted(members, key=lambda name: self._ids.get(name, -1)):
            try:
                size = self.known(member).byte_size
                self.check_size(member, size, self._size)
            except PageError as error:
                yield member, error
                continue
            if batch and held + size > _AT_ONCE:
                yield from self._unpack(batch).items()
                batch, held = [], 0
            batch.append(member)
            held += size
        if batch:
            yield from self._unpack(batch).items()

    def _unpack(self, members: list[str]) -> dict[str, bytes | PageError]:
        """The named members in one run; when that fails, those that are not done yet one by one."""
        sinks = {member: _Sink(self.members[member].byte_size) for member in members}
        reason = "it is not in the archive"
        with self._open() as archive:
            ids = {self._ids[member]: sink for member, sink in sinks.items()}
            for entry in archive.files:
                sink = ids.get(entry.id)
                archive.worker.register_filelike(entry.id, MemIO("", _Factory(sink)) if sink is not None else None)
                if sink is None:  # what is only passed over need not be sound
                    entry._file_info["digest"] = None
            try:
                archive.worker.extract(archive.fp, None, parallel=False)
            except MemoryError:
                raise
            except PasswordRequired:
                raise BookNeedsPassword(file=self.file) from None
            except UnsupportedCompressionMethodError as error:
                raise BookMethodUnsupported(file=self.file, method="a 7-Zip method that py7zr lacks") from error
            except Exception as error:
                reason = f"it cannot be unpacked: {type(error).__name__}"
        results: dict[str, bytes | PageError] = {}
        for member, sink in sinks.items():
            if sink.whole:
                results[member] = b"".join(sink.parts)
            elif sink.too_much:
                reason = "it unpacks to more than the archive says"
                results[member] = PageDamaged(file=self.file, member=member, reason=reason)
            elif len(members) > 1:
                results |= self._unpack([member])
            else:
                results[member] = PageDamaged(file=self.file, member=member, reason=reason)
        return results

    def close(self) -> None:
        self._opened.close()

    def known(self, member: str) -> Member:
        if member not in self._ids:
            raise PageMissing(file=self.file, member=member)
        return self.members[member]


class _Sink(Py7zIO):
    """Takes what an entry unpacks to, up to what was announced."""

    def __init__(self, most: int) -> None:
        self.parts: list[bytes] = []
        self._most = self._left = most
        self.whole = self.too_much = False

    def write(self, s: bytes | bytearray) -> int:
        self._left -= len(s)
        if self._left < 0:
            self.too_much = True
            raise OverflowError("more than announced")
        self.parts.append(bytes(s))
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._most - self._left

    def close(self) -> None:
        self.whole = True  # py7zr closes only what it has checked


class _Factory(WriterFactory):
    def __init__(self, sink: _Sink) -> None:
        self._sink = sink

    def create(self, filename: str) -> _Sink:
        return self._sink
