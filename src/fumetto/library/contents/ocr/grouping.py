"""From lines to balloons: which lines belong together, in which order they are read, and which are sounds. Pure."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind
from fumetto.library.contents.boxes import Box, panel_of
from fumetto.library.contents.ocr.alphabets import is_wide_script, letters_of, told_language
from fumetto.library.contents.ocr.engine import Line
from fumetto.library.ingestion.lettering.balloons import reading_order
from fumetto.library.ingestion.lettering.blocks import join_lines
from fumetto.library.ingestion.lettering.matrix import Box as Corners

GAP: Final = 0.75  # of a letter's height: lines of one balloon are no further apart
SIZES: Final = 1.7  # times as large the letters of one balloon's lines may be
COMMON: Final = 0.35  # of the narrower line lies above or below the other
LEVEL: Final = 6.0  # degrees by which a line that is said may be off
TURNED: Final = 9.0  # degrees from which a short line is drawn rather than said
LOUD: Final = 1.75  # times as large as the page's other letters
SOUND_WORDS, SOUND_LETTERS = 3, 18  # at most, in a sound
UPRIGHT: Final = 1.6  # times as high as wide: a column of letters
UNSURE: Final = 0.75  # alone and this unsure, a mark of no letters is none
DOUBTFUL: Final = 0.65  # a balloon that the model is less sure of, taken all in all, is a texture

_NOTE: Final = re.compile(r"^\s*(\*|※|\(\*|note\b)", re.IGNORECASE)
_DOTS: Final = re.compile(r"[.…·⋯]*(?:…|⋯|\.{2})[.…·⋯]*")
_HYPHEN: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad]$")
_REPEATED: Final = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_SOUNDS: Final = frozenset(
    {
        "bam", "bang", "beep", "bip", "blam", "blub", "bonk", "boom", "bong", "boing", "bump", "bzz", "clac", "clack",
        "clang", "clap", "click", "clic", "clink", "clonk", "crac", "crack", "crash", "creak", "ding", "dong", "fizz",
        "flap", "flop", "fwoosh", "glou", "glub", "glug", "gulp", "hop", "klang", "knack", "knock", "kracks", "krach",
        "paf", "pan", "pff", "plaf", "platsch", "plic", "ploc", "plop", "plouf", "poc", "poof", "pop", "pouf", "puff",
        "rattle", "ring", "rumble", "scratch", "shh", "slam", "slurp", "smack", "snap", "sniff", "splash", "splat",
        "splosh", "swish", "swoosh", "tac", "tap", "tchac", "thud", "thump", "tic", "tick", "toc", "tock", "tok",
        "vlan", "vroom", "wham", "whack", "whoosh", "woosh", "wumm", "zap", "zing", "zip", "zoom", "zzz",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadBalloon:
    """A balloon that was read; the box as fractions of the page. `confidence` is the least sure line's, 0 to 1."""

    text: str
    kind: BalloonKind
    box: Box
    confidence: float


def balloons_of(
    lines: Sequence[Line],
    size: tuple[int, int],
    *,
    language: str,
    kind: PageKind,
    direction: Direction,
    panels: Sequence[Box] = (),
) -> list[ReadBalloon]:
    """The balloons of a page of `size` (width, height in pixels), in reading order, panel by panel."""
    if language == "und":
        language = told_language("".join(line.text for line in lines))
    wide = is_wide_script(language)
    kept = [line for line in lines if is_text(line, wide)]
    if not kept:
        return []
    usual = statistics.median(line.size if not is_column(line) else line.length for line in kept)
    found: list[tuple[Box, ReadBalloon]] = []
    for group in groups_of(kept):
        if statistics.mean(line.confidence for line in group) < DOUBTFUL:
            continue
        ordered = in_order(group, wide)
        text = joined([line.text for line in ordered], wide)
        if not text:
            continue
        box = box_of(group, size)
        what = kind_of(ordered, text, usual, kind)
        found.append((box, ReadBalloon(text, what, box, round(min(line.confidence for line in group), 3))))
    return [found[index][1] for index in order_of([box for box, _ in found], panels, direction)]


def is_text(line: Line, wide: bool) -> bool:
    """Not a texture that was taken for letters: of another script than the page's, or marks without a letter."""
    letters = letters_of(line.text)
    if not wide and letters.get("kana", 0) + letters.get("han", 0) > 0.3 * len(line.text.strip()):
        return False
    if not any(letter.isalnum() for letter in line.text):
        return line.confidence >= UNSURE and any(mark in line.text for mark in "!?…")
    return len(line.text.strip()) > 1 or line.confidence >= 0.9


def is_column(line: Line) -> bool:
    """Whether the letters stand below each other: Japanese and Chinese as books have them."""
    across, down = line.right - line.left, line.bottom - line.top
    letters = letters_of(line.text)
    return down > UPRIGHT * across and letters.get("kana", 0) + letters.get("han", 0) > 0.5 * len(line.text)


