"""Art with lettering beside it, and the layout that acquisition writes."""

from decimal import Decimal
from pathlib import Path

import pytest

from fumetto.library.ingestion.books import open_book
from tests.builders.archives import folder_of, picture, zip_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
README = b"""# Pepper&Carrot translation project
# Episode 07: The Wish

[Creative Commons Attribution 4.0](https://creativecommons.org/licenses/by/4.0/)

* Dutch: Willem Sonke
* French: [Ana](https://example.org) and Bo
"""
METADATA = """
slug: ep01-potion-of-flight
title: 'Episode 1: The Potion of Flight'
episode_number: 1
language: en
published_at: 2014-05-31
credits_url: https://www.peppercarrot.com/en/webcomic/ep01_Potion-of-Flight.html
commentary_url: https://www.davidrevoy.com/article237
series: Pepper & Carrot
titles: {en: 'Episode 1: The Potion of Flight', kr: '물약', cn: 飞行药水}
credits: [{role: artist, name: David Revoy, url: 'https://www.davidrevoy.com'}]
license: CC BY 4.0
attribution: Pepper & Carrot by David Revoy
"""


def test_art_is_matched_with_lettering_by_episode_and_page_or_by_stem(tmp_path: Path) -> None:
    members = {
        "gfx_Some-Comic_by-Ada-Byron_E07.png": picture(1), "gfx_Some-Comic_by-Ada-Byron_E07P00.png": picture(2),
        "gfx_Some-Comic_by-Ada-Byron_E07P01.png": picture(3), "gfx_Some-Comic_by-Ada-Byron_E07P02.gif": picture(4),
        "preview.png": picture(5), "README.md": README,
        "fr/E07.svg": SVG, "fr/E07P00.svg": SVG, "fr/E07P01.svg": SVG, "fr/E07P02.svg": SVG, "fr/E07P99.svg": SVG,
        "cn/Some-Comic_by-Ada-Byron_E07P01.svg": SVG, "sources/E07P01.svg": SVG,
    }  # fmt: skip
    with open_book(folder_of(tmp_path / "ep07", members)) as book:
        assert [page.kind for page in book.pages] == ["cover", "title", "story", "credits"]
        assert book.letterings[2] == {"fr": "fr/E07P01.svg", "zh-Hans": "cn/Some-Comic_by-Ada-Byron_E07P01.svg"}
        assert book.metadata.languages == ("fr", "zh-Hans")
        assert (book.metadata.number, book.metadata.title) == (Decimal(7), "The Wish")
        assert [tuple(credit)[:2] for credit in book.metadata.credits] == [
            ("artist", "Ada Byron"),
            ("translator", "Ana and Bo"),
        ]
        assert [tuple(warning) for warning in book.warnings] == [("lettering_without_page", "fr/E07P99.svg")]
        assert book.member("fr/E07P01.svg").byte_size == len(SVG)


def test_art_without_the_publishers_names_is_matched_by_stem(tmp_path: Path) -> None:
    members = {"one.png": picture(1), "two.png": picture(2), "en/one.svg": SVG, "pt-BR/two.svg": SVG}
    with open_book(zip_of(tmp_path / "a.cbz", {f"book/{name}": data for name, data in members.items()})) as book:
        assert {index: dict(of) for index, of in book.letterings.items()} == {
            0: {"en": "book/en/one.svg"},
            1: {"pt-BR": "book/pt-BR/two.svg"},
        }


def test_pictures_beside_a_stray_drawing_are_plain_pages(tmp_path: Path) -> None:
    with open_book(zip_of(tmp_path / "a.cbz", {"1.png": picture(1), "2.png": picture(2), "en/logo.svg": SVG})) as book:
        assert len(book.pages) == 2
        assert not book.letterings


def acquired(members: dict[str, bytes]) -> dict[str, bytes]:
    return {"metadata.yaml": METADATA.encode(), "commentary.html": b"<p>making of</p>", **members}


