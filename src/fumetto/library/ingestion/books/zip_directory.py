"""The list of what is in a ZIP file, read from its end in two system calls (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

The standard library's reader makes an object of forty fields for every entry; a scan of twenty thousand books cannot
afford that, and it believes sizes that hostile files lie about.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from typing import Final, NamedTuple

from fumetto.library.ingestion.books.errors import BookDamaged, BookTooLarge
from fumetto.library.ingestion.books.model import Limits

STORED: Final = 0
DEFLATED: Final = 8

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_FIRST_LOOK: Final = 16 * 1024
_LAST_LOOK: Final = 22 + 65535
_BYTES_PER_ENTRY: Final = 4096  # more directory than this per permitted entry is an attack on memory
_UNIX: Final = 3
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1


class ZipEntry(NamedTuple):
    """One entry as the directory announces it. `name` is what the archive says, not made safe."""

    name: str
    method: int
    encrypted: bool
    symlink: bool
    crc: int
    packed: int
    unpacked: int
    offset: int


class ZipDirectory(NamedTuple):
    entries: list[ZipEntry]
    comment: bytes


def read_directory(descriptor: int, size: int, file: str, limits: Limits) -> ZipDirectory:
    """The entries of an open ZIP file of `size` bytes, in the directory's order, folders left out.

    Raises BookDamaged (no directory, cut off, or inconsistent) and BookTooLarge (more entries than allowed).
    """
    look = min(size, _FIRST_LOOK)
    tail = os.pread(descriptor, look, size - look)
    end_at = _find_end(tail)
    if end_at is None and look < size:
        look = min(size, _LAST_LOOK)
        tail = os.pread(descriptor, look, size - look)
        end_at = _find_end(tail)
    if end_at is None:
        raise BookDamaged(file=file, reason="the list of contents at the end of the archive is missing")
    _, _, _, _, count, length, offset, comment_length = _END.unpack_from(tail, end_at)
    end_position = size - look + end_at
    comment = tail[end_at + 22 : end_at + 22 + comment_length]
    # Some write the 64-bit record from 2 GiB on, where what it says still has room in the plain one.
    beside = tail[max(end_at - 20, 0) : end_at].startswith(b"PK\x06\x07")
    if beside or count == 0xFFFF or length == 0xFFFFFFFF or offset == 0xFFFFFFFF:
        found = _read_end64(descriptor, end_position, file)
        if found is not None:
            count, length, offset, end_position = found
    if count > limits.entries:
        raise BookTooLarge(file=file, what="entries", limit=limits.entries)
    if length > limits.entries * _BYTES_PER_ENTRY:
        raise BookTooLarge(file=file, what="directory", limit=limits.entries * _BYTES_PER_ENTRY)
    start = end_position - length
    before = start - offset  # bytes put in front of the archive, such as a program that unpacks itself
    if start < 0 or before < 0:
        raise BookDamaged(file=file, reason="the list of contents does not lie where the archive says")
    if start >= size - look:
        begin = start - (size - look)
        data = tail[begin : begin + length]
    else:
        data = os.pread(descriptor, length, start)
    return ZipDirectory(_parse(data, before, start, file, limits), comment)


def _find_end(tail: bytes) -> int | None:
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if at + 22 <= len(tail):
            return at
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return None


def _read_end64(descriptor: int, end_position: int, file: str) -> tuple[int, int, int, int] | None:
    locator = os.pread(descriptor, 20, end_position - 20) if end_position >= 20 else b""
    if len(locator) < 20 or locator[:4] != b"PK\x06\x07":
        return None
    position = end_position - 20 - _END64.size  # where it lies unless it has an extensible part
    record = os.pread(descriptor, _END64.size, position) if position >= 0 else b""
    if record[:4] != b"PK\x06\x06":
        position = _END64_LOCATOR.unpack(locator)[2]
        record = os.pread(descriptor, _END64.size, position) if position < end_position else b""
    if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
        raise BookDamaged(file=file, reason="the 64-bit list of contents is missing")
    fields = _END64.unpack(record)
    return fields[7], fields[8], fields[9], position


def _parse(data: bytes, before: int, directory_start: int, file: str, limits: Limits) -> list[ZipEntry]:
    entries: list[ZipEntry] = []
    append, unpack, length, most = entries.append, _ENTRY.unpack_from, len(data), limits.entries
    at = seen = outside = 0
    while at + 46 <= length:
        (signature, made_by, _, flags, method, _, _, crc, packed, unpacked,
         name_length, extra_length, comment_length, _, _, attributes, offset) = unpack(data, at)  # fmt: skip
        if signature != b"PK\x01\x02":
            raise BookDamaged(file=file, reason="the list of contents is garbled")
        at += 46
        raw = data[at : at + name_length]
        extra = data[at + name_length : at + name_length + extra_length] if extra_length else b""
        at += name_length + extra_length + comment_length
        if at > length:
            raise BookDamaged(file=file, reason="the list of contents is cut off")
        seen += 1
        if seen > most:
            raise BookTooLarge(file=file, what="entries", limit=most)
        if raw[-1:] == b"/":
            continue
        if extra and (packed == 0xFFFFFFFF or unpacked == 0xFFFFFFFF or offset == 0xFFFFFFFF):
            unpacked, packed, offset = _sizes64(extra, unpacked, packed, offset)
        offset += before
        if offset + 30 + packed > directory_start:
            outside += 1
        name = raw.decode("ascii") if raw.isascii() else _decode(raw, flags, extra)
        symlink = made_by >> 8 == _UNIX and stat.S_ISLNK(attributes >> 16)
        append(ZipEntry(name, method, bool(flags & _ENCRYPTED), symlink, crc, packed, unpacked, offset))
    if outside and outside == len(entries):
        raise BookDamaged(file=file, reason="what its list of contents names is not in it; it may be cut off")
    return entries


def _sizes64(extra: bytes, unpacked: int, packed: int, offset: int) -> tuple[int, int, int]:
    values = _extra_field(extra, 0x0001)
    numbers = iter(struct.unpack(f"<{len(values) // 8}Q", values[: len(values) // 8 * 8]))
    if unpacked == 0xFFFFFFFF:
        unpacked = next(numbers, unpacked)
    if packed == 0xFFFFFFFF:
        packed = next(numbers, packed)
    if offset == 0xFFFFFFFF:
        offset = next(numbers, offset)
    return unpacked, packed, offset


def _decode(raw: bytes, flags: int, extra: bytes) -> str:
    """A name by the Unicode path field, the UTF-8 flag, UTF-8 that is valid though not flagged, or code page 437."""
    unicode_path = _extra_field(extra, 0x7075) if extra else b""
    if (
        len(unicode_path) > 5
        and unicode_path[0] == 1
        and int.from_bytes(unicode_path[1:5], "little") == zlib.crc32(raw)
    ):
        raw = unicode_path[5:]
        flags |= _UTF8
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def _extra_field(extra: bytes, wanted: int) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""
