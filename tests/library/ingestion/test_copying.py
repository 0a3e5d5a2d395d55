"""Files that come into the managed folder: whole or not at all, never over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.errors import DiskFull
from fumetto.library.ingestion.copying import copy_in_tree, move_into, safe_path, safe_segment
from tests.builders.disk import watched_disk


def fill(root: Path, **files: str) -> None:
    for name, text in files.items():
        place = root / name.replace("__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def tree(root: Path) -> dict[str, str]:
    return {str(place.relative_to(root)): place.read_text() for place in root.rglob("*") if place.is_file()}


@pytest.mark.parametrize(
    "name",
    ["../up.cbz", "/etc/passwd", "a/../../b", "", ".", "..", ".hidden", "a//b", "C:\\..\\x", "a/" * 40 + "b", "\0"],
)
def test_a_name_that_leads_out_or_is_none_is_refused(name: str) -> None:
    assert safe_path(name) is None


def test_a_name_with_folders_keeps_them() -> None:
    assert str(safe_path("Saga/Vol 1/01.cbz")) == "Saga/Vol 1/01.cbz"
    assert str(safe_path("Saga\\01.cbz")) == "Saga/01.cbz"


@given(st.text(max_size=400))
def test_a_safe_name_is_one_part_that_every_disk_takes(name: str) -> None:
    safe = safe_segment(name)
    if safe is not None:
        assert "/" not in safe
        assert "\\" not in safe
        assert safe.isprintable()
        assert not safe.startswith(".")
        assert 0 < len(safe.encode("utf-8", "replace")) <= 200


def test_a_folder_is_copied_under_its_name_without_what_is_hidden(tmp_path: Path) -> None:
    source = tmp_path / "Saga"
    fill(source, **{"1.cbz": "one", "sub__2.cbz": "two"})
    (source / ".hidden").write_text("x")
    (source / "link.cbz").symlink_to("/etc/passwd")
    managed = tmp_path / "data" / "library"
    shelf = copy_in_tree(source, managed, managed / ".incoming-1", None, 0)
    assert shelf == managed / "Saga"
    assert tree(managed) == {"Saga/1.cbz": "one", "Saga/sub/2.cbz": "two"}
    assert tree(source)["1.cbz"] == "one"


def test_a_file_goes_to_a_folder_named_as_its_series(tmp_path: Path) -> None:
    fill(tmp_path, **{"Saga 003.cbz": "three"})
    managed = tmp_path / "library"
    copy_in_tree(tmp_path / "Saga 003.cbz", managed, managed / ".incoming-1", None, 0)
    assert tree(managed) == {"Saga/Saga 003.cbz": "three"}


def test_a_copy_made_twice_is_there_once_and_another_file_of_the_name_gets_a_number(tmp_path: Path) -> None:
    managed = tmp_path / "library"
    fill(tmp_path / "Saga", **{"1.cbz": "one"})
    for _ in range(2):
        copy_in_tree(tmp_path / "Saga", managed, managed / ".incoming-1", None, 0)
    fill(tmp_path / "Saga", **{"1.cbz": "another"})
    copy_in_tree(tmp_path / "Saga", managed, managed / ".incoming-1", None, 0)
    assert tree(managed) == {"Saga/1.cbz": "one", "Saga/1 (2).cbz": "another"}


def test_a_copy_that_was_interrupted_begins_again(tmp_path: Path) -> None:
    managed = tmp_path / "library"
    fill(managed, **{".incoming-7__half.cbz": "ha"})
    fill(tmp_path / "Saga", **{"1.cbz": "one"})
    copy_in_tree(tmp_path / "Saga", managed, managed / ".incoming-7", "My Series", 0)
    assert tree(managed) == {"My Series/Saga/1.cbz": "one"}


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    managed = tmp_path / "library"
    fill(tmp_path / "Saga", **{"1.cbz": "one"})
    with pytest.raises(DiskFull):
        copy_in_tree(tmp_path / "Saga", managed, managed / ".incoming-1", None, 2**62)
    assert tree(managed) == {}


def test_moving_into_a_shelf_overwrites_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "in", a="new", b="same")
    fill(tmp_path / "shelf", a="old", b="same")
    move_into(tmp_path / "in", tmp_path / "shelf")
    assert tree(tmp_path / "shelf") == {"a": "old", "a (2)": "new", "b": "same"}


def test_what_came_in_is_on_the_disk_before_it_is_said_to_be_there(tmp_path: Path) -> None:
    fill(tmp_path / "in", **{"Saga__1.cbz": "one", "Saga__2.cbz": "two"})
    with watched_disk() as kept:
        moved = move_into(tmp_path / "in", tmp_path / "managed" / "Shelf")
    assert len(moved) == 2
    assert kept >= {*moved, tmp_path / "managed", tmp_path / "managed/Shelf", tmp_path / "managed/Shelf/Saga"}
