"""Every language says the same things, with the same values filled in, and plurals follow the language."""

from datetime import date

import pytest
import yaml

from fumetto.kernel.text.catalogues import FOLDER, LANGUAGES, best_language, catalogue, flatten, say
from fumetto.kernel.text.messages import MessageInvalid, arguments, format_message, parse

FILES = sorted(path.name for path in (FOLDER / "en").glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_language_has_the_same_keys_and_arguments_as_english(name: str, language: str) -> None:
    english = flatten(yaml.safe_load((FOLDER / "en" / name).read_text("utf-8")))
    other = flatten(yaml.safe_load((FOLDER / language / name).read_text("utf-8")))
    assert sorted(english) == sorted(other)
    assert {key: arguments(text) for key, text in english.items()} == {
        key: arguments(text) for key, text in other.items()
    }


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 0, "no pages"),
        ("en", 1, "1 page"),
        ("en", 2, "2 pages"),
        ("fr", 1, "1 page"),
        ("fr", 1500, "1\u202f500 pages"),
    ],
)
def test_plural_follows_the_rules_of_the_language(language: str, count: int, said: str) -> None:
    none = "no pages" if language == "en" else "aucune page"
    assert (
        format_message(f"{{n, plural, =0 {{{none}}} one {{# page}} other {{# pages}}}}", language, {"n": count}) == said
    )


def test_numbers_dates_selects_and_quoted_braces_are_written_as_the_language_writes_them() -> None:
    assert format_message("{n, number, percent}", "fr", {"n": 0.5}) == "50\xa0%"
    assert format_message("{d, date, short}", "it", {"d": date(2026, 11, 22)}) == "22/11/26"
    assert format_message("{who, select, owner {all} other {some}} '{'x'}'", "en", {"who": "reader"}) == "some {x}"
    assert format_message("{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", "en", {"n": 22}) == "22nd"


def test_text_that_lacks_a_value_or_is_malformed_is_an_error_that_shows_it() -> None:
    with pytest.raises(MessageInvalid, match="name"):
        format_message("Hello {name}", "en", {})
    with pytest.raises(MessageInvalid):
        parse("{n, plural, one {# page}")


def test_language_without_a_catalogue_is_answered_in_english() -> None:
    assert say("de", "errors.not_found") == catalogue("en")["errors.not_found"]
    assert say("fr-CA", "errors.not_found") == catalogue("fr")["errors.not_found"]
    with pytest.raises(KeyError):
        say("en", "errors.no_such_code")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, it;q=0.5, en;q=0.4", "it"),
        ("en;q=0, fr;q=0.1", "fr"),
        ("*", "en"),
        ("fr;q=x, it", "it"),
        ("," * 10_000, "en"),
    ],
)
def test_browser_is_answered_in_the_language_it_asks_for_most(header: str | None, language: str) -> None:
    assert best_language(header) == language
