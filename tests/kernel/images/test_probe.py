"""What an image is, from its first bytes."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fumetto.kernel.images.probe import ENOUGH, ImageHead, NeedsMore, probe_image, probe_step, probe_with

SIGNATURES = [
    b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"RIFF\x00\x00\x00\x00WEBPVP8X", b"RIFF....WEBPVP8L",
    b"RIFF....WEBPVP8 ", b"GIF89a", b"BM", b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08",
    b"MM\x00+\x00\x08\x00\x00",
    b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x00jxlc\xff\x0a", b"\xff\x4f\xff\x51",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x01\x00meta" + bytes(4),
    b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif",
]  # fmt: skip


def saved(kind: str, size: tuple[int, int] = (123, 77), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif"), ("BMP", "image/bmp"),
     ("TIFF", "image/tiff"), ("AVIF", "image/avif"), ("JPEG2000", "image/jp2")],
)  # fmt: skip
def test_each_kind_of_image_tells_its_size_in_its_first_bytes(kind: str, media_type: str) -> None:
    data = saved(kind)
    assert probe_with(lambda count: data[:count]) == ImageHead(media_type, 123, 77)


def test_lossless_webp_tells_its_size() -> None:
    assert probe_image(saved("WEBP", lossless=True)) == ImageHead("image/webp", 123, 77)


def test_bare_jpeg_2000_codestream_tells_its_size() -> None:
    data = saved("JPEG2000", no_jp2=True)
    assert data.startswith(b"\xff\x4f")
    assert probe_image(data) == ImageHead("image/jp2", 123, 77)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photograph_held_sideways_is_measured_as_it_is_shown(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    head = probe_image(saved("JPEG", exif=exif))
    assert head is not None
    assert (head.width, head.height) == ((77, 123) if orientation >= 5 else (123, 77))
    assert head.orientation == orientation


@pytest.mark.parametrize(("kind", "media_type"), [("GIF", "image/gif"), ("PNG", "image/apng"), ("WEBP", "image/webp")])
def test_moving_picture_is_known_to_move(kind: str, media_type: str) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), (value, 0, 0)) for value in (10, 120, 250)]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    assert probe_image(buffer.getvalue()) == ImageHead(media_type, 40, 30, animated=True)


def test_size_behind_a_long_colour_profile_is_found_by_reading_on() -> None:
    data = saved("JPEG", icc_profile=bytes(200_000))
    assert isinstance(probe_step(data[:ENOUGH]), NeedsMore)
    asked: list[int] = []

    def read(count: int) -> bytes:
        asked.append(count)
        return data[:count]

    assert probe_with(read) == ImageHead("image/jpeg", 123, 77)
    assert asked[0] == ENOUGH
    assert len(asked) <= 5


def test_animated_jxl_and_rotated_jxl_are_read_from_the_bare_codestream() -> None:
    def codestream(bits: list[tuple[int, int]]) -> bytes:
        value = at = 0
        for number, width in bits:
            value |= number << at
            at += width
        return b"\xff\x0a" + value.to_bytes((at + 7) // 8 + 12, "little")

    size = [(0, 1), (1, 2), (199, 13), (0, 3), (1, 2), (299, 13)]  # height 200, own width 300
    assert probe_image(codestream([*size, (1, 1)])) == ImageHead("image/jxl", 300, 200)
    turned = codestream([*size, (0, 1), (1, 1), (5, 3), (0, 1), (0, 1), (1, 1)])
    assert probe_image(turned) == ImageHead("image/jxl", 200, 300, animated=True, orientation=6)
    square = codestream([(1, 1), (7, 5), (1, 3), (1, 1)])
    assert probe_image(square) == ImageHead("image/jxl", 64, 64)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"<html>not found</html>", b"%PDF-1.7", b"PK\x03\x04", b"GIF89a", b"\xff\xd8\xff\xd9", b"\x00" * 64,
     b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLL", 13, b"IHDR", 0, 5) + bytes(20)],
)  # fmt: skip
def test_what_is_no_image_is_none(data: bytes) -> None:
    assert probe_image(data) is None


def test_pixel_flood_is_measured_without_being_decoded() -> None:
    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = struct.pack(">L", 13) + b"IHDR" + header + struct.pack(">L", zlib.crc32(b"IHDR" + header))
    assert probe_image(b"\x89PNG\r\n\x1a\n" + chunk) == ImageHead("image/png", 60_000, 60_000)


@given(st.sampled_from(SIGNATURES), st.binary(max_size=600))
def test_nothing_that_begins_like_an_image_breaks_the_probe(signature: bytes, rest: bytes) -> None:
    head = probe_image(signature + rest)
    assert head is None or (head.width > 0 and head.height > 0 and 1 <= head.orientation <= 8)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_probe(data: bytes) -> None:
    head = probe_image(data)
    assert head is None or (head.width > 0 and head.height > 0)


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "JPEG2000"]), st.data())
def test_cut_or_garbled_image_gives_a_size_or_none(kind: str, data: st.DataObject) -> None:
    whole = bytearray(saved(kind))
    for at, value in data.draw(
        st.lists(st.tuples(st.integers(0, min(len(whole), 400) - 1), st.integers(0, 255)), max_size=6)
    ):
        whole[at] = value
    asked = 0

    def read(count: int) -> bytes:
        nonlocal asked
        asked += 1
        return bytes(whole[:count])

    probe_with(read)
    assert asked <= 8