def test_acquired_episode_without_art_is_its_pages(tmp_path: Path) -> None:
    members = acquired({"cover.jpg": picture(1), "pages/page_010.jpg": picture(3), "pages/page_002.jpg": picture(2),
                        "pages/title.jpg": picture(4), "pages/credits.jpg": picture(5),
                        "stray.jpg": picture(6)})  # fmt: skip
    expected = [
        ("cover.jpg", "cover", None), ("pages/title.jpg", "title", None), ("pages/page_002.jpg", "story", 1),
        ("pages/page_010.jpg", "story", 2), ("pages/credits.jpg", "credits", None),
    ]  # fmt: skip
    for path in (folder_of(tmp_path / "ep01", members), zip_of(tmp_path / "ep01.cbz", members)):
        with open_book(path) as book:
            assert [(page.member, page.kind, page.page_number) for page in book.pages] == expected
            found = book.metadata
        assert (found.source, found.slug, found.series, found.number) == (
            "acquired",
            "ep01-potion-of-flight",
            "Pepper & Carrot",
            Decimal(1),
        )
        assert found.titles == {"en": "Episode 1: The Potion of Flight", "ko": "물약", "zh-Hans": "飞行药水"}
        assert str(found.published) == "2014-05-31"
        assert found.credits_url == "https://www.peppercarrot.com/en/webcomic/ep01_Potion-of-Flight.html"
        assert found.credits[0].as_dict() == {
            "role": "artist",
            "name": "David Revoy",
            "url": "https://www.davidrevoy.com",
        }


def test_acquired_episode_with_art_is_that_art_with_its_lettering(tmp_path: Path) -> None:
    members = acquired({"cover.jpg": picture(1), "pages/page_001.jpg": picture(2), "pages/page_002.jpg": picture(3),
                        "art/cover.png": picture(4), "art/page_001.png": picture(5),
                        "lettering/en/page_001.svg": SVG, "lettering/kr/page_001.svg": SVG,
                        "lettering/en/cover.svg": SVG,
                        "lettering/en/page_009.svg": SVG, ".page_003.jpg.part": b"half"})  # fmt: skip
    with open_book(folder_of(tmp_path / "ep01", members)) as book:
        assert [page.member for page in book.pages] == ["art/cover.png", "art/page_001.png", "pages/page_002.jpg"]
        assert {index: dict(of) for index, of in book.letterings.items()} == {
            0: {"en": "lettering/en/cover.svg"},
            1: {"en": "lettering/en/page_001.svg", "ko": "lettering/kr/page_001.svg"},
        }
        assert book.metadata.languages == ("en", "ko")
        assert [tuple(warning) for warning in book.warnings] == [
            ("lettering_without_page", "lettering/en/page_009.svg")
        ]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "!!python/object/apply:os.system ['true']",
        "just words",
        "- a\n- list",
        "a: [unclosed",
        "\x00",
        "x" * 300_000,
    ],
)
def test_metadata_that_cannot_be_trusted_is_left_out_with_a_warning(tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path / "ep", {"metadata.yaml": text.encode(), "pages/page_001.jpg": picture()})
    with open_book(folder) as book:
        assert book.metadata.title is None
        assert [tuple(warning) for warning in book.warnings] == [("metadata_unreadable", "metadata.yaml")]
        assert len(book.pages) == 1


def test_fields_of_the_wrong_kind_count_as_missing(tmp_path: Path) -> None:
    text = "title: [1, 2]\nepisode_number: {a: b}\npublished_at: someday\ncredits: 7\ntags: one\n"
    text += "credits_url: javascript:alert(1)"
    with open_book(
        folder_of(tmp_path / "ep", {"metadata.yaml": text.encode(), "pages/page_001.jpg": picture()})
    ) as book:
        found = book.metadata
    assert (found.title, found.number, found.published, found.credits, found.credits_url) == (
        None,
        None,
        None,
        (),
        None,
    )
    assert found.tags == ("one",)
