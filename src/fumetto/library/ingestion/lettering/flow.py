"""Inkscape's flowing text (`flowRoot`, of the SVG 1.2 draft that no renderer took up) as text placed line by line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lxml import etree

from fumetto.library.ingestion.lettering.blocks import TextBlock, words_of
from fumetto.library.ingestion.lettering.breaking import Fitted, Line, Paragraph, Piece, Run, fit
from fumetto.library.ingestion.lettering.document import SVG, remove
from fumetto.library.ingestion.lettering.matrix import Box, Matrix, around_all, to_canvas
from fumetto.library.ingestion.lettering.outlines import Outline, region_box
from fumetto.library.ingestion.lettering.style import (
    DRAWN,
    OF_THE_WHOLE,
    Style,
    declarations,
    inherit,
    is_hidden,
    line_height,
    number,
    spelled,
    style_above,
)

FLOW, PARAGRAPH, REGION = (f"{{{SVG}}}{name}" for name in ("flowRoot", "flowPara", "flowRegion"))
PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
RIGHT_TO_LEFT_MARK = "\u200f"
X_HEIGHT = 0.3  # of the letters' size, above and below the middle of their line
ROOMIEST = 40.0  # times its text a balloon may be
BASELINE = 0.33  # of the letters' size below the middle of their line


def place_flows(root: etree._Element, outlines: Sequence[Outline], language: str) -> Iterator[TextBlock]:
    """Replace every flowing text in place, inside its balloon where it lies on one, and tell what each says."""
    for flow in list(root.iter(FLOW)):
        block = place(flow, outlines, language)
        if block:
            yield block


def place(flow: etree._Element, outlines: Sequence[Outline], language: str) -> TextBlock | None:
    region = region_of(flow)
    said = "".join(words_of(paragraph) for paragraph in flow.iter(PARAGRAPH))
    if region is None or not said.strip() or is_hidden(flow):
        remove(flow)
        return None
    above = style_above(flow)
    styled = [(runs_of(each, above), inherit(above, declarations(each))) for each in flow.iter(PARAGRAPH)]
    paragraphs = [Paragraph(runs, style, said, language) for runs, style in inside(styled, region.height)]
    matrix = to_canvas(flow)
    fitted = fit(paragraphs, region.width, region.height, lambda tried: overhang(tried, region, matrix, outlines))
    text = drawn(flow, fitted, region)
    text.tail = flow.tail
    parent = flow.getparent()
    if parent is not None:
        parent.replace(flow, text)
    return TextBlock(
        element=text,
        lines=tuple(paragraph.text for paragraph in paragraphs if paragraph.text),
        box=matrix.around(region),
        ink=matrix.around(ink_of(fitted, region)),
        matrix=matrix,
        size=max((line.size for line in fitted.lines if line.pieces), default=0.0) * matrix.scale,
        families=",".join(sorted({style.get("font-family", "").lower() for _, style in styled})),
        decorated="filter" in declarations(flow) or any(has_outline(run.style) for runs, _ in styled for run in runs),
        overflows=fitted.overflows,
        undrawable=tuple(character for paragraph in paragraphs for character in paragraph.undrawable()),
        drawn_with=frozenset(piece.family for line in fitted.lines for piece in line.pieces if piece.family),
    )


def region_of(flow: etree._Element) -> Box | None:
    """The box that text flows into; of any shape but a rectangle, the box around it."""
    boxes = (region_box(shape) for region in flow.iter(REGION) for shape in region)
    return next((box for box in boxes if box and box.width > 0 and box.height > 0), None)


def inside(styled: Sequence[tuple[list[Run], Style]], height: float) -> list[tuple[list[Run], Style]]:
    """Paragraphs that Inkscape shows: it hides what flows past the box's end, and translators leave English there."""
    kept: list[tuple[list[Run], Style]] = []
    filled = 0.0
    for runs, style in styled:
        filled += max([line_height(run.style) for run in runs if run.text.strip()], default=line_height(style))
        if filled > height * 1.02 and any(run.text.strip() for kept_runs, _ in kept for run in kept_runs):
            break
        kept.append((runs, style))
    while len(kept) > 1 and not any(run.text.strip() for run in kept[-1][0]):
        kept.pop()
    return kept


def runs_of(paragraph: etree._Element, above: Style) -> list[Run]:
    runs: list[Run] = []

    def walk(element: etree._Element, parent: Style) -> None:
        style = inherit(parent, declarations(element))
        if element.text:
            runs.append(Run(element.text, style))
        for child in element:
            walk(child, style)
            if child.tail:
                runs.append(Run(child.tail, style))

    walk(paragraph, above)
    return runs


