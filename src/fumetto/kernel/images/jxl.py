"""Size and orientation of JPEG XL (ISO 18181-1, annexes A and D; the container is 18181-2)."""

from __future__ import annotations

from typing import Final

from fumetto.kernel.images.isobmff import Raw, boxes

_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIZES: Final = ((9, 1), (13, 1), (18, 1), (30, 1))


class _Bits:
    """Bits of a codestream, least significant first; raises IndexError at the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        end = self._at + count
        if end > len(self._data) * 8:
            raise IndexError
        first = self._at // 8
        value = int.from_bytes(self._data[first : (end + 7) // 8], "little") >> self._at % 8
        self._at = end
        return value & (1 << count) - 1

    def choice(self, options: tuple[tuple[int, int], ...]) -> int:
        bits, offset = options[self.take(2)]
        return self.take(bits) + offset


def jxl_head(data: bytes) -> Raw | int | None:
    """A bare codestream, or the first one in a container; the count of bytes needed if it begins further on."""
    start = 0
    if not data.startswith(b"\xff\x0a"):
        for kind, at, stop in boxes(data, 0, 1 << 62):
            if kind in (b"jxlc", b"jxlp"):
                start = at + (4 if kind == b"jxlp" else 0)
                break
            if stop > 1 << 40:
                return None
        else:
            return len(data) + 4096
    if len(data) < start + 12:
        return start + 32
    if data[start : start + 2] != b"\xff\x0a":
        return None
    bits = _Bits(data[start + 2 : start + 64])
    width, height = _size(bits)
    orientation, moving = 1, False
    if not bits.take(1) and bits.take(1):  # not all default, and with the extra fields
        orientation = bits.take(3) + 1
        if bits.take(1):
            _size(bits)  # the intrinsic size, for hints only
        if not bits.take(1):  # no preview, whose header would come first
            moving = bool(bits.take(1))
    return "image/jxl", width, height, moving, orientation


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.take(1)
    height = (bits.take(5) + 1) * 8 if small else bits.choice(_SIZES)
    ratio = bits.take(3)
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return ((bits.take(5) + 1) * 8 if small else bits.choice(_SIZES)), height
