"""Size and orientation of images that lie in boxes: HEIC, AVIF (ISO 23008-12) and JPEG 2000 (ISO 15444-1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

Raw = tuple[str, int, int, bool, int]  # media type, width, height, animated, EXIF orientation

_HEIC: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF: Final = {b"avif", b"avis"}
_HEIF: Final = {b"mif1", b"msf1", b"mif2", b"1pic"}
_MOST_BOXES: Final = 512
_QUARTER_TURNS: Final = {0: 1, 1: 8, 2: 3, 3: 6}  # `irot` turns anticlockwise; EXIF names the turn that undoes it


def boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start of content and announced end of each box; the last may be cut off by the end of the data."""
    for _ in range(_MOST_BOXES):
        if at + 8 > min(end, len(data)):
            return
        size, kind = struct.unpack_from(">L4s", data, at)
        start = at + 8
        if size == 1:
            if at + 16 > len(data):
                return
            size = int(struct.unpack_from(">Q", data, at + 8)[0])
            start += 8
        stop = end if size == 0 else at + size
        if stop < start:
            return
        yield kind, start, stop
        at = stop


def heif_head(data: bytes) -> Raw | int | None:
    """The primary item of a HEIF file; the count of bytes needed if the table is longer; None if it is another file."""
    size = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(size, len(data), 256), 4))}
    if brands & _AVIF:
        media_type = "image/avif"
    elif brands & _HEIC:
        media_type = "image/heic"
    elif brands & _HEIF:
        media_type = "image/heif"
    else:
        return None
    moving = data[8:12] in (b"avis", b"msf1", b"hevc", b"hevx")
    for kind, start, stop in boxes(data, 0, 1 << 62):
        if kind == b"meta":
            if stop > len(data):
                return stop
            return _primary_item(data, start + 4, stop, media_type, moving)
        if kind == b"mdat" or stop > 1 << 40:
            return None
    return len(data) + 4096


def _primary_item(data: bytes, start: int, stop: int, media_type: str, moving: bool) -> Raw | None:
    properties: list[tuple[bytes, int]] = []
    used: dict[int, list[int]] = {}
    primary = None
    for kind, inner, end in boxes(data, start, stop):
        if kind == b"pitm":
            primary = int.from_bytes(data[inner + 4 : inner + (6 if data[inner] == 0 else 8)], "big")
        elif kind == b"iprp":
            for part, part_at, part_end in boxes(data, inner, end):
                if part == b"ipco":
                    properties = [(name, at) for name, at, _ in boxes(data, part_at, part_end)]
                elif part == b"ipma":
                    used |= _associations(data, part_at, min(part_end, len(data)))
    mine = used.get(primary) if primary is not None else None
    chosen = [properties[index - 1] for index in mine if 0 < index <= len(properties)] if mine else properties
    width = height = turns = 0
    mirrored = False
    for name, at in chosen:
        if name == b"ispe" and not (width and height):
            width, height = struct.unpack_from(">2L", data, at + 4)
        elif name == b"irot":
            turns = data[at] & 3
        elif name == b"imir":
            mirrored = True
    orientation = _QUARTER_TURNS[turns]
    if mirrored:
        orientation = {1: 2, 3: 4, 6: 5, 8: 7}[orientation]
    return media_type, width, height, moving, orientation


def _associations(data: bytes, at: int, end: int) -> dict[int, list[int]]:
    """`ipma`: which properties (counted from 1) belong to which item."""
    version, wide = data[at], data[at + 3] & 1
    count = min(int.from_bytes(data[at + 4 : at + 8], "big"), 4096)
    at += 8
    found: dict[int, list[int]] = {}
    for _ in range(count):
        length = 2 if version < 1 else 4
        if at + length + 1 > end:
            break
        item = int.from_bytes(data[at : at + length], "big")
        of = data[at + length]
        at += length + 1
        step = 2 if wide else 1
        mask = 0x7FFF if wide else 0x7F
        found[item] = [int.from_bytes(data[p : p + step], "big") & mask for p in range(at, at + of * step, step)]
        at += of * step
    return found


def jp2_head(data: bytes) -> Raw | int | None:
    """JPEG 2000, in boxes or as a bare codestream."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return _codestream(data, 0)
    for kind, start, stop in boxes(data, 0, 1 << 62):
        if kind == b"jp2h":
            for inner, at, _ in boxes(data, start, min(stop, len(data))):
                if inner == b"ihdr":
                    height, width = struct.unpack_from(">2L", data, at)
                    return "image/jp2", width, height, False, 1
            return stop if stop > len(data) else None
        if kind == b"jp2c":
            return _codestream(data, start)
        if stop > 1 << 40:
            return None
    return len(data) + 4096


def _codestream(data: bytes, at: int) -> Raw | int:
    if at + 24 > len(data):
        return at + 24
    right, bottom, left, top = struct.unpack_from(">4L", data, at + 8)
    return "image/jp2", right - left, bottom - top, False, 1
