"""Whether what a server sent is what it was asked for: the name of a file and its content type prove nothing."""

from __future__ import annotations

from fumetto.kernel.images.errors import PageUnreadable
from fumetto.kernel.images.load import load_upright
from fumetto.kernel.images.probe import probe_with
from fumetto.library.acquisition.errors import FetchFailed, NotThere
from fumetto.library.ingestion.lettering.compose import letter
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable

SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/avif": ".avif",
}  # fmt: skip


def checked_image(data: bytes, url: str, content_type: str, max_pixels: int) -> str:
    """The suffix for an image, by its content. Every pixel is decoded.

    Raises NotThere for a web page, which is how some servers say that they have nothing; FetchFailed for anything else
    that is no whole image.
    """
    if is_page(data):
        raise NotThere(url=url)
    if content_type and not content_type.startswith("image/") and content_type != "application/octet-stream":
        raise FetchFailed(url=url, reason=f"it is said to be {content_type}, not an image")
    head = probe_with(lambda count: data[:count])
    if head is None or head.media_type not in SUFFIXES:
        raise FetchFailed(url=url, reason="it is not an image")
    try:
        load_upright(data, max_pixels=max_pixels)
    except PageUnreadable as error:
        raise FetchFailed(url=url, reason=f"the image is unusable: {error.reason.value.replace('_', ' ')}") from error
    return SUFFIXES[head.media_type]


def checked_lettering(data: bytes, url: str, language: str) -> str:
    """The suffix for a lettering, which must be a drawing that can be read. Raises NotThere or FetchFailed."""
    if is_page(data):
        raise NotThere(url=url)
    try:
        letter(data, language, (1000, 1400))
    except LetteringUnreadable as error:
        raise FetchFailed(url=url, reason=f"the lettering is unusable: {error.reason}") from error
    return ".svg"


def is_page(data: bytes) -> bool:
    """Whether this is HTML."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))
