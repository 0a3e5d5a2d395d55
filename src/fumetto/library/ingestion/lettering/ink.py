"""Where letters really are: every text is drawn in a colour of its own, small and without smoothing, and looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pyvips
import resvg_py
from lxml import etree

from fumetto.kernel import fonts
from fumetto.library.ingestion.lettering.blocks import TextBlock
from fumetto.library.ingestion.lettering.document import SHAPES, SVG, Drawing, local_name
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from fumetto.library.ingestion.lettering.matrix import Box
from fumetto.library.ingestion.lettering.style import declarations, spelled

EDGE: Final = 640  # pixels of the longer edge: good to a six-hundredth of it, for a thirtieth of a second
CHANGING_COLOUR: Final = frozenset({"opacity", "filter", "mask", "mix-blend-mode", "isolation"})
MOST_TEXTS: Final = 0xFFFFFF  # colours there are


def with_ink(drawing: Drawing, blocks: Sequence[TextBlock], families: set[str]) -> list[TextBlock]:
    """The blocks with `ink` as it is drawn; one of which nothing shows keeps what was reckoned from its fonts.

    Uses the drawing up: nothing can be drawn with it afterwards. Raises LetteringUnreadable.
    """
    if not blocks:
        return []
    coloured(drawing.root, blocks)
    found = extents(render_small(drawing, families), len(blocks))
    canvas = drawing.canvas

    def on_canvas(box: Box) -> Box:
        return Box(canvas.left + box.left * canvas.width, canvas.top + box.top * canvas.height,
                   canvas.left + box.right * canvas.width, canvas.top + box.bottom * canvas.height)  # fmt: skip

    return [
        replace(block, ink=on_canvas(found[index])) if index in found else block for index, block in enumerate(blocks)
    ]


def coloured(root: etree._Element, blocks: Sequence[TextBlock]) -> None:
    """Paint each block's text in the colour of its number, from 1, and nothing else at all."""
    for element in root.iter():
        if local_name(element) in SHAPES:
            element.set("style", "fill:none;stroke:none")
        elif isinstance(element.tag, str) and CHANGING_COLOUR & declarations(element).keys():
            repaint(element, {})
    for number, block in enumerate(blocks[:MOST_TEXTS], start=1):
        colour = f"#{number:06x}"
        for part in block.element.iter(f"{{{SVG}}}*"):
            paint = {"fill": colour, "fill-opacity": "1", "text-rendering": "optimizeSpeed"}
            if declarations(part).get("stroke", "none") != "none":
                paint |= {"stroke": colour, "stroke-opacity": "1"}
            repaint(part, paint)


def repaint(element: etree._Element, paint: dict[str, str]) -> None:
    kept = {name: value for name, value in declarations(element).items() if name not in CHANGING_COLOUR}
    for name in CHANGING_COLOUR & set(element.attrib):
        del element.attrib[name]
    element.set("style", spelled(kept | paint))


def render_small(drawing: Drawing, families: set[str]) -> Any:
    canvas, root = drawing.canvas, drawing.root
    scale = EDGE / max(canvas.width, canvas.height)
    for name, size in (("width", canvas.width), ("height", canvas.height)):
        root.set(name, str(max(1, round(size * scale))))
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=etree.tostring(root, encoding="unicode"),
            skip_system_fonts=True,
            font_files=fonts.paths(families),
        )
    except ValueError as error:
        raise LetteringUnreadable(reason=" ".join(str(error).split())) from error
    return pyvips.Image.new_from_buffer(bytes(png), "")


def extents(picture: Any, count: int) -> dict[int, Box]:
    """The box around each colour that there is, by index from 0, as fractions of the picture."""
    import numpy as np

    pixels = picture.numpy().astype(np.uint32)
    numbers = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    numbers[pixels[..., 3] == 0] = 0
    rows, columns = np.nonzero(numbers)
    shown = numbers[rows, columns]
    found = {}
    for number in np.unique(shown):
        if number <= count:
            down, across = rows[shown == number], columns[shown == number]
            found[int(number) - 1] = Box(
                float(across.min()) / picture.width,
                float(down.min()) / picture.height,
                float(across.max() + 1) / picture.width,
                float(down.max() + 1) / picture.height,
            )
    return found
