"""Which part of a page stands for somebody who is on it: a panel, best one that shows nobody else."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

Who = TypeVar("Who", bound=Hashable)

ALONE, IN_COMPANY, SOMEWHERE = 0, 1, 2
"""How good a face is: a panel of theirs alone; one with others; the largest panel of a page that they are on."""

SMALLEST: Final = 0.1
LARGEST_AREA: Final = 0.6
"""A panel is clear from a tenth of the page's width and height up, and where it is not most of the page."""


class Box(NamedTuple):
    """Fractions of a page's width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    def holds(self, other: Box) -> bool:
        """Whether the middle of another box lies in it."""
        x, y = other.x + other.width / 2, other.y + other.height / 2
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True, slots=True)
class Seen(Generic[Who]):
    """A panel in reading order, and whom its description names."""

    box: Box
    named: frozenset[Who] = frozenset()


@dataclass(frozen=True, slots=True)
class Face(Generic[Who]):
    """A piece of a page for somebody: `rank` as above, less is better."""

    who: Who
    rank: int
    box: Box


def faces_of(
    panels: Sequence[Seen[Who]], spoken: Collection[tuple[Who, Box]], shown: Collection[Who], there: Collection[Who]
) -> list[Face[Who]]:
    """A face for everybody who is on a page and in a panel of it, the first of the best.

    `spoken` are balloons and whose they are, `shown` are those whom somebody says the page shows, `there` all who are
    on it more than by name.
    """
    found: dict[Who, Face[Who]] = {}
    for panel in panels:
        speaking = {who for who, box in spoken if panel.box.holds(box)}
        inside = (panel.named | speaking) & set(there)
        for who in inside:
            keep_better(found, Face(who, ALONE if len(inside) == 1 and is_clear(panel.box) else IN_COMPANY, panel.box))
    clear = [panel.box for panel in panels if is_clear(panel.box)]
    if clear:
        largest = max(clear, key=lambda box: (box.area, -box.y, -box.x))
        for who in shown:
            keep_better(found, Face(who, SOMEWHERE, largest))
    return list(found.values())


def keep_better(found: dict[Who, Face[Who]], face: Face[Who]) -> None:
    if face.who not in found or face.rank < found[face.who].rank:
        found[face.who] = face


def is_clear(box: Box) -> bool:
    return min(box.width, box.height) >= SMALLEST and box.area <= LARGEST_AREA
