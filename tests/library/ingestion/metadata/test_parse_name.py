"""What names say, as they are written in many places."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.ingestion.metadata.naming import parse_name

Expected = tuple[str | None, str | None, int | None, int | None, str | None]

NAMES: dict[str, Expected] = {  # series, number, volume, year, title
    "Saga of X v2 #012.5 (2014) (digital).cbz": ("Saga of X", "12.5", 2, 2014, None),
    "Pepper and Carrot 01 - Potion of Flight": ("Pepper and Carrot", "1", None, None, "Potion of Flight"),
    "ep01_Potion-of-Flight": (None, "1", None, None, "Potion of Flight"),
    "Les Passagers T03 - La porte.cbr": ("Les Passagers", None, 3, None, "La porte"),
    "Les Schtroumpfs - Tome 03 - La Schtroumpfette": ("Les Schtroumpfs", None, 3, None, "La Schtroumpfette"),
    "Corto Maltese n. 4 (1998) [ITA].cbz": ("Corto Maltese", "4", None, 1998, None),
    "Dylan Dog n°5 - Gli uccisori": ("Dylan Dog", "5", None, None, "Gli uccisori"),
    "Le Storie - Vol 4 - Il boia": ("Le Storie", None, 4, None, "Il boia"),
    "第3話.zip": (None, "3", None, None, None),
    "進撃の巨人 第12巻.cbz": ("進撃の巨人", None, 12, None, None),
    "ワンピース 第百二話": ("ワンピース", "102", None, None, None),
    "Vol. 2 Ch. 12": (None, "12", 2, None, None),
    "Manga Title Vol.05 Ch.032.5 - Extra (en) [Group]": ("Manga Title", "32.5", 5, None, "Extra"),
    "Monster_v01_c05.cbz": ("Monster", "5", 1, None, None),
    "ch. 12": (None, "12", None, None, None),
    "001.cbz": (None, "1", None, None, None),
    "T01": (None, None, 1, None, None),
    "Captain Science #001 (1950) The Beginning - nothing.cbz": (
        "Captain Science",
        "1",
        None,
        1950,
        "The Beginning - nothing",
    ),
    "Batman (2016) 001 (of 12) (digital) (Son of Ultron-Empire).cbz": ("Batman", "1", None, 2016, None),
    "X-Men '92 004 (2016).cbz": ("X-Men '92", "4", None, 2016, None),
    "100 Bullets #5 (1999)": ("100 Bullets", "5", None, 1999, None),
    "Series 12 #003 (2014)": ("Series 12", "3", None, 2014, None),
    "Asterix - 01 - Asterix der Gallier": ("Asterix", "1", None, None, "Asterix der Gallier"),
    "Berserk Chapter 364 - Tears of Morning Dew": ("Berserk", "364", None, None, "Tears of Morning Dew"),
    "Hellboy S02E03": ("Hellboy", "3", 2, None, None),
    "Bone 1½": ("Bone", "1.5", None, None, None),
    "science_comics_001.cbz": ("science comics", "1", None, None, None),
    "Title Without Number": ("Title Without Number", None, None, None, None),
    "Author - Title": ("Author", None, None, None, "Title"),
    "": (None, None, None, None, None),
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_name_says(name: str) -> None:
    found = parse_name(name)
    number = None if found.number is None else format(found.number, "f")
    assert (found.series, number, found.volume, found.year, found.title) == NAMES[name]


def test_count_and_language_in_brackets_are_kept() -> None:
    assert parse_name("Batman 001 (of 12)").count == 12
    assert parse_name("Corto Maltese 4 [ITA]").language == "it"
    assert parse_name("Corto Maltese 4 (French)").language == "fr"
    assert parse_name("Corto Maltese 4 (c2c) (Digital)").language is None


@given(st.text(max_size=500))
def test_no_name_is_too_strange(name: str) -> None:
    found = parse_name(name)
    assert found.source == "name"
    assert found.number is None or 0 <= found.number < Decimal(10) ** 8
    assert found.series is None or 0 < len(found.series) <= 500
