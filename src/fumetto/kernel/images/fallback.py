"""Pillow for the formats that libvips' wheel cannot decode: HEIC (HEVC), JPEG XL, JPEG 2000, BMP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pillow_heif
import pillow_jxl  # noqa: F401 - registers JPEG XL with Pillow by being imported
import pyvips
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_jxl import JpegXLImagePlugin

from fumetto.kernel.images.errors import PageUnreadable, Reason
from fumetto.kernel.images.probe import probe_with

pillow_heif.register_heif_opener(thumbnails=False)
pillow_heif.options.DECODE_THREADS = 1
JpegXLImagePlugin.DECODE_THREADS = 0  # in the calling thread: jobs are what is spread over cores

# The cap is the caller's and checked before decoding; Pillow's own would warn at sizes that a setting allows.
Image.MAX_IMAGE_PIXELS = None

FORMATS = ("HEIF", "AVIF", "JXL", "JPEG2000", "BMP")


def decode(data: bytes, max_pixels: int) -> Any:
    """The picture upright, in 8-bit sRGB on white, as a pyvips image in memory. Raises PageUnreadable."""
    # Pillow's JPEG XL decodes on opening, too late to refuse a flood: the header must have said its size before.
    head = probe_with(lambda count: data[:count])
    if head is None:
        raise PageUnreadable(reason=Reason.NOT_AN_IMAGE)
    check_size(head.width, head.height, max_pixels)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            check_size(image.width, image.height, max_pixels)
            pixels = on_white(in_srgb(ImageOps.exif_transpose(image)))
    except PageUnreadable:
        raise
    except UnidentifiedImageError as error:
        raise PageUnreadable(reason=Reason.NOT_AN_IMAGE) from error
    except Exception as error:  # decoders raise whatever they like; all of it means that this file cannot be decoded
        ends_early = isinstance(error, EOFError) or "truncated" in str(error).lower()
        reason = Reason.TRUNCATED if ends_early else Reason.DAMAGED
        raise PageUnreadable(reason=reason, explanation=str(error)) from error
    picture = pyvips.Image.new_from_memory(pixels.tobytes(), pixels.width, pixels.height, 3, "uchar")
    return picture.copy(interpretation="srgb")


def check_size(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise PageUnreadable(reason=Reason.TOO_MANY_PIXELS, explanation=f"{width} × {height}")


def in_srgb(image: Image.Image) -> Image.Image:
    """Colours as sRGB means them; a profile that cannot be read is ignored, as browsers do."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    profile = image.info.get("icc_profile")
    if not profile or b"sRGB" in profile or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return image.convert("RGB")
