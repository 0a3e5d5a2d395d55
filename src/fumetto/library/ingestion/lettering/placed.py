"""Text that its file already places (`text` and `tspan`): its fonts are changed for ours, and what it says is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from fumetto.library.ingestion.lettering.blocks import TextBlock, words_of
from fumetto.library.ingestion.lettering.breaking import stretches
from fumetto.library.ingestion.lettering.document import SVG
from fumetto.library.ingestion.lettering.flow import PRESERVE, has_outline
from fumetto.library.ingestion.lettering.matrix import Box, around_all, to_canvas
from fumetto.library.ingestion.lettering.style import (
    Style,
    declarations,
    font_size,
    inherit,
    is_hidden,
    line_height,
    number,
    spelled,
    style_above,
)
from fumetto.library.ingestion.lettering.typefaces import Typeface, advances_of, chain_for, faces_of

TEXT, SPAN = f"{{{SVG}}}text", f"{{{SVG}}}tspan"
ABOUT_ANOTHER_FONT = frozenset({"font-family", "font-weight", "textLength", "lengthAdjust"})
ASCENT, DESCENT = 0.8, 0.25  # of the letters' size, above and below their baseline


@dataclass
class Row:
    """What is written from one given place on; `width` grows as its text is met."""

    x: float
    y: float
    anchor: str
    size: float = 0.0
    width: float = 0.0
    text: list[str] = field(default_factory=list)

    @property
    def box(self) -> Box:
        left = self.x - {"middle": self.width / 2, "end": self.width}.get(self.anchor, 0.0)
        return Box(left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size)


def letter_placed(root: etree._Element, language: str) -> Iterator[TextBlock]:
    """Change the fonts of every placed text, in place, and tell what each says. Comes before flows are placed."""
    for text in list(root.iter(TEXT)):
        if not is_hidden(text) and words_of(text).strip():
            yield letter(text, language)


def letter(text: etree._Element, language: str) -> TextBlock:
    whole = words_of(text)
    rows: list[Row] = []
    undrawable: list[str] = []
    used: set[str] = set()
    families: set[str] = set()
    outlined: list[bool] = [False]

    def walk(element: etree._Element, parent: Style) -> None:
        style = inherit(parent, declarations(element))
        families.add(style.get("font-family", "").lower())
        open_row(element, style)
        chain = chain_for(whole, style.get("font-family", ""), language)
        children = list(element)
        parts: list[etree._Element] = []
        if element.text:
            parts += spans(element.text, style, chain)
            element.text = None
        for child in children:
            walk(child, style)
            tail, child.tail = child.tail, None
            parts.append(child)
            if tail:
                parts += spans(tail, style, chain)
        element[:] = parts
        if element.get("style"):
            kept = {name: value for name, value in declarations(element).items() if name not in ABOUT_ANOTHER_FONT}
            element.set("style", spelled(kept))
        for attribute in ABOUT_ANOTHER_FONT & set(element.attrib):
            del element.attrib[attribute]

    def open_row(element: etree._Element, style: Style) -> None:
        given = [(element.get(name) or "").replace(",", " ").split() for name in ("x", "y")]
        before = rows[-1] if rows else Row(0.0, 0.0, "start")
        if rows and not (given[0] or given[1]) and element.get("dy") is None:
            return
        x = number(given[0][0]) if given[0] else before.x
        y = number(given[1][0]) if given[1] else before.y + number(element.get("dy"))
        rows.append(Row(x, y, style.get("text-anchor", "start")))

    def spans(said: str, style: Style, chain: tuple[Typeface, ...]) -> Iterator[etree._Element]:
        outlined[0] = outlined[0] or has_outline(style)
        faces = faces_of(said, chain)
        row = rows[-1]
        row.text.append(said)
        if said.strip():
            row.size = max(row.size, font_size(style))
        row.width += sum(advances_of(said, faces)) * font_size(style)
        for start, end in stretches(faces):
            face = faces[start]
            if face is None:
                undrawable.extend(said[start:end])
                continue
            used.add(face.family)
            span = etree.Element(SPAN, style=f"font-family:'{face.family}'")
            span.text = said[start:end]
            yield span

    above = style_above(text)
    decorated = "filter" in declarations(text)
    walk(text, {name: value for name, value in above.items() if name != "font-weight"})
    text.set(PRESERVE, text.get(PRESERVE, "default"))
    matrix = to_canvas(text)
    written = [row for row in rows if "".join(row.text).strip()]
    size = max((row.size for row in written), default=0.0)
    box = around_all(row.box for row in written) or Box(0.0, 0.0, 0.0, line_height(above))
    return TextBlock(
        element=text,
        lines=tuple(" ".join("".join(row.text).split()) for row in written),
        box=matrix.around(box),
        ink=matrix.around(box),
        matrix=matrix,
        size=size * matrix.scale,
        families=",".join(sorted(families)),
        decorated=decorated or outlined[0],
        undrawable=tuple(undrawable),
        drawn_with=frozenset(used),
    )
