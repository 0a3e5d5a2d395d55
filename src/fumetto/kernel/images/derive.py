"""From a page's bytes to what a shelf and a reader need: size, thumbnail, BlurHash, colour, sometimes a display image.

One decode serves all of them. `bench/page_ready.py` measures it against Pillow's usual pipeline and libvips' own tool.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fumetto.kernel.images import blurhash
from fumetto.kernel.images.colour import dominant_color
from fumetto.kernel.images.derived import Derived
from fumetto.kernel.images.load import display_size, fit, open_page

THUMBNAIL = {"Q": 78, "effort": 1, "keep": "none"}  # effort 4 takes twice the time for a sixth less bytes
# JPEG, not WebP: a tenth of the time for a third more bytes, and readers of OPDS page streams take nothing newer.
DISPLAY = {"Q": 86, "keep": "none"}
DISPLAY_MEDIA_TYPE = "image/jpeg"
TALLEST_THUMBNAIL = 8  # times its width: a webtoon's strip is shown whole, as a ribbon


def derive(data: bytes, *, thumbnail_width: int, display_max_edge: int, max_pixels: int) -> Derived:
    """Derive all images of a page. Raises PageUnreadable for anything but one whole picture within `max_pixels`.

    The same bytes give the same result. Safe to call from several threads at once; most of the time is spent without
    the GIL. A display image is made of a page that is larger than `display_max_edge`, or that browsers do not show; an
    animated one is left alone, since its copy would stand still.
    """
    page = open_page(data, max_pixels)
    wanted = None if page.moves else display_size(page.width, page.height, display_max_edge)
    if not page.shown:
        wanted = wanted or (page.width, page.height)
    picture = page.pixels(*(wanted or (thumbnail_width, thumbnail_width * TALLEST_THUMBNAIL)))
    display = bytes(fit(picture, *wanted).jpegsave_buffer(**DISPLAY)) if wanted else None
    small = fit(picture, thumbnail_width, thumbnail_width * TALLEST_THUMBNAIL)
    pixels = array_of(fit(small, 32, 48))
    return Derived(
        width=page.width,
        height=page.height,
        thumbnail=as_thumbnail(small),
        blurhash=blurhash.encode(pixels, *blurhash.components_for(page.width, page.height)),
        dominant_color=dominant_color(pixels),
        display=display,
        display_media_type=DISPLAY_MEDIA_TYPE if display else None,
    )


def thumbnail_of(picture: Any, width: int) -> bytes:
    """The thumbnail, as WebP, of a picture that is decoded already."""
    return as_thumbnail(fit(picture, width, width * TALLEST_THUMBNAIL))


def as_thumbnail(small: Any) -> bytes:
    return bytes(small.webpsave_buffer(**THUMBNAIL))


def array_of(picture: Any) -> blurhash.Pixels:
    """The picture's pixels, of shape (height, width, 3)."""
    return np.frombuffer(picture.write_to_memory(), dtype=np.uint8).reshape(picture.height, picture.width, 3)
