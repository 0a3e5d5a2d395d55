"""Reading real folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fumetto.library.ingestion.walk import file_of, fingerprint_of, holds_any_book, on_disk, stored, walk


def fill(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.encode())


def found(root: Path, leave_out: tuple[Path, ...] = ()) -> list[str]:
    return sorted(book.path for book in walk(root, leave_out).books)


def test_books_are_found_at_any_depth_and_what_is_hidden_is_not(tmp_path: Path) -> None:
    fill(
        tmp_path, "a.cbz", "S/1.cbz", "S/deep/er/2.cbr", ".hidden/3.cbz", "S/.4.cbz", "__MACOSX/5.cbz", "S/@eaDir/6.cbz"
    )
    assert found(tmp_path) == ["S/1.cbz", "S/deep/er/2.cbr", "a.cbz"]


def test_a_single_file_is_a_root(tmp_path: Path) -> None:
    fill(tmp_path, "a.cbz")
    (book,) = walk(tmp_path / "a.cbz").books
    assert (book.path, book.byte_size) == (".", 5)
    assert file_of(tmp_path / "a.cbz", ".") == tmp_path / "a.cbz"


def test_a_root_that_is_not_there_is_said_not_to_exist(tmp_path: Path) -> None:
    assert not walk(tmp_path / "gone").exists


def test_an_empty_root_has_no_entries_and_one_with_only_a_hidden_file_has(tmp_path: Path) -> None:
    assert walk(tmp_path).entries == 0
    fill(tmp_path, ".keep")
    assert walk(tmp_path).entries == 1


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    fill(tmp_path, "S/1.cbz")
    (tmp_path / "S" / "loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "S")
    (tmp_path / "S" / "self").symlink_to("self")
    assert found(tmp_path) == ["S/1.cbz"]


def test_links_to_folders_are_followed_and_links_to_files_are_not(tmp_path: Path) -> None:
    fill(tmp_path, "out/1.cbz", "root/2.cbz", "single.cbz")
    root = tmp_path / "root"
    (root / "linked").symlink_to(tmp_path / "out")
    (root / "copy.cbz").symlink_to(root / "2.cbz")
    (root / "file.cbz").symlink_to(tmp_path / "single.cbz")
    (root / "broken.cbz").symlink_to(tmp_path / "nothing.cbz")
    assert found(root) == ["2.cbz", "linked/1.cbz"]


def test_pipes_and_sockets_are_no_books(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cbz")
    assert found(tmp_path) == []


def test_other_roots_and_the_data_directory_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "1.cbz", "data/library/2.cbz")
    assert found(tmp_path, (tmp_path / "data",)) == ["1.cbz"]
    assert found(tmp_path / "data", (tmp_path / "data",)) == ["library/2.cbz"]


def test_a_name_that_is_no_utf8_is_stored_as_text_and_found_again(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.cbz"
    with open(raw, "wb") as file:
        file.write(b"x")
    (path,) = found(tmp_path)
    path.encode()
    assert file_of(tmp_path, path).read_bytes() == b"x"
    assert on_disk(stored(os.fsdecode(b"\x80\xff"))) == os.fsdecode(b"\x80\xff")


def test_whether_there_is_any_book_is_what_a_walk_would_say(tmp_path: Path) -> None:
    assert not holds_any_book(tmp_path)
    fill(tmp_path, "notes.txt", ".hidden/1.cbz", "data/2.cbz")
    assert not holds_any_book(tmp_path, (tmp_path / "data",))
    assert holds_any_book(tmp_path)
    fill(tmp_path.parent / "linked", "3.cbz")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "link").symlink_to(tmp_path.parent / "linked")
    assert holds_any_book(tmp_path / "a")


def test_a_tree_deeper_than_anyone_needs_is_cut_off(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(100):
        deep = deep / "d"
    deep.mkdir(parents=True)
    fill(deep, "1.cbz")
    fill(tmp_path, "2.cbz")
    assert found(tmp_path) == ["2.cbz"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "S/1.cbz", "2.cbz")
    (tmp_path / "S").chmod(0)
    result = walk(tmp_path)
    (tmp_path / "S").chmod(0o700)
    assert (result.unreadable, [book.path for book in result.books]) == (["S"], ["2.cbz"])


def test_a_folder_book_changes_with_any_of_its_files(tmp_path: Path) -> None:
    fill(tmp_path, "B/1.jpg", "B/2.jpg")
    (before,) = walk(tmp_path).books
    (again,) = walk(tmp_path).books
    os.utime(tmp_path / "B/2.jpg", ns=(5, 5))
    (after,) = walk(tmp_path).books
    assert before == again
    assert before.modified_ns != after.modified_ns


def test_content_keeps_its_fingerprint_wherever_it_lies(tmp_path: Path) -> None:
    fill(tmp_path, "a.cbz", "B/1.jpg", "B/2.jpg", "B/en/1.svg")
    file, folder = fingerprint_of(tmp_path / "a.cbz", False), fingerprint_of(tmp_path / "B", True)
    (tmp_path / "a.cbz").rename(tmp_path / "z.cbz")
    (tmp_path / "B").rename(tmp_path / "C")
    assert (fingerprint_of(tmp_path / "z.cbz", False), fingerprint_of(tmp_path / "C", True)) == (file, folder)
    (tmp_path / "z.cbz").write_bytes(b"other")
    (tmp_path / "C/en/1.svg").write_bytes(b"more than before")
    assert fingerprint_of(tmp_path / "z.cbz", False) != file
    assert fingerprint_of(tmp_path / "C", True) != folder


def test_the_end_of_a_large_file_is_part_of_its_fingerprint(tmp_path: Path) -> None:
    big = tmp_path / "a.cbz"
    big.write_bytes(bytes(300_000) + b"end one")
    before = fingerprint_of(big, False)
    big.write_bytes(bytes(300_000) + b"end two")
    assert fingerprint_of(big, False) != before
