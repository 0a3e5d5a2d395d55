"""Archives for tests: ordinary ones, and those that nobody should ever have to open.

`picture(n)` gives small, valid PNGs that differ; `zip_of` and `raw_zip` write ZIP files, the latter byte by byte, so
that it can lie.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import py7zr


def picture(number: int = 1, width: int = 8, height: int = 12) -> bytes:
    """A PNG of one colour, a different one for each number."""
    row = b"\x00" + bytes((number * 37 % 256, number * 91 % 256, number * 17 % 256)) * width
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    pixels = zlib.compress(row * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zip_of(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return path


def book_of(path: Path, *numbers: int) -> Path:
    """A book with one picture for each number, in the format that its suffix names: cbz, cbt, cb7, pdf, or a folder."""
    members = {f"{place}.png": picture(number, 30, 40) for place, number in enumerate(numbers, 1)}
    match path.suffix:
        case ".cbz":
            return zip_of(path, members)
        case ".cbt":
            return tar_of(path, members)
        case ".cb7":
            path.unlink(missing_ok=True)
            with py7zr.SevenZipFile(path, "w") as archive:
                for name, data in members.items():
                    archive.writestr(data, name)
            return path
        case ".pdf":
            return pdf_of(path, [(jpeg_of(number), 30, 40) for number in numbers])
        case _:
            return folder_of(path, members)


def jpeg_of(number: int, width: int = 30, height: int = 40) -> bytes:
    """A JPEG of one colour, a different one for each number."""
    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGB", (width, height), (number * 37 % 256, number * 91 % 256, number * 17 % 256)).save(drawn, "JPEG")
    return drawn.getvalue()


def tar_of(path: Path, members: Mapping[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # the mode is any of tarfile's
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def folder_of(path: Path, members: Mapping[str, bytes]) -> Path:
    for name, data in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@dataclass
class RawEntry:
    """One entry as it will stand in the archive. What is None is filled in truthfully."""

    name: bytes
    data: bytes
    deflate: bool = True
    method: int | None = None
    claimed_unpacked: int | None = None
    claimed_crc: int | None = None
    flags: int = 0
    attributes: int = 0
    extra: bytes = b""
    offset: int | None = None  # claimed instead of where it is


def raw_zip(
    path: Path, entries: Sequence[RawEntry], *, before: bytes = b"", comment: bytes = b"", cut: int = 0
) -> Path:
    """A ZIP file written by hand; `before` is put in front of it, `cut` bytes are taken off its end."""
    body = bytearray()
    directory = bytearray()
    for entry in entries:
        packed = entry.data
        if entry.deflate:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(entry.data) + packer.flush()
        method = entry.method if entry.method is not None else (8 if entry.deflate else 0)
        crc = entry.claimed_crc if entry.claimed_crc is not None else zlib.crc32(entry.data)
        size = entry.claimed_unpacked if entry.claimed_unpacked is not None else len(entry.data)
        offset = entry.offset if entry.offset is not None else len(body)
        common = struct.pack(
            "<HHHHHLLLHH", 20, entry.flags, method, 0, 33, crc, len(packed), size, len(entry.name), len(entry.extra)
        )
        body += b"PK\x03\x04" + common + entry.name + entry.extra + packed
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 0x031E) + common
            + struct.pack("<HHHLL", 0, 0, 0, entry.attributes, offset) + entry.name + entry.extra
        )  # fmt: skip
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), len(comment)
    )
    whole = before + bytes(body) + bytes(directory) + end + comment
    path.write_bytes(whole[: len(whole) - cut] if cut else whole)
    return path


def flat_bomb(path: Path, mebibytes: int = 64) -> Path:
    """One page of zeros that unpacks to a thousand times its size."""
    return raw_zip(path, [RawEntry(b"001.png", bytes(mebibytes << 20))])


def overlapping_bomb(path: Path, copies: int = 200) -> Path:
    """Many pages that are the same bytes of the file (after Fifield, "A better zip bomb", 2019)."""
    shared = RawEntry(b"000.png", picture() * 50)
    return raw_zip(
        path, [shared, *(RawEntry(f"{n:03d}.png".encode(), shared.data, offset=0) for n in range(1, copies))]
    )


def nested_bomb(path: Path, levels: int = 5) -> Path:
    """Archives in archives in archives."""
    data = zip_bytes({"001.png": picture()})
    for _ in range(levels):
        data = zip_bytes({"inside.cbz": data, "more.zip": data})
    path.write_bytes(data)
    return path


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def zip_with_symlink(path: Path, target: str = "/etc/passwd") -> Path:
    link = RawEntry(b"000.png", target.encode(), deflate=False, attributes=0o120777 << 16)
    return raw_zip(path, [link, RawEntry(b"001.png", picture())])


CONTAINER_XML = (
    b'<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub_of(
    path: Path,
    chapters: Mapping[str, str],
    pictures: Mapping[str, bytes],
    *,
    metadata: str = "",
    spine: str = "",
    cover: str = "",
    extra: Mapping[str, bytes] | None = None,
) -> Path:
    """An EPUB with the given page documents (bodies of XHTML by file name) and pictures, read in the given order."""
    items, order = [], []
    for number, name in enumerate(chapters):
        items.append(f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>')
        order.append(f'<itemref idref="c{number}"/>')
    for number, name in enumerate(pictures):
        properties = ' properties="cover-image"' if name == cover else ""
        items.append(f'<item id="p{number}" href="{name}" media-type="image/png"{properties}/>')
    package = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata><manifest>{"".join(items)}</manifest>'
        f"<spine{spine}>{''.join(order)}</spine></package>"
    )
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER_XML}
    members["OEBPS/content.opf"] = package.encode()
    for name, body in chapters.items():
        page = (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{name}</title></head><body>{body}</body></html>'
        )
        members[f"OEBPS/{name}"] = page.encode()
    members |= {f"OEBPS/{name}": data for name, data in pictures.items()}
    return zip_of(path, members | dict(extra or {}))


def pdf_of(path: Path, pages: Sequence[tuple[bytes, int, int]], *, points: tuple[float, float] | None = None) -> Path:
    """A PDF whose pages are one JPEG each, over their whole face: (bytes, width, height in pixels)."""
    objects: list[bytes] = []
    kids = []
    for data, width, height in pages:
        first = 3 + len(objects)
        face = points or (width / 2, height / 2)
        kids.append(f"{first} 0 R")
        inside = f"/Contents {first + 1} 0 R/Resources<</XObject<</I {first + 2} 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {face[0]} {face[1]}]{inside}>>".encode())
        drawing = f"q {face[0]} 0 0 {face[1]} 0 0 cm /I Do Q".encode()
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(drawing), drawing))
        about = f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
        about += "/ColorSpace/DeviceRGB/Filter/DCTDecode"
        objects.append(b"%b/Length %d>>stream\n%b\nendstream" % (about.encode(), len(data), data))
    return raw_pdf(
        path,
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(pages)}>>".encode(),
            *objects,
        ],
    )


def raw_pdf(path: Path, objects: Sequence[bytes]) -> Path:
    """A PDF of the given objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    path.write_bytes(out)
    return path
