"""PDF, through pdfium: a scan is taken out as the JPEG that it is, everything else is drawn. For a ParserPool only.

Every page comes out as JPEG. A page is taken as it is when it shows one upright JPEG over its whole face, and nothing
else.
"""

from __future__ import annotations

import io
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from fumetto.kernel.images.probe import probe_image
from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookDamaged,
    BookHasNoPages,
    BookMethodUnsupported,
    BookNeedsPassword,
    BookTooLarge,
    PageDamaged,
    PageTooLarge,
)
from fumetto.library.ingestion.books.files import OpenFile, sampled_fingerprint
from fumetto.library.ingestion.books.layout import Layout, Placed
from fumetto.library.ingestion.books.model import Limits, Member

_POINTS_PER_INCH: Final = 72
_DENSITY: Final = 200  # dots per inch that a page is drawn at, unless it would be
_LEAST_EDGE: Final = 1600  # smaller than this, in pixels of its longest edge,
_MOST_EDGE: Final = 3200  # or larger than this; a sole picture's own size may go up to
_MOST_OWN_EDGE: Final = 6000
_QUALITY: Final = 92
_OBJECTS: Final = 3  # a page with more on it than this is no plain scan
_COVERS: Final = 0.97
_PLAIN_COLOURS: Final = frozenset(
    {
        pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_DEVICERGB, pdfium.FPDF_COLORSPACE_CALGRAY,
        pdfium.FPDF_COLORSPACE_CALRGB, pdfium.FPDF_COLORSPACE_ICCBASED,
    }
)  # fmt: skip


class PdfContainer(Container):
    """Members are `0001.jpg`, `0002.jpg` ...; their sizes are unknown until they are read."""

    def __init__(self, opened: OpenFile, limits: Limits) -> None:
        super().__init__(opened.file, limits)
        self._opened = opened
        try:
            self._document = pypdfium2.PdfDocument(opened.address)
            count = len(self._document)
        except pypdfium2.PdfiumError as error:
            raise self._why(pdfium.FPDF_GetLastError(), error) from error
        if count == 0:
            raise BookHasNoPages(file=self.file)
        if count > limits.entries:
            raise BookTooLarge(file=self.file, what="pages", limit=limits.entries)
        content = sampled_fingerprint(opened.descriptor, opened.size)
        width = max(4, len(str(count)))
        for number in range(1, count + 1):
            self.members[f"{number:0{width}d}.jpg"] = Member(0, f"{content}-{number}")

    def _why(self, code: int, error: Exception) -> Exception:
        if code == pdfium.FPDF_ERR_PASSWORD or "assword" in str(error):
            return BookNeedsPassword(file=self.file)
        if code == pdfium.FPDF_ERR_SECURITY:
            return BookMethodUnsupported(file=self.file, method="an encryption that pdfium lacks")
        return BookDamaged(file=self.file, reason="it is not a PDF that can be opened")

    def layout(self) -> Layout:
        return Layout(pages=[Placed(member, "story", False) for member in self.members])

    def information(self) -> dict[str, str]:
        """The document's information dictionary: Title, Author, Subject, Keywords, CreationDate ..."""
        try:
            found: dict[str, str] = self._document.get_metadata_dict(skip_empty=True)
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            return {}
        return {key: value.strip("\x00 ") for key, value in found.items()}

    def attachment(self, wanted: str) -> bytes | None:
        """The embedded file of that name, whatever its case, within the limit for metadata."""
        try:
            for index in range(min(self._document.count_attachments(), 64)):
                attachment = self._document.get_attachment(index)
                if attachment.get_name().lower() == wanted:
                    data = bytes(attachment.get_data())
                    return data if len(data) <= self.limits.metadata_bytes else None
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            return None
        return None

    def read(self, member: str) -> bytes:
        self.known(member)
        try:
            page = self._document[int(member.partition(".")[0]) - 1]
        except pypdfium2.PdfiumError as error:
            raise PageDamaged(file=self.file, member=member, reason="pdfium cannot open it") from error
        try:
            picture = _sole_picture(page)
            data = _as_it_is(page, picture) if picture is not None else None
            if data is None:
                data = self._drawn(page, picture)
        except pypdfium2.PdfiumError as error:
            raise PageDamaged(file=self.file, member=member, reason="pdfium cannot draw it") from error
        finally:
            page.close()
        self.check_size(member, len(data))
        head = probe_image(data)
        if head is not None and head.width * head.height > self.limits.page_pixels:
            raise PageTooLarge(file=self.file, member=member, what="pixels", limit=self.limits.page_pixels)
        return data

    def _drawn(self, page: Any, picture: Any) -> bytes:
        width, height = page.get_size()
        longest = max(width, height, 0.01)
        if picture is not None:
            edge = min(max(picture.get_px_size()), _MOST_OWN_EDGE)
        else:
            edge = min(max(longest * _DENSITY / _POINTS_PER_INCH, _LEAST_EDGE), _MOST_EDGE)
        scale = edge / longest
        if width * height * scale * scale > self.limits.page_pixels:
            scale = (self.limits.page_pixels / (width * height)) ** 0.5
        bitmap = page.render(scale=scale, may_draw_forms=False)
        buffer = io.BytesIO()
        bitmap.to_pil().convert("RGB").save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
        bitmap.close()
        return buffer.getvalue()

    def close(self) -> None:
        self._document.close()
        self._opened.close()


def _sole_picture(page: Any) -> Any:
    """The picture that is all there is on a page and covers it upright, or None."""
    width, height = page.get_size()
    if page.get_rotation():
        return None
    found = None
    for count, thing in enumerate(page.get_objects(max_depth=2)):
        if count >= _OBJECTS:
            return None
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            if found is not None:
                return None
            found = thing
        elif thing.type != pdfium.FPDF_PAGEOBJ_FORM:
            return None
    if found is None or found.level:
        return None
    matrix = found.get_matrix()
    upright = matrix.a > 0 and matrix.d > 0 and abs(matrix.b) < 0.01 and abs(matrix.c) < 0.01
    left, bottom, right, top = found.get_bounds()
    x, y, *_ = page.get_bbox()
    covers = right - max(left, x) >= _COVERS * width and top - max(bottom, y) >= _COVERS * height
    return found if upright and covers else None


def _as_it_is(page: Any, picture: Any) -> bytes | None:
    """The bytes of a JPEG that looks the same outside of the document, else None."""
    if picture.get_filters() != ["DCTDecode"] or pdfium.FPDFPageObj_HasTransparency(picture.raw):
        return None
    about = picture.get_metadata()
    if about.colorspace not in _PLAIN_COLOURS or about.bits_per_pixel not in (8, 24):
        return None
    width, height = picture.get_px_size()
    page_width, page_height = page.get_size()
    if abs(width * page_height - height * page_width) > 0.03 * width * page_height:
        return None  # stretched, or partly outside of the page
    data = bytes(picture.get_data(decode_simple=False))
    head = probe_image(data)
    return data if head is not None and head.orientation == 1 and (head.width, head.height) == (width, height) else None
