"""What nobody should have to open ends in a page read or an error that names the file, and costs little."""

import os
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import py7zr
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from fumetto.library.ingestion.books import Limits, open_book
from fumetto.library.ingestion.books.errors import (
    BookDamaged,
    BookEmptyFile,
    BookError,
    BookHasNoPages,
    BookIsBomb,
    BookMethodUnsupported,
    BookNeedsPassword,
    BookNotAccessible,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageMethodUnsupported,
    PageTooLarge,
)
from tests.builders.archives import (
    RawEntry,
    flat_bomb,
    folder_of,
    nested_bomb,
    overlapping_bomb,
    picture,
    raw_zip,
    tar_of,
    zip_of,
)

MEBIBYTE = 1024 * 1024
SMALL = Limits(entries=50, archive_bytes=3 * MEBIBYTE, entry_bytes=MEBIBYTE, ratio=100)
COPIED = [{"id": py7zr.FILTER_COPY}]  # packing by LZMA would take longer than all the tests


def test_bomb_of_one_page_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with (
        open_book(flat_bomb(tmp_path / "bomb.cbz", mebibytes=16)) as book,
        pytest.raises(PageTooLarge, match=r"001\.png") as raised,
    ):
        book.read("001.png")
    assert raised.value.detail["what"] == "ratio"


def test_page_that_unpacks_to_more_than_it_claims_is_stopped_there(tmp_path: Path) -> None:
    entry = RawEntry(b"1.png", bytes(16 * MEBIBYTE), claimed_unpacked=1000)
    with open_book(raw_zip(tmp_path / "lies.cbz", [entry])) as book:
        tracemalloc.start()
        with pytest.raises(PageDamaged, match="more than the archive says"):
            book.read("1.png")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < MEBIBYTE


def test_page_that_claims_more_than_it_holds_is_damaged(tmp_path: Path) -> None:
    entry = RawEntry(b"1.png", picture(), claimed_unpacked=5000)
    with open_book(raw_zip(tmp_path / "lies.cbz", [entry])) as book, pytest.raises(PageDamaged, match="cut off"):
        book.read("1.png")


