"""From the texts of a drawing to the balloons of a page: what kind each is, where, and in which order they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind
from fumetto.library.ingestion.lettering.blocks import TextBlock
from fumetto.library.ingestion.lettering.matrix import Box
from fumetto.library.ingestion.lettering.model import LetteredBalloon
from fumetto.library.ingestion.lettering.outlines import Outline

TURNED = 6.0  # degrees from upright at which a text is drawn rather than said
SOUND_WORDS, SOUND_LETTERS = 3, 18  # at most, in a sound
NOTE = re.compile(r"^\s*(\*|※|\(\*|note\b)", re.IGNORECASE)
MOSTLY = 0.6  # of its text lies on a balloon
ROOMY = 40.0  # times its text a balloon may be
MARGIN = 0.002  # of the page, around letters
ROW_GAP, COLUMN_GAP = 0.02, 0.03  # of the page: less than the gutter between panels


def balloons_of(
    blocks: Sequence[TextBlock], outlines: Sequence[Outline], canvas: Box, page: PageKind, direction: Direction
) -> list[LetteredBalloon]:
    """The balloons of a page in reading order, each with the box of its letters.

    A text that lies wholly outside the page is a leftover, and not told.
    """
    found = []
    for block in blocks:
        frame = fractions(block.box, canvas)
        if block.text and frame is not None:
            found.append((block, fractions(block.ink, canvas) or frame))
    result = []
    for order, index in enumerate(reading_order([box for _, box in found], direction)):
        block, ink = found[index]
        box = with_margin(ink)
        kind = kind_of(block, outlines, page)
        result.append(LetteredBalloon(block.text, kind, box.left, box.top, box.width, box.height, order))
    return result


def with_margin(ink: Box) -> Box:
    return Box(max(0.0, ink.left - MARGIN), max(0.0, ink.top - MARGIN),
               min(1.0, ink.right + MARGIN), min(1.0, ink.bottom + MARGIN))  # fmt: skip


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
    taken = max(ink.area, ink.width * block.size)  # dots are low
    in_cloud = any(ink.overlap(each.box) >= MOSTLY * ink.area and each.box.area < ROOMY * taken for each in outlines)
    words = len(block.text.split())
    tilted = min(block.matrix.turn, 180 - block.matrix.turn) > TURNED or block.matrix.slant > TURNED
    if NOTE.match(block.text):
        return BalloonKind.CAPTION
    short = words <= SOUND_WORDS and len(block.text) <= SOUND_LETTERS
    if short and (tilted or (block.decorated and not in_cloud)):
        return BalloonKind.SOUND
    return BalloonKind.SPEECH if in_cloud else BalloonKind.CAPTION


def reading_order(boxes: Sequence[Box], direction: Direction) -> list[int]:
    """Indices of boxes, in fractions of the page, in the order they are read.

    The page is cut into rows where nothing is in the way, each row into columns, and so on (an XY cut, after Nagy and
    Seth, 1984); where it cannot be cut, texts at about one height are read from the side that reading starts at.
    """
    side = -1.0 if direction is Direction.RIGHT_TO_LEFT else 1.0

    def cut(indices: list[int]) -> list[int]:
        if len(indices) < 2:
            return indices
        rows = split(indices, lambda i: (boxes[i].top, boxes[i].bottom), ROW_GAP)
        if len(rows) > 1:
            return [each for row in rows for each in cut(row)]
        columns = split(indices, lambda i: (boxes[i].left, boxes[i].right), COLUMN_GAP)
        if len(columns) > 1:
            return [each for column in columns[:: int(side)] for each in cut(column)]
        return [each for row in levels(indices, boxes) for each in sorted(row, key=lambda i: side * boxes[i].left)]

    return cut(list(range(len(boxes))))


def split(indices: list[int], extent: Callable[[int], tuple[float, float]], gap: float) -> list[list[int]]:
    """Groups along one axis with at least `gap` between them."""
    groups: list[list[int]] = []
    reach = float("-inf")
    for index in sorted(indices, key=extent):
        low, high = extent(index)
        if groups and low < reach + gap:
            groups[-1].append(index)
        else:
            groups.append([index])
        reach = max(reach, high)
    return groups


def levels(indices: list[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Groups of boxes whose middles are at about the height of the first of them."""

    def middle(index: int) -> float:
        return (boxes[index].top + boxes[index].bottom) / 2

    groups: list[list[int]] = []
    for index in sorted(indices, key=middle):
        if groups and middle(index) - middle(groups[-1][0]) < ROW_GAP:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
