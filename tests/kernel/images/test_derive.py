"""Whatever format a page comes in, a shelf gets its thumbnail, likeness and colour; or hears what is wrong with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from fumetto.kernel.images.derive import derive
from fumetto.kernel.images.derived import Derived
from fumetto.kernel.images.errors import PageUnreadable, Reason
from fumetto.kernel.images.load import display_size
from tests.kernel.images.pictures import painting, png_that_claims, saved, swapped_profile

MANY = 200_000_000


def derived(data: bytes, *, edge: int = 2400, width: int = 200, most: int = MANY) -> Derived:
    return derive(data, thumbnail_width=width, display_max_edge=edge, max_pixels=most)


def picture(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(BytesIO(data)).convert("RGB")


def close(colour: tuple[int, ...] | float | None, expected: tuple[int, int, int], within: int = 24) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) <= within for a, b in zip(colour, expected, strict=True))


WAYS = {
    "jpeg": lambda image: saved(image, "JPEG", quality=92),
    "progressive jpeg": lambda image: saved(image, "JPEG", quality=92, progressive=True),
    "png": lambda image: saved(image, "PNG"),
    "palette png": lambda image: saved(image.quantize(16), "PNG"),
    "webp": lambda image: saved(image, "WEBP", quality=90),
    "gif": lambda image: saved(image.quantize(16), "GIF"),
    "avif": lambda image: saved(image, "AVIF", quality=90),
    "heic": lambda image: saved(image, "HEIF", quality=90),
    "jxl": lambda image: saved(image, "JXL", lossless=True),
    "jpeg 2000": lambda image: saved(image, "JPEG2000"),
    "bmp": lambda image: saved(image, "BMP"),
    "tiff": lambda image: saved(image, "TIFF"),
    "cmyk jpeg": lambda image: saved(image.convert("CMYK"), "JPEG", quality=95),
}
SHOWN_AS_THEY_ARE = {"jpeg", "progressive jpeg", "png", "palette png", "webp", "gif", "avif"}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_in_any_format_gets_the_same_likeness(way: str) -> None:
    result = derived(WAYS[way](painting()))
    assert (result.width, result.height) == (300, 420)
    thumbnail = picture(result.thumbnail)
    assert thumbnail.size == (200, 280)
    # CMYK made without a profile is read as print ink, which no screen shows alike.
    assert close(thumbnail.getpixel((100, 150)), (150, 90, 40), within=70 if way == "cmyk jpeg" else 24)
    assert len(result.blurhash) == 6 + 2 * 11
    assert (result.display is None) == (way in SHOWN_AS_THEY_ARE)
    if result.display:
        assert result.display_media_type == "image/jpeg"
        assert picture(result.display).size == (300, 420)


def test_a_page_larger_than_the_target_gets_a_display_image_and_a_smaller_one_none() -> None:
    large = derived(saved(painting(1000, 1400), "JPEG"), edge=700)
    assert picture(large.display).size == (500, 700)
    assert (large.width, large.height) == (1000, 1400)
    assert derived(saved(painting(1000, 1400), "JPEG"), edge=1400).display is None


def test_a_page_hardly_larger_than_the_target_is_served_as_it_is() -> None:
    assert derived(saved(painting(1000, 1400), "JPEG"), edge=1350).display is None


@pytest.mark.parametrize(
    ("size", "display"),
    [
        ((2481, 3503), (1700, 2400)),
        ((5000, 3500), (2400, 1680)),
        ((800, 20_000), None),  # a strip keeps the width that makes it readable
        ((4000, 20_000), (1200, 6000)),
        ((1600, 2400), None),
    ],
)
def test_display_sizes(size: tuple[int, int], display: tuple[int, int] | None) -> None:
    assert display_size(*size, 2400) == display


def test_a_webtoon_strip_has_a_thumbnail_that_shows_all_of_it() -> None:
    result = derived(saved(painting(400, 8000), "JPEG"))
    assert picture(result.thumbnail).size == (80, 1600)


def test_a_page_turned_in_its_exif_data_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter, clockwise
    result = derived(saved(painting(420, 300), "JPEG", exif=exif, quality=95))
    assert (result.width, result.height) == (300, 420)
    thumbnail = picture(result.thumbnail)
    assert thumbnail.size == (200, 280)
    assert close(thumbnail.getpixel((190, 10)), (20, 60, 200), within=40)  # the blue corner went to the right


def test_transparency_shows_paper() -> None:
    layer = Image.new("RGBA", (300, 420), (0, 0, 0, 0))
    layer.paste((20, 60, 200, 255), (0, 0, 300, 100))
    for data in (saved(layer, "PNG"), saved(layer, "WEBP", lossless=True), saved(layer, "JXL", lossless=True)):
        assert close(picture(derived(data).thumbnail).getpixel((100, 200)), (255, 255, 255), within=4)


def test_sixteen_bits_a_channel_are_read_as_eight() -> None:
    grey = np.full((420, 300), 40_000, np.uint16)
    result = derived(saved(Image.fromarray(grey), "PNG"))
    assert close(picture(result.thumbnail).getpixel((100, 100)), (156, 156, 156), within=6)


def test_colours_follow_the_embedded_profile() -> None:
    blue = Image.new("RGB", (300, 420), (20, 60, 200))
    data = saved(blue, "JPEG", quality=95, icc_profile=swapped_profile())
    red, _, shown_blue = picture(derived(data).thumbnail).getpixel((100, 100))  # type: ignore[misc]
    assert red > 150 > shown_blue


def test_a_broken_colour_profile_costs_nothing_but_itself() -> None:
    data = saved(painting(), "JPEG", icc_profile=b"no profile at all" * 20)
    assert close(picture(derived(data).thumbnail).getpixel((100, 150)), (150, 90, 40))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animated_page_shows_its_first_frame_and_is_left_to_move(kind: str) -> None:
    frames = [Image.new("RGB", (900, 1200), colour) for colour in ((200, 30, 30), (30, 200, 30), (30, 30, 200))]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    result = derived(data, edge=600)
    assert (result.width, result.height) == (900, 1200)
    assert result.display is None
    assert close(picture(result.thumbnail).getpixel((100, 100)), (200, 30, 30))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"<html><body>404</body></html>", Reason.NOT_AN_IMAGE),
        (b"\0" * 5000, Reason.NOT_AN_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", Reason.NOT_AN_IMAGE),
        (b"%PDF-1.7\n", Reason.NOT_AN_IMAGE),
        (png_that_claims(60_000, 60_000), Reason.TOO_MANY_PIXELS),
    ],
)
def test_what_is_no_page_says_why(data: bytes, reason: Reason) -> None:
    with pytest.raises(PageUnreadable) as caught:
        derived(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize("way", ["jpeg", "png", "webp", "gif", "avif", "heic", "jxl", "jpeg 2000", "tiff", "bmp"])
@pytest.mark.parametrize("share", [0.04, 0.5, 0.9])
def test_a_page_whose_end_is_missing_is_refused(way: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (420, 300, 3), dtype=np.uint8)
    data = WAYS[way](Image.fromarray(noise))
    with pytest.raises(PageUnreadable):
        derived(data[: int(len(data) * share)])


@pytest.mark.parametrize("way", ["jpeg", "png", "avif", "heic", "jxl", "jpeg 2000"])
def test_pixels_are_counted_before_any_is_decoded(way: str) -> None:
    with pytest.raises(PageUnreadable) as caught:
        derived(WAYS[way](painting()), most=300 * 420 - 1)
    assert caught.value.reason is Reason.TOO_MANY_PIXELS


def test_the_error_names_the_page_when_it_is_known() -> None:
    error = PageUnreadable(reason=Reason.TRUNCATED).naming("chapter 1/003.jpg")
    assert error.detail["file"] == "chapter 1/003.jpg"
    assert "chapter 1/003.jpg" in str(error)


def test_the_same_page_gives_the_same_bytes_from_any_thread() -> None:
    data = saved(painting(900, 1300), "JPEG")
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: derived(data, edge=600), range(8)))
    assert all(each == results[0] for each in results)


def test_a_single_pixel_is_a_page() -> None:
    result = derived(saved(Image.new("RGB", (1, 1), (10, 20, 30)), "PNG"))
    assert (result.width, result.height) == (1, 1)
