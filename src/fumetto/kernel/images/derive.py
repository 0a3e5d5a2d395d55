"""From a page's bytes to what a shelf and a reader need: size, thumbnail, BlurHash, colour, sometimes a display image.

One decode serves all of them. `bench/page_ready.py` measures it against Pillow's usual pipeline and libvips' own tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvips

from fumetto.kernel.images import blurhash, vips
from fumetto.kernel.images.colour import dominant_color
from fumetto.kernel.images.errors import PageUnreadable, Reason
from fumetto.kernel.images.fallback import decode as decode_with_pillow

SHOWN_BY_BROWSERS = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"})

THUMBNAIL = {"Q": 78, "effort": 1, "keep": "none"}  # effort 4 takes twice the time for a sixth less bytes
DISPLAY = {"Q": 86, "effort": 1, "keep": "none"}
TALLEST_THUMBNAIL = 8  # times its width: a webtoon's strip is shown whole, as a ribbon
WEBP_EDGE = 16383  # the format knows no longer edge
WORTHWHILE = 0.9  # scale above which a smaller image saves too little to be kept beside the original


@dataclass(frozen=True, slots=True)
class Derived:
    """What was made of one page. `width` and `height` are the original's in pixels, turned as its EXIF data asks.

    `thumbnail` is WebP. `display` is None where the original serves as it is, else an image of `display_media_type`.
    """

    width: int
    height: int
    thumbnail: bytes
    blurhash: str
    dominant_color: str
    display: bytes | None
    display_media_type: str | None


def derive(data: bytes, *, thumbnail_width: int, display_max_edge: int, max_pixels: int) -> Derived:
    """Derive all images of a page. Raises PageUnreadable for anything but one whole picture within `max_pixels`.

    The same bytes give the same result. Safe to call from several threads at once; most of the time is spent without
    the GIL. A display image is made of a page that is larger than `display_max_edge`, or that browsers do not show.
    """
    if not data:
        raise PageUnreadable(reason=Reason.EMPTY)
    try:
        return derive_with_vips(data, thumbnail_width, display_max_edge, max_pixels)
    except vips.Unsupported:
        picture = decode_with_pillow(data, max_pixels)
        size = (picture.width, picture.height)
        return finish(picture, *size, display_size(*size, display_max_edge) or size, thumbnail_width)
    except pyvips.Error as error:
        raise PageUnreadable(reason=broken(error), explanation=vips.last_line(error)) from error


def derive_with_vips(data: bytes, thumbnail_width: int, display_max_edge: int, max_pixels: int) -> Derived:
    image = vips.header(data)
    if image.width * image.height > max_pixels:
        raise PageUnreadable(reason=Reason.TOO_MANY_PIXELS, explanation=f"{image.width} × {image.height}")
    width, height = vips.upright_size(image)
    kind = vips.media_type(image)
    wanted = display_size(width, height, display_max_edge)
    if kind not in SHOWN_BY_BROWSERS or image.interpretation == "cmyk":
        wanted = wanted or (width, height)
    elif image.get_typeof("n-pages") and image.get("n-pages") > 1:
        wanted = None  # a smaller copy would stand still
    box = wanted or (thumbnail_width, thumbnail_width * TALLEST_THUMBNAIL)
    try:
        picture = vips.shrunk(data, image, *box)
    except pyvips.Error as error:
        if kind == "image/heic":  # opens, and then has no HEVC decoder
            raise vips.Unsupported(str(error)) from error
        raise
    return finish(picture, width, height, wanted, thumbnail_width)


def finish(picture: Any, width: int, height: int, display: tuple[int, int] | None, thumbnail_width: int) -> Derived:
    """Encode everything from `picture`, which is upright 8-bit sRGB and at least as large as what is made of it."""
    display_bytes = display_type = None
    if display:
        display_bytes, display_type = encode_display(fit(picture, *display))
    small = fit(picture, thumbnail_width, thumbnail_width * TALLEST_THUMBNAIL)
    pixels = array_of(fit(small, 32, 48))
    return Derived(
        width=width,
        height=height,
        thumbnail=bytes(small.webpsave_buffer(**THUMBNAIL)),
        blurhash=blurhash.encode(pixels, *blurhash.components_for(width, height)),
        dominant_color=dominant_color(pixels),
        display=display_bytes,
        display_media_type=display_type,
    )


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


def encode_display(picture: Any) -> tuple[bytes, str]:
    if max(picture.width, picture.height) > WEBP_EDGE:
        return bytes(picture.jpegsave_buffer(Q=88, keep="none", optimize_coding=True)), "image/jpeg"
    return bytes(picture.webpsave_buffer(**DISPLAY)), "image/webp"


def fit(picture: Any, width: int, height: int) -> Any:
    """`picture`, in memory, no larger than the box."""
    if picture.width <= width and picture.height <= height:
        return picture
    return picture.thumbnail_image(width, height=height, size="down").copy_memory()


def array_of(picture: Any) -> blurhash.Pixels:
    """The picture's pixels, of shape (height, width, 3)."""
    return np.frombuffer(picture.write_to_memory(), dtype=np.uint8).reshape(picture.height, picture.width, 3)


def broken(error: pyvips.Error) -> Reason:
    said = str(error).lower()
    ends_early = any(word in said for word in ("truncated", "premature", "end of", "eof", "not enough", "too short"))
    return Reason.TRUNCATED if ends_early else Reason.DAMAGED
