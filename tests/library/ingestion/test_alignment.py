"""Which page of a changed book is which page of the book as it was known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.alignment import PageIdentity, align


def pages(*contents: str, names: str | None = None) -> list[PageIdentity]:
    stems = names or "".join(str(index) for index in range(len(contents)))
    return [PageIdentity(f"{stem}.jpg", content) for stem, content in zip(stems, contents, strict=True)]


def test_an_unchanged_book_keeps_every_page() -> None:
    assert align(pages(*"abc"), pages(*"abc")) == [0, 1, 2]


def test_an_inserted_page_is_new_and_moves_no_other() -> None:
    assert align(pages(*"abc"), pages(*"axbc")) == [0, None, 1, 2]


def test_a_page_that_went_is_nobody_else() -> None:
    assert align(pages(*"abc"), pages(*"ac")) == [0, 2]


def test_pages_in_another_order_stay_themselves() -> None:
    assert align(pages(*"abc"), pages(*"cab")) == [2, 0, 1]


def test_a_page_scanned_again_under_its_name_is_the_same_page() -> None:
    assert align(pages(*"abc"), pages(*"aXc")) == [0, 1, 2]


def test_a_page_in_another_format_is_the_same_page() -> None:
    old = [PageIdentity("1.jpg", "a"), PageIdentity("2.jpg", "b")]
    new = [PageIdentity("1.webp", "c"), PageIdentity("2.webp", "d")]
    assert align(old, new) == [0, 1]


def test_a_book_scanned_again_under_other_names_keeps_its_order() -> None:
    assert align(pages(*"abc", names="123"), pages(*"XYZ", names="pqr")) == [0, 1, 2]


def test_pages_between_sure_ones_are_paired_only_when_they_are_as_many() -> None:
    old = pages(*"abcd", names="1234")
    assert align(old, pages(*"aXYd", names="1pq4")) == [0, 1, 2, 3]
    assert align(old, pages(*"aXYZd", names="1pqr4")) == [0, None, None, None, 3]


def test_blank_pages_that_are_alike_are_each_continued_once() -> None:
    assert align(pages(*"a__b"), pages(*"a_b")) == [0, 1, 3]


def test_an_empty_book_continues_nothing() -> None:
    assert align([], pages("a")) == [None]
    assert align(pages("a"), []) == []


identities = st.lists(
    st.builds(PageIdentity, st.sampled_from(["1.jpg", "2.jpg", "3.png", "4.png"]), st.sampled_from("abcdef")),
    max_size=7,
)


@given(identities, identities)
def test_no_old_page_is_continued_twice(old: list[PageIdentity], new: list[PageIdentity]) -> None:
    matched = [index for index in align(old, new) if index is not None]
    assert len(matched) == len(set(matched))
    assert all(0 <= index < len(old) for index in matched)


@given(identities, identities)
def test_content_that_is_still_there_is_never_lost(old: list[PageIdentity], new: list[PageIdentity]) -> None:
    for content in "abcdef":
        before = sum(page.fingerprint == content for page in old)
        after = [index for index, page in enumerate(new) if page.fingerprint == content]
        kept = sum(
            1 for index in after if (match := align(old, new)[index]) is not None and old[match].fingerprint == content
        )
        assert kept == min(before, len(after))
