"""From an SVG file to a drawing that is safe to render: nothing but shapes and text, of known size, within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from fumetto.library.ingestion.lettering.matrix import Box
from fumetto.library.ingestion.lettering.sheets import apply_style_sheets
from fumetto.library.ingestion.lettering.style import length

SVG = "http://www.w3.org/2000/svg"
HREF = ("href", "{http://www.w3.org/1999/xlink}href")

LARGEST_FILE = 16 * 1024**2
MOST_ELEMENTS = 50_000
MOST_DRAWN = 200_000  # elements once every reference has been followed
DEEPEST = 150  # levels of groups and references: renderers follow them on their stack
MOST_OCTAVES = 6  # of noise in a filter, which costs as many passes
WIDEST_BRUSH = 64.0  # user units a filter may thicken by: its cost grows with the square

REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"'\s]+)")
FOLLOWED = frozenset({"use", "textPath", "linearGradient", "radialGradient", "pattern"})

SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
TEXT = frozenset({"text", "tspan", "textPath"})
FLOW = frozenset({"flowRoot", "flowRegion", "flowPara", "flowSpan", "flowDiv", "flowLine", "flowRegionBreak"})
GROUPS = frozenset({"svg", "g", "a", "defs", "symbol", "use", "switch", "clipPath", "mask", "pattern"})
PAINT = frozenset({"linearGradient", "radialGradient", "stop", "filter"})
EFFECTS = frozenset(
    {
        "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDiffuseLighting", "feDisplacementMap",
        "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur",
        "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight",
        "feTile", "feTurbulence",
    }
)  # fmt: skip
KEPT = SHAPES | TEXT | FLOW | GROUPS | PAINT | EFFECTS | {"style"}


@dataclass(frozen=True)
class Drawing:
    """A cleaned drawing; `canvas` is what it covers, in its own user units. `dropped` counts what was not kept."""

    root: etree._Element
    canvas: Box
    dropped: dict[str, int]


def read_drawing(svg: bytes, art_size: tuple[int, int]) -> Drawing:
    """Parse and clean. A drawing that names no size is as large as the art. Raises LetteringUnreadable."""
    if len(svg) > LARGEST_FILE:
        raise LetteringUnreadable(reason="the file is too large for lettering")
    root = parse(svg)
    if root.tag != f"{{{SVG}}}svg":
        raise LetteringUnreadable(reason="it is not an SVG drawing")
    canvas = canvas_of(root, art_size)
    apply_style_sheets(root)
    return Drawing(root, canvas, clean(root))


def parse(svg: bytes) -> etree._Element:
    # Entities inside the file are resolved, since Illustrator names its namespaces by them; libxml2 refuses loops and
    # floods of them. Nothing is fetched, neither from the network nor from this machine.
    options: dict[str, Any] = {"resolve_entities": "internal"}  # newer than the type stubs
    parser = etree.XMLParser(
        no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, **options
    )
    try:
        root = etree.parse(BytesIO(svg), parser).getroot()
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise LetteringUnreadable(reason=" ".join(str(error).split())) from error
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise LetteringUnreadable(reason="it holds too many elements")
    return root


def canvas_of(root: etree._Element, art_size: tuple[int, int]) -> Box:
    corners = (root.get("viewBox") or "").replace(",", " ").split()
    if len(corners) == 4:
        left, top, width, height = (length(each) or 0.0 for each in corners)
    else:
        left = top = 0.0
        width = length(root.get("width"), art_size[0]) or art_size[0]
        height = length(root.get("height"), art_size[1]) or art_size[1]
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise LetteringUnreadable(reason="its size makes no sense")
    return Box(left, top, left + width, top + height)


def clean(root: etree._Element) -> dict[str, int]:
    """Drop what may not be drawn, in place, and count it. Pictures go too: the art beneath is ours to lay."""
    dropped: dict[str, int] = {}
    for element in list(root.iter()):
        name = local_name(element)
        if name in KEPT:
            make_local(element)
        elif element is not root:
            if name is not None:
                dropped[name] = dropped.get(name, 0) + 1
            remove(element)
    if drawn(root) > MOST_DRAWN:
        raise LetteringUnreadable(reason="it repeats its parts too often")
    return dropped


def make_local(element: etree._Element) -> None:
    for attribute in HREF:
        if not element.get(attribute, "#").startswith("#"):
            del element.attrib[attribute]
    if local_name(element) == "feMorphology":
        radii = [length(each) or 0.0 for each in element.get("radius", "0").replace(",", " ").split()]
        element.set("radius", " ".join(str(min(WIDEST_BRUSH, radius)) for radius in radii))
    if element.get("numOctaves"):
        element.set("numOctaves", str(min(MOST_OCTAVES, int(length(element.get("numOctaves")) or 1))))


def drawn(root: etree._Element) -> int:
    """How many elements are drawn once every reference is followed: <use>, and masks, clips and patterns by `url(#…)`.

    What refers to itself, or nests deeper than any drawing does, counts as too many.
    """
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    weights: dict[etree._Element, int] = {}
    under_way: set[etree._Element] = set()

    def weigh(element: etree._Element, depth: int) -> int:
        if element in under_way or depth > DEEPEST:
            return MOST_DRAWN + 1
        if element not in weights:
            under_way.add(element)
            weights[element] = min(MOST_DRAWN + 1, 1 + sum(weigh(each, depth + 1) for each in parts(element)))
            under_way.discard(element)
        return weights[element]

    def parts(element: etree._Element) -> Iterator[etree._Element]:
        yield from element
        names = REFERENCE.findall(" ".join(str(value) for value in element.attrib.values()))
        if local_name(element) in FOLLOWED:
            names.append((element.get(HREF[0]) or element.get(HREF[1]) or "")[1:])
        for name in names:
            if name in named:
                yield named[name]

    return weigh(root, 0)


def remove(element: etree._Element) -> None:
    """Take an element out and leave the text after it, which lxml would take along."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def local_name(element: etree._Element) -> str | None:
    """The element's name in SVG, or None for one of another vocabulary (comments and entities have no name at all)."""
    name = etree.QName(element.tag if isinstance(element.tag, str) else "other")
    return name.localname if name.namespace == SVG else None
