"""What names of files and folders say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.naming import (
    ParsedName,
    episode_title_in,
    is_generic,
    parse_name,
    series_key,
    usable_number,
)


@pytest.mark.parametrize(
    ("name", "series", "number", "title"),
    [
        ("Pepper and Carrot 01 - Potion of Flight", "Pepper and Carrot", "1", "Potion of Flight"),
        ("Series 003 #001.cbz", "Series 003", "1", None),
        ("Captain Science #001 (1950) The Beginning - multi.cbz", "Captain Science", "1", "The Beginning - multi"),
        ("Batman v2 #12.5 (of 30) (2016) (Digital).cbr", "Batman", "12.5", None),
        ("One Piece - c1001 (v99) [group].cbz", "One Piece", "1001", None),
        ("One Piece Vol. 03.cbz", "One Piece", "3", None),
        ("One Piece v03 Chapter 021.cbz", "One Piece", "21", None),
        ("Asterix T05 - Le tour de Gaule.cbz", "Asterix", "5", "Le tour de Gaule"),
        ("Saga 012.5.cbz", "Saga", "12.5", None),
        ("100 Bullets 05.cbz", "100 Bullets", "5", None),
        ("Blade Runner 2049 - 03.cbz", "Blade Runner 2049", "3", None),
        ("X-Men 92 01.cbz", "X-Men 92", "1", None),
        ("Spider-Man_2099_003_(1993).cbz", "Spider-Man 2099", "3", None),
        ("Watchmen.cbz", "Watchmen", None, "Watchmen"),
        ("ep02_The-Blue-long-foldername", None, "2", "The Blue long foldername"),
        ("ep01", None, "1", None),
        ("S01E03.cbz", None, "3", None),
        ("第12話.cbz", None, "12", None),
        ("Tome 3 - Le Retour.cbz", None, "3", "Le Retour"),
        ("Chapter 12.cbz", None, "12", None),
        ("001.cbz", None, "1", None),
        ("", None, None, None),
        ("...", None, None, None),
    ],
)
def test_a_name_says_series_number_and_title(
    name: str, series: str | None, number: str | None, title: str | None
) -> None:
    parsed = parse_name(name)
    assert (parsed.series, parsed.number, parsed.title) == (series, Decimal(number) if number else None, title)


def test_a_year_in_brackets_is_a_year_and_not_a_number() -> None:
    assert parse_name("Watchmen (1986).cbz") == ParsedName(series="Watchmen", year=1986, title="Watchmen")


@given(st.text(max_size=120))
def test_any_name_at_all_is_parsed(name: str) -> None:
    parsed = parse_name(name)
    assert parsed.series is None or (parsed.series.strip() == parsed.series and len(parsed.series) <= 512)
    assert parsed.number is None or parsed.number.is_finite()


@given(st.text("ab -_#.,0123456789()vVcept", max_size=40))
def test_names_made_of_what_names_are_made_of_are_parsed(name: str) -> None:
    number = parse_name(name).number
    assert number is None or number.is_finite()


@given(st.text("Abc déç", min_size=3, max_size=20).filter(str.strip), st.integers(1, 9999))
def test_a_number_after_a_hash_is_always_the_number(series: str, number: int) -> None:
    assert parse_name(f"{series} #{number:03}.cbz").number == number


@pytest.mark.parametrize("name", ["Volume 2", "Season 1", "vol. 03", "03", "", "Chapters", "Tome 4", "Extras"])
def test_a_place_in_a_series_is_no_series(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize("name", ["Saga", "52 Weeks", "Volume of Ghosts", "Pepper & Carrot (JPEG)"])
def test_a_series_is_no_mere_place(name: str) -> None:
    assert not is_generic(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pepper & Carrot", "Pepper and Carrot"),
        ("The Boys", "boys"),
        ("Astérix", "Asterix"),
        ("Spider-Man", "spider man"),
        ("L'Incal", "Incal"),
    ],
)
def test_one_series_written_twice_has_one_key(one: str, other: str) -> None:
    assert series_key(one) == series_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pepper & Carrot", "Pepper & Carrot (JPEG)"),
        ("Batman (2011)", "Batman (2016)"),
        ("東京", "京都"),
        ("!!!", "???"),
    ],
)
def test_two_series_have_two_keys(one: str, other: str) -> None:
    assert series_key(one) != series_key(other)


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("Episode 1 : Potion of flight", Decimal(1), "Potion of flight"),
        ("Episode 1 : Potion d'envol", None, "Potion d'envol"),
        ("حلقة ١ : جُرعةُ الطَيران", Decimal(1), "جُرعةُ الطَيران"),
        ("エピソード2 : 虹の薬", Decimal(2), "虹の薬"),
        ("エピソード 4：天才のひらめき", Decimal(4), "天才のひらめき"),
        ("Potion of Flight", Decimal(1), "Potion of Flight"),
        ("Episode 7 : Another one", Decimal(1), None),
        ("12 witches", Decimal(1), None),
        ("", None, None),
        ("word " * 40, None, None),
    ],
)
def test_a_title_strip_gives_its_title(text: str, number: Decimal | None, title: str | None) -> None:
    assert episode_title_in(text, number) == title


@pytest.mark.parametrize("number", ["NaN", "Infinity", "900000", "-900000", "1e30"])
def test_a_number_that_no_reading_order_can_hold_is_none(number: str) -> None:
    assert usable_number(Decimal(number)) is None


def test_a_number_is_kept_to_three_decimals() -> None:
    assert str(usable_number(Decimal("12.5000001"))) == "12.500"
