"""A page as a vision model is shown it. Runs in a parser process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fumetto.library.contents.describing.port import Picture
from fumetto.library.ingestion.books import Limits, open_book

EDGE: Final = 1024  # pixels


def picture_for_model(path: Path, limits: Limits, member: str, fingerprint: str) -> Picture:
    """Raises PageMissing and PageChanged for another page than was scanned, other BookErrors, and PageUnreadable."""
    from fumetto.kernel.images.load import load_upright

    with open_book(path, limits) as book:
        book.require(member, fingerprint)
        data = book.read(member)
    picture = load_upright(data, max_pixels=limits.page_pixels, max_edge=EDGE)
    return Picture(bytes(picture.jpegsave_buffer(Q=85, keep="none")), "image/jpeg")
