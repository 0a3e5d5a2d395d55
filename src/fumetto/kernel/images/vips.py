"""libvips, set up for a server: little memory, one thread to a picture, and only the decoders we mean to use.

Everything here releases the GIL while libvips works, so threads scale with the machine's cores.
"""

from __future__ import annotations

from typing import Any

import pyvips

from fumetto.kernel.images.errors import PageUnreadable, Reason

# Every page is different, so a cache of operations only holds memory; work is spread over jobs, not inside one picture.
pyvips.cache_set_max(0)
pyvips.concurrency_set(1)
pyvips.block_untrusted_set(True)

LOADERS = {  # the media type each decoder means; a picture that any other would read is no page
    "jpegload_buffer": "image/jpeg",
    "pngload_buffer": "image/png",
    "webpload_buffer": "image/webp",
    "gifload_buffer": "image/gif",
    "tiffload_buffer": "image/tiff",
    "heifload_buffer": "image/heic",
}
STRICT = "error"  # a decoder that meets a missing end or a broken part says so, instead of painting it grey
WHITE = [255.0, 255.0, 255.0]


class Unsupported(Exception):
    """libvips has no decoder for this; Pillow may."""


def header(data: bytes) -> Any:
    """The picture with its header read and no pixel decoded. Raises Unsupported, or PageUnreadable for a stranger."""
    try:
        image = pyvips.Image.new_from_buffer(data, "", access="sequential", fail_on=STRICT)
    except pyvips.Error as error:
        raise Unsupported(last_line(error)) from error
    if image.get("vips-loader") not in LOADERS:
        raise PageUnreadable(reason=Reason.NOT_AN_IMAGE)
    return image


def media_type(image: Any) -> str:
    """Media type of a picture from `header`."""
    if image.get_typeof("heif-compression") and image.get("heif-compression") == "av1":
        return "image/avif"
    return LOADERS[image.get("vips-loader")]


def upright_size(image: Any) -> tuple[int, int]:
    """Width and height as the picture is to be looked at, its EXIF orientation applied."""
    turned = image.get_typeof("orientation") and 5 <= image.get("orientation") <= 8
    return (image.height, image.width) if turned else (image.width, image.height)


def shrunk(data: bytes, image: Any, width: int, height: int) -> Any:
    """The whole picture, upright, in 8-bit sRGB on white, no larger than the box, in memory.

    `image` is what `header` said of `data`. JPEG and WebP are already decoded smaller where that is enough.
    """
    # thumbnail_buffer has a `fail_on` of its own, which libvips 8.18 does not hand on to the decoder.
    options: dict[str, Any] = {"height": height, "size": "down", "option_string": f"fail_on={STRICT}"}
    if has_foreign_colours(image):
        # Only where it is needed: asking for it costs as much as the rest of the work, embedded profile or none.
        options["export_profile"] = "srgb"
    return on_white(pyvips.Image.thumbnail_buffer(data, width, **options)).copy_memory()


def has_foreign_colours(image: Any) -> bool:
    if image.interpretation == "cmyk":
        return True
    if not image.get_typeof("icc-profile-data"):
        return False
    profile = image.get("icc-profile-data")
    return b"sRGB" not in profile and "sRGB".encode("utf-16-be") not in profile


def on_white(image: Any) -> Any:
    """Three bands of 8-bit sRGB; what is transparent shows white paper."""
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.hasalpha():
        image = image.flatten(background=WHITE)
    return image if image.bands == 3 else image.extract_band(0, n=3)


def last_line(error: pyvips.Error) -> str:
    """What libvips said, without the advice on its API."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else ""
