"""Pages: panels on paper, art without a word, and the words in balloons as a lettering of their own per language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from fontTools.ttLib import TTFont

from fumetto.kernel.fonts import FILES, FOLDER
from tools.sample.ink import LINE, path, rect
from tools.sample.places import definitions

WIDTH, HEIGHT = 1200, 1700
MARGIN = 48
PAPER = "#fffdf8"

Box = tuple[float, float, float, float]
Scene = Callable[[float, float], str]


@dataclass(frozen=True)
class Words:
    """Text by language in a panel: `x`, `y` its middle and `tail` where it points to, as shares of the panel."""

    text: dict[str, str]
    x: float
    y: float
    tail: tuple[float, float] | None = None
    kind: str = "speech"
    size: float = 34
    width: float = 0.5
    fill: str | None = None


@dataclass(frozen=True)
class Panel:
    box: Box
    scene: Scene
    words: Sequence[Words] = ()
    frame: bool = True


@dataclass(frozen=True)
class SamplePage:
    name: str
    panels: Sequence[Panel]
    size: tuple[int, int] = (WIDTH, HEIGHT)
    paper: str = PAPER
    over: Sequence[Words] = field(default=())


def rows(*shape: Sequence[float], heights: Sequence[float], top: float = MARGIN, gutter: float = 18) -> list[Box]:
    """Boxes for rows of panels: each row a list of relative widths, the rows of relative heights."""
    room = HEIGHT - top - MARGIN - gutter * (len(shape) - 1)
    boxes: list[Box] = []
    y = top
    for widths, share in zip(shape, heights, strict=True):
        h = room * share / sum(heights)
        free = WIDTH - 2 * MARGIN - gutter * (len(widths) - 1)
        x = float(MARGIN)
        for w in widths:
            boxes.append((x, y, free * w / sum(widths), h))
            x += free * w / sum(widths) + gutter
        y += h + gutter
    return boxes


def art_svg(page: SamplePage) -> str:
    w, h = page.size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"><defs>{definitions()}'
    ]
    parts += [
        f'<clipPath id="panel{i}">{rect(0, 0, p.box[2], p.box[3], "#000", 6)}</clipPath>'
        for i, p in enumerate(page.panels)
    ]
    parts.append(f"</defs>{rect(0, 0, w, h, page.paper)}")
    for i, panel in enumerate(page.panels):
        x, y, pw, ph = panel.box
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})"><g clip-path="url(#panel{i})">{panel.scene(pw, ph)}</g>'
        )
        if panel.frame:
            parts.append(rect(0, 0, pw, ph, "none", 6, stroke=LINE, stroke_width=5))
        parts.append("</g>")
    return "".join(parts) + "</svg>"


def lettering_svg(page: SamplePage, language: str) -> str:
    w, h = page.size
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">']
    for panel in page.panels:
        parts += [balloon(words, panel.box, language) for words in panel.words]
    parts += [balloon(words, (0, 0, w, h), language) for words in page.over]
    return "\n".join(parts) + "\n</svg>\n"


def balloon(words: Words, box: Box, language: str) -> str:
    x0, y0, w, h = box
    caption, sound, title = words.kind == "caption", words.kind == "sound", words.kind in {"title", "small"}
    size = words.size
    lines = wrap(words.text[language], words.width * w, size)
    tall = size * 1.16
    text_w = max(measure(line, size) for line in lines)
    text_h = tall * len(lines)
    pad_x, pad_y = (22, 14) if caption else (34, 26)
    cx, cy = x0 + words.x * w, y0 + words.y * h
    if not (title or sound):
        cx = min(max(cx, x0 + text_w / 2 + pad_x + 10), x0 + w - text_w / 2 - pad_x - 10)
        cy = min(max(cy, y0 + text_h / 2 + pad_y + 8), y0 + h - text_h / 2 - pad_y - 8)
    shape = ""
    if caption:
        shape = rect(
            cx - text_w / 2 - pad_x,
            cy - text_h / 2 - pad_y,
            text_w + 2 * pad_x,
            text_h + 2 * pad_y,
            "#fdf3dc",
            6,
            stroke=LINE,
            stroke_width=3.5,
        )
    elif words.kind == "speech":
        target = (x0 + words.tail[0] * w, y0 + words.tail[1] * h) if words.tail else None
        shape = speech(cx, cy, text_w / 2 + pad_x, text_h / 2 + pad_y, target)
    fill = words.fill or {"sound": "#d9582f", "small": "#62594f"}.get(words.kind, LINE)
    outline = 'stroke="#fffdf6" stroke-width="8" paint-order="stroke" stroke-linejoin="round" ' if sound else ""
    spans = "".join(
        f'<tspan x="{cx:.1f}" y="{cy - text_h / 2 + tall * (i + 0.5) + size * 0.33:.1f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f'{shape}<text font-family="Comic Neue" font-weight="700" font-size="{size}" text-anchor="middle" fill="{fill}" {outline}>{spans}</text>'


def speech(cx: float, cy: float, rx: float, ry: float, target: tuple[float, float] | None) -> str:
    """A balloon whose corners are round, softer than an ellipse, with a curved tail towards the one who speaks."""
    k = 0.72
    body = (
        f"M{cx - rx:.1f} {cy:.1f} C{cx - rx:.1f} {cy - ry * k:.1f} {cx - rx * k:.1f} {cy - ry:.1f} {cx:.1f} {cy - ry:.1f}"
        f" C{cx + rx * k:.1f} {cy - ry:.1f} {cx + rx:.1f} {cy - ry * k:.1f} {cx + rx:.1f} {cy:.1f}"
        f" C{cx + rx:.1f} {cy + ry * k:.1f} {cx + rx * k:.1f} {cy + ry:.1f} {cx:.1f} {cy + ry:.1f}"
        f" C{cx - rx * k:.1f} {cy + ry:.1f} {cx - rx:.1f} {cy + ry * k:.1f} {cx - rx:.1f} {cy:.1f}Z"
    )
    if target is None:
        return path(body, "#fffdf6", LINE, 4)
    tx, ty = target
    foot_x = min(max(tx, cx - rx * 0.5), cx + rx * 0.5)
    below = ty > cy
    edge = cy + (ry * 0.86 if below else -ry * 0.86)
    tail = f"M{foot_x - 17:.1f} {edge:.1f} Q{foot_x:.1f} {(edge + ty) / 2:.1f} {tx:.1f} {ty:.1f} Q{foot_x + 16:.1f} {(edge + ty) / 2:.1f} {foot_x + 19:.1f} {edge:.1f}"
    return path(tail + "Z", "#fffdf6", LINE, 4) + path(body, "#fffdf6", LINE, 4) + path(tail, "#fffdf6")


@cache
def font() -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    loaded = TTFont(FOLDER / FILES["Comic Neue"][0])
    return loaded.getBestCmap(), loaded["hmtx"].metrics, loaded["head"].unitsPerEm


def measure(text: str, size: float) -> float:
    names, metrics, unit = font()
    return sum(metrics[names[ord(letter)]][0] if ord(letter) in names else unit // 2 for letter in text) * size / unit


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than `width`, evened out so that the block is a balloon's shape and not a ragged paragraph."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = paragraph.split(" ")
        needed = len(greedy(words, width, size))
        narrow = width
        while narrow > width * 0.45 and len(greedy(words, narrow * 0.96, size)) == needed:
            narrow *= 0.96
        lines += greedy(words, narrow, size)
    return lines


def greedy(words: Sequence[str], width: float, size: float) -> list[str]:
    lines, line = [], ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and measure(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