def has_outline(style: Style) -> bool:
    return style.get("stroke", "none") not in ("none", "") and number(style.get("stroke-width", "1")) > 0


def drawn(flow: etree._Element, fitted: Fitted, region: Box) -> etree._Element:
    """A `text` element with a `tspan` for each line."""
    text = etree.Element(f"{{{SVG}}}text")
    text.set("style", spelled({name: value for name, value in declarations(flow).items() if name in OF_THE_WHOLE}))
    text.set(PRESERVE, "preserve")
    for name in ("id", "transform"):
        if flow.get(name):
            text.set(name, flow.get(name, ""))
    for line, top in rows_of(fitted, region):
        if line.pieces:
            anchor, x = alignment(line, region)
            baseline = top + line.height / 2 + line.size * BASELINE
            place_at = {"x": f"{x:.3f}", "y": f"{baseline:.3f}", "style": f"text-anchor:{anchor}"}
            add_pieces(etree.SubElement(text, f"{{{SVG}}}tspan", place_at), line)
    return text


def alignment(line: Line, region: Box) -> tuple[str, float]:
    """Anchor and x of a line. Where its text runs from the right, it also starts there."""
    by_anchor = {"middle": "center", "end": "end"}.get(line.style.get("text-anchor", ""), "start")
    wanted = line.style.get("text-align") or by_anchor
    from_right = line.style.get("direction") == "rtl"
    if wanted == "center":
        return "middle", (region.left + region.right) / 2
    if (wanted in ("end", "right")) != (from_right and wanted in ("start", "end", "justify")):
        return "end", region.right
    return "start", region.left


def rows_of(fitted: Fitted, region: Box) -> Iterator[tuple[Line, float]]:
    """Each line with its upper edge, in the text's own coordinates."""
    top = region.top + fitted.lowered
    for line in fitted.lines:
        yield line, top
        top += line.height


def line_boxes(fitted: Fitted, region: Box) -> Iterator[Box]:
    """The box that each line's letters take, without the space between lines."""
    for line, top in rows_of(fitted, region):
        if line.pieces:
            anchor, x = alignment(line, region)
            left = x - {"middle": line.width / 2, "end": line.width}.get(anchor, 0.0)
            middle = top + line.height / 2
            yield Box(left, middle - line.size * X_HEIGHT, left + line.width, middle + line.size * X_HEIGHT)


def ink_of(fitted: Fitted, region: Box) -> Box:
    """The box around the lines as they are drawn."""
    return around_all(line_boxes(fitted, region)) or region


def overhang(fitted: Fitted, region: Box, matrix: Matrix, outlines: Sequence[Outline]) -> float:
    """How far lines reach over the edge of the balloon that they lie on, at worst, as a share of their extent.

    Turned text is left alone: it is drawn across things on purpose.
    """
    if matrix.turn > 1 or matrix.slant > 1:
        return 0.0
    ink = matrix.around(ink_of(fitted, region))
    x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
    under = [each for each in outlines if each.box.area < ROOMIEST * ink.area and each.span_at(y, x)]
    if not under:
        return 0.0
    balloon = min(under, key=lambda each: each.box.area)
    worst = 0.0
    for box in (matrix.around(line) for line in line_boxes(fitted, region)):
        for height in (box.top, box.bottom):
            span = balloon.span_at(height, x)
            if span and box.width > 0:
                worst = max(worst, (span[0] - box.left) / box.width, (box.right - span[1]) / box.width)
        over = max(balloon.box.top - box.top, box.bottom - balloon.box.bottom)
        worst = max(worst, over / balloon.box.height)
    return worst


def add_pieces(span: etree._Element, line: Line) -> None:
    for index, piece in enumerate(line.pieces):
        if piece.family is None:
            continue
        text = piece.text
        if runs_from_right(line.text):
            # Without the marks a full stop at either end would land on the wrong side of the line.
            text = RIGHT_TO_LEFT_MARK * (index == 0) + text + RIGHT_TO_LEFT_MARK * (index == len(line.pieces) - 1)
        etree.SubElement(span, f"{{{SVG}}}tspan", style=spelled(style_of(piece))).text = text


def style_of(piece: Piece) -> dict[str, str]:
    style = {name: value for name, value in piece.style.items() if name in DRAWN}
    return style | {"font-family": f"'{piece.family}'", "font-size": f"{piece.size:.3f}px"}


def runs_from_right(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
