"""A page of art and its lettering in one language, as one picture with the box of every text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyvips
import resvg_py
from lxml import etree

from fumetto.kernel import fonts
from fumetto.kernel.images.load import load_upright
from fumetto.library.catalogue.kinds import Direction, PageKind
from fumetto.library.ingestion.lettering.balloons import balloons_of
from fumetto.library.ingestion.lettering.blocks import TextBlock
from fumetto.library.ingestion.lettering.document import Drawing, read_drawing
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from fumetto.library.ingestion.lettering.flow import place_flows
from fumetto.library.ingestion.lettering.ink import with_ink
from fumetto.library.ingestion.lettering.model import LetteredBalloon
from fumetto.library.ingestion.lettering.outlines import Outline, outlines_of
from fumetto.library.ingestion.lettering.placed import letter_placed

MEDIA_TYPE = "image/jpeg"  # as for display images; a WebP of this quality takes ten times as long
QUALITY = {"Q": 90, "subsample_mode": "on", "keep": "none"}
SHAPE_TOLERANCE = 0.03  # by which art and lettering may differ in shape before it is worth a word


@dataclass(frozen=True)
class LetteringWarning:
    """Something drawn less well than asked; the text of `code` is in the catalogues, under `lettering_warnings`."""

    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Composed:
    """A lettered page. `balloons` are in reading order; `image` is of `media_type`, `width` by `height` pixels, which
    `picture` has as a pyvips image in memory."""

    picture: Any
    image: bytes
    media_type: str
    width: int
    height: int
    balloons: list[LetteredBalloon]
    warnings: list[LetteringWarning]


def compose(
    art: bytes,
    svg: bytes,
    language: str,
    *,
    page: PageKind = PageKind.STORY,
    direction: Direction = Direction.LEFT_TO_RIGHT,
    max_pixels: int = 200_000_000,
    max_edge: int | None = None,
) -> Composed:
    """Lay `svg` over `art`. `language` is a BCP 47 tag; `page` and `direction` help to tell titles and reading order.

    With `max_edge` the page is made no larger than that (see `derive.display_size`), which is much quicker for large
    art. Raises LetteringUnreadable for an SVG that cannot be used, PageUnreadable for art that cannot.
    """
    picture = load_upright(art, max_pixels=max_pixels, max_edge=max_edge)
    return compose_on(picture, svg, language, page=page, direction=direction)


def compose_on(
    art: Any,
    svg: bytes,
    language: str,
    *,
    page: PageKind = PageKind.STORY,
    direction: Direction = Direction.LEFT_TO_RIGHT,
) -> Composed:
    """The same with art that is decoded already, by `load_upright`: several languages are laid over one picture."""
    lettered = letter(svg, language, (art.width, art.height))
    picture = laid_over(art, lettered)
    return Composed(
        picture=picture,
        image=bytes(picture.jpegsave_buffer(**QUALITY)),
        media_type=MEDIA_TYPE,
        width=picture.width,
        height=picture.height,
        balloons=told(lettered, page, direction),
        warnings=warnings_of(lettered),
    )


def laid_over(art: Any, lettered: Lettered) -> Any:
    overlay = render(lettered.drawing.root, lettered.families)
    return art if overlay is None else art.composite2(overlay, "over").extract_band(0, n=3).copy_memory()


def lettered_page(art: Any, svg: bytes, language: str) -> bytes:
    """Only the picture of a lettered page, as `compose` makes it. Raises LetteringUnreadable."""
    picture = laid_over(art, letter(svg, language, (art.width, art.height)))
    return bytes(picture.jpegsave_buffer(**QUALITY))


def read_balloons(
    svg: bytes,
    language: str,
    art_size: tuple[int, int],
    *,
    page: PageKind = PageKind.STORY,
    direction: Direction = Direction.LEFT_TO_RIGHT,
) -> list[LetteredBalloon]:
    """Only what a lettering says, and where, without the page. Raises LetteringUnreadable."""
    return told(letter(svg, language, art_size), page, direction)


@dataclass(frozen=True)
class Lettered:
    """A drawing whose every text is placed and in a bundled font, with what it says."""

    drawing: Drawing
    blocks: list[TextBlock]
    outlines: list[Outline]
    size: tuple[int, int]

    @property
    def families(self) -> set[str]:
        return {family for block in self.blocks for family in block.drawn_with}


def told(lettered: Lettered, page: PageKind, direction: Direction) -> list[LetteredBalloon]:
    """The balloons of a drawing, which is used up by that."""
    blocks = with_ink(lettered.drawing, lettered.blocks, lettered.families)
    return balloons_of(blocks, lettered.outlines, lettered.drawing.canvas, page, direction)


def letter(svg: bytes, language: str, size: tuple[int, int]) -> Lettered:
    """A drawing made ready for art of that size. Raises LetteringUnreadable."""
    drawing = read_drawing(svg, size)
    canvas, root = drawing.canvas, drawing.root
    outlines = outlines_of(root, canvas)
    blocks = [*letter_placed(root, language), *place_flows(root, outlines, language)]
    root.set("viewBox", f"{canvas.left} {canvas.top} {canvas.width} {canvas.height}")
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))
    root.set("preserveAspectRatio", "none")
    return Lettered(drawing, blocks, outlines, size)


def render(root: etree._Element, families: set[str]) -> Any:
    """The drawing as a picture with alpha, or None where it draws nothing."""
    if len(root) == 0:
        return None
    try:
        drawing = etree.tostring(root, encoding="unicode")
        png = resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True, font_files=fonts.paths(families))
    except ValueError as error:
        raise LetteringUnreadable(reason=" ".join(str(error).split())) from error
    return pyvips.Image.new_from_buffer(bytes(png), "", access="sequential").copy(interpretation="srgb")


def warnings_of(lettered: Lettered) -> list[LetteringWarning]:
    found = []
    missing = sorted({character for block in lettered.blocks for character in block.undrawable})
    if missing:
        told = {"count": len(missing), "characters": "".join(missing)[:40]}
        found.append(LetteringWarning("lettering_glyphs_missing", told))
    tight = sum(block.overflows for block in lettered.blocks)
    if tight:
        found.append(LetteringWarning("lettering_overflows", {"count": tight}))
    canvas, (width, height) = lettered.drawing.canvas, lettered.size
    if abs(canvas.width / canvas.height - width / height) > SHAPE_TOLERANCE * width / height:
        found.append(LetteringWarning("lettering_shape_differs", {
            "art": f"{width} × {height}", "lettering": f"{canvas.width:.0f} × {canvas.height:.0f}"}))  # fmt: skip
    return found
