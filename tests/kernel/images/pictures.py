"""Pictures made on the spot, in every format and state that pages come in."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 - registers JPEG XL
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()


def painting(width: int = 300, height: int = 420) -> Image.Image:
    """A dull page in warm brown with white gutters, and a blue corner at the upper left."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[height // 20 : -height // 20, width // 20 : -width // 20] = (150, 90, 40)
    pixels[: height // 6, : width // 6] = (20, 60, 200)
    return Image.fromarray(pixels)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header promises a flood of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def swapped_profile() -> bytes:
    """A colour profile in which what is called red is blue, and blue is red; it does not call itself sRGB."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    for entry in range(132, 132 + 12 * count, 12):
        name = bytes(profile[entry : entry + 4])
        swapped = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
        profile[entry : entry + 4] = swapped
    return bytes(profile).replace(b"sRGB", b"BGRs").replace("sRGB".encode("utf-16-be"), "BGRs".encode("utf-16-be"))
