"""Books are listed and read in a parser process as they are here."""

import subprocess
import sys
from pathlib import Path

import pytest

from fumetto.kernel.sandbox import ParserPool
from fumetto.library.ingestion.books import Limits
from fumetto.library.ingestion.books.errors import BookNeedsPassword, PageMissing
from fumetto.library.ingestion.books.parsing import BookListing, list_book, read_page
from tests.builders.archives import picture, zip_of
from tests.shared_data import shared_data


async def test_listing_and_pages_cross_the_pipe(tmp_path: Path) -> None:
    xml = b"<ComicInfo><Number>1.5</Number><Pages><Page Image='0' Type='FrontCover'/></Pages></ComicInfo>"
    path = zip_of(tmp_path / "a.cbz", {"1.png": picture(1), "2.png": picture(2), "ComicInfo.xml": xml})
    async with ParserPool(size=1) as pool:
        listing = await pool.run(list_book, path, Limits())
        assert listing == list_book(path, Limits())
        assert [page.kind for page in listing.pages] == ["cover", "story"]
        assert await pool.run(read_page, path, "2.png", Limits()) == picture(2)
        with pytest.raises(PageMissing) as raised:
            await pool.run(read_page, path, "3.png", Limits())
        assert raised.value.detail == {"file": str(path), "member": "3.png"}
        results = {index: result async for index, result in pool.map(list_book, [path, tmp_path / "gone.cbz", path])}
    assert isinstance(results[0], BookListing)
    assert getattr(results[1], "code", "") == "book_missing"
    assert results[0] == results[2]


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["komga/archives/rar5-solid.rar", "komga/archives/7zip.7z", "komga/pdf/komga.pdf",
                                  "comicbox/Captain Science #001-cix.cbt", "comicbox/Captain Science #001-comet.cbz",
                                  "komga/archives/epub3.epub"])  # fmt: skip
async def test_every_format_is_read_within_the_limits_of_a_parser_process(name: str) -> None:
    path = shared_data("archives", name)
    async with ParserPool(size=1, memory_bytes=1024**3) as pool:
        listing = await pool.run(list_book, path, Limits())
        assert listing.pages
        data = await pool.run(read_page, path, listing.pages[0].member, Limits())
        assert data[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xdb")


@pytest.mark.shared_data
async def test_errors_of_books_arrive_as_what_they_are() -> None:
    path = shared_data("archives", "komga/archives/rar5-encrypted.rar")
    async with ParserPool(size=1) as pool:
        with pytest.raises(BookNeedsPassword, match="rar5-encrypted"):
            await pool.run(list_book, path, Limits())


def test_reading_books_brings_neither_the_database_nor_the_heavy_libraries_along() -> None:
    heavy = "sqlalchemy pydantic fastapi lxml comicbox py7zr pypdfium2 unrar PIL pyvips yaml"
    code = f"import sys, fumetto.library.ingestion.books; print(*set('{heavy}'.split()) & set(sys.modules))"
    paths = {"PYTHONPATH": ":".join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], env=paths, capture_output=True, check=True)
    assert found.stdout.split() == []
