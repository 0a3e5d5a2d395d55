"""A page's pixels, upright, in 8-bit sRGB on white, whatever format and colours they came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyvips

from fumetto.kernel.images import vips
from fumetto.kernel.images.errors import PageUnreadable, Reason
from fumetto.kernel.images.fallback import decode as decode_with_pillow

SHOWN_BY_BROWSERS = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"})
WORTHWHILE = 0.9  # scale above which a smaller image saves too little to be kept beside the original


@dataclass(frozen=True, slots=True)
class Opened:
    """A page whose header was read.

    `shown` is whether browsers show it as it is meant; `moves` whether it is animated. `header` is libvips' picture, or
    None where Pillow had to decode it at once, into `decoded`.
    """

    width: int
    height: int
    shown: bool
    moves: bool
    data: bytes
    header: Any
    decoded: Any = None

    def pixels(self, width: int, height: int) -> Any:
        """The whole picture, no larger than the box, as a pyvips image in memory. Raises PageUnreadable."""
        if self.decoded is not None:
            return self.decoded
        try:
            return vips.shrunk(self.data, self.header, width, height)
        except pyvips.Error as error:
            if vips.media_type(self.header) == "image/heic":  # libvips opens these, and then has no HEVC decoder
                return decode_with_pillow(self.data, self.width * self.height)
            raise PageUnreadable(reason=broken(error), explanation=vips.last_line(error)) from error


def open_page(data: bytes, max_pixels: int) -> Opened:
    """Read the header, and refuse before decoding what has more than `max_pixels`. Raises PageUnreadable."""
    if not data:
        raise PageUnreadable(reason=Reason.EMPTY)
    try:
        header = vips.header(data)
    except vips.Unsupported:
        picture = decode_with_pillow(data, max_pixels)
        return Opened(picture.width, picture.height, False, False, data, None, picture)
    if header.width * header.height > max_pixels:
        raise PageUnreadable(reason=Reason.TOO_MANY_PIXELS, explanation=f"{header.width} × {header.height}")
    shown = vips.media_type(header) in SHOWN_BY_BROWSERS and header.interpretation != "cmyk"
    moves = bool(header.get_typeof("n-pages")) and header.get("n-pages") > 1
    return Opened(*vips.upright_size(header), shown, shown and moves, data, header)


def load_upright(data: bytes, *, max_pixels: int, max_edge: int | None = None) -> Any:
    """All pixels as a pyvips image in memory, with `max_edge` at a display image's size. Raises PageUnreadable."""
    page = open_page(data, max_pixels)
    size = display_size(page.width, page.height, max_edge) if max_edge else None
    return fit(page.pixels(*(size or (page.width, page.height))), *(size or (page.width, page.height)))


def display_size(width: int, height: int, max_edge: int) -> tuple[int, int] | None:
    """Size of the display image that pays for itself, or None.

    The longer edge comes down to `max_edge`, but the shorter never below half of that: a webtoon's strip of 800 by
    20,000 keeps its 800.
    """
    shorter, longer = sorted((width, height))
    scale = max(max_edge / longer, min(1.0, max_edge / 2 / shorter))
    if scale > WORTHWHILE:
        return None
    return max(1, round(width * scale)), max(1, round(height * scale))


def fit(picture: Any, width: int, height: int) -> Any:
    """`picture`, in memory, no larger than the box."""
    if picture.width <= width and picture.height <= height:
        return picture
    return picture.thumbnail_image(width, height=height, size="down").copy_memory()


def broken(error: pyvips.Error) -> Reason:
    said = str(error).lower()
    ends_early = any(word in said for word in ("truncated", "premature", "end of", "eof", "not enough", "too short"))
    return Reason.TRUNCATED if ends_early else Reason.DAMAGED