def test_page_with_a_wrong_checksum_is_damaged_and_its_fellows_are_not(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png", picture(1), claimed_crc=1), RawEntry(b"2.png", picture(2))])
    with open_book(path) as book:
        read = dict(book.each())
        assert isinstance(read["1.png"], PageDamaged)
        assert read["2.png"] == picture(2)


def test_entries_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    with pytest.raises(BookIsBomb, match="share the same bytes"):
        open_book(overlapping_bomb(tmp_path / "quine.cbz"))


def test_nested_archives_are_not_entered(tmp_path: Path) -> None:
    with pytest.raises(BookHasNoPages):
        open_book(nested_bomb(tmp_path / "nested.cbz"))


def test_too_many_entries_are_refused_from_the_count_alone(tmp_path: Path) -> None:
    members = {f"{n}.png": b"" for n in range(60)}
    for path in (zip_of(tmp_path / "many.cbz", members), tar_of(tmp_path / "many.cbt", members)):
        with pytest.raises(BookTooLarge) as raised:
            open_book(path, SMALL)
        assert raised.value.detail == {"file": str(path), "what": "entries", "limit": 50}
    with pytest.raises(BookTooLarge):
        open_book(folder_of(tmp_path / "many", members), SMALL)
    lying = bytearray(zip_of(tmp_path / "lying.cbz", members).read_bytes())
    struct.pack_into("<2H", lying, len(lying) - 14, 1, 1)
    (tmp_path / "lying.cbz").write_bytes(lying)
    with pytest.raises(BookTooLarge):
        open_book(tmp_path / "lying.cbz", SMALL)


def test_book_that_unpacks_to_too_many_bytes_is_refused(tmp_path: Path) -> None:
    noise = os.urandom(MEBIBYTE // 2)
    members = {f"{n}.png": noise for n in range(8)}
    with py7zr.SevenZipFile(tmp_path / "a.cb7", "w", filters=COPIED) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    for path in (zip_of(tmp_path / "a.cbz", members), tar_of(tmp_path / "a.cbt", members), tmp_path / "a.cb7"):
        with pytest.raises(BookTooLarge) as raised:
            open_book(path, SMALL)
        assert raised.value.detail["what"] == "bytes"


def test_page_larger_than_allowed_is_refused_in_every_format(tmp_path: Path) -> None:
    members = {"1.png": os.urandom(MEBIBYTE + 1), "2.png": picture()}
    with py7zr.SevenZipFile(tmp_path / "a.cb7", "w", filters=COPIED) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    for path in (
        zip_of(tmp_path / "a.cbz", members),
        tar_of(tmp_path / "a.cbt", members),
        tar_of(tmp_path / "b.cbt", members, "w:gz"),
        folder_of(tmp_path / "folder", members),
        tmp_path / "a.cb7",
    ):
        with open_book(path, SMALL) as book:
            with pytest.raises(PageTooLarge, match=r"1\.png"):
                book.read("1.png")
            read = dict(book.each())
            assert isinstance(read["1.png"], PageTooLarge)
            assert read["2.png"] == picture()


def test_compressed_tar_that_unpacks_out_of_proportion_is_a_bomb(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "bomb.cbt", {"1.png": bytes(16 * MEBIBYTE)}, "w:gz")
    with pytest.raises(BookIsBomb, match="proportion"):
        open_book(path)


def test_seven_zip_bomb_is_refused_by_what_it_announces(tmp_path: Path) -> None:
    with py7zr.SevenZipFile(tmp_path / "bomb.cb7", "w", filters=[{"id": py7zr.FILTER_DEFLATE}]) as archive:
        archive.writestr(bytes(16 * MEBIBYTE), "1.png")
    with open_book(tmp_path / "bomb.cb7") as book, pytest.raises(PageTooLarge):
        book.read("1.png")


@pytest.mark.timeout(60)
def test_pipe_among_the_pages_does_not_hang_the_scan(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "book", {"1.png": picture()})
    os.mkfifo(folder / "0.png")
    os.mkfifo(tmp_path / "pipe.cbz")
    with open_book(folder) as book:
        assert [page.member for page in book.pages] == ["1.png"]
    with pytest.raises(BookNotAccessible, match=r"pipe\.cbz"):
        open_book(tmp_path / "pipe.cbz")


def test_cut_off_archives_say_so(tmp_path: Path) -> None:
    members = {f"{n}.png": os.urandom(20_000) for n in range(5)}
    whole = zip_of(tmp_path / "a.cbz", members).read_bytes()
    (tmp_path / "cut.cbz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BookDamaged, match=r"cut\.cbz"):
        open_book(tmp_path / "cut.cbz")
    (tmp_path / "torn.cbz").write_bytes(whole[:100] + whole[30_000:])  # the list is there, what it lists is not
    with pytest.raises(BookDamaged, match=r"torn\.cbz"):
        open_book(tmp_path / "torn.cbz")
    packed = tar_of(tmp_path / "a.cbt", members, "w:gz").read_bytes()
    (tmp_path / "cut.cbt").write_bytes(packed[: len(packed) // 2])
    with open_book(tmp_path / "cut.cbt") as book:
        assert 1 <= len(book.pages) < 5
        assert "archive_cut_off" in [warning.code for warning in book.warnings]
        assert book.read("0.png") == members["0.png"]
    with py7zr.SevenZipFile(tmp_path / "a.cb7", "w", filters=COPIED) as archive:
        archive.writestr(members["0.png"], "0.png")
    seven = (tmp_path / "a.cb7").read_bytes()
    (tmp_path / "cut.cb7").write_bytes(seven[: len(seven) // 2])
    with pytest.raises(BookDamaged, match=r"cut\.cb7"):
        open_book(tmp_path / "cut.cb7")


def test_entry_that_claims_to_lie_outside_costs_itself_only(tmp_path: Path) -> None:
    entries = [RawEntry(b"1.png", picture(1)), RawEntry(b"2.png", picture(2), offset=4_000_000)]
    with open_book(raw_zip(tmp_path / "a.cbz", entries)) as book:
        assert book.read("1.png") == picture(1)
        with pytest.raises(PageDamaged, match=r"2\.png"):
            book.read("2.png")


def test_zero_bytes_and_a_signature_alone_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "zero.cbz").touch()
    with pytest.raises(BookEmptyFile, match=r"zero\.cbz"):
        open_book(tmp_path / "zero.cbz")
    for name, data in (
        ("a.cbz", b"PK\x03\x04"),
        ("a.cbr", b"Rar!\x1a\x07\x01\x00"),
        ("a.cb7", b"7z\xbc\xaf'\x1c"),
        ("a.pdf", b"%PDF-1.7"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BookError) as raised:
            open_book(tmp_path / name)
        assert raised.value.code in ("book_damaged", "book_has_no_pages")


def test_encrypted_pages_need_a_password(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png", picture(), flags=1)])
    with pytest.raises(BookNeedsPassword, match=r"a\.cbz"):
        open_book(path)
    path = raw_zip(tmp_path / "aes.cbz", [RawEntry(b"1.png", picture(), method=99)])
    with pytest.raises(BookNeedsPassword):
        open_book(path)
    with py7zr.SevenZipFile(tmp_path / "a.cb7", "w", password="secret") as archive:
        archive.writestr(picture(), "1.png")
    with pytest.raises(BookNeedsPassword):
        open_book(tmp_path / "a.cb7")


def test_method_that_nobody_reads_is_named(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png", picture(), method=6)])
    with open_book(path) as book, pytest.raises(PageMethodUnsupported, match="implode"):
        book.read("1.png")


def test_archive_split_into_volumes_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    header = bytearray(b"Rar!\x1a\x07\x00" + bytes.fromhex("0000 73 0100 0d00 0000 00000000".replace(" ", "")))
    struct.pack_into("<H", header, 7, zlib.crc32(bytes(header[9:20])) & 0xFFFF)
    (tmp_path / "a.part1.rar").write_bytes(header)
    with pytest.raises((BookMethodUnsupported, BookDamaged, BookHasNoPages), match="part1"):
        open_book(tmp_path / "a.part1.rar")


def test_lzma_page_that_wants_gibibytes_of_dictionary_is_an_error(tmp_path: Path) -> None:
    data = struct.pack("<BBH", 9, 20, 5) + bytes([93]) + struct.pack("<L", 0xFFFFFFFF) + bytes(100)
    path = raw_zip(tmp_path / "a.cbz", [RawEntry(b"1.png", data, deflate=False, method=14, claimed_unpacked=1000)])
    with open_book(path, SMALL) as book, pytest.raises(PageError):
        book.read("1.png")


def test_tar_header_that_asks_for_gibibytes_is_damaged(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 3 * 1024**3
    path = tmp_path / "a.cbt"
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(10_000))
    with open(path, "r+b") as file:
        file.truncate(4 * 1024**3)  # sparse: the bytes are announced and there, and nobody should read them
    tracemalloc.start()
    with pytest.raises(BookError, match=r"a\.cbt"):
        open_book(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * MEBIBYTE


ZIP = zipfile.ZIP_DEFLATED


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """One small book of each kind that can be made here."""
    folder = tmp_path_factory.mktemp("samples")
    members = {f"{n}.png": picture(n) for n in range(4)} | {"ComicInfo.xml": b"<ComicInfo><Title>T</Title></ComicInfo>"}
    with py7zr.SevenZipFile(folder / "a.cb7", "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    paths = [zip_of(folder / "a.cbz", members), tar_of(folder / "a.cbt", members),
             tar_of(folder / "b.cbt", members, "w:xz"),
             folder / "a.cb7"]  # fmt: skip
    return [path.read_bytes() for path in paths]


@how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(which=st.integers(0, 3),
       changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
       cut=st.floats(0, 0.3))  # fmt: skip
def test_garbled_book_ends_in_pages_or_an_error_of_ours(
    tmp_path: Path, samples: list[bytes], which: int, changes: list[tuple[float, int]], cut: float
) -> None:
    data = bytearray(samples[which])
    for place, value in changes:
        data[min(int(place * len(data)), len(data) - 1)] = value
    path = tmp_path / "garbled.cbz"
    path.write_bytes(data[: len(data) - int(cut * len(data) * (changes[0][1] % 2))])
    try:
        with open_book(path, SMALL) as book:
            assert book.metadata is not None
            for _, page in book.each():
                assert isinstance(page, (bytes, PageError))
    except BookError as error:
        assert error.detail["file"] == str(path)  # noqa: PT017  # most garbled books are none, some still open
