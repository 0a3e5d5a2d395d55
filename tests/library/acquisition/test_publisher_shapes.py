"""What a publisher says is read with care: any field may be missing, or of another kind."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.acquisition import publisher

LANGS = {
    "cn": {"iso_code": "zh", "iso_locale": "CN", "iso_script": "Hans", "translators": ["Ran"], "name": "Chinese"},
    "kr": {"iso_code": "ko"}, "no": {"iso_code": "nb"}, "mx": {"iso_code": "es", "iso_locale": "MX"},
    "go": {"iso_code": "", "iso_version": -1}, "en": {"iso_code": "en"}, "es": {"iso_code": "es"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "tag"),
    [("cn", "zh-Hans"), ("kr", "ko"), ("no", "nb"), ("mx", "es-MX"), ("go", "fr-gallo"), ("en", "en"), ("es", "es")],
)
def test_codes_of_the_publishers_own_are_mapped(code: str, tag: str) -> None:
    assert publisher.read_languages(LANGS)[code].tag == tag


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("cn", "cn"),
        ("zh", "cn"),
        ("zh-Hans", "cn"),
        ("ko", "kr"),
        ("es", "es"),
        ("es-MX", "mx"),
        ("EN", "en"),
        ("ja", None),
    ],
)
def test_a_language_may_be_asked_for_by_either_code(wanted: str, code: str | None) -> None:
    found = publisher.language_for(wanted, list(LANGS), publisher.read_languages(LANGS))
    assert (found.code if found else None) == code


def test_pages_are_trusted_and_their_count_is_not() -> None:
    [episode] = publisher.read_manifest(
        [
            {
                "name": "ep12_X",
                "total_pages": 40,
                "pages": {"cover": "E12.jpg", "1": "E12P01.jpg", "credits": "E12P02.jpg"},
            }
        ]
    )
    assert sorted(episode.pages) == ["1", "cover", "credits"]
    assert (episode.slug, episode.number, episode.languages) == ("ep12-x", 12, ())


@pytest.mark.parametrize(
    "pages",
    [
        {"1": "../../etc/passwd.jpg"},
        {"1": "a/b.jpg"},
        {"1": "x.exe"},
        {"0": "x.jpg"},
        {"1": 7},
        {"1": "\ud800.jpg"},
        [],
    ],
)
def test_names_that_are_no_names_are_left_out(pages: Any) -> None:
    assert publisher.read_manifest([{"name": "ep01_X", "pages": pages}]) == []


@pytest.mark.parametrize("name", ["..", "a/b", "", 5, None, "x" * 300, "a\0b"])
def test_an_episode_whose_name_is_no_name_is_left_out(name: Any) -> None:
    assert publisher.read_manifest([{"name": name, "pages": {"1": "E01P01.jpg"}}]) == []


@pytest.mark.parametrize(
    ("value", "count"), [("971", 971), (12, 12), ("1 234", 1234), (None, None), ("many", None), (True, None)]
)
def test_supporters_are_a_number_a_text_or_nothing(value: Any, count: int | None) -> None:
    assert publisher.read_info({"supporters": value}, "https://x").supporters == count


def test_information_is_read() -> None:
    info = publisher.read_info(
        {
            "published": "2014-05-31", "original-language": "fr", "background-color": "#ABCDEF",
            "credits": {"Script": ["A", "B"], "Colours": "C"},
            "related-urls": ["https://example.org/", "https://www.davidrevoy.com/article1"],
        },
        "https://x",
    )  # fmt: skip
    assert info.published == date(2014, 5, 31)
    assert info.credits == (("script", "A"), ("script", "B"), ("colours", "C"))
    assert info.commentary_url == "https://www.davidrevoy.com/article1"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ({"pluxmlID": "434"}, "https://www.davidrevoy.com/article434"),
        ({"pluxmlID": "434/../x"}, None),
        ({"related-urls": ["javascript:alert(1)", "file:///etc/passwd"]}, None),
        (
            {"related-urls": ["https://evildavidrevoy.com/a", "https://www.davidrevoy.com/b"]},
            "https://www.davidrevoy.com/b",
        ),
        ({}, None),
    ],
)
def test_the_commentary_is_found_or_not(value: Any, url: str | None) -> None:
    assert publisher.read_info(value, "https://x/0_sources").commentary_url == url


@pytest.mark.parametrize("slug", ["ep01_Potion-of-Flight", "ep01-potion-of-flight", "ep01", "1", "EP1"])
def test_an_episode_may_be_called_by_name_slug_or_number(slug: str) -> None:
    episode = publisher.Published("ep01_Potion-of-Flight", {"1": "a.jpg"}, ("en",))
    assert episode.is_called(slug)
    assert not episode.is_called("ep11")


@pytest.mark.parametrize(
    ("file", "name"),
    [("Pepper-and-Carrot_by-David-Revoy_E01P02.jpg", "E01P02.svg"), ("x_E01.jpg", "E01.svg"), ("x.jpg", None)],
)
def test_a_page_is_lettered_by_the_drawing_of_its_number(file: str, name: str | None) -> None:
    assert publisher.lettering_name(file) == name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_no_json_whatever_makes_reading_fail(value: Any) -> None:
    languages = publisher.read_languages(value)
    assert all(publisher.is_safe(code) for code in languages)
    assert all(title.strip() for title in publisher.read_titles(value, languages).values())
    info = publisher.read_info(value, "https://x")
    assert info.published is None or isinstance(info.published, date)
    assert all(publisher.is_safe(episode.name) for episode in publisher.read_manifest(value))
    for episode in publisher.read_manifest([{"name": "ep1", "pages": value, "translated_languages": value}]):
        assert episode.name == "ep1"
        assert all(publisher.is_slot(slot) and publisher.is_safe(file) for slot, file in episode.pages.items())
