"""Shapes as SVG text: the few marks that every drawing here is made of."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

LINE = "#2d2430"

Point = tuple[float, float]


def attributes(**values: object) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{value}"' for name, value in values.items() if value is not None
    )


def path(d: str, fill: str = "none", stroke: str | None = None, width: float = 4, **more: object) -> str:
    joined = {"stroke_linecap": "round", "stroke_linejoin": "round"} if stroke else {}
    return (
        f"<path{attributes(d=d, fill=fill, stroke=stroke, stroke_width=width if stroke else None, **joined, **more)}/>"
    )


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, **more: object) -> str:
    return f"<rect{attributes(x=x, y=y, width=w, height=h, rx=r or None, fill=fill, **more)}/>"


def oval(
    x: float, y: float, rx: float, ry: float, fill: str, stroke: str | None = None, width: float = 4, **more: object
) -> str:
    return f"<ellipse{attributes(cx=x, cy=y, rx=rx, ry=ry, fill=fill, stroke=stroke, stroke_width=width if stroke else None, **more)}/>"


def group(*parts: str, **values: object) -> str:
    return f"<g{attributes(**values)}>{''.join(parts)}</g>"


def at(x: float, y: float, *parts: str, scale: float = 1, flip: bool = False, turn: float = 0) -> str:
    move = f"translate({x} {y}) rotate({turn}) scale({-scale if flip else scale} {scale})"
    return group(*parts, transform=move)


def polygon(points: Iterable[Point], fill: str, **more: object) -> str:
    return f"<polygon{attributes(points=' '.join(f'{x:.1f},{y:.1f}' for x, y in points), fill=fill, **more)}/>"


def gradient(name: str, *stops: tuple[float, str] | tuple[float, str, float], vertical: bool = True) -> str:
    """A linear gradient called `name`; each stop is offset, colour and, where it is not 1, opacity."""
    end = {"x2": 0, "y2": 1} if vertical else {"x2": 1, "y2": 0}
    inner = "".join(
        f'<stop offset="{stop[0]}" stop-color="{stop[1]}"{attributes(stop_opacity=stop[2]) if len(stop) > 2 else ""}/>'
        for stop in stops
    )
    return f"<linearGradient{attributes(id=name, x1=0, y1=0, **end)}>{inner}</linearGradient>"


def glow(name: str, colour: str, strength: float = 0.9) -> str:
    return (
        f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}" stop-opacity="{strength}"/>'
        f'<stop offset=".45" stop-color="{colour}" stop-opacity="{strength * 0.35:.2f}"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` of `other` in it, both as #rrggbb."""
    pairs = zip((colour[1:3], colour[3:5], colour[5:7]), (other[1:3], other[3:5], other[5:7]), strict=True)
    return "#" + "".join(f"{round(int(a, 16) * (1 - share) + int(b, 16) * share):02x}" for a, b in pairs)


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A path through the points without corners (Catmull and Rom, as cubic Béziers)."""
    n = len(points)
    get = (lambda i: points[i % n]) if closed else (lambda i: points[min(max(i, 0), n - 1)])
    d = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i in range(n if closed else n - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = get(i - 1), get(i), get(i + 1), get(i + 2)
        d += (
            f"C{x1 + (x2 - x0) / 6:.1f} {y1 + (y2 - y0) / 6:.1f} {x2 - (x3 - x1) / 6:.1f} {y2 - (y3 - y1) / 6:.1f}"
            f" {x2:.1f} {y2:.1f}"
        )
    return d + ("Z" if closed else "")


def blob(x: float, y: float, rx: float, ry: float, seed: int, *, bumps: int = 11, rough: float = 0.14) -> str:
    """The outline of a bush, a cloud, a puff: an oval with bumps."""
    dice = random.Random(seed)
    points = []
    for i in range(bumps):
        angle = 2 * math.pi * i / bumps
        reach = 1 + dice.uniform(-rough, rough)
        points.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return smooth(points, closed=True)
