"""Folders and ordinary archives: what is a page, in what order, and what it is called."""

import bz2
import lzma
import os
import zipfile
from pathlib import Path

import py7zr
import pytest

from fumetto.library.ingestion.books import BookKind, Limits, open_book
from fumetto.library.ingestion.books.errors import BookHasNoPages, BookMissing, BookNotRecognised, PageMissing
from fumetto.library.ingestion.books.names import is_spread
from tests.builders.archives import RawEntry, folder_of, picture, raw_zip, tar_of, zip_of


def members_of(path: Path) -> list[str]:
    with open_book(path) as book:
        return [page.member for page in book.pages]


def test_page_two_comes_before_page_ten_in_every_kind_of_book(tmp_path: Path) -> None:
    names = ["page10.png", "Page2.png", "page1.png", "page1b.png"]
    members = {name: picture(number) for number, name in enumerate(names)}
    expected = ["page1.png", "page1b.png", "Page2.png", "page10.png"]
    assert members_of(zip_of(tmp_path / "a.cbz", members)) == expected
    assert members_of(folder_of(tmp_path / "folder", members)) == expected
    assert members_of(tar_of(tmp_path / "a.cbt", members)) == expected
    with py7zr.SevenZipFile(tmp_path / "a.cb7", "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    assert members_of(tmp_path / "a.cb7") == expected


def test_seven_zip_of_several_blocks_is_read_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "a.cb7"
    members = {f"{number}.png": picture(number) for number in range(1, 7)}
    for mode, names in (("w", ["3.png", "1.png"]), ("a", ["2.png", "6.png"]), ("a", ["5.png", "4.png"])):
        with py7zr.SevenZipFile(path, mode) as archive:
            for name in names:
                archive.writestr(members[name], name)
    with open_book(path) as book:
        assert [book.read(f"{number}.png") for number in (6, 1, 4)] == [picture(6), picture(1), picture(4)]
        assert dict(book.each()) == members


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_is_read_plain_and_compressed(tmp_path: Path, mode: str) -> None:
    members = {f"{number}.png": picture(number) for number in range(1, 6)}
    with open_book(tar_of(tmp_path / "book.cbt", members, mode)) as book:
        assert book.kind is BookKind.CBT
        assert book.random_access is (mode == "w")
        assert book.read("4.png") == picture(4)
        assert dict(book.each()) == members
        assert (book.open_range("2.png") is not None) is (mode == "w")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_is_read_by_every_method_of_the_standard_library(tmp_path: Path, method: int) -> None:
    large = os.urandom(300_000) + bytes(200_000)
    with open_book(zip_of(tmp_path / "book.cbz", {"1.png": picture(1), "2.png": large}, method)) as book:
        assert book.read("1.png") == picture(1)
        assert book.read("2.png") == large
        assert book.head("2.png", 5000) == large[:5000]
        assert book.random_access is (method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        stored = book.open_range("2.png")
        assert (stored is not None) is (method == zipfile.ZIP_STORED)
        if stored is not None:
            with open(stored.path, "rb") as file:
                file.seek(stored.offset)
                assert file.read(stored.length) == large


def test_zip_with_zstd_pages_is_read(tmp_path: Path) -> None:
    from backports import zstd

    data = bytes(range(256)) * 3000
    entry = RawEntry(b"1.png", zstd.compress(data), deflate=False, method=93, claimed_unpacked=len(data))
    entry.claimed_crc = __import__("zlib").crc32(data)
    with open_book(raw_zip(tmp_path / "book.cbz", [entry])) as book:
        assert book.read("1.png") == data


def test_zip_behind_a_program_that_unpacks_it_is_read(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "book.cbz", [RawEntry(b"1.png", picture())], before=b"MZ" + bytes(5000))
    with open_book(path) as book:
        assert book.read("1.png") == picture()


def test_zip_with_a_long_comment_and_sixty_four_bit_sizes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.cbz"
    with zipfile.ZipFile(path, "w") as archive, archive.open("1.png", "w", force_zip64=True) as entry:
        entry.write(picture())
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"x" * 60_000
    with open_book(path) as book:
        assert book.read("1.png") == picture()


def test_zip_of_more_than_two_gibibytes_is_read_though_its_plain_record_says_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)  # from where on the standard library writes both records
    with open_book(zip_of(tmp_path / "large.cbz", {f"{page}.png": picture(page) for page in (1, 2, 3)})) as book:
        assert book.read("3.png") == picture(3)
        assert len(book.pages) == 3


def test_what_systems_leave_behind_is_no_page(tmp_path: Path) -> None:
    members = {
        "book/01.png": picture(1), "book/.hidden.png": picture(2), "__MACOSX/book/._01.png": b"\x00\x05\x16\x07",
        "book/Thumbs.db": b"x", "book/notes.txt": b"x", ".DS_Store": b"x",
        "@eaDir/01.png": picture(3), "book/02.PNG": picture(4),
    }  # fmt: skip
    assert members_of(zip_of(tmp_path / "a.cbz", members)) == ["book/01.png", "book/02.PNG"]


def test_chapters_in_folders_follow_one_another(tmp_path: Path) -> None:
    names = ["ch10/1.png", "ch2/2.png", "ch2/1.png", "ch2/10.png", "ch1/1.png"]
    members = {name: picture(number) for number, name in enumerate(names)}
    expected = ["ch1/1.png", "ch2/1.png", "ch2/2.png", "ch2/10.png", "ch10/1.png"]
    assert members_of(zip_of(tmp_path / "a.cbz", members)) == expected
    assert members_of(folder_of(tmp_path / "folder", members)) == expected


def test_folder_with_pages_of_its_own_leaves_those_of_its_subfolders_alone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "book", {"1.png": picture(1), "2.png": picture(2), "extras/sketch.png": picture(3)})
    assert members_of(folder) == ["1.png", "2.png"]


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["01.png", "02.png", "cover.png"], ["cover", "story", "story"]),
        (["000.png", "001.png", "002.png"], ["cover", "story", "story"]),
        (["Tome 1/Couverture.png", "Tome 1/p01.png"], ["cover", "story"]),
        (["back cover.png", "p1.png"], ["story", "story"]),
        (["100.png", "200.png"], ["story", "story"]),
        (["x_E01.png", "x_E01P00.png", "x_E01P01.png", "x_E01P02.png"], ["cover", "title", "story", "credits"]),
        (["x_E01P01.png", "x_E01P02.png"], ["story", "story"]),
        (["p1.png", "p2.png", "p3 credits.png"], ["story", "story", "credits"]),
        (["cover.png"], ["story"]),
    ],
)
def test_names_tell_covers_titles_and_credits(tmp_path: Path, names: list[str], kinds: list[str]) -> None:
    with open_book(zip_of(tmp_path / "a.cbz", {name: picture(n) for n, name in enumerate(names)})) as book:
        assert [page.kind for page in book.pages] == kinds
        numbers = [page.page_number for page in book.pages if page.kind == "story"]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(page.page_number is None for page in book.pages if page.kind != "story")


