"""The shapes that balloons are drawn with, to keep letters inside them and to tell what is said in one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from fontTools.misc.arrayTools import calcBounds
from fontTools.misc.bezierTools import cubicPointAtT, quadraticPointAtT
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from lxml import etree

from fumetto.library.ingestion.lettering.document import SHAPES, SVG, local_name
from fumetto.library.ingestion.lettering.matrix import Box, Matrix, parse_transform, to_canvas
from fumetto.library.ingestion.lettering.style import declarations, is_hidden, number

Point: TypeAlias = tuple[float, float]

SMOOTHNESS = 8  # straight pieces to a curve
WHOLE_PAGE = 0.9  # of the canvas: what covers that much is no balloon
UNSEEN = frozenset({"clipPath", "defs", "flowRegion", "marker", "mask", "pattern", "symbol"})
MOST_POINTS = 20_000  # in one outline; a drawing is not traced further than that


@dataclass(frozen=True)
class Outline:
    """A filled shape on the canvas: the closed lines around it, and the box around those."""

    rings: tuple[tuple[Point, ...], ...]
    box: Box

    def span_at(self, y: float, x: float) -> tuple[float, float] | None:
        """Where the shape begins and ends on the height `y` around `x`; None where `x` is not inside."""
        crossings = sorted(crossing for ring in self.rings for crossing in crossings_of(ring, y))
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if left <= x <= right:
                return left, right
        return None


def outlines_of(root: etree._Element, canvas: Box) -> list[Outline]:
    """Every filled shape that is drawn and does not cover the whole page."""
    found = []
    for shape in root.iter():
        if local_name(shape) not in SHAPES or not is_drawn(shape):
            continue
        rings = rings_of(shape)
        if rings:
            matrix = to_canvas(shape)
            placed = tuple(tuple(through(matrix, point) for point in ring) for ring in rings)
            box = Box(*calcBounds([point for ring in placed for point in ring]))
            if 0 < box.area < WHOLE_PAGE * canvas.area:
                found.append(Outline(placed, box))
    return found


def is_drawn(shape: etree._Element) -> bool:
    """Whether a shape shows as it stands; those of definitions and of text regions do not."""
    unseen = any(local_name(ancestor) in UNSEEN for ancestor in shape.iterancestors())
    return not (unseen or is_hidden(shape) or declarations(shape).get("fill") == "none")


def crossings_of(ring: Sequence[Point], y: float) -> list[float]:
    found = []
    for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y0 <= y) != (y1 <= y):
            found.append(x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return found


def region_box(shape: etree._Element) -> Box | None:
    """The box around a shape that text flows into, in the text's own coordinates."""
    points = [point for ring in rings_of(shape) for point in ring]
    return parse_transform(shape.get("transform")).around(Box(*calcBounds(points))) if points else None


def rings_of(shape: etree._Element) -> list[list[Point]]:
    """A shape as closed lines, in its own coordinates."""
    if shape.tag == f"{{{SVG}}}rect":
        left, top = number(shape.get("x")), number(shape.get("y"))
        right, bottom = left + number(shape.get("width")), top + number(shape.get("height"))
        return [[(left, top), (right, top), (right, bottom), (left, bottom)]]
    pen = Tracer()
    with suppress(ValueError, IndexError, AssertionError, TypeError, ZeroDivisionError, OverflowError):
        parse_path(as_path(shape), pen)  # of a path that cannot be read to its end, the part up to there
    return [ring for ring in pen.rings if len(ring) > 2]


def as_path(shape: etree._Element) -> str:
    if shape.get("points"):
        return f"M {shape.get('points')} Z"
    if shape.get("cx") is None:
        return shape.get("d") or ""
    x, y, radius = (number(shape.get(name)) for name in ("cx", "cy", "r"))
    across, down = number(shape.get("rx")) or radius, number(shape.get("ry")) or radius
    return f"M {x - across} {y} a {across} {down} 0 1 0 {2 * across} 0 a {across} {down} 0 1 0 {-2 * across} 0 Z"


def through(matrix: Matrix, point: Point) -> Point:
    x, y = point
    return matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f


class Tracer(BasePen):  # type: ignore[misc]  # fontTools ships no types
    """A pen that follows curves in short straight pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.rings: list[list[Point]] = []
        self.points = 0

    def add(self, point: Point) -> None:
        self.points += 1
        if self.points > MOST_POINTS:
            raise OverflowError
        self.rings[-1].append(point)

    def _moveTo(self, point: Point) -> None:  # noqa: N802 - fontTools' name
        self.rings.append([])
        self.add(point)

    def _lineTo(self, point: Point) -> None:  # noqa: N802 - fontTools' name
        self.add(point)

    def _curveToOne(self, first: Point, second: Point, end: Point) -> None:  # noqa: N802 - fontTools' name
        start = self._getCurrentPoint()
        for step in range(1, SMOOTHNESS + 1):
            self.add(cubicPointAtT(start, first, second, end, step / SMOOTHNESS))

    def _qCurveToOne(self, control: Point, end: Point) -> None:  # noqa: N802 - fontTools' name
        start = self._getCurrentPoint()
        for step in range(1, SMOOTHNESS + 1):
            self.add(quadraticPointAtT(start, control, end, step / SMOOTHNESS))
