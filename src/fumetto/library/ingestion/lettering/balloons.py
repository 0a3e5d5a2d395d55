"""From the texts of a drawing to the balloons of a page: what kind each is, where, and in which order they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind
from fumetto.library.ingestion.lettering.blocks import TextBlock
from fumetto.library.ingestion.lettering.matrix import Box
from fumetto.library.ingestion.lettering.outlines import Outline

TURNED = 6.0  # degrees from upright at which a text is drawn rather than said
SOUND_WORDS, SOUND_LETTERS = 3, 18  # at most, in a sound
NOTE = re.compile(r"^\s*(\*|※|\(\*|note\b)", re.IGNORECASE)
MOSTLY = 0.6  # of its text lies on a balloon
ROOMY = 25.0  # times its text a balloon may be


@dataclass(frozen=True, slots=True)
class LetteredBalloon:
    """One text of a page; the box as fractions (0 to 1) of the page's width and height. `order` counts from 0."""

    text: str
    kind: BalloonKind
    x: float
    y: float
    width: float
    height: float
    order: int


def balloons_of(
    blocks: Sequence[TextBlock], outlines: Sequence[Outline], canvas: Box, page: PageKind, direction: Direction
) -> list[LetteredBalloon]:
    """The balloons of a page in reading order. A text that lies wholly outside the page is a leftover, and not told."""
    found = []
    for block in blocks:
        box = fractions(block.box, canvas)
        if block.text and box is not None:
            found.append((block, box))
    ordered = reading_order([fractions(block.ink, canvas) or box for block, box in found], direction)
    result = []
    for order, index in enumerate(ordered):
        block, box = found[index]
        kind = kind_of(block, outlines, page)
        result.append(LetteredBalloon(block.text, kind, box.left, box.top, box.width, box.height, order))
    return result


def fractions(box: Box, canvas: Box) -> Box | None:
    """The part of a box that is on the page, as fractions of it; None where there is none."""
    left, right = ((each - canvas.left) / canvas.width for each in (box.left, box.right))
    top, bottom = ((each - canvas.top) / canvas.height for each in (box.top, box.bottom))
    on_page = Box(max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))
    return on_page if on_page.width > 0 and on_page.height > 0 else None


def kind_of(block: TextBlock, outlines: Sequence[Outline], page: PageKind) -> BalloonKind:
    """As well as can be told from the drawing alone: who speaks, and whether anybody does, it does not say."""
    if page is PageKind.CREDITS:
        return BalloonKind.CREDIT
    if page in (PageKind.COVER, PageKind.TITLE):
        return BalloonKind.TITLE
    ink = block.ink
    in_cloud = any(ink.overlap(each.box) >= MOSTLY * ink.area and each.box.area < ROOMY * ink.area for each in outlines)
    words = len(block.text.split())
    tilted = min(block.matrix.turn, 180 - block.matrix.turn) > TURNED or block.matrix.slant > TURNED
    if NOTE.match(block.text):
        return BalloonKind.CAPTION
    short = words <= SOUND_WORDS and len(block.text) <= SOUND_LETTERS
    if short and (tilted or (block.decorated and not in_cloud)):
        return BalloonKind.SOUND
    return BalloonKind.SPEECH if in_cloud else BalloonKind.CAPTION


def reading_order(boxes: Sequence[Box], direction: Direction) -> list[int]:
    """Indices of boxes in the order they are read: rows from the top, each from the side that reading starts at.

    Rows are found by cutting the page where no box is in the way, then columns inside each, and so on (an XY cut, after
    Nagy & Seth 1984); where nothing can be cut, by the upper edge.
    """
    def cut(indices: list[int]) -> list[int]:
        if len(indices) < 2:
            return indices
        rows = split(indices, [(boxes[i].top, boxes[i].bottom) for i in indices])
        if len(rows) > 1:
            return [each for row in rows for each in cut(row)]
        columns = split(indices, [(boxes[i].left, boxes[i].right) for i in indices])
        if len(columns) > 1:
            if direction is Direction.RIGHT_TO_LEFT:
                columns.reverse()
            return [each for column in columns for each in cut(column)]
        side = -1.0 if direction is Direction.RIGHT_TO_LEFT else 1.0
        return sorted(indices, key=lambda i: (round(boxes[i].top, 2), side * boxes[i].left))

    return cut(list(range(len(boxes))))


def split(indices: list[int], extents: list[tuple[float, float]]) -> list[list[int]]:
    """Groups that nothing joins along one axis. Extents are taken a little short: lettering boxes are generous."""
    groups: list[list[int]] = []
    reach = float("-inf")
    for index, (low, high) in sorted(zip(indices, extents, strict=True), key=lambda pair: pair[1]):
        slack = 0.15 * (high - low)
        if groups and low + slack < reach:
            groups[-1].append(index)
        else:
            groups.append([index])
        reach = max(reach, high - slack)
    return groups
