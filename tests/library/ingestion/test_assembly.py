"""Which series and episode a book is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePosixPath
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.assembly import Proposal, Shelves, name_books, propose
from fumetto.library.ingestion.naming import ParsedName, series_key


def series_of(root: str, *paths: str) -> dict[str, str | None]:
    return {path: named.series for path, named in name_books(paths, PurePosixPath(root)).items()}


def numbers_of(root: str, *paths: str) -> dict[str, Decimal | None]:
    return {path: named.number for path, named in name_books(paths, PurePosixPath(root)).items()}


def test_a_folder_of_books_names_their_series() -> None:
    assert series_of("/comics", "Saga/Saga 001.cbz", "Saga/Saga 002.cbz") == {
        "Saga/Saga 001.cbz": "Saga",
        "Saga/Saga 002.cbz": "Saga",
    }


def test_the_root_itself_is_a_shelf() -> None:
    assert series_of("/x/Saga", "01.cbz", "02.cbz", "Special.cbz") == dict.fromkeys(
        ("01.cbz", "02.cbz", "Special.cbz"), "Saga"
    )


def test_books_in_the_root_that_name_series_and_number_are_believed() -> None:
    assert series_of(
        "/x/lettered", "Pepper and Carrot 01 - Potion of Flight", "Pepper and Carrot 02 - Rainbow Potions"
    ) == {
        "Pepper and Carrot 01 - Potion of Flight": "Pepper and Carrot",
        "Pepper and Carrot 02 - Rainbow Potions": "Pepper and Carrot",
    }


def test_a_folder_that_is_only_a_place_leaves_the_name_to_the_one_above() -> None:
    assert series_of("/comics", "Akira/Volume 2/01.cbz") == {"Akira/Volume 2/01.cbz": "Akira"}


def test_two_series_in_one_folder_are_told_apart_when_they_claim_one_number() -> None:
    assert series_of("/c", "Image/Saga 001.cbz", "Image/Chew 001.cbz", "Image/Chew 002.cbz") == {
        "Image/Saga 001.cbz": "Saga",
        "Image/Chew 001.cbz": "Chew",
        "Image/Chew 002.cbz": "Chew",
    }


def test_a_single_file_is_named_by_itself_or_by_its_folder() -> None:
    assert series_of("/comics/Saga 003.cbz", ".") == {".": "Saga"}
    assert series_of("/comics/Saga/003.cbz", ".") == {".": "Saga"}
    assert numbers_of("/comics/Saga/003.cbz", ".") == {".": Decimal(3)}


def test_every_book_has_a_series_even_without_a_name() -> None:
    assert series_of("/", "1.cbz") == {"1.cbz": "Comics"}
    assert series_of("/01", "1.cbz") == {"1.cbz": "01"}


def test_metadata_outweighs_names() -> None:
    named = ParsedName("Folder", Decimal(7), title="From name")
    assert propose(named, series="Real", number=Decimal("12.5"), title="Told") == Proposal(
        "real", "Real", Decimal("12.500"), "Told", names_series=True, names_number=True
    )


def test_a_forced_series_outweighs_metadata_and_leaves_the_number() -> None:
    proposal = propose(ParsedName("F", Decimal(7)), forced_series="Mine & Yours", series="Real", number=Decimal(2))
    assert (proposal.series, proposal.key, proposal.number) == ("Mine & Yours", "mine and yours", Decimal(2))


def test_a_volume_that_is_a_year_sets_series_apart() -> None:
    assert propose(ParsedName("F"), series="Batman", volume=2016, number=Decimal(1)).series == "Batman (2016)"
    assert propose(ParsedName("F"), series="Batman (2016)", volume=2016, number=Decimal(1)).series == "Batman (2016)"


def test_a_small_volume_is_the_number_of_a_book_without_one() -> None:
    assert propose(ParsedName("F"), series="Akira", volume=3).number == 3
    assert propose(ParsedName("F"), series="Akira", volume=3, number=Decimal(21)).number == 21


def test_a_book_that_says_nothing_is_called_by_its_number() -> None:
    assert propose(ParsedName("F", Decimal("12.50"))).title == "#12.5"
    assert propose(ParsedName("F")).title == "F"


def book(number: str | None, title: str = "T", series: str = "Saga") -> Proposal:
    return Proposal(series_key(series), series, Decimal(number) if number else None, title)


def test_the_first_book_makes_the_series_and_the_second_joins_it() -> None:
    shelves = Shelves({})
    one, other = shelves.place(book("1")), shelves.place(book("2"))
    assert one.new_series
    assert not other.new_series
    assert one.series_id == other.series_id


def test_a_book_joins_the_series_its_neighbours_are_in_by_now() -> None:
    series_id = uuid4()
    placed = Shelves({"saga": series_id}).place(book("3"))
    assert (placed.series_id, placed.new_series) == (series_id, False)


def test_a_second_file_of_a_number_is_an_edition_of_the_first() -> None:
    shelves = Shelves({})
    one, other, third = (shelves.place(book("1")) for _ in range(3))
    assert one.edition_of_id is None
    assert other.edition_of_id == third.edition_of_id == one.episode_id
    assert other.sort_key == one.sort_key
    assert len({one.slug, other.slug, third.slug}) == 3


def test_an_edition_of_an_episode_that_was_there_before_points_to_it() -> None:
    series_id, episode_id = uuid4(), uuid4()
    shelves = Shelves({"saga": series_id})
    shelves.know_episode(series_id, Decimal("2.000"), episode_id)
    assert shelves.place(book("2")).edition_of_id == episode_id


def test_twelve_and_a_half_lies_between_twelve_and_thirteen() -> None:
    shelves = Shelves({})
    keys = [shelves.place(book(number)).sort_key for number in ("12", "13", "12.5")]
    assert keys[0] < keys[2] < keys[1]


def test_books_without_a_number_come_after_all_in_the_order_they_came() -> None:
    series_id = uuid4()
    shelves = Shelves({"saga": series_id})
    shelves.know_last_unnumbered(series_id, Decimal("900004"))
    assert [shelves.place(book(None, title)).sort_key for title in ("B", "A")] == [Decimal(900_005), Decimal(900_006)]


def test_a_copy_of_a_book_without_a_number_is_an_edition_of_it() -> None:
    shelves = Shelves({})
    one = shelves.place(book(None))
    assert shelves.place(book(None), twin_of=one.episode_id).edition_of_id == one.episode_id


def test_two_series_of_one_title_have_two_slugs() -> None:
    shelves = Shelves({}, taken_slugs=["saga"])
    assert [shelves.slug_for_series("Saga") for _ in range(2)] == ["saga-2", "saga-3"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.one_of(st.none(), st.sampled_from(["1", "-1", "1.5", "2"])),
            st.sampled_from(["x", "y"]),
        ),
        max_size=20,
    )
)
def test_slugs_and_places_are_unique_within_a_series(books: list[tuple[str, str | None, str]]) -> None:
    shelves = Shelves({})
    placed = [shelves.place(book(number, title, series)) for series, number, title in books]
    assert len({(place.series_id, place.slug) for place in placed}) == len(placed)
    primaries = [(place.series_id, place.sort_key) for place in placed if place.edition_of_id is None]
    assert len(set(primaries)) == len(primaries)
    assert sum(place.new_series for place in placed) == len({series for series, *_ in books})
