"""Where it happens: Lanterna on its hill, the harbour, the bookshop, the sea, the lighthouse."""

from __future__ import annotations

import math
import random

from tools.sample.ink import Point, blob, glow, gradient, group, mix, oval, path, polygon, rect, smooth

SKIES = {
    "dawn": ((0, "#8fb6cf"), (0.45, "#f4d3b0"), (1, "#fbe9cc")),
    "day": ((0, "#7fb4cd"), (0.7, "#cfe4dd"), (1, "#f4ecd2")),
    "dusk": ((0, "#3d3f6e"), (0.4, "#b3627a"), (0.75, "#f0946a"), (1, "#fbd29b")),
    "night": ((0, "#141c3a"), (0.6, "#2a3a68"), (1, "#4a5c8e")),
    "storm": ((0, "#10131f"), (0.6, "#2a3145"), (1, "#49546a")),
    "indoors": ((0, "#5a3d33"), (1, "#8a5f45")),
    "lamp": ((0, "#2a2438"), (1, "#4c3a4a")),
    "gold": ((0, "#f7c873"), (0.5, "#fbe3b0"), (1, "#fff4d9")),
}
WALLS = ("#e9c9a0", "#dba98a", "#cfd3c4", "#e8dcc2", "#d98f72", "#b9c4cc")
ROOFS = ("#b0563c", "#8e4b46", "#c06a43", "#6d5564", "#a8623f")


def definitions() -> str:
    """Gradients that every page may use."""
    skies = "".join(gradient(f"sky-{name}", *stops) for name, stops in SKIES.items())
    return (
        skies
        + glow("puffglow", "#fff6d8", 0.55)
        + glow("lampglow", "#ffd98a", 1)
        + glow("moonglow", "#e8ecff", 0.8)
        + glow("sunglow", "#fff1c4", 1)
        + glow("windowglow", "#ffcf7d", 0.9)
        + gradient("sea-day", (0, "#7fb0b4"), (1, "#2f6d80"))
        + gradient("sea-dusk", (0, "#e79a78"), (0.35, "#8a5a78"), (1, "#2f3560"))
        + gradient("sea-night", (0, "#41588a"), (1, "#121a38"))
        + gradient("sea-storm", (0, "#4a586c"), (1, "#141a28"))
        + gradient("beam", (0, "#ffe9ad", 0.95), (1, "#ffe9ad", 0), vertical=False)
        + gradient("beamback", (0, "#ffe9ad", 0), (1, "#ffe9ad", 0.95), vertical=False)
        + gradient("shade", (0, "#000", 0), (1, "#000", 0.35))
    )


def sky(name: str, w: float, h: float) -> str:
    return rect(0, 0, w, h, f"url(#sky-{name})")


def stars(w: float, h: float, seed: int, count: int = 60) -> str:
    dice = random.Random(seed)
    return "".join(
        oval(
            round(dice.uniform(0, w), 1),
            round(dice.uniform(0, h), 1),
            r := round(dice.choice((1.2, 1.6, 2.4)), 1),
            r,
            "#fdf6e0",
            opacity=round(dice.uniform(0.4, 1), 2),
        )
        for _ in range(count)
    )


def cloud(x: float, y: float, w: float, colour: str = "#fff", opacity: float = 0.8) -> str:
    puffs = ((-0.5, 0.1, 0.26), (-0.2, -0.08, 0.34), (0.16, -0.02, 0.3), (0.46, 0.1, 0.22))
    return group(
        *(
            oval(round(x + dx * w, 1), round(y + dy * w, 1), round(r * w, 1), round(r * w * 0.52, 1), colour)
            for dx, dy, r in puffs
        ),
        opacity=opacity,
    )