@pytest.mark.parametrize(
    ("name", "double"),
    [("p012-013.png", True), ("012_013.png", True), ("12-13.png", True), ("098-99.png", True), ("v2-p014.png", False),
     ("2014-12.png", False), ("12-14.png", False), ("p012.png", False)],
)  # fmt: skip
def test_names_tell_double_pages(tmp_path: Path, name: str, double: bool) -> None:
    with open_book(zip_of(tmp_path / "a.cbz", {"000a.png": picture(1), name: picture(2)})) as book:
        assert {page.member: page.double for page in book.pages}[name] is double


def test_spread_is_wider_than_its_fellows() -> None:
    assert is_spread(2000, 1500, typical=2 / 3)
    assert not is_spread(1000, 1500, typical=2 / 3)
    assert not is_spread(1400, 1300, typical=2 / 3 * 1.5)


def test_same_picture_under_one_name_in_two_spellings_is_one_page(tmp_path: Path) -> None:
    composed, decomposed = "Caf\u00e9 1.png", "Cafe\u0301 1.png"
    with open_book(
        zip_of(tmp_path / "a.cbz", {composed: picture(1), decomposed: picture(1), "z.png": picture(2)})
    ) as book:
        assert len(book.pages) == 2
        assert [warning.code for warning in book.warnings] == ["same_page_twice"]
    with open_book(zip_of(tmp_path / "b.cbz", {"A1.png": picture(1), "a1.PNG": picture(2)})) as book:
        assert {book.read(page.member) for page in book.pages} == {picture(1), picture(2)}


