"""What an image is and how large, from its first bytes, without decoding any of it.

Nothing here raises for any bytes whatever, and the work is bounded by the bytes given. Usually 64 bytes suffice; JPEG
keeps its size behind whatever metadata it carries, HEIC and AVIF behind a table, TIFF anywhere: `probe_with` asks for
more when it must. Sources: ITU-T T.81 (JPEG), PNG 3rd edition, RFC 9649 (WebP), GIF89a, ISO 23008-12 (HEIF), AV1-AVIF,
ISO 18181 (JPEG XL), ISO 15444-1 (JPEG 2000), TIFF 6.0, CIPA DC-008 (EXIF orientation).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

from fumetto.kernel.images.isobmff import heif_head, jp2_head
from fumetto.kernel.images.jxl import jxl_head

ENOUGH: Final = 4096  # bytes in which nearly every picture says what it is
MOST: Final = 4 * 1024 * 1024  # bytes beyond which a header is not followed


class ImageHead(NamedTuple):
    """`width` and `height` are in pixels as the picture is shown, that is with its orientation applied.

    `orientation` is EXIF's 1 to 8 (5 to 8 swap width and height). `animated` is true where the beginning says so.
    """

    media_type: str
    width: int
    height: int
    animated: bool = False
    orientation: int = 1


class NeedsMore(NamedTuple):
    """The header goes on: at least this many bytes from the start are needed."""

    least: int


Probed = ImageHead | NeedsMore | None


def probe_image(head: bytes) -> ImageHead | None:
    """The kind and size of the image that begins with these bytes, or None: not an image, or not enough of one."""
    found = probe_step(head)
    return found if isinstance(found, ImageHead) else None


def probe_with(read: Callable[[int], bytes], most: int = MOST) -> ImageHead | None:
    """The same, asking `read(count)` for the first `count` bytes, at first 4 KiB and more only where it helps."""
    count = ENOUGH
    while True:
        head = read(count)
        found = probe_step(head)
        if not isinstance(found, NeedsMore):
            return found
        if len(head) < count or count >= most:
            return None
        count = min(max(found.least + ENOUGH, count * 4), most)


def probe_step(head: bytes) -> Probed:
    """One look: what the image is, that it goes on, or None for what is none."""
    try:
        return _look(head)
    except (struct.error, IndexError, ValueError, OverflowError):
        return NeedsMore(len(head) + 1)


def _look(head: bytes) -> Probed:
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(head)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _gif(head)
    if head[4:8] == b"ftyp":
        return _shown(heif_head(head), len(head))
    if head.startswith((b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n")):
        return _shown(jxl_head(head), len(head))
    if head.startswith((b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  \r\n\x87\n")):
        return _shown(jp2_head(head), len(head))
    if head[:2] == b"BM" and len(head) >= 14:
        return _bmp(head)
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _tiff(head)
    return None


def _shown(raw: tuple[str, int, int, bool, int] | int | None, have: int) -> Probed:
    if raw is None:
        return None
    if isinstance(raw, int):
        return NeedsMore(max(raw, have + 1))
    return _oriented(*raw)


def _oriented(
    media_type: str, width: int, height: int, animated: bool = False, orientation: int = 1
) -> ImageHead | None:
    if width <= 0 or height <= 0:
        return None
    if orientation >= 5:
        width, height = height, width
    return ImageHead(media_type, width, height, animated, orientation)


def _jpeg(head: bytes) -> Probed:
    at, orientation, length = 2, 1, len(head)
    while True:
        if at + 4 > length:
            return NeedsMore(at + 16)
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in (0x01, 0xD8) or 0xD0 <= marker <= 0xD7:  # markers without a segment
            at += 2
            continue
        if marker in (0xD9, 0xDA):  # the picture's end, or its data, before any frame
            return None
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        if size < 2:
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if at + 9 > length:
                return NeedsMore(at + 16)
            height, width = struct.unpack_from(">2H", head, at + 5)
            return _oriented("image/jpeg", width, height, False, orientation)
        if marker == 0xE1 and head[at + 4 : at + 10] == b"Exif\x00\x00":
            orientation = exif_orientation(head[at + 10 : at + 2 + size])
        at += 2 + size


def _png(head: bytes) -> Probed:
    if len(head) < 33:
        return NeedsMore(64)
    if head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">2L", head, 16)
    if width > 0x7FFFFFFF or height > 0x7FFFFFFF:
        return None
    at, animated, orientation = 33, False, 1
    while at + 8 <= len(head):
        size, kind = struct.unpack_from(">L4s", head, at)
        if kind == b"IDAT":
            break
        if kind == b"acTL":
            animated = True
        elif kind == b"eXIf":
            orientation = exif_orientation(head[at + 8 : at + 8 + size])
        at += 12 + size
    return _oriented("image/apng" if animated else "image/png", width, height, animated, orientation)


def _webp(head: bytes) -> Probed:
    if len(head) < 30:
        return NeedsMore(30)
    kind = head[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
        return _oriented("image/webp", width, height, bool(head[20] & 0x02))
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return _oriented("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<2H", head, 26)
        return _oriented("image/webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _gif(head: bytes) -> Probed:
    if len(head) < 13:
        return NeedsMore(13)
    width, height = struct.unpack_from("<2H", head, 6)
    return _oriented("image/gif", width, height, _gif_moves(head))


def _gif_moves(head: bytes) -> bool:
    """Whether a loop extension or a second picture is among the bytes given."""
    at = 13 + (3 << (head[10] & 7) + 1 if head[10] & 0x80 else 0)
    pictures = 0
    while at + 10 < len(head):
        if head[at] == 0x21:
            if head[at + 1] == 0xFF and head[at + 3 : at + 14] == b"NETSCAPE2.0":
                return True
            at += 2
        elif head[at] == 0x2C:
            pictures += 1
            if pictures > 1:
                return True
            at += 10 + (3 << (head[at + 9] & 7) + 1 if head[at + 9] & 0x80 else 0) + 1
        else:
            return False
        while at < len(head) and head[at]:
            at += head[at] + 1
        at += 1
    return False


def _bmp(head: bytes) -> Probed:
    if len(head) < 26:
        return NeedsMore(26)
    if int.from_bytes(head[14:18], "little") == 12:
        width, height = struct.unpack_from("<2H", head, 18)
    else:
        width, height = struct.unpack_from("<2l", head, 18)
    return _oriented("image/bmp", width, abs(height))


def _tiff(head: bytes) -> Probed:
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\x00", b"\x00+")
    if len(head) < 16:
        return NeedsMore(16)
    offset = int(struct.unpack_from(order + ("Q" if big else "L"), head, 8 if big else 4)[0])
    if offset > MOST:
        return None
    tags = tiff_tags(head, offset, order, big)
    if isinstance(tags, int):
        return NeedsMore(tags)
    return _oriented("image/tiff", tags.get(256, 0), tags.get(257, 0), False, _valid(tags.get(274, 1)))


def exif_orientation(tiff: bytes) -> int:
    """The orientation, 1 to 8, that an EXIF block (a small TIFF file) gives; 1 if it gives none or is broken."""
    try:
        order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
        if order is None:
            return 1
        tags = tiff_tags(tiff, int(struct.unpack_from(order + "L", tiff, 4)[0]), order, False)
    except struct.error:
        return 1
    return 1 if isinstance(tags, int) else _valid(tags.get(274, 1))


def tiff_tags(data: bytes, offset: int, order: str, big: bool) -> dict[int, int] | int:
    """The single whole numbers of a TIFF directory by tag, or the count of bytes that would hold it all."""
    entry, counted = (20, "Q") if big else (12, "H")
    header = struct.calcsize(order + counted)
    if offset + header > len(data):
        return offset + header + 64 * entry
    count = min(int(struct.unpack_from(order + counted, data, offset)[0]), 1024)
    if offset + header + count * entry > len(data):
        return offset + header + count * entry
    tags: dict[int, int] = {}
    value_at = 12 if big else 8
    for at in range(offset + header, offset + header + count * entry, entry):
        tag, kind = struct.unpack_from(order + "2H", data, at)
        if form := {1: "B", 3: "H", 4: "L", 16: "Q" if big else ""}.get(kind):
            tags.setdefault(tag, int(struct.unpack_from(order + form, data, at + value_at)[0]))
    return tags


def _valid(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1
