"""Every file of the shared material has one outcome: its pages, or a reason."""

from pathlib import Path

import pytest

from fumetto.kernel.images.probe import probe_image
from fumetto.library.ingestion.books import open_book
from fumetto.library.ingestion.books.errors import BookError
from tests.shared_data import shared_data

pytestmark = pytest.mark.shared_data

ARCHIVES: dict[str, int | str] = {
    "codex/comicbox-2-update.cbz": "book_has_no_pages",
    "comicbox/Captain Science #001 (1950) The Beginning - multi.cbz": "book_has_no_pages",
    "comicbox/Captain Science #001 (1950) The Beginning - nothing.cbz": "book_has_no_pages",
    "comicbox/Captain Science #001-cbi.cbr": 5,
    "comicbox/Captain Science #001-cix-cbi.cbr": 5,
    "comicbox/Captain Science #001-cix.cbt": 5,
    "comicbox/Captain Science #001-cix.cbz": 5,
    "comicbox/Captain Science #001-comet.cbz": 5,
    "comicbox/Captain Science #001-metron.cbz": "book_has_no_pages",
    "comicbox/Captain Science #001.cb7": 5,
    "comicbox/Captain Science #001.cbz": 5,
    "comicbox/comicbox-cli.cbz": "book_has_no_pages",
    "comicbox/comicbox.cbz": "book_has_no_pages",
    "comicbox/empty.cbz": "book_has_no_pages",
    "comicbox/export.cbz": "book_has_no_pages",
    "comicbox/macos_resource_fork.cbz": 2,
    "comicbox/patchme.cbz": "book_has_no_pages",
    "comicbox/pdf/0.pdf": 1,
    "comicbox/pdf/1.pdf": 1,
    "comicbox/pdf/2.pdf": 1,
    "comicbox/pdf/3.pdf": 1,
    "comicbox/test_cix.pdf": 4,
    "comicbox/test_pdf.pdf": 4,
    "comicbox/test_pdf_legacy_keywords.pdf": 4,
    "comicbox/xml.cbz": "book_has_no_pages",
    "comicbox/yaml.cbz": "book_has_no_pages",
    "comictagger/fake_cbr.cbr": 8,
    "komga/archives/7zip-encrypted.7z": "book_needs_password",
    "komga/archives/7zip.7z": 1,
    "komga/archives/epub3.epub": 2,
    "komga/archives/rar4-encrypted.rar": "book_needs_password",
    "komga/archives/rar4-solid.rar": 3,
    "komga/archives/rar4.rar": 3,
    "komga/archives/rar5-encrypted.rar": "book_needs_password",
    "komga/archives/rar5-solid.rar": 3,
    "komga/archives/rar5.rar": 1,
    "komga/archives/zip-as-epub.epub": 1,
    "komga/archives/zip-bzip2.zip": 1,
    "komga/archives/zip-copy.zip": 1,
    "komga/archives/zip-deflate64.zip": 1,
    "komga/archives/zip-encrypted.zip": "book_needs_password",
    "komga/archives/zip-lzma.zip": 1,
    "komga/archives/zip-ppmd.zip": 1,
    "komga/archives/zip.zip": 1,
    "komga/epub/The Incomplete Theft - Ralph Burke.epub": "book_is_text",
    "komga/pdf/komga.pdf": 1,
    "readium/epub.epub": "book_is_text",
    "readium/unknown.zip": "book_has_no_pages",
    "stump/book-complex-tree.rar": "book_has_no_pages",
    "stump/book-complex-tree.zip": "book_has_no_pages",
    "stump/book-image-format-test.zip": 5,
    "stump/book.epub": "book_is_text",
    "stump/book.rar": "book_has_no_pages",
    "stump/book.zip": "book_has_no_pages",
    "stump/leaves.epub": "book_is_text",
    "stump/nested-macos-compressed.cbz": 3,
    "stump/rust_book.pdf": 671,
    "stump/science_comics_001.cbz": 36,
    "stump/tall.pdf": 1,
}
DOCUMENTS: dict[str, int | str] = {
    "documents/markitdown/test.epub": "book_is_text",
    "documents/markitdown/MEDRPT-2024-PAT-3847_medical_report_scan.pdf": 3,
    "documents/pypdf-samples/005-libreoffice-writer-password/libreoffice-writer-password.pdf": "book_needs_password",
    "documents/pypdf-samples/007-imagemagick-images/imagemagick-CCITTFaxDecode.pdf": 1,
    "documents/pypdf-samples/009-pdflatex-geotopo/GeoTopo-komprimiert.pdf": 117,
    "documents/pypdf-samples/015-arabic/habibi-rotated.pdf": 4,
    "documents/pypdf-samples/017-unreadable-meta-data/unreadablemetadata.pdf": "book_damaged",
    "documents/pypdf-samples/019-grayscale-image/grayscale-image.pdf": 1,
    "documents/pypdf-samples/023-cmyk-image/cmyk-image.pdf": 1,
    **{
        f"specs/opds-test-catalog/assets/{name}/file.epub": "book_is_text"
        for name in ("romeo", "moby", "centredelaterre", "eyre", "bovary", "swann", "chambrejaune", "rougenoir")
    },
}
EPISODES = {"ep01": 6, "ep02": 8, "ep03": 10, "ep04": 10, "ep05": 7, "ep06": 12}
NOT_PICTURES = {"comictagger/fake_cbr.cbr"}  # its eight pages have no bytes


