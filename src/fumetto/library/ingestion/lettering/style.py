"""The little of CSS that lettering needs: declarations, what text inherits, and lengths."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeAlias

from lxml import etree

Style: TypeAlias = Mapping[str, str]

DRAWN = frozenset(
    {
        "fill", "fill-opacity", "fill-rule", "font-style", "letter-spacing", "paint-order", "visibility",
        "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity",
        "stroke-width",
    }
)  # fmt: skip
SHAPING = frozenset(
    {"direction", "font-family", "font-size", "font-weight", "line-height", "text-align", "text-anchor"}
)
INHERITED = DRAWN | SHAPING
OF_THE_WHOLE = frozenset({"clip-path", "display", "filter", "isolation", "mask", "mix-blend-mode", "opacity"})

UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
LENGTH = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(px|pt|pc|mm|cm|in|em|%|)\s*$")


def declarations(element: etree._Element) -> dict[str, str]:
    """What an element says of itself, in attributes and then in `style`, which wins."""
    said = {name: element.get(name, "") for name in (*INHERITED, *OF_THE_WHOLE) if element.get(name)}
    return said | parse_declarations(element.get("style") or "")


def parse_declarations(text: str) -> dict[str, str]:
    said = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if colon and value.strip():
            said[name.strip().lower()] = value.replace("!important", "").strip()
    return said


def inherit(parent: Style, own: Style) -> dict[str, str]:
    """The style of text inside: the parent's where its own says nothing, with relative sizes made absolute."""
    style = dict(parent)
    style |= {name: value for name, value in own.items() if name in INHERITED and value != "inherit"}
    if "font-size" in own:
        style["font-size"] = f"{length(own['font-size'], font_size(parent)) or font_size(parent)}px"
    return style


def style_above(element: etree._Element) -> dict[str, str]:
    """What an element's text starts with: everything its ancestors and it itself say that is inherited."""
    style: dict[str, str] = {}
    for ancestor in reversed([element, *element.iterancestors()]):
        style = inherit(style, declarations(ancestor))
    return style


def is_hidden(element: etree._Element) -> bool:
    """Whether the element or a layer that it is in is switched off."""
    return any(declarations(each).get("display") == "none" for each in (element, *element.iterancestors()))


def font_size(style: Style) -> float:
    return length(style.get("font-size", ""), 12.0) or 12.0


def line_height(style: Style) -> float:
    """In user units, for text of this style."""
    said, size = style.get("line-height", ""), font_size(style)
    if said.endswith(tuple(unit for unit in UNITS if unit)):
        return length(said, size) or 1.25 * size
    factor = length(said, 1.0)
    return (factor if factor else 1.25) * size


def length(text: str | None, relative_to: float = 1.0) -> float | None:
    """A CSS length in user units, or None where there is none; percentages and ems are of `relative_to`."""
    match = LENGTH.match(text or "")
    if not match:
        return None
    value = float(match[1]) * {"%": relative_to / 100, "em": relative_to}.get(match[2], UNITS.get(match[2], 1.0))
    return value if math.isfinite(value) else None


def number(text: str | None) -> float:
    return length(text) or 0.0


def spelled(style: Style) -> str:
    return ";".join(f"{name}:{value}" for name, value in style.items())