def test_later_of_two_entries_with_one_name_counts(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png", picture(1)), RawEntry(b"1.png", picture(2))])
    with open_book(path) as book:
        assert [book.read(page.member) for page in book.pages] == [picture(2)]
        assert [warning.code for warning in book.warnings] == ["duplicate_name"]


def test_names_that_are_not_ascii_are_read_by_flag_by_nature_and_by_code_page(tmp_path: Path) -> None:
    path = raw_zip(
        tmp_path / "a.cbz",
        [
            RawEntry("第1話.png".encode(), picture(1), flags=0x800),
            RawEntry("Été 2.png".encode(), picture(2)),
            RawEntry("Été 3.png".encode("cp437", "replace"), picture(3)),
        ],
    )
    assert set(members_of(path)) == {"第1話.png", "Été 2.png", "Été 3.png"}


def test_content_counts_and_not_the_suffix(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "really a zip.cbr", {"1.png": picture()})
    with open_book(path) as book:
        assert book.kind is BookKind.CBZ
        assert [tuple(warning) for warning in book.warnings] == [("wrong_suffix", "cbr")]
    (tmp_path / "page.cbz").write_bytes(b"<html>404</html>")
    with pytest.raises(BookNotRecognised, match=r"page\.cbz"):
        open_book(tmp_path / "page.cbz")


def test_same_content_has_one_fingerprint_wherever_it_lies(tmp_path: Path) -> None:
    first = zip_of(tmp_path / "a.cbz", {"1.png": picture(1), "2.png": picture(2)})
    moved = zip_of(tmp_path / "moved.zip", {"1.png": picture(1), "2.png": picture(2)})
    other = zip_of(tmp_path / "other.cbz", {"1.png": picture(1), "2.png": picture(3)})
    prints = []
    for path in (first, moved, other):
        with open_book(path) as book:
            prints.append((book.fingerprint, [page.fingerprint for page in book.pages]))
    assert prints[0] == prints[1] != prints[2]
    assert prints[0][1][0] == prints[2][1][0]
    assert len(prints[0][0]) == 32


def test_one_page_saved_again_in_a_folder_changes_its_fingerprint_only(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "book", {"1.png": picture(1), "2.png": picture(2)})
    with open_book(folder) as book:
        before = {page.member: page.fingerprint for page in book.pages}
    os.utime(folder / "1.png", (1, 1))
    (folder / "2.png").write_bytes(picture(9))
    with open_book(folder) as book:
        after = {page.member: page.fingerprint for page in book.pages}
    assert after["1.png"] == before["1.png"]
    assert after["2.png"] != before["2.png"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookMissing, match=r"gone\.cbz"):
        open_book(tmp_path / "gone.cbz")
    (tmp_path / "empty folder").mkdir()
    with pytest.raises(BookHasNoPages, match="empty folder"):
        open_book(tmp_path / "empty folder")
    path = zip_of(tmp_path / "a.cbz", {"1.png": picture()})
    with open_book(path) as book, pytest.raises(PageMissing, match=r"9\.png"):
        book.read("9.png")


def test_file_whose_name_is_no_text_is_read_and_can_be_said(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/B\xfccher"
    os.mkdir(folder)
    with open(folder + b"/se\xefte 1.png", "wb") as file:
        file.write(picture())
    with open_book(Path(os.fsdecode(folder))) as book:
        member = book.pages[0].member
        assert member == "se%EFte 1.png"
        assert book.read(member) == picture()
        assert book.file.endswith("B%FCcher")


def test_archive_of_archives_says_what_it_left_out(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.cbz", {"1.png": picture(), "vol 2.cbz": b"PK"})
    with open_book(path) as book:
        assert [tuple(warning) for warning in book.warnings] == [("nested_archive", "vol 2.cbz")]


def test_limits_come_from_the_settings(settings: object) -> None:
    from fumetto.kernel.settings import Settings

    assert isinstance(settings, Settings)
    limits = Limits.from_settings(settings)
    assert (limits.entries, limits.archive_bytes) == (settings.max_archive_entries, settings.max_archive_bytes)


@pytest.mark.parametrize(("packer", "suffix"), [(bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_compressed_file_that_is_no_archive_is_not_recognised(tmp_path: Path, packer: object, suffix: str) -> None:
    path = tmp_path / f"notes.{suffix}"
    path.write_bytes(packer(b"just some text " * 100))  # type: ignore[operator]  # either function takes bytes
    with pytest.raises(BookNotRecognised):
        open_book(path)
