"""SVG transforms and the boxes that go through them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

CALL = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its corners."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def joined(self, other: Box) -> Box:
        return Box(min(self.left, other.left), min(self.top, other.top),
                   max(self.right, other.right), max(self.bottom, other.bottom))  # fmt: skip

    def overlap(self, other: Box) -> float:
        """Area that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a·x + c·y + e, y' = b·x + d·y + f, as SVG writes it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, inner: Matrix) -> Matrix:
        """First `inner`, then this."""
        return Matrix(
            self.a * inner.a + self.c * inner.b, self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d, self.b * inner.c + self.d * inner.d,
            self.a * inner.e + self.c * inner.f + self.e, self.b * inner.e + self.d * inner.f + self.f,
        )  # fmt: skip

    def around(self, box: Box) -> Box:
        """The upright box around a box that went through."""
        corners = [(self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
                   for x in (box.left, box.right) for y in (box.top, box.bottom)]  # fmt: skip
        across, down = zip(*corners, strict=True)
        return Box(min(across), min(down), max(across), max(down))

    @property
    def turn(self) -> float:
        """Degrees that the writing direction is turned by, 0 to 180."""
        return abs(math.degrees(math.atan2(self.b, self.a)))

    @property
    def slant(self) -> float:
        """Degrees that upright strokes lean away from the writing direction's own upright, 0 to 90."""
        if not (self.c or self.d):
            return 0.0
        lean = math.degrees(math.atan2(self.d, self.c) - math.atan2(self.b, self.a))
        return abs(abs((lean + 180) % 360 - 180) - 90)

    @property
    def scale(self) -> float:
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


def parse_transform(text: str | None) -> Matrix:
    """The matrix of a `transform` attribute; a call that makes no sense changes nothing, as in browsers."""
    whole = Matrix()
    for name, arguments in CALL.findall(text or ""):
        values = [float(value) for value in NUMBER.findall(arguments)][:6]
        if values and all(math.isfinite(value) for value in values):
            whole = whole @ one(name, values)
    return whole


def one(name: str, values: list[float]) -> Matrix:
    first = values[0]
    second = values[1] if len(values) > 1 else None
    if name == "matrix" and len(values) == 6:
        return Matrix(*values)
    if name == "translate":
        return Matrix(e=first, f=second or 0.0)
    if name == "scale":
        return Matrix(a=first, d=first if second is None else second)
    if name == "rotate":
        cosine, sine = math.cos(math.radians(first)), math.sin(math.radians(first))
        turn = Matrix(cosine, sine, -sine, cosine)
        if len(values) < 3:
            return turn
        return Matrix(e=values[1], f=values[2]) @ turn @ Matrix(e=-values[1], f=-values[2])
    if name == "skewX":
        return Matrix(c=math.tan(math.radians(first)))
    if name == "skewY":
        return Matrix(b=math.tan(math.radians(first)))
    return Matrix()


def to_canvas(element: etree._Element) -> Matrix:
    """From an element's own coordinates to those of the drawing."""
    whole = Matrix()
    for each in (element, *element.iterancestors()):
        whole = parse_transform(each.get("transform")) @ whole
    return whole


def around_all(boxes: Iterable[Box]) -> Box | None:
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole.joined(box)
    return whole
