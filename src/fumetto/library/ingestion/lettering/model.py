"""What is told of a lettering."""

from __future__ import annotations

from dataclasses import dataclass

from fumetto.library.catalogue.kinds import BalloonKind


@dataclass(frozen=True, slots=True)
class LetteredBalloon:
    """One text of a page, with the box around its letters as fractions (0 to 1) of the page's width and height.

    `order` counts from 0.
    """

    text: str
    kind: BalloonKind
    x: float
    y: float
    width: float
    height: float
    order: int
