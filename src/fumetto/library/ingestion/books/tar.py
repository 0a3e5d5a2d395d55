"""CBT: tar archives, plain (random access) or compressed by gzip, bzip2, xz or zstd (run through from the start)."""

from __future__ import annotations

import bz2
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookDamaged,
    BookError,
    BookHasNoPages,
    BookIsBomb,
    BookNamesUnsafe,
    BookNotRecognised,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageMissing,
)
from fumetto.library.ingestion.books.files import OpenFile, display, sampled_fingerprint
from fumetto.library.ingestion.books.model import RATIO_COUNTS_FROM, BookWarning, Limits, Member, PlainRange
from fumetto.library.ingestion.books.names import safe_name

_STEP: Final = 256 * 1024
_MOST_AT_ONCE: Final = 8 * 1024 * 1024  # a header that asks for more is an attack on memory


class TarContainer(Container):
    """`random_access` is true where the archive is not compressed."""

    def __init__(self, opened: OpenFile, head: bytes, limits: Limits) -> None:
        super().__init__(opened.file, limits)
        self._opened = opened
        self._unpack = _unpacker_for(head)
        self.random_access = self._unpack is None
        self._places: dict[str, tuple[int, int]] = {}  # where its data begins in the unpacked stream, and its size
        unsafe = self._list()
        if unsafe and not self._places:
            raise BookNamesUnsafe(file=self.file)
        if not self._places:
            raise BookHasNoPages(file=self.file)

    def _list(self) -> bool:
        unsafe, total = False, 0
        stream = self._stream()
        try:
            with tarfile.open(fileobj=stream, mode="r|" if self._unpack else "r:", bufsize=_STEP) as archive:
                for count, entry in enumerate(archive):
                    if count >= self.limits.entries:
                        raise BookTooLarge(file=self.file, what="entries", limit=self.limits.entries)
                    total += entry.size
                    if total > self.limits.archive_bytes:
                        raise BookTooLarge(file=self.file, what="bytes", limit=self.limits.archive_bytes)
                    unsafe |= self._take(archive, entry)
        except BookError:
            raise
        except MemoryError:
            raise
        except Exception as error:  # a header of rubbish fails in many ways
            if not self._places and self._unpack is not None and isinstance(error, tarfile.ReadError):
                raise BookNotRecognised(file=self.file) from error
            if not self._places:
                raise BookDamaged(file=self.file, reason="its beginning is broken or cut off") from error
            self.warnings.append(BookWarning("archive_cut_off", ""))
        return unsafe

    def _take(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bool:
        if entry.isdir():
            return False
        name = safe_name(display(entry.name))
        if name is None:
            self.warnings.append(BookWarning("unsafe_name", display(entry.name)[:200]))
            return True
        if entry.issym() or entry.islnk():
            self.warnings.append(BookWarning("symlink", name))
            return False
        if not entry.isreg() or entry.issparse():
            self.warnings.append(BookWarning("special_file", name))
            return False
        if name in self._places:
            self.warnings.append(BookWarning("duplicate_name", name))
            del self.members[name]
        if self._unpack is None:
            if entry.offset_data + entry.size > self._opened.size:
                raise tarfile.ReadError("unexpected end of data")
            fingerprint = sampled_fingerprint(self._opened.descriptor, entry.size, entry.offset_data)
        else:
            fingerprint = self._checksum(archive, entry)
        self._places[name] = entry.offset_data, entry.size
        self.members[name] = Member(entry.size, fingerprint)
        return False

    @staticmethod
    def _checksum(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> str:
        data, crc = archive.extractfile(entry), 0
        while data is not None and (part := data.read(_STEP)):
            crc = zlib.crc32(part, crc)
        return f"{crc:08x}-{entry.size:x}"

    def _stream(self) -> Any:
        if self._unpack is None:
            return _PlainStream(self._opened)
        return _UnpackingStream(self._opened, self._unpack, self.limits)

    def read(self, member: str) -> bytes:
        if self._unpack is None:
            return self.head(member, self.known(member).byte_size)
        for _, data in self.each([member]):
            if isinstance(data, PageError):
                raise data
            return data
        raise PageMissing(file=self.file, member=member)

    def head(self, member: str, count: int) -> bytes:
        if self._unpack is not None:
            return super().head(member, count)
        self.check_size(member, self.known(member).byte_size)
        offset, size = self._places[member]
        data = os.pread(self._opened.descriptor, min(count, size), offset)
        if len(data) < min(count, size):
            raise PageDamaged(file=self.file, member=member, reason="it is cut off")
        return data

    def open_range(self, member: str) -> PlainRange | None:
        self.known(member)
        return PlainRange(self._opened.path, *self._places[member]) if self._unpack is None else None

    def each(self, members: Iterable[str]) -> Iterator[tuple[str, bytes | PageError]]:
        if self._unpack is None:
            yield from super().each(members)
            return
        wanted: list[tuple[int, int, str]] = []
        for member in members:
            try:
                self.check_size(member, self.known(member).byte_size)
            except PageError as error:
                yield member, error
            else:
                wanted.append((*self._places[member], member))
        stream = _UnpackingStream(self._opened, self._unpack, self.limits)
        for offset, size, member in sorted(wanted):
            try:
                stream.skip_to(offset)
                data = b"".join(stream.parts(size))
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                yield member, PageDamaged(file=self.file, member=member, reason=f"it cannot be unpacked: {error}")
                continue
            yield (
                member,
                data if len(data) == size else PageDamaged(file=self.file, member=member, reason="it is cut off"),
            )

    def close(self) -> None:
        self._opened.close()


class _PlainStream:
    """What tarfile needs of a file, with a bound on what it may ask for at once."""

    def __init__(self, opened: OpenFile) -> None:
        self._opened = opened
        self._at = 0

    def read(self, count: int) -> bytes:
        if count > _MOST_AT_ONCE:
            raise tarfile.ReadError("a header is too long")
        data = os.pread(self._opened.descriptor, count, self._at)
        self._at += len(data)
        return data

    def seek(self, position: int) -> int:
        self._at = position
        return position

    def tell(self) -> int:
        return self._at


class _UnpackingStream:
    """The unpacked bytes of a compressed file, from its start, with bounds on their number and proportion."""

    def __init__(self, opened: OpenFile, unpacker: Any, limits: Limits) -> None:
        self._opened = opened
        self._make = unpacker
        self._unpacker = unpacker()
        self._limits = limits
        self._packed_at = self._given = 0
        self._buffer = b""
        self._waiting = b""

    def read(self, count: int) -> bytes:
        if count > _MOST_AT_ONCE:
            raise tarfile.ReadError("a header is too long")
        return b"".join(self.parts(count))

    def parts(self, count: int) -> Iterator[bytes]:
        while count > 0:
            if not self._buffer:
                self._buffer = self._more()
                if not self._buffer:
                    return
            part, self._buffer = self._buffer[:count], self._buffer[count:]
            count -= len(part)
            self._given += len(part)
            yield part

    def skip_to(self, position: int) -> None:
        for _ in self.parts(position - self._given):
            pass

    def _more(self) -> bytes:
        while True:
            if self._unpacker.eof:
                rest = self._unpacker.unused_data or self._waiting or self._packed()
                if not rest.strip(b"\x00"):
                    return b""
                self._unpacker, self._waiting = self._make(), rest
            data = self._waiting or (self._packed() if self._unpacker.needs_input else b"")
            self._waiting = b""
            if not data and self._unpacker.needs_input:
                return b""
            part: bytes = self._unpacker.decompress(data, _STEP)
            if part:
                self._check(len(part))
                return part

    def _packed(self) -> bytes:
        data = os.pread(self._opened.descriptor, _STEP, self._packed_at)
        self._packed_at += len(data)
        return data

    def _check(self, more: int) -> None:
        unpacked = self._given + more
        if unpacked > self._limits.archive_bytes:
            raise BookTooLarge(file=self._opened.file, what="bytes", limit=self._limits.archive_bytes)
        if unpacked > RATIO_COUNTS_FROM + self._limits.ratio * self._packed_at:
            raise BookIsBomb(file=self._opened.file, reason="ratio")


class _Gunzip:
    """zlib's decompressor with the manners of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpacker.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._unpacker.unconsumed_tail and not self.eof

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._unpacker.decompress(self._unpacker.unconsumed_tail + data, most)


def _unpacker_for(head: bytes) -> Any:
    """What unpacks a compressed tar that begins so; None for one that is not compressed."""
    if head.startswith(b"\x1f\x8b"):
        return _Gunzip
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMADecompressor
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        from backports import zstd

        return zstd.ZstdDecompressor
    return None
