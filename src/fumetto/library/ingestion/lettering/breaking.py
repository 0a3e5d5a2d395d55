"""Where lines end and how large letters may be, so that a text fits the box it was given, in the font we have."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from fumetto.kernel.fonts import ARABIC
from fumetto.library.ingestion.lettering.style import Style, font_size, length, line_height
from fumetto.library.ingestion.lettering.typefaces import Typeface, advances_of, chain_for, faces_of, is_wide

NEVER_FIRST = frozenset(
    "、。，．・：；？！ー」』）】〉》〕］｝ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞ…‥～〜!?:;)]}»”’,.%"
)
NEVER_LAST = frozenset("「『（【〈《〔［｛([{«“‘")
SPACES = " \u200b\u3000"
AFTER_A_SPACE = frozenset("!?:;»…")  # French sets them off with a space that must not break

STEP = 0.96  # sizes that are tried
STEPS = 15  # of them: down to 0.56 of what was asked for, below which nobody can read
AS_WRITTEN = 0.8  # down to this size a line stays one line, as the letterer broke it; smaller, and it is broken instead
TOLERABLE = 0.01  # of a line's width over the edge of its balloon
GENEROUS = 1.02  # a hair over the box is still inside the balloon


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style; its font-size in user units."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line that one typeface draws in one style. `family` is None where no font can."""

    text: str
    style: Style
    family: str | None
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """What is drawn on one line. `style` is the paragraph's; `width`, `height` and `size` are in user units."""

    pieces: tuple[Piece, ...]
    style: Style
    width: float
    height: float
    size: float

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Paragraph:
    """One paragraph, measured at its full size: every other size is a multiple, so fitting never measures again."""

    def __init__(self, runs: Sequence[Run], style: Style, whole: str, language: str) -> None:
        self.style = style
        self.text, self.styles = flatten(runs)
        asked = {run.style.get("font-family", "") for run in runs}
        known = {name: chain_for(whole, name, language) for name in asked}
        self.faces: list[Typeface | None] = []
        widths: list[float] = []
        for start, end in stretches([style.get("font-family", "") for style in self.styles]):
            part = self.text[start:end]
            faces = faces_of(part, known[self.styles[start].get("font-family", "")])
            self.faces += faces
            widths += advances_of(part, faces)
        measured = zip(widths, self.styles, strict=True)
        self.reach = [0.0, *accumulate(width * font_size(style) + spacing(style) for width, style in measured)]

    def undrawable(self) -> Iterator[str]:
        """Characters that no bundled font has."""
        return (character for character, face in zip(self.text, self.faces, strict=True) if face is None)

    def break_at(self, width: float) -> list[tuple[int, int]]:
        """Start and end of each line that fits `width`, greedily; a word that is wider than the box stands alone.

        One line may be a hair too long, rather than be broken.
        """
        if self.breadth(0, len(self.text)) <= width * GENEROUS:
            return [(0, len(self.text))]
        lines, start, last = [], 0, 0
        for end in [*self.opportunities(), len(self.text)]:
            if last > start and self.breadth(start, end) > width:
                lines.append((start, last))
                start = last
            last = end
        lines.append((start, last))
        return lines

    def opportunities(self) -> Iterator[int]:
        """Places between characters where a line may end, before UAX 14 in simplicity and good for balloons."""
        for at in range(1, len(self.text)):
            before, after = self.text[at - 1], self.text[at]
            if before in SPACES:
                possible = after != " " and after not in AFTER_A_SPACE
            elif before in "-–—":
                possible = at > 1 and self.text[at - 2].isalpha() and after.isalpha()
            else:
                cramped = after == " " or after in NEVER_FIRST or before in NEVER_LAST
                possible = not cramped and (is_wide(before) or is_wide(after))
            if possible:
                yield at

    def breadth(self, start: int, end: int) -> float:
        """Width of a stretch, without the spaces it ends in."""
        while end > start and self.text[end - 1] == " ":
            end -= 1
        return self.reach[end] - self.reach[start]

    def pitch(self, scale: float) -> float:
        """How far lines move together when letters get smaller: less than the letters, and in Arabic, whose marks
        stand high and low, not at all."""
        return 1.0 if any(face and face.family == ARABIC for face in self.faces) else scale**0.5

    def line(self, start: int, end: int, scale: float, pitch: float) -> Line:
        while end > start and self.text[end - 1] == " ":
            end -= 1
        pieces = []
        for first, last in stretches([(id(self.styles[at]), self.faces[at]) for at in range(start, end)]):
            style, face = self.styles[start + first], self.faces[start + first]
            text = self.text[start + first : start + last]
            pieces.append(Piece(text, style, face.family if face else None, font_size(style) * scale))
        leader = max((piece.style for piece in pieces), key=font_size, default=self.style)
        breadth = self.breadth(start, end) * scale
        return Line(tuple(pieces), self.style, breadth, line_height(leader) * pitch, font_size(leader) * scale)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines as they will be drawn, and how much smaller than asked; `lowered` keeps them in the middle of the place
    that they would take at full size."""

    lines: tuple[Line, ...]
    scale: float
    lowered: float
    overflows: bool

    @property
    def height(self) -> float:
        return sum(line.height for line in self.lines)


def fit(
    paragraphs: Sequence[Paragraph], width: float, height: float, overhang: Callable[[Fitted], float] = lambda _: 0.0
) -> Fitted:
    """Lines for a box. Letterers break lines themselves, one paragraph each: that is kept while it stays readable.

    `overhang` says how far lines stick out of the balloon around the box, as a share of their width: less is sought
    down to a size that is still readable.
    """

    @cache
    def tried(power: int) -> Fitted:
        return at_scale(paragraphs, STEP**power, width, height)

    readable = [power for power in range(STEPS) if STEP**power >= AS_WRITTEN]
    as_written = (power for power in readable if len(tried(power).lines) <= len(paragraphs))
    fitting = (power for power in (*as_written, *range(STEPS)) if not tried(power).overflows)
    first = next(fitting, STEPS - 1)
    inside = (power for power in range(first, STEPS) if overhang(tried(power)) <= TOLERABLE)
    best = next(inside, None)
    return tried(best) if best is not None else min(map(tried, range(first, STEPS)), key=overhang)


def at_scale(paragraphs: Sequence[Paragraph], scale: float, width: float, height: float) -> Fitted:
    breaks = [(each, *stretch) for each in paragraphs for stretch in each.break_at(width / scale)]
    as_written = len(breaks) <= len(paragraphs)
    lines = tuple(
        each.line(start, end, scale, each.pitch(scale) if as_written else scale) for each, start, end in breaks
    )
    drawn = sum(line.height for line in lines)
    wide = max((line.width for line in lines), default=0.0) > width * GENEROUS
    asked = sum(each.line(0, len(each.text), 1.0, 1.0).height for each in paragraphs)
    lowered = max(0.0, min(asked, height) - drawn) / 2
    tall = len(lines) > 1 and drawn > height * GENEROUS  # boxes of a single line are often drawn too low for it
    return Fitted(lines, scale, lowered, wide or tall)


def flatten(runs: Sequence[Run]) -> tuple[str, list[Style]]:
    """All text with the style of each character; white space in it collapsed to single spaces, none at the ends."""
    characters: list[str] = []
    styles: list[Style] = []
    for run in runs:
        for character in unicodedata.normalize("NFC", run.text):
            plain = " " if character in " \t\r\n\f" else character
            if plain == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(plain)
            styles.append(run.style)
    while characters and characters[-1] == " ":
        characters.pop()
        styles.pop()
    return "".join(characters), styles


def stretches(keys: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Start and end of each longest stretch of equal keys."""
    start = 0
    for at in range(1, len(keys) + 1):
        if at == len(keys) or keys[at] != keys[start]:
            yield start, at
            start = at


def spacing(style: Style) -> float:
    return length(style.get("letter-spacing", ""), font_size(style)) or 0.0
