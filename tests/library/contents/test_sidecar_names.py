"""Which file is which page's sidecar."""

from __future__ import annotations

from fumetto.library.contents.sidecars.naming import KnownPage, match, sidecar_of


def page(key: str, member: str, folder: str = "ep01", series: str = "s") -> KnownPage:
    return KnownPage(key, member, frozenset({folder}), frozenset({series}))


def test_the_name_with_json_appended_comes_before_the_one_with_it_in_place_of_the_suffix() -> None:
    assert sidecar_of("a/P01.jpg", ["a/P01.json", "a/P01.jpg.json"]) == "a/P01.jpg.json"
    assert sidecar_of("a/P01.jpg", ["a/P01.json", "b/P01.jpg.json"]) == "a/P01.json"
    assert sidecar_of("P01.jpg", ["p01.JPG.JSON"]) == "p01.JPG.JSON"
    assert sidecar_of("P01.jpg", ["P011.json", "P01.txt"]) is None


def test_files_under_which_books_describe_themselves_are_no_sidecars() -> None:
    assert sidecar_of("comicbox.png", ["comicbox.json"]) is None


def test_folders_decide_where_names_alone_do_not() -> None:
    pages = [page("a", "01.jpg", "one"), page("b", "01.jpg", "two"), page("c", "cover.png", "two")]
    found, left = match(["one/01.json", "two/01.jpg.json", "x/cover.json", "x/01.json", "x/09.json"], pages)
    assert found == {"a": "one/01.json", "b": "two/01.jpg.json", "c": "x/cover.json"}
    assert left == ["x/01.json", "x/09.json"]


def test_series_decide_where_episodes_have_the_same_name() -> None:
    pages = [page("a", "01.jpg", "ep01", "first"), page("b", "01.jpg", "ep01", "second")]
    assert match(["sidecars/second/ep01/01.json"], pages)[0] == {"b": "sidecars/second/ep01/01.json"}


def test_a_page_takes_one_file_only() -> None:
    found, left = match(["ep01/P1.json", "ep01/P1.png.json"], [page("a", "P1.png")])
    assert found == {"a": "ep01/P1.json"}
    assert left == ["ep01/P1.png.json"]
