"""Finding panels: the page is cut along its gutters, first straight ones, then whatever way the gutters run.

Gutters have one colour, that of the page's rim or else white or black. Cutting a page into rows and columns where
nothing but gutter lies is the XY cut of Nagy and Seth (1984); slanted gutters are found as what is connected to the
rim, as Kumiko and others do. Needs OpenCV, imported when the first page is looked at: only parser processes do that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fumetto.library.catalogue.kinds import Direction
from fumetto.library.contents.boxes import Box

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

EDGE: Final = 900  # pixels of the longer edge, or of a strip's width times its shape, that are looked at
ALIKE: Final = 26  # levels by which a pixel may differ from the gutter's colour
RIM: Final = 0.012  # of the page: how wide the rim is that gutters are told by
CLEAR: Final = 0.955  # of a row or column is gutter where it can be cut: letters and tails of balloons cross gutters
THIN: Final = 0.0035  # of the page: a gutter is not thinner
SMALLEST: Final = 0.008  # of the page: a panel is not smaller
SHORTEST: Final = 0.045  # of the page's width or height: a panel is not narrower or lower
DRAWN: Final = 0.12  # of a panel is not gutter's colour
DEEPEST: Final = 6  # cuts within cuts
INSET: Final = 0.03  # of a panel: one that lies in it is not smaller
FRAMED: Final = 0.7  # of a frame's outside: what it goes round
STRIP: Final = 2.2  # times as high as wide: a strip, looked at at a width of its own
STRIP_WIDTH: Final = 500


@dataclass(frozen=True, slots=True)
class FoundPanel:
    """A panel in reading order. `confidence` from 0 to 1: how much of its rim is gutter."""

    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the page in pixels, its right and bottom edges exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def of(self, mask: Mask) -> Mask:
        part: Mask = mask[self.top : self.bottom, self.left : self.right]
        return part


def find_panels(pixels: Pixels, direction: Direction) -> list[FoundPanel]:
    """The panels of a page (rows, columns, blue-green-red) in reading order; one for a page that is one picture."""
    page = shrunk(pixels)
    best: list[FoundPanel] = []
    for colour in gutter_colours(page):
        gutter = alike(page, colour)
        if gutter.all():
            break  # a blank page
        found = panels_between(gutter, direction)
        if len(found) > len(best):
            best = found
        if len(best) > 1:
            break
    return best or [FoundPanel(Box(0.0, 0.0, 1.0, 1.0), 0.0)]


def shrunk(pixels: Pixels) -> Pixels:
    import cv2

    height, width = pixels.shape[:2]
    scale = STRIP_WIDTH / width if height > STRIP * width else EDGE / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def gutter_colours(page: Pixels) -> list[npt.NDArray[np.int16]]:
    """Colours that the gutters may have: the rim's, where it has one, then white and black."""
    wide = max(2, round(RIM * min(page.shape[:2])))
    rim = np.concatenate([
        page[:wide].reshape(-1, 3), page[-wide:].reshape(-1, 3), page[:, :wide].reshape(-1, 3),
        page[:, -wide:].reshape(-1, 3),
    ]).astype(np.int16)  # fmt: skip
    middle = np.median(rim, axis=0).astype(np.int16)
    one_colour = float((np.abs(rim - middle).max(axis=1) <= ALIKE).mean())
    plain = [np.array([level] * 3, dtype=np.int16) for level in (255, 0)]
    found = [middle] if one_colour > 0.5 else []
    return found + [each for each in plain if not found or np.abs(each - middle).max() > ALIKE]


def alike(page: Pixels, colour: npt.NDArray[np.int16]) -> Mask:
    """Which pixels have the gutters' colour."""
    mask: Mask = np.abs(page.astype(np.int16) - colour).max(axis=2) <= ALIKE
    return mask


def panels_between(gutter: Mask, direction: Direction) -> list[FoundPanel]:
    height, width = gutter.shape
    whole = content(gutter, Area(0, 0, width, height))
    if whole is None:
        return []
    areas: list[Area] = []
    for part in cut(gutter, whole, direction, DEEPEST):
        for area in slanted(gutter, part, direction) or [part]:
            if is_panel(gutter, area):
                areas += [area, *in_order(insets(gutter, area), direction)]
    return [
        FoundPanel(
            Box(area.left / width, area.top / height, area.width / width, area.height / height),
            round(clear_around(gutter, area), 3),
        )
        for area in areas
    ]


def cut(gutter: Mask, area: Area, direction: Direction, depth: int) -> list[Area]:
    """The parts of an area in reading order, cut where only gutter lies; itself where it cannot be cut."""
    if depth == 0:
        return [area]
    for axis in (1, 0):
        parts = pieces(gutter, area, axis)
        if len(parts) > 1:
            if axis == 0 and direction is Direction.RIGHT_TO_LEFT:
                parts = parts[::-1]
            return [inner for part in parts for inner in cut(gutter, part, direction, depth - 1)]
    return [area]


