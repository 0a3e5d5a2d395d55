"""What is made of a page, apart from what makes it, which loads the image libraries."""

from __future__ import annotations

from dataclasses import dataclass


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