def groups_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that belong to one balloon each: next to one another, of one size, one angle and one way of writing."""
    parent = list(range(len(lines)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one in range(len(lines)):
        for other in range(one):
            if belong(lines[one], lines[other]):
                parent[root(one)] = root(other)
    groups: dict[int, list[Line]] = {}
    for index, line in enumerate(lines):
        groups.setdefault(root(index), []).append(line)
    return list(groups.values())


def belong(one: Line, other: Line) -> bool:
    if is_column(one) != is_column(other):
        return False
    if is_column(one):
        size = min(one.right - one.left, other.right - other.left)
        gap = max(one.left, other.left) - min(one.right, other.right)
        common = min(one.bottom, other.bottom) - max(one.top, other.top)
        shorter = min(one.bottom - one.top, other.bottom - other.top)
        return -0.5 * size < gap < GAP * size and common > COMMON * shorter
    if max(one.size, other.size) > SIZES * min(one.size, other.size) or abs(one.angle - other.angle) > LEVEL:
        return False
    size = min(one.size, other.size)
    across = min(one.right, other.right) - max(one.left, other.left)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    narrower = min(one.right - one.left, other.right - other.left)
    if across > COMMON * narrower:
        return down < GAP * size
    level = abs((one.top + one.bottom) - (other.top + other.bottom)) / 2 < 0.4 * size
    return level and -across < 1.2 * size  # words of one line that were found apart


def in_order(group: Sequence[Line], wide: bool) -> list[Line]:
    """Lines from the top, those at one height from the left; columns from the right."""
    if wide and all(is_column(line) for line in group):
        return sorted(group, key=lambda line: -line.right)
    rows: list[list[Line]] = []
    for line in sorted(group, key=lambda line: line.top + line.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and abs(middle - (rows[-1][0].top + rows[-1][0].bottom) / 2) < 0.45 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]


def joined(texts: Sequence[str], wide: bool) -> str:
    """One text of a balloon's lines: words that were broken are whole again."""
    parts: list[str] = []
    for text in (tidied(text, wide) for text in texts):
        if not text:
            continue
        if parts and _HYPHEN.search(parts[-1]) and text[0].islower():
            parts[-1] = parts[-1][:-1] + text
        else:
            parts.append(text)
    return join_lines(tuple(parts))


def tidied(text: str, wide: bool) -> str:
    """Marks as the script has them: the model knows several dots and widths for each."""
    text = _DOTS.sub("…" if wide else "...", text)
    if not wide:
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def box_of(group: Sequence[Line], size: tuple[int, int]) -> Box:
    width, height = size
    left, right = min(line.left for line in group), max(line.right for line in group)
    top, bottom = min(line.top for line in group), max(line.bottom for line in group)
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height).on_page()


def kind_of(group: Sequence[Line], text: str, usual: float, page: PageKind) -> BalloonKind:
    """What a text is, as far as its looks tell: a sound is short, and turned, much larger than what is said, drawn out
    (`Grrrr`), or a word that is the name of a noise."""
    if page is PageKind.CREDITS:
        return BalloonKind.CREDIT
    if page in (PageKind.COVER, PageKind.TITLE):
        return BalloonKind.TITLE
    if _NOTE.match(text):
        return BalloonKind.CAPTION
    words = re.findall(r"[^\W\d_]+", text)
    if not words or len(words) > SOUND_WORDS or len(text) > SOUND_LETTERS:
        return BalloonKind.SPEECH
    turned = any(abs(line.angle) > TURNED for line in group if not is_column(line))
    loud = max(line.size if not is_column(line) else line.length / max(1, len(line.text)) for line in group)
    shouted = text.upper() == text and loud > LOUD * usual
    named = all(word.lower().strip("!") in _SOUNDS for word in words)
    drawn_out = len(words) == 1 and bool(_REPEATED.search(text)) and not re.search(r"[aeiouyh]{3}", text, re.IGNORECASE)
    return BalloonKind.SOUND if turned or shouted or named or drawn_out else BalloonKind.SPEECH


def order_of(boxes: Sequence[Box], panels: Sequence[Box], direction: Direction) -> list[int]:
    """Indices of texts in the order they are read: panel by panel; those in no panel where they would come without."""
    if not boxes:
        return []
    plain = reading_order([Corners(box.x, box.y, box.right, box.bottom) for box in boxes], direction)
    if len(panels) < 2:
        return plain
    place = {index: panel_of(box, panels) for index, box in enumerate(boxes)}
    last = -1
    keys: dict[int, tuple[int, int]] = {}
    for rank, index in enumerate(plain):
        panel = place[index]
        last = panel if panel is not None else last
        keys[index] = (last, rank)
    by_panel: dict[int, list[int]] = {}
    for index in plain:
        by_panel.setdefault(keys[index][0], []).append(index)
    ordered: list[int] = []
    for panel in sorted(by_panel):
        inside = by_panel[panel]
        within = reading_order(
            [Corners(boxes[i].x, boxes[i].y, boxes[i].right, boxes[i].bottom) for i in inside], direction
        )
        ordered += [inside[i] for i in within]
    return ordered
