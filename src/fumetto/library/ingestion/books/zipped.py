"""CBZ and every other ZIP: random access by `pread`, no seek position shared, nothing believed."""

from __future__ import annotations

import bz2
import lzma
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, Protocol

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookHasNoPages,
    BookIsBomb,
    BookNamesUnsafe,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageMethodUnsupported,
    PageNeedsPassword,
)
from fumetto.library.ingestion.books.files import OpenFile
from fumetto.library.ingestion.books.model import BookWarning, Limits, Member, PlainRange
from fumetto.library.ingestion.books.names import safe_name
from fumetto.library.ingestion.books.zip_directory import DEFLATED, STORED, ZipEntry, read_directory

METHODS: Final = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz", 96: "jpeg",
                  97: "wavpack", 98: "ppmd", 99: "AES encryption"}  # fmt: skip
_AES: Final = 99
_STEP: Final = 64 * 1024

Unpacker = Callable[[Iterator[bytes], int], Iterator[bytes]]


class _Bounded(Protocol):
    """The decompressors of bz2, lzma and zstd: they give at most what they are asked for."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class ZipContainer(Container):
    """`random_access` is true when every entry is stored or deflated, as in nearly all comics."""

    def __init__(self, opened: OpenFile, limits: Limits) -> None:
        super().__init__(opened.file, limits)
        self._opened = opened
        directory = read_directory(opened.descriptor, opened.size, opened.file, limits)
        self.comment = directory.comment
        self._entries: dict[str, ZipEntry] = {}
        self.random_access = True
        total, unsafe = 0, False
        for entry in directory.entries:
            name = safe_name(entry.name)
            if name is None or "\ufffd" in entry.name:
                self.warnings.append(BookWarning("unsafe_name", entry.name[:200]))
                unsafe = True
                continue
            if entry.symlink:
                self.warnings.append(BookWarning("symlink", name))
                continue
            if name in self._entries:  # an updated archive appends: the later entry is the newer
                self.warnings.append(BookWarning("duplicate_name", name))
                del self._entries[name]
            self._entries[name] = entry
            self.members[name] = Member(entry.unpacked, f"{entry.crc:08x}-{entry.unpacked:x}")
            total += entry.unpacked
            if entry.method not in (STORED, DEFLATED):
                self.random_access = False
        if total > limits.archive_bytes:
            raise BookTooLarge(file=self.file, what="bytes", limit=limits.archive_bytes)
        if unsafe and not self._entries:
            raise BookNamesUnsafe(file=self.file)
        if not directory.entries:
            raise BookHasNoPages(file=self.file)
        self._refuse_overlaps(directory.entries)

    def _refuse_overlaps(self, entries: list[ZipEntry]) -> None:
        """Entries that share bytes unpack the same data many times over (Fifield, "A better zip bomb", 2019)."""
        last = 0
        for offset, packed in sorted((entry.offset, entry.packed) for entry in entries):
            if offset + 30 + packed > self._opened.size:
                continue  # cut off: reading it will say so
            if offset < last:
                raise BookIsBomb(file=self.file, reason="overlap")
            last = offset + 30 + packed

    @cached_property
    def by_lower_case(self) -> dict[str, str]:
        """Members by their names in lower case, for references that do not get the case right."""
        return {name.lower(): name for name in self.members}

    def is_encrypted(self, member: str) -> bool:
        entry = self._entries[member]
        return entry.encrypted or entry.method == _AES

    def read(self, member: str) -> bytes:
        entry = self._entry(member)
        data = b"".join(self._unpacked(member, entry, entry.unpacked + 1))
        if len(data) != entry.unpacked:
            reason = "it unpacks to more than the archive says" if len(data) > entry.unpacked else "it is cut off"
            raise PageDamaged(file=self.file, member=member, reason=reason)
        if zlib.crc32(data) != entry.crc:
            raise PageDamaged(file=self.file, member=member, reason="its checksum is wrong")
        return data

    def head(self, member: str, count: int) -> bytes:
        entry = self._entry(member)
        parts, got = [], 0
        for part in self._unpacked(member, entry, count):
            parts.append(part)
            got += len(part)
            if got >= count:
                break
        return b"".join(parts)[:count]

    def open_range(self, member: str) -> PlainRange | None:
        entry = self._entry(member)
        if entry.method != STORED or entry.packed != entry.unpacked:
            return None
        return PlainRange(self._opened.path, self._data_offset(member, entry), entry.unpacked)

    def close(self) -> None:
        self._opened.close()

    def _entry(self, member: str) -> ZipEntry:
        self.known(member)
        entry = self._entries[member]
        if entry.encrypted or entry.method == _AES:
            raise PageNeedsPassword(file=self.file, member=member)
        self.check_size(member, entry.unpacked, entry.packed)
        return entry

    def _data_offset(self, member: str, entry: ZipEntry) -> int:
        header = os.pread(self._opened.descriptor, 30, entry.offset)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise PageDamaged(file=self.file, member=member, reason="it is not where the list of contents says")
        name_length, extra_length = struct.unpack_from("<2H", header, 26)
        start = entry.offset + 30 + int(name_length) + int(extra_length)
        if start + entry.packed > self._opened.size:
            raise PageDamaged(file=self.file, member=member, reason="it is cut off")
        return start

    def _packed(self, start: int, length: int) -> Iterator[bytes]:
        end = start + length
        while start < end:
            part = os.pread(self._opened.descriptor, min(_STEP, end - start), start)
            if not part:
                return
            start += len(part)
            yield part

    def _unpacked(self, member: str, entry: ZipEntry, most: int) -> Iterator[bytes]:
        """The bytes of an entry, at most `most`, whatever its sizes claim."""
        start = self._data_offset(member, entry)
        if entry.method == STORED:
            yield os.pread(self._opened.descriptor, min(entry.packed, most), start)
            return
        unpack = UNPACKERS.get(entry.method)
        if unpack is None:
            name = METHODS.get(entry.method, str(entry.method))
            raise PageMethodUnsupported(file=self.file, member=member, method=name)
        try:
            got = 0
            for part in unpack(self._packed(start, entry.packed), most if entry.method == DEFLATED else entry.unpacked):
                got += len(part)
                yield part
                if got >= most:
                    return
        except PageError:
            raise
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error) as error:
            raise PageDamaged(file=self.file, member=member, reason=f"it cannot be unpacked: {error}") from error


def inflate(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    for data in packed:
        while data and most > 0:
            part = unpacker.decompress(data, most)
            most -= len(part)
            yield part
            data = unpacker.unconsumed_tail
        if most <= 0 or unpacker.eof:
            return


def bunzip2(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    return _with_limit(bz2.BZ2Decompressor(), packed, most + 1)


def unlzma(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    """LZMA as ZIP holds it: two bytes of version, two of length, then the properties (APPNOTE 5.8)."""
    first = next(packed, b"")
    length = int.from_bytes(first[2:4], "little")
    properties = first[4 : 4 + length]
    if len(properties) < 5:
        raise ValueError("LZMA properties are missing")
    packed_rest = _chain(first[4 + length :], packed)
    lc_lp_pb = properties[0]
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": int.from_bytes(properties[1:5], "little"), "lc": lc_lp_pb % 9,
                "lp": lc_lp_pb // 9 % 5, "pb": lc_lp_pb // 45}]  # fmt: skip
    return _with_limit(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), packed_rest, most + 1)


def unxz(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    return _with_limit(lzma.LZMADecompressor(lzma.FORMAT_XZ), packed, most + 1)


def unzstd(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    from backports import zstd

    return _with_limit(zstd.ZstdDecompressor(), packed, most + 1)


def inflate64(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    import inflate64 as library

    inflater, got = library.Inflater(), 0
    for data in packed:
        for at in range(0, len(data), 4096):  # it knows no limit of its own: small bites bound each result
            part = inflater.inflate(data[at : at + 4096])
            got += len(part)
            yield part
            if got > most or inflater.eof:
                return


def unppmd(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    """PPMd variant I revision 1, its parameters in the first two bytes (APPNOTE 5.10)."""
    import pyppmd

    data = b"".join(packed)
    parameters = int.from_bytes(data[:2], "little")
    order, memory, restore = (parameters & 0xF) + 1, ((parameters >> 4 & 0xFF) + 1) << 20, parameters >> 12
    if order < 2 or restore > 1:
        raise ValueError("PPMd parameters are out of range")
    yield pyppmd.Ppmd8Decoder(order, memory, restore).decode(data[2:], most)


def _with_limit(unpacker: _Bounded, packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    for data in packed:
        while most > 0:
            part = unpacker.decompress(data, most)
            most -= len(part)
            yield part
            if unpacker.eof or unpacker.needs_input:
                break
            data = b""
        if most <= 0 or unpacker.eof:
            return


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


UNPACKERS: Final[dict[int, Unpacker]] = {
    DEFLATED: inflate, 9: inflate64, 12: bunzip2, 14: unlzma, 93: unzstd, 95: unxz, 98: unppmd,
}  # fmt: skip
