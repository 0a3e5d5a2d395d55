"""RAR archives, whole and broken: there is no way to make one here, so they are made from the shared ones."""

import os
import random
import shutil
from pathlib import Path

import pytest

from fumetto.kernel.sandbox import ParserPool
from fumetto.library.ingestion.books import BookKind, Limits, open_book
from fumetto.library.ingestion.books.errors import (
    BookError,
    BookNeedsPassword,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageTooLarge,
)
from fumetto.library.ingestion.books.parsing import list_book, read_page
from tests.shared_data import shared_data

pytestmark = pytest.mark.shared_data
FOLDER = "archives/komga/archives"


@pytest.mark.parametrize("name", ["rar4.rar", "rar4-solid.rar", "rar5.rar", "rar5-solid.rar"])
def test_pages_are_the_same_one_by_one_and_in_one_pass(name: str) -> None:
    with open_book(shared_data(FOLDER, name)) as book:
        assert book.kind is BookKind.CBR
        single = {page.member: book.read(page.member) for page in book.pages}
        assert single == dict(book.each())
        assert all(data.startswith(b"\x89PNG") for data in single.values())
        assert [page.byte_size for page in book.pages] == [len(single[page.member]) for page in book.pages]


@pytest.mark.parametrize("name", ["rar4-encrypted.rar", "rar5-encrypted.rar"])
def test_encrypted_list_of_contents_is_told_from_an_empty_archive(name: str) -> None:
    with pytest.raises(BookNeedsPassword, match=name):
        open_book(shared_data(FOLDER, name))


@pytest.mark.parametrize("name", ["Été 第3話.cbr", b"se\xefte.cbr"])
def test_archive_with_any_name_is_read(tmp_path: Path, name: str | bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), os.fsencode(name))
    shutil.copy(shared_data(FOLDER, "rar5.rar"), path)
    with open_book(Path(os.fsdecode(path))) as book:
        assert book.read(book.pages[0].member).startswith(b"\x89PNG")


def test_limits_hold_for_rar() -> None:
    path = shared_data(FOLDER, "rar5-solid.rar")
    with pytest.raises(BookTooLarge):
        open_book(path, Limits(entries=2))
    with pytest.raises(BookTooLarge):
        open_book(path, Limits(archive_bytes=4000))
    with open_book(path, Limits(entry_bytes=1000)) as book:
        assert all(isinstance(data, PageTooLarge) for _, data in book.each())
        with pytest.raises(PageTooLarge):
            book.read(book.pages[0].member)


def test_cut_off_archive_gives_the_pages_it_still_has(tmp_path: Path) -> None:
    data = shared_data(FOLDER, "rar4.rar").read_bytes()
    path = tmp_path / "cut.cbr"
    path.write_bytes(data[: len(data) * 2 // 3])
    with open_book(path) as book:
        read = [page for _, page in book.each()]
    assert any(isinstance(page, bytes) for page in read)
    assert any(isinstance(page, PageDamaged) for page in read)


async def test_garbled_archives_end_in_pages_or_errors_and_never_take_us_along(tmp_path: Path) -> None:
    dice = random.Random(5)  # noqa: S311  # a fixed sequence, so that a failure can be repeated
    samples = [shared_data(FOLDER, name).read_bytes() for name in ("rar4-solid.rar", "rar5.rar")]
    path = tmp_path / "garbled.cbr"
    outcomes = set()
    async with ParserPool(size=1, memory_bytes=1024**3, timeout=20) as pool:
        for _ in range(60):
            data = bytearray(dice.choice(samples))
            for _ in range(dice.randint(1, 6)):
                data[dice.randrange(8, len(data))] = dice.randrange(256)
            path.write_bytes(data)
            try:
                listing = await pool.run(list_book, path, Limits())
                await pool.run(read_page, path, listing.pages[0].member, Limits())
                outcomes.add("read")
            except (BookError, PageError) as error:
                outcomes.add(error.code)
    assert len(outcomes) >= 3
    foreseen = ("book_damaged", "page_damaged", "book_needs_password", "page_needs_password", "book_has_no_pages",
                "book_too_large", "page_too_large", "book_method_unsupported", "book_not_recognised")  # fmt: skip
    assert outcomes <= {"read", *foreseen}