def outcome(path: Path) -> int | str:
    try:
        book = open_book(path)
    except BookError as error:
        return error.code if Path(error.file) == path else f"{error.code}, of another file"
    with book:
        for page in (book.pages[0], book.pages[-1]):
            data = book.read(page.member)
            assert probe_image(data) is not None or any(str(path).endswith(name) for name in NOT_PICTURES)
        return len(book.pages)


@pytest.mark.parametrize("name", sorted(ARCHIVES))
def test_archive_ends_in_its_pages_or_a_reason(name: str) -> None:
    assert outcome(shared_data("archives", name)) == ARCHIVES[name]


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_document_ends_in_its_pages_or_a_reason(name: str) -> None:
    assert outcome(shared_data(name)) == DOCUMENTS[name]


def test_whatever_else_lies_there_is_recognised_as_no_book() -> None:
    root = shared_data("archives")
    others = [path for path in root.rglob("*") if path.is_file() and path.relative_to(root).as_posix() not in ARCHIVES]
    assert len(others) > 60
    assert {path.name: outcome(path) for path in others} == dict.fromkeys(
        (path.name for path in others), "book_not_recognised"
    )


@pytest.mark.parametrize("name", sorted(EPISODES))
def test_episode_of_art_is_lettered_in_five_languages_on_every_page(name: str) -> None:
    with open_book(shared_data("pepper_carrot", "episodes", name)) as book:
        kinds = [page.kind for page in book.pages]
        assert len(kinds) == EPISODES[name]
        assert kinds == ["cover", "title", *["story"] * (len(kinds) - 3), "credits"]
        assert [page.page_number for page in book.pages] == [None, None, *range(1, len(kinds) - 2), None]
        assert all(sorted(of) == ["ar", "de", "en", "fr", "ja"] for of in book.letterings.values())
        wordless = [6] if name == "ep04" else []  # the artist drew one page without a word
        assert sorted(book.letterings) == [index for index in range(len(kinds)) if index not in wordless]
        for by_language in book.letterings.values():
            for member in by_language.values():
                assert b"<svg" in book.read(member)
        assert book.metadata.number == int(name[2:])
        assert book.metadata.license == "Creative Commons Attribution 4.0"
        assert book.metadata.attribution == "Pepper&Carrot by David Revoy"
        assert ("artist", "David Revoy") in [(credit.role, credit.name) for credit in book.metadata.credits]
        assert book.warnings == ()


def test_folder_of_lettered_pages_is_read_as_a_reader_keeps_it() -> None:
    folder = shared_data("pepper_carrot", "lettered", "Pepper and Carrot 01 - Potion of Flight")
    with open_book(folder) as book:
        assert [(page.member, page.page_number) for page in book.pages] == [("01.jpg", 1), ("02.jpg", 2), ("03.jpg", 3)]
        assert book.random_access
        found = book.open_range("02.jpg")
        assert found is not None
        assert found.length == len(book.read("02.jpg")) == (folder / "02.jpg").stat().st_size


def test_scan_in_a_pdf_comes_out_as_the_jpeg_that_went_in() -> None:
    with open_book(shared_data("documents/markitdown/MEDRPT-2024-PAT-3847_medical_report_scan.pdf")) as book:
        data = book.read(book.pages[0].member)
        assert data in book.path.read_bytes()
