"""PDF pages: taken out where they are pictures, drawn where they are not."""

import io
from pathlib import Path

import pytest
from PIL import Image

from fumetto.kernel.images.probe import probe_image
from fumetto.library.ingestion.books import BookKind, Limits, open_book
from fumetto.library.ingestion.books.errors import BookDamaged, BookError, BookHasNoPages, BookTooLarge, PageMissing
from tests.builders.archives import pdf_of, raw_pdf


def jpeg(width: int = 200, height: int = 300, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (width, height), 90 if mode == "L" else (120, 60, 30)).save(buffer, "JPEG")
    return buffer.getvalue()


def drawn(size: str, content: bytes = b"", more: bytes = b"") -> list[bytes]:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/Contents 4 0 R%b>>" % (size.encode(), more)
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
    ]


def test_page_that_is_one_jpeg_is_that_jpeg(tmp_path: Path) -> None:
    pages = [(jpeg(200 + n, 300), 200 + n, 300) for n in range(3)]
    with open_book(pdf_of(tmp_path / "scan.pdf", pages)) as book:
        assert book.kind is BookKind.PDF
        assert [page.member for page in book.pages] == ["0001.jpg", "0002.jpg", "0003.jpg"]
        assert [book.read(page.member) for page in book.pages] == [data for data, _, _ in pages]
        assert not book.random_access
        with pytest.raises(PageMissing):
            book.read("0004.jpg")


def test_stretched_picture_is_drawn_as_the_page_shows_it(tmp_path: Path) -> None:
    with open_book(pdf_of(tmp_path / "a.pdf", [(jpeg(200, 200), 200, 200)], points=(100, 300))) as book:
        head = probe_image(book.read("0001.jpg"))
    assert head is not None
    assert head.height / head.width == pytest.approx(3, rel=0.02)


def test_drawing_is_drawn_at_a_size_for_reading(tmp_path: Path) -> None:
    with open_book(raw_pdf(tmp_path / "a.pdf", drawn("595 842", b"1 0 0 rg 10 10 300 300 re f"))) as book:
        data = book.read("0001.jpg")
    head = probe_image(data)
    assert head is not None
    assert (head.width, head.height) == (1653, 2339)
    red, green, blue = Image.open(io.BytesIO(data)).getpixel((300, 2000))  # type: ignore[misc]  # RGB has three
    assert red > 230
    assert max(green, blue) < 30


@pytest.mark.parametrize("size", ["14400000 14400000", "99999999 3", "0.001 0.001"])
def test_page_of_absurd_size_is_drawn_small_or_refused(tmp_path: Path, size: str) -> None:
    limits = Limits(page_pixels=4_000_000)
    try:
        with open_book(raw_pdf(tmp_path / "a.pdf", drawn(size)), limits) as book:
            head = probe_image(book.read("0001.jpg"))
    except BookError as error:
        assert error.file.endswith("a.pdf")  # noqa: PT017  # either is right, as pdfium sees it
    else:
        assert head is not None
        assert head.width * head.height <= 4_100_000


def test_document_that_goes_round_in_circles_ends(tmp_path: Path) -> None:
    circle = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"]
    form = b"/Resources<</XObject<</F 5 0 R>>>>"
    itself = [
        *drawn("200 200", b"/F Do", form),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length "
        b"5>>stream\n/F Do\nendstream",
    ]
    for name, objects in (("pages.pdf", circle), ("form.pdf", itself)):
        try:
            with open_book(raw_pdf(tmp_path / name, objects)) as book:
                assert isinstance(book.read("0001.jpg"), bytes)
        except BookError as error:
            assert error.file.endswith(name)  # noqa: PT017  # either is right, as pdfium sees it


def test_claims_about_the_number_of_pages_are_limited(tmp_path: Path) -> None:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2000000>>"]
    with pytest.raises((BookTooLarge, BookHasNoPages, BookDamaged)):
        open_book(raw_pdf(tmp_path / "a.pdf", objects))
    with pytest.raises(BookTooLarge):
        open_book(pdf_of(tmp_path / "b.pdf", [(jpeg(), 200, 300)] * 6), Limits(entries=5))


def test_rubbish_behind_the_signature_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"rubbish" * 100)
    with pytest.raises(BookDamaged, match=r"a\.pdf"):
        open_book(tmp_path / "a.pdf")
