"""What a drawing says: one block for each text in it, with the box it was given."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from fumetto.library.ingestion.lettering.matrix import Box, Matrix
from fumetto.library.ingestion.lettering.typefaces import is_wide


@dataclass(frozen=True)
class TextBlock:
    """One text. On the canvas, `box` is what its letterer gave it and `ink` what it takes; `matrix` leads there.

    `element` is how it stands in the drawing, `size` that of its largest letters on the canvas, `families` the fonts it
    asked for, in lower case.
    """

    element: etree._Element
    lines: tuple[str, ...]
    box: Box
    ink: Box
    matrix: Matrix
    size: float
    families: str
    decorated: bool  # outlined or filtered letters, as sounds have them
    overflows: bool = False
    undrawable: tuple[str, ...] = ()
    drawn_with: frozenset[str] = field(default=frozenset())

    @property
    def text(self) -> str:
        return join_lines(self.lines)


def join_lines(lines: tuple[str, ...]) -> str:
    """One string of a balloon's lines: with spaces, except where the script writes none."""
    text = ""
    for line in (line.strip() for line in lines):
        if text and line and not (is_wide(text[-1]) and is_wide(line[0])):
            text += " "
        text += line
    return text


def words_of(element: etree._Element) -> str:
    """All text inside an element."""
    return "".join(str(part) for part in element.itertext())
