"""Boxes on a page, as fractions (0 to 1) of its width and height, measured from its upper left corner. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ON_PANEL = 0.2  # of a text has to lie on a panel to be in it


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def area(self) -> float:
        return self.width * self.height

    def common(self, other: Box) -> float:
        """The area that both cover."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, across) * max(0.0, down)

    def alike(self, other: Box) -> float:
        """Intersection over union: 1 for the same box, 0 for boxes that do not meet."""
        common = self.common(other)
        whole = self.area + other.area - common
        return common / whole if whole > 0 else 0.0

    def joined(self, other: Box) -> Box:
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def on_page(self) -> Box:
        """The part of it that lies on the page: itself where all of it does."""
        if self.x >= 0 and self.y >= 0 and self.right <= 1 and self.bottom <= 1:
            return self
        x, y = min(max(self.x, 0.0), 1.0), min(max(self.y, 0.0), 1.0)
        return Box(x, y, max(0.0, min(self.right, 1.0) - x), max(0.0, min(self.bottom, 1.0) - y))


WHOLE_PAGE = Box(0.0, 0.0, 1.0, 1.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some, of which there is at least one."""
    first, *others = boxes
    for box in others:
        first = first.joined(box)
    return first


def panel_of(box: Box, panels: Sequence[Box]) -> int | None:
    """Index of the panel that most of a text lies on, the smaller one where panels lie in one another; or None."""
    best, chosen = ON_PANEL * box.area, None
    for index, panel in enumerate(panels):
        common = box.common(panel)
        tighter = chosen is not None and common >= 0.95 * best and panel.area < panels[chosen].area
        if common > best or tighter:
            best, chosen = max(common, best), index
    return chosen