def pieces(gutter: Mask, area: Area, axis: int) -> list[Area]:
    """What lies between an area's gutters: from top to bottom (axis 1), or from left to right (axis 0)."""
    inside = area.of(gutter)
    height, width = gutter.shape
    clear = inside.mean(axis=axis) >= CLEAR
    thin = max(2, round(THIN * (height if axis else width)))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ~clear, [False])).astype(np.int8)))
    runs = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < thin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    parts: list[Area] = []
    for start, end in joined:
        if axis:
            part = Area(area.left, area.top + start, area.right, area.top + end)
        else:
            part = Area(area.left + start, area.top, area.left + end, area.bottom)
        trimmed = content(gutter, part)
        if trimmed is not None and is_large(trimmed, width, height):
            parts.append(trimmed)
    return parts


def content(gutter: Mask, area: Area) -> Area | None:
    """An area without the gutter around it, single specks left out of account; None where it is all gutter."""
    drawn = ~area.of(gutter)
    rows = np.flatnonzero(drawn.mean(axis=1) > 0.02)
    columns = np.flatnonzero(drawn.mean(axis=0) > 0.02)
    if not rows.size or not columns.size:
        return None
    return Area(
        area.left + int(columns[0]), area.top + int(rows[0]), area.left + int(columns[-1]) + 1,
        area.top + int(rows[-1]) + 1,
    )  # fmt: skip


def is_large(area: Area, width: int, height: int) -> bool:
    return area.width >= SHORTEST * min(width, height) and area.height >= SHORTEST * min(width, height)


def is_panel(gutter: Mask, area: Area) -> bool:
    height, width = gutter.shape
    drawn = 1.0 - float(area.of(gutter).mean())
    return (
        is_large(area, width, height)
        and area.width * area.height >= SMALLEST * width * min(height, 2 * width)
        and drawn >= DRAWN
    )


def slanted(gutter: Mask, area: Area, direction: Direction) -> list[Area]:
    """Parts of an area that slanted gutters divide, by what is connected to its rim; none where they do not."""
    import cv2

    inside = area.of(gutter)
    if min(inside.shape) < 8:
        return []
    padded = np.pad(inside, 1, constant_values=True).astype(np.uint8)
    filled = padded.copy()
    cv2.floodFill(filled, None, (0, 0), 2)
    solid = (filled[1:-1, 1:-1] != 2).astype(np.uint8)
    reach = max(3, round(0.006 * max(gutter.shape))) | 1
    solid = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    parts = []
    for left, top, wide, high, size in stats[1:count].tolist():
        if size >= 0.06 * inside.size:
            parts.append(Area(area.left + left, area.top + top, area.left + left + wide, area.top + top + high))
    if len(parts) < 2 or any(mostly_in(one, other) for one in parts for other in parts if one is not other):
        return []
    return in_order(parts, direction)


def mostly_in(one: Area, other: Area) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0, across) * max(0, down) > 0.6 * one.width * one.height


def in_order(parts: list[Area], direction: Direction) -> list[Area]:
    """Rows from the top, each from the side that reading starts at; parts whose heights mostly agree are a row."""
    rows: list[list[Area]] = []
    for part in sorted(parts, key=lambda each: each.top + each.bottom):
        row = next((row for row in rows if beside(row[0], part)), None)
        if row is None:
            rows.append([part])
        else:
            row.append(part)
    side = -1 if direction is Direction.RIGHT_TO_LEFT else 1
    return [part for row in rows for part in sorted(row, key=lambda each: side * (each.left + each.right))]


def beside(one: Area, other: Area) -> bool:
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return down > 0.5 * min(one.height, other.height)


def insets(gutter: Mask, area: Area) -> list[Area]:
    """Panels that lie within a panel, each in an upright frame of the gutters' colour."""
    import cv2

    inside = area.of(gutter).astype(np.uint8)
    found: list[Area] = []
    outlines, levels = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return []
    for outline, level in zip(outlines, levels[0].tolist(), strict=True):
        if level[3] < 0:  # the outside of a patch of gutter; its holes are what a frame goes round
            continue
        left, top, wide, high = cv2.boundingRect(outline)
        frame = cv2.boundingRect(outlines[level[3]])
        full = cv2.contourArea(outline) / max(1, wide * high)
        closely = wide * high > FRAMED * frame[2] * frame[3]
        # A hole's outline runs on the frame around it
        part = Area(area.left + left + 1, area.top + top + 1, area.left + left + wide - 1, area.top + top + high - 1)
        share = wide * high / inside.size
        if full > 0.93 and closely and INSET <= share <= 0.5 and is_panel(gutter, part):
            found.append(part)
    return found


def clear_around(gutter: Mask, area: Area) -> float:
    """How much of the line just outside of an area is gutter or the page's end."""
    height, width = gutter.shape
    step = max(1, round(0.004 * max(height, width)))
    across, down = slice(area.left, area.right), slice(area.top, area.bottom)
    clear = 0.0
    for at in (area.top - step, area.bottom + step):
        clear += float(gutter[at, across].sum()) if 0 <= at < height else area.width
    for at in (area.left - step, area.right + step):
        clear += float(gutter[down, at].sum()) if 0 <= at < width else area.height
    return clear / (2 * (area.width + area.height))
