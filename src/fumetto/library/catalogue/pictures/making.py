"""Pictures made on demand. Runs in a parser process: it decodes what strangers drew."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of a page's art. `language` goes with the lettering that is laid over it."""

    variant: str
    thumbnail_width: int
    display_max_edge: int
    max_pixels: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page, as fractions of its width and height, and how many pixels wide it is wanted at most."""

    x: float
    y: float
    width: float
    height: float
    pixels: int


def make_crop(data: bytes, crop: Crop, max_pixels: int) -> tuple[bytes, str]:
    """That part of a page's picture, as WebP; never larger than it is. Raises PageUnreadable."""
    from fumetto.kernel.images.load import open_page

    page = open_page(data, max_pixels)
    scale = min(1.0, crop.pixels / max(1.0, crop.width * page.width))
    picture = page.pixels(max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    left, top = int(crop.x * picture.width), int(crop.y * picture.height)
    wide = min(picture.width - left, max(1, round(crop.width * picture.width)))
    high = min(picture.height - top, max(1, round(crop.height * picture.height)))
    part = picture.crop(left, top, wide, high)
    return bytes(part.webpsave_buffer(Q=82, effort=2, keep="none")), "image/webp"


def make_face(data: bytes, edge: int, max_pixels: int) -> bytes:
    """A square of at most `edge` pixels out of a picture's middle, or its upper part where it is tall, as WebP and
    with nothing else that was in the file. Raises PageUnreadable."""
    from fumetto.kernel.images.load import open_page

    page = open_page(data, max_pixels)
    scale = min(1.0, edge / max(1, min(page.width, page.height)))
    wanted = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    picture = page.pixels(*wanted).thumbnail_image(wanted[0], height=wanted[1], size="down")
    side = min(picture.width, picture.height)
    face = picture.crop((picture.width - side) // 2, (picture.height - side) // 4, side, side)
    return bytes(face.webpsave_buffer(Q=84, effort=4, keep="none"))


def make_picture(order: Order, art: bytes, lettering: bytes | None) -> tuple[bytes, str]:
    """The picture and its media type. Raises PageUnreadable or LetteringUnreadable of the rooms that decode."""
    from fumetto.kernel.images.derive import derive

    picture, media_type = art, None
    if lettering is not None:
        from fumetto.kernel.images.load import load_upright
        from fumetto.library.ingestion.lettering.compose import MEDIA_TYPE, lettered_page

        drawn_on = load_upright(art, max_pixels=order.max_pixels, max_edge=order.display_max_edge)
        picture, media_type = lettered_page(drawn_on, lettering, order.language or "en"), MEDIA_TYPE
        if order.variant != "thumbnail":
            return picture, media_type
    derived = derive(
        picture,
        thumbnail_width=order.thumbnail_width,
        display_max_edge=order.display_max_edge,
        max_pixels=order.max_pixels,
    )
    if order.variant == "thumbnail":
        return derived.thumbnail, "image/webp"
    if derived.display is not None and derived.display_media_type is not None:
        return derived.display, derived.display_media_type
    return picture, media_type or sniffed(picture)


def make_streamed(data: bytes, max_width: int | None, max_pixels: int) -> tuple[bytes, str]:
    """A page for clients that know JPEG, PNG and GIF only, no wider than `max_width`; never larger than it is."""
    from fumetto.kernel.images.load import open_page

    page = open_page(data, max_pixels)
    width = min(page.width, max_width or page.width)
    if width == page.width and sniffed(data) in {"image/jpeg", "image/png", "image/gif"} and page.shown:
        return data, sniffed(data)
    height = max(1, round(page.height * width / page.width))
    picture = page.pixels(width, height)
    return bytes(picture.jpegsave_buffer(Q=85, keep="none", optimize_coding=True)), "image/jpeg"


def sniffed(data: bytes) -> str:
    """The media type by the first bytes."""
    from fumetto.kernel.images.probe import probe_image

    head = probe_image(data[: 64 * 1024])
    return head.media_type if head is not None else "application/octet-stream"
