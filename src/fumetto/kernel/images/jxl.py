"""How large a JPEG XL picture says it is: Pillow's plugin decodes on opening, which is too late to refuse a flood."""

from __future__ import annotations

from collections.abc import Iterator

CODESTREAM = b"\xff\x0a"
CONTAINER = b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a"
RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
LENGTHS = (9, 13, 18, 30)


def jxl_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the SizeHeader (ISO/IEC 18181-1, D.2), or None where this is no JPEG XL or has none."""
    for part in codestreams(data):
        if part[:2] == CODESTREAM and len(part) >= 12:
            return size_header(int.from_bytes(part[2:12], "little"))
    return None


def codestreams(data: bytes) -> Iterator[bytes]:
    """The beginnings of the codestream: the file itself, or what is in the container's boxes."""
    if data.startswith(CODESTREAM):
        yield data[:16]
    if not data.startswith(CONTAINER):
        return
    at = 0
    while at + 8 <= len(data):
        length, kind, head = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8:at + 16], "big"), 16
        if kind == b"jxlc":
            yield data[at + head:at + head + 16]
        elif kind == b"jxlp":
            yield data[at + head + 4:at + head + 20]
        if length < head:  # 0 means: to the end of the file
            return
        at += length


def size_header(bits: int) -> tuple[int, int]:
    def take(count: int) -> int:
        nonlocal bits
        value, bits = bits & ((1 << count) - 1), bits >> count
        return value

    small = take(1)

    def extent() -> int:
        return (take(5) + 1) * 8 if small else take(LENGTHS[take(2)]) + 1

    height = extent()
    ratio = take(3)
    width = height * RATIOS[ratio][0] // RATIOS[ratio][1] if ratio else extent()
    return width, height