def sea(w: float, y: float, h: float, kind: str, seed: int = 1, *, rough: float = 1) -> str:
    dice = random.Random(seed)
    waves = []
    for row in range(7):
        wy = y + 14 + row * (h / 7)
        for _ in range(7):
            x, length = dice.uniform(-20, w), dice.uniform(30, 110) * (0.6 + row / 6)
            lift = (3 + row) * rough
            waves.append(
                path(
                    f"M{x:.0f} {wy:.0f} q{length / 4:.0f} {-lift:.0f} {length / 2:.0f} 0 t{length / 2:.0f} 0",
                    stroke="#fff",
                    width=2 + row * 0.4,
                    opacity=round(0.12 + 0.06 * row, 2),
                )
            )
    return rect(0, y, w, h, f"url(#sea-{kind})") + "".join(waves)


def house(x: float, y: float, w: float, h: float, dice: random.Random, *, lit: float, dim: str | None) -> str:
    wall, roof = dice.choice(WALLS), dice.choice(ROOFS)
    if dim:
        wall, roof = mix(wall, dim, 0.55), mix(roof, dim, 0.5)
    pane = mix("#6f7c8c", dim or "#6f7c8c", 0.5)
    peak = h * dice.uniform(0.28, 0.5)
    parts = [
        rect(x, y - h, w, h + 40, wall),
        polygon(((x - 6, y - h), (x + w + 6, y - h), (x + w / 2, y - h - peak)), roof),
    ]
    if dice.random() < 0.4:
        parts.append(rect(x + w * 0.68, y - h - peak * 0.85, w * 0.13, peak * 0.6, roof))
    for row in range(max(1, int(h // 44))):
        for column in range(max(1, int(w // 34))):
            glowing = dice.random() < lit
            wx, wy = x + 10 + column * 32, y - h + 14 + row * 42
            parts.append(rect(wx, wy, 15, 21, "#ffd27a" if glowing else pane, 3))
            if glowing and lit > 0.3:
                parts.append(oval(wx + 7, wy + 10, 26, 26, "url(#windowglow)", opacity=0.5))
    return group(*parts)


def town(
    x: float,
    y: float,
    w: float,
    seed: int,
    *,
    size: float = 1,
    lit: float = 0.1,
    dim: str | None = None,
    rise: float = 130,
) -> str:
    """Rows of houses climbing a hill whose top is at the middle."""
    dice = random.Random(seed)
    earth = mix("#b3937a", dim or "#b3937a", 0.5)
    slope = [(x + w * i / 12, y + 10 - math.sin(math.pi * i / 12) * rise * size) for i in range(13)]
    parts = [polygon([(x, y + 60), *slope, (x + w, y + 60)], earth)]
    for row in range(3):
        base = y - (2 - row) * 46 * size
        at_x = x + row * 10
        while at_x < x + w - 40 * size:
            hw, hh = dice.uniform(56, 96) * size, dice.uniform(60, 120) * size
            share = (at_x + hw / 2 - x) / w
            hill = math.sin(max(0.0, min(1.0, share)) * math.pi) * rise * size * (1 - row * 0.25)
            parts.append(house(at_x, base - hill, hw, hh, dice, lit=lit, dim=dim))
            at_x += hw + dice.uniform(-4, 6) * size
    return group(*parts)


def lighthouse(x: float, y: float, h: float, *, lit: bool = False, colour: str = "#f2ece0") -> str:
    """A lighthouse whose foot is at (x, y)."""
    w = h * 0.2
    bands = "".join(
        polygon(
            (
                (x - w / 2 * (1 - 0.4 * a), y - h * 0.78 * a),
                (x + w / 2 * (1 - 0.4 * a), y - h * 0.78 * a),
                (x + w / 2 * (1 - 0.4 * b), y - h * 0.78 * b),
                (x - w / 2 * (1 - 0.4 * b), y - h * 0.78 * b),
            ),
            fill,
        )
        for a, b, fill in ((0, 0.26, colour), (0.26, 0.5, "#c8543a"), (0.5, 0.76, colour), (0.76, 1, "#c8543a"))
    )
    top = y - h * 0.78
    lw = w * 0.62
    lamp = "#ffe7a3" if lit else "#4d5666"
    return group(
        oval(x, top - h * 0.07, h * 0.55, h * 0.55, "url(#lampglow)") if lit else "",
        bands,
        polygon(((x + w * 0.12, y), (x + w / 2, y), (x + w * 0.3, top), (x + w * 0.1, top)), "#2d2430", opacity=0.16),
        rect(x - lw * 0.75, top - h * 0.02, lw * 1.5, h * 0.03, "#3c3a4a", 3),
        rect(x - lw / 2, top - h * 0.14, lw, h * 0.12, lamp),
        path(
            f"M{x - lw / 6:.1f} {top - h * 0.14:.1f} v{h * 0.12:.1f} M{x + lw / 6:.1f} {top - h * 0.14:.1f} v{h * 0.12:.1f}",
            stroke="#3c3a4a",
            width=max(2, h * 0.008),
        ),
        path(
            f"M{x - lw * 0.6:.1f} {top - h * 0.14:.1f} Q{x} {top - h * 0.27:.1f} {x + lw * 0.6:.1f} {top - h * 0.14:.1f}Z",
            "#8e3a2c",
        ),
        oval(x, top - h * 0.215, h * 0.012, h * 0.02, "#3c3a4a"),
        rect(x - w * 0.09, y - h * 0.12, w * 0.18, h * 0.12, "#5d4033", w * 0.09),
        rect(x - w * 0.05, y - h * 0.46, w * 0.1, h * 0.06, "#5a6576", 3),
    )


def rocks(x: float, y: float, w: float, seed: int, colour: str = "#4b4a5c") -> str:
    dice = random.Random(seed)
    points: list[Point] = [(x, y)]
    steps = 9
    for i in range(1, steps):
        points.append((x + w * i / steps, y - math.sin(math.pi * i / steps) * w * 0.16 - dice.uniform(0, w * 0.07)))
    points.append((x + w, y))
    return polygon([*points, (x + w, y + 60), (x, y + 60)], colour) + polygon(
        [(px + w * 0.03, py + w * 0.05) for px, py in points[1:-1]] + [(x + w * 0.8, y + 40), (x + w * 0.2, y + 40)],
        "#35354a",
        opacity=0.6,
    )


def tree(x: float, y: float, h: float, seed: int, *, leaf: str = "#7a9a5a", dark: str = "#567a48") -> str:
    """A tree whose foot is at (x, y); its crown is about two thirds of it."""
    trunk = f"M{x - h * 0.06} {y} C{x - h * 0.03} {y - h * 0.2} {x - h * 0.05} {y - h * 0.36} {x - h * 0.02} {y - h * 0.52} L{x + h * 0.04} {y - h * 0.5} C{x + h * 0.05} {y - h * 0.3} {x + h * 0.05} {y - h * 0.2} {x + h * 0.09} {y}Z"
    branch = (
        f"M{x} {y - h * 0.34} C{x + h * 0.1} {y - h * 0.42} {x + h * 0.18} {y - h * 0.44} {x + h * 0.27} {y - h * 0.5}"
    )
    crown = [(0, -0.7, 0.3, 0.24), (-0.2, -0.56, 0.2, 0.16), (0.2, -0.6, 0.22, 0.17), (0.02, -0.86, 0.19, 0.14)]
    return group(
        *(
            path(blob(x + dx * h, y + dy * h + h * 0.03, rx * h, ry * h, seed + i), dark)
            for i, (dx, dy, rx, ry) in enumerate(crown)
        ),
        path(trunk, "#6d4a3a"),
        path(branch, stroke="#6d4a3a", width=h * 0.035),
        *(
            path(blob(x + dx * h - h * 0.02, y + dy * h - h * 0.01, rx * h * 0.86, ry * h * 0.82, seed + 9 + i), leaf)
            for i, (dx, dy, rx, ry) in enumerate(crown)
        ),
        *(
            path(
                blob(x + dx * h - h * 0.07, y + dy * h - h * 0.06, rx * h * 0.4, ry * h * 0.34, seed + 19 + i),
                mix(leaf, "#fff3c8", 0.35),
                opacity=0.6,
            )
            for i, (dx, dy, rx, ry) in enumerate(crown)
        ),
    )


def boat(x: float, y: float, w: float, colour: str = "#8a5238") -> str:
    return group(
        path(
            f"M{x - w / 2} {y - w * 0.16} Q{x - w * 0.38} {y + w * 0.1} {x - w * 0.16} {y + w * 0.1} H{x + w * 0.2} Q{x + w * 0.42} {y + w * 0.08} {x + w / 2} {y - w * 0.18} Q{x} {y - w * 0.06} {x - w / 2} {y - w * 0.16}Z",
            colour,
            "#2d2430",
        ),
        path(
            f"M{x - w * 0.46} {y - w * 0.08} Q{x} {y + w * 0.02} {x + w * 0.46} {y - w * 0.1}",
            stroke="#e6aa3c",
            width=5,
        ),
    )


def counter(x: float, y: float, w: float, h: float, goods: str, seed: int) -> str:
    """A counter with goods on it, standing on (x, y)."""
    dice = random.Random(seed)
    fruit = "".join(
        oval(
            round(x + dice.uniform(0.06, 0.94) * w, 1),
            round(y - h - dice.uniform(-2, 12), 1),
            15,
            12,
            goods,
            "#2d2430",
            2.5,
        )
        for _ in range(16)
    )
    return fruit + rect(x - 6, y - h, w + 12, h, "#a8744f", 4, stroke="#2d2430", stroke_width=3.5)


def awning(x: float, y: float, w: float, h: float, stripe: str) -> str:
    """A striped awning on two poles that stand on (x, y)."""
    n = 6
    cloth = "".join(
        path(
            f"M{x + w * i / n:.1f} {y - h} h{w / n:.1f} l{0} {h * 0.24:.1f} q{-w / n / 2:.1f} {h * 0.12:.1f} {-w / n:.1f} 0Z",
            stripe if i % 2 else "#fbf1df",
            "#2d2430",
            3,
        )
        for i in range(n)
    )
    return group(rect(x + 6, y - h, 9, h, "#7a5340"), rect(x + w - 15, y - h, 9, h, "#7a5340"), cloth)


def shelves(w: float, h: float, seed: int) -> str:
    """A wall of books."""
    dice = random.Random(seed)
    colours = ("#b0563c", "#6c8a86", "#d9b36a", "#7a5a78", "#49637d", "#c98a6a", "#8a9a62", "#e3d3b0")
    parts = [rect(0, 0, w, h, "#4c332b")]
    row = 0.0
    while row < h:
        x = 8.0
        while x < w - 10:
            bw, bh = dice.uniform(12, 30), dice.uniform(64, 92)
            if dice.random() < 0.08:
                x += 30
                continue
            lean = dice.choice((0, 0, 0, 0, 6, -5))
            parts.append(
                rect(
                    round(x, 1),
                    round(row + 100 - bh, 1),
                    round(bw, 1),
                    round(bh, 1),
                    dice.choice(colours),
                    2,
                    transform=f"rotate({lean} {x:.0f} {row + 100:.0f})",
                )
            )
            x += bw + 1.5
        parts.append(rect(0, row + 100, w, 12, "#7a5340"))
        row += 112
    return group(*parts)


def stairs(w: float, h: float) -> str:
    """The inside of the tower: steps that wind up a round wall."""
    parts = [rect(0, 0, w, h, "#3c3548")]
    for i in range(60):
        dice = random.Random(i)
        parts.append(
            rect(
                dice.uniform(0, w),
                dice.uniform(0, h),
                dice.uniform(40, 90),
                dice.uniform(14, 24),
                "#4a4258",
                4,
                opacity=0.8,
            )
        )

    def flight(x0: float, y0: float, x1: float, y1: float, tread: str, riser: str) -> None:
        for i in range(9):
            x, y = x0 + (x1 - x0) * i / 9, y0 + (y1 - y0) * (i + 1) / 9
            parts.append(
                rect(round(min(x, x + (x1 - x0) / 9), 1), round(y, 1), round(abs(x1 - x0) / 9 + 1, 1), h * 2, riser)
            )
            parts.append(
                rect(round(min(x, x + (x1 - x0) / 9), 1), round(y, 1), round(abs(x1 - x0) / 9 + 1, 1), 9, tread)
            )

    flight(w, h * 0.42, 0, -h * 0.1, "#6a5c70", "#4a4058")
    parts.append(oval(w * 0.24, h * 0.36, w * 0.4, w * 0.4, "url(#moonglow)"))
    parts.append(rect(w * 0.17, h * 0.26, w * 0.14, h * 0.2, "#cdd8f5", w * 0.07, stroke="#2d2430", stroke_width=5))
    flight(0, h * 1.02, w, h * 0.5, "#b9a39a", "#77666e")
    return group(*parts)


def lamp_room(w: float, h: float, *, lit: bool, view: str = "night") -> str:
    """The room at the top, with its great dark lens and the sea behind the panes."""
    panes = "".join(rect(w * i / 6 - 5, 0, 10, h * 0.76, "#4a4152") for i in range(1, 6))
    cx, cy, r = w * 0.5, h * 0.42, min(w, h) * 0.24
    rings = "".join(
        oval(
            cx,
            cy,
            r * (1 - i * 0.16),
            r * 1.25 * (1 - i * 0.16),
            "none",
            "#ffe9ad" if lit else "#8fa0b8",
            4,
            opacity=0.9,
        )
        for i in range(6)
    )
    glass = "#fff1c0" if lit else "#5a6a86"
    return group(
        sky(view, w, h),
        stars(w, h * 0.4, 5, 40),
        sea(w, h * 0.52, h * 0.26, "night", 3),
        panes,
        rect(0, 0, w, 18, "#4a4152"),
        rect(0, h * 0.74, w, h * 0.26, "#5d4a4e"),
        rect(0, h * 0.74, w, 10, "#7a6064"),
        oval(cx, cy, w * 0.9, w * 0.9, "url(#lampglow)") if lit else "",
        rect(cx - r * 0.5, cy + r, r, h * 0.5, "#6d5a3c"),
        oval(cx, cy, r, r * 1.25, glass, "#6d5a3c", 9),
        rings,
        rect(cx - r * 1.1, cy + r * 1.15, r * 2.2, 16, "#8a7148", 6),
    )


def beam(x: float, y: float, length: float, spread: float, *, left: bool = False) -> str:
    side = -1 if left else 1
    return polygon(
        ((x, y - 6), (x + side * length, y - spread), (x + side * length, y + spread), (x, y + 6)),
        "url(#beamback)" if left else "url(#beam)",
        opacity=0.75,
    )


def ground(w: float, y: float, h: float, colour: str, edge: str | None = None) -> str:
    return rect(0, y, w, h, colour) + (rect(0, y, w, 8, edge) if edge else "")


def cobbles(w: float, y: float, h: float, seed: int, base: str = "#c9a98a", stone: str = "#b59474") -> str:
    dice = random.Random(seed)
    stones = "".join(
        oval(
            round(dice.uniform(0, w)),
            round(y + 12 + dice.uniform(0, h)),
            round(dice.uniform(14, 34)),
            round(dice.uniform(5, 9)),
            stone,
            opacity=0.7,
        )
        for _ in range(int(w / 14))
    )
    return rect(0, y, w, h, base) + stones


def hill(w: float, y: float, lift: float, colour: str) -> str:
    return path(
        smooth([(-40, y + 30), (w * 0.2, y - lift * 0.4), (w * 0.55, y - lift), (w + 40, y - lift * 0.2)])
        + f"L{w + 40} {y + 900} L-40 {y + 900}Z",
        colour,
    )
