"""RapidOCR, loaded when the first page is read and kept. Only parser processes run it: see `looking`.

Its models (PP-OCRv6 small) come inside the package; nothing is downloaded. High strips are read in overlapping parts,
since the model would shrink them until their letters are gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

LONGEST_EDGE: Final = 1800  # pixels; a page is not looked at larger than this
STRIP: Final = 2.2  # times as high as wide
PART: Final = 1.6  # times as high as wide: the parts of a strip
OVERLAP: Final = 0.25  # of a strip's width
TOO_SMALL: Final = 48  # pixels: a picture with no room for a letter; callers leave it out
SURE: Final = 0.55  # lines that the model is less sure of are not text, most of them


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: `corners` are its x and y in pixels, clockwise from the upper left of the letters."""

    text: str
    corners: tuple[float, float, float, float, float, float, float, float]
    confidence: float

    @property
    def length(self) -> float:
        """Along the line, in pixels."""
        x0, y0, x1, y1, *_ = self.corners
        return math.hypot(x1 - x0, y1 - y0)

    @property
    def size(self) -> float:
        """Across the line: the height of its letters, in pixels."""
        x1, y1, x2, y2 = self.corners[2:6]
        return math.hypot(x2 - x1, y2 - y1)

    @property
    def angle(self) -> float:
        """Degrees from level, -90 to 90."""
        x0, y0, x1, y1, *_ = self.corners
        return math.degrees(math.atan2(y1 - y0, x1 - x0))

    @property
    def left(self) -> float:
        return min(self.corners[0::2])

    @property
    def right(self) -> float:
        return max(self.corners[0::2])

    @property
    def top(self) -> float:
        return min(self.corners[1::2])

    @property
    def bottom(self) -> float:
        return max(self.corners[1::2])

    def moved(self, down: float) -> Line:
        x0, y0, x1, y1, x2, y2, x3, y3 = self.corners
        return Line(self.text, (x0, y0 + down, x1, y1 + down, x2, y2 + down, x3, y3 + down), self.confidence)


def read_lines(pixels: Pixels, threads: int) -> list[Line]:
    """The lines of text on a picture (rows, columns, blue-green-red), in no order."""
    lines: list[Line] = []
    for top, part in parts_of(pixels):
        found = [line.moved(top) for line in recognise(part, threads)]
        lines += [line for line in found if not any(same(line, other) for other in lines)]
    return lines


def parts_of(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    height, width = pixels.shape[:2]
    if height <= STRIP * width:
        yield 0, pixels
        return
    part, step = round(PART * width), round((PART - OVERLAP) * width)
    for top in range(0, max(1, height - round(OVERLAP * width)), step):
        yield top, pixels[top : top + part]


def same(line: Line, other: Line) -> bool:
    """Whether two lines are one that was read in two parts of a strip: the one read whole, which came first, stays."""
    across = min(line.right, other.right) - max(line.left, other.left)
    down = min(line.bottom, other.bottom) - max(line.top, other.top)
    smaller = min((line.right - line.left) * (line.bottom - line.top),
                  (other.right - other.left) * (other.bottom - other.top))  # fmt: skip
    return max(0.0, across) * max(0.0, down) > 0.5 * smaller


def recognise(pixels: Pixels, threads: int) -> list[Line]:
    result = engine(threads)(np.ascontiguousarray(pixels))
    if result.txts is None:
        return []
    return [
        Line(str(text), corners_of(box), float(score))
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if score >= SURE and str(text).strip()
    ]


def corners_of(box: npt.NDArray[Any]) -> tuple[float, float, float, float, float, float, float, float]:
    x0, y0, x1, y1, x2, y2, x3, y3 = (float(value) for value in box.reshape(-1))
    return x0, y0, x1, y1, x2, y2, x3, y3


@cache
def engine(threads: int) -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": SURE,
            "Global.max_side_len": 2 * LONGEST_EDGE,  # we shrink it ourselves
            "Global.use_cls": False,  # lettering does not stand on its head
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
