"""What counts as a book, and what has happened to the books that were known."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.rules import (
    FileSeen,
    FolderSeen,
    Found,
    Known,
    books_in,
    compare,
    is_ignored,
    looks_unmounted,
    pair_moves,
    set_aside,
)

ROOT_ID = uuid4()


def tree(*paths: str) -> FolderSeen:
    """A root with these files in it, each of 10 bytes."""
    top = FolderSeen(".")
    for path in paths:
        folder = top
        *parents, name = path.split("/")
        for depth in range(len(parents)):
            below = "/".join(parents[: depth + 1])
            known = next((inner for inner in folder.folders if inner.path == below), None)
            if known is None:
                known = FolderSeen(below)
                folder.folders.append(known)
            folder = known
        folder.files.append(FileSeen(name, 10, 1))
    return top


def books(*paths: str) -> list[str]:
    return [book.path for book, _ in compare(books_in(tree(*paths)), []).to_read]


def known(path: str, *, size: int = 10, at: int = 1, content: str | None = "c", state: str = "present") -> Known:
    return Known(uuid4(), ROOT_ID, path, size, at, content, SourceState(state), uuid4())


def test_archives_are_books_and_other_files_are_not() -> None:
    assert books("a.cbz", "b.PDF", "notes.txt", "c.rar", "d.epub", "noname") == ["a.cbz", "b.PDF", "c.rar", "d.epub"]


def test_a_folder_that_directly_holds_pictures_is_a_book() -> None:
    assert books("Saga/01/1.jpg", "Saga/01/2.jpg", "Saga/02/1.png") == ["Saga/01", "Saga/02"]


def test_pictures_in_the_root_make_the_root_a_book() -> None:
    assert books("1.jpg", "2.jpg") == ["."]


def test_art_with_a_folder_of_lettering_per_language_is_one_book() -> None:
    assert books("ep01/gfx_1.png", "ep01/en/1.svg", "ep01/fr/1.svg", "ep01/pt-BR/1.svg", "ep01/README.md") == ["ep01"]


def test_lettering_changes_the_book_it_belongs_to() -> None:
    before = tree("ep01/1.png", "ep01/en/1.svg")
    after = tree("ep01/1.png", "ep01/en/1.svg")
    after.folders[0].folders[0].files[0] = FileSeen("1.svg", 10, 2)
    (one,), (other,) = books_in(before), books_in(after)
    assert one.modified_ns != other.modified_ns


def test_the_acquired_layout_is_one_book_with_its_pages_art_and_lettering() -> None:
    assert books(
        "ep/metadata.yaml", "ep/cover.jpg", "ep/pages/1.jpg", "ep/art/1.png", "ep/lettering/en/1.svg", "ep/comment.html"
    ) == ["ep"]


def test_a_shelf_may_have_a_cover_of_its_own() -> None:
    assert books("Saga/cover.jpg", "Saga/folder.png", "Saga/01/1.jpg", "Saga/02.cbz") == ["Saga/01", "Saga/02.cbz"]


def test_pictures_beside_archives_are_ornaments() -> None:
    assert books("Saga/01.cbz", "Saga/scan.jpg") == ["Saga/01.cbz"]


def test_a_folder_of_pictures_in_a_folder_of_pictures_is_another_book() -> None:
    assert books("A/1.jpg", "A/2.jpg", "A/extras/1.jpg") == ["A", "A/extras"]


def test_a_cover_alone_is_a_book_of_one_page() -> None:
    assert books("A/cover.jpg") == ["A"]


def test_books_come_in_natural_order() -> None:
    assert books("s/10.cbz", "s/9.cbz", "S2/1.cbz", "s/1.cbz") == ["s/1.cbz", "s/9.cbz", "s/10.cbz", "S2/1.cbz"]


@pytest.mark.parametrize("name", [".hidden", "._a.cbz", "__MACOSX", "@eaDir", "Thumbs.db", "#recycle", "a.cbz~"])
def test_what_systems_leave_about_is_ignored(name: str) -> None:
    assert is_ignored(name)


def test_no_books_in_nothing() -> None:
    assert books() == []


@given(
    st.lists(
        st.sampled_from(["a", "b", "en", "pages", "1.jpg", "2.png", "x.cbz", "m.svg", "metadata.yaml"]), max_size=12
    )
)
def test_every_archive_in_any_tree_is_found_once(parts: list[str]) -> None:
    paths = {
        "/".join([*parts[:depth], f"{depth}.cbz"])
        for depth in range(len(parts))
        if all("." not in p for p in parts[:depth])
    }
    assert set(books(*paths)) == paths


@pytest.mark.parametrize(
    ("exists", "entries", "present", "unmounted"),
    [(False, 0, 0, True), (False, 0, 9, True), (True, 0, 9, True), (True, 0, 0, False), (True, 1, 9, False)],
)
def test_a_root_that_is_gone_or_empty_where_it_held_books_is_unmounted(
    exists: bool, entries: int, present: int, unmounted: bool
) -> None:
    assert looks_unmounted(exists, entries, present) is unmounted


def test_nothing_is_done_about_what_did_not_change() -> None:
    result = compare([Found("a", False, 10, 1)], [known("a")])
    assert (result.unchanged, result.to_read, result.gone, result.returned) == (1, [], [], [])


@pytest.mark.parametrize("found", [Found("a", False, 11, 1), Found("a", False, 10, 2)])
def test_another_size_or_time_is_a_change(found: Found) -> None:
    source = known("a")
    assert compare([found], [source]).to_read == [(found, source)]


def test_a_failed_file_is_left_alone_until_it_changes_or_somebody_asks() -> None:
    source = known("a", state="failed")
    found = Found("a", False, 10, 1)
    assert compare([found], [source]).unchanged == 1
    assert compare([found], [source], retry_failed=True).to_read == [(found, source)]


def test_a_missing_file_that_is_back_is_back_without_being_read() -> None:
    source = known("a", state="missing")
    assert compare([Found("a", False, 10, 1)], [source]).returned == [source]


def test_what_is_not_there_is_gone_once() -> None:
    present, missing = known("a"), known("b", state="missing")
    assert compare([], [present, missing]).gone == [present]


stamps = st.tuples(st.integers(0, 2), st.integers(0, 2))
states = st.sampled_from(["present", "missing", "failed"])


@given(
    st.dictionaries(st.sampled_from("abcdef"), stamps, max_size=6),
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(stamps, states), max_size=6),
    st.booleans(),
)
def test_every_book_and_every_source_is_accounted_for_exactly_once(
    on_disk: dict[str, tuple[int, int]], in_database: dict[str, tuple[tuple[int, int], str]], retry: bool
) -> None:
    found = [Found(path, False, *stamp) for path, stamp in on_disk.items()]
    sources = [known(path, size=s[0], at=s[1], state=state) for path, (s, state) in in_database.items()]
    result = compare(found, sources, retry_failed=retry)
    assert result.unchanged + len(result.returned) + len(result.to_read) == len(found)
    assert {source.path for source in result.gone} == {
        source.path for source in sources if source.path not in on_disk and source.state is not SourceState.MISSING
    }
    for book, source in result.to_read:
        assert source is None or source.path == book.path


def test_a_moved_file_is_the_source_it_was() -> None:
    source = known("old/1.cbz", content="x")
    assert pair_moves({"new/1.cbz": "x", "new/2.cbz": "y"}, [source, known("old/2.cbz", content="z")]) == {
        "new/1.cbz": source
    }


def test_two_copies_that_moved_stay_two_and_keep_their_names() -> None:
    one, other = known("old/a.cbz", content="x"), known("old/b.cbz", content="x")
    assert pair_moves({"new/b.cbz": "x", "new/a.cbz": "x"}, [other, one]) == {"new/a.cbz": one, "new/b.cbz": other}


def test_a_copy_of_a_moved_file_is_new() -> None:
    source = known("old/a.cbz", content="x")
    assert pair_moves({"new/1.cbz": "x", "new/2.cbz": "x"}, [source]) == {"new/1.cbz": source}


def test_two_files_that_swapped_names_swap_back() -> None:
    one, other = known("a.cbz", content="1"), known("b.cbz", content="2")
    assert pair_moves({"a.cbz": "2", "b.cbz": "1"}, [one, other]) == {"a.cbz": other, "b.cbz": one}


def test_a_source_without_content_moves_nowhere() -> None:
    assert pair_moves({"a": "x"}, [known("b", content=None)]) == {}


@given(
    st.dictionaries(st.text("abc/", min_size=1, max_size=5), st.sampled_from("xyz"), max_size=8),
    st.lists(st.sampled_from("xyz"), max_size=8),
)
def test_pairs_are_one_to_one_of_equal_content_and_as_many_as_can_be(paths: dict[str, str], orphans: list[str]) -> None:
    sources = [known(f"old/{number}", content=content) for number, content in enumerate(orphans)]
    pairs = pair_moves(paths, sources)
    taken: list[UUID] = [source.id for source in pairs.values()]
    assert len(set(taken)) == len(taken)
    assert all(source.fingerprint == paths[path] for path, source in pairs.items())
    for content in "xyz":
        here = sum(1 for value in paths.values() if value == content)
        assert sum(1 for path in pairs if paths[path] == content) == min(here, orphans.count(content))


def test_books_that_are_as_they_were_are_set_aside_without_a_further_look() -> None:
    same, touched = Found("a/1.cbz", False, 10, 1), Found("a/2.cbz", False, 10, 2)
    new, folder = Found("a/4.cbz", False, 10, 1), Found("b", True, 30, 7)
    settled = {("a/1.cbz", 10, 1), ("a/2.cbz", 10, 1), ("a/3.cbz", 10, 1), ("b", 30, 7)}
    assert set_aside([same, touched, new, folder], settled) == ([touched, new], {"a/2.cbz", "a/3.cbz"})
    assert set_aside([same, folder], {("a/1.cbz", 10, 1), ("b", 30, 7)}) == ([], set())
    assert set_aside([], set()) == ([], set())
    assert set_aside([], {("a/1.cbz", 10, 1)}) == ([], {"a/1.cbz"})
