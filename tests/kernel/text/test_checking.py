"""A translation that would break a page is told what is wrong with it, and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import LANGUAGES, every_text
from fumetto.kernel.text.checking import Problem, categories, is_a_language, place_of, problems_of
from fumetto.kernel.text.messages import format_message

PAGES = "{count, plural, one {# page} other {# pages}} of {name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_comes_with_fumetto_passes(language: str) -> None:
    english = every_text("en")
    wrong = {
        (variant, key): problems_of(text, english[key], language)
        for variant in Variant
        for key, text in every_text(language, variant).items()
        if problems_of(text, english[key], language)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "language", "problem"),
    [
        (" \n", "fr", Problem("empty")),
        ("{count, plural, one {# page", "fr", Problem("malformed", "1:28", 'Expected } but found "<EOF>"')),
        ("Ha\nha } {name}", "fr", Problem("malformed", "2:4", 'Unexpected "}"')),
        ("{count, plural, one {#} other {#}}", "fr", Problem("missing_argument", "{name}")),
        (PAGES + " {who}", "fr", Problem("unknown_argument", "{who}", "{count}, {name}")),
        (PAGES, "pl", Problem("missing_plural", "{count}", "many, few")),
        (PAGES.replace("one", "two"), "it", Problem("unknown_plural", "{count}: two", "many, one, other")),
        ("{count} {name, number}", "fr", Problem("other_type", "{name}", "text")),
        ("{count, number, ::sign-always} {name}", "fr", Problem("other_format", "{count}", "–")),
        (PAGES + " <b>!</b>", "en", Problem("markup", "1:57")),
        (PAGES + "<script>alert(1)//", "en", Problem("markup", "1:56")),
        (PAGES + "\u202e", "en", Problem("character", "1:56", "U+202E")),
        (PAGES + "\x00", "en", Problem("character", "1:56", "U+0000")),
        (PAGES + "!" * 300, "en", Problem("too_long", "1:221", "220")),
    ],
)  # fmt: skip
def test_text_that_would_break_a_page_is_told_why_and_where(text: str, language: str, problem: Problem) -> None:
    assert problem in problems_of(text, PAGES, language)


def test_cases_of_a_select_are_those_of_the_base() -> None:
    base = "{role, select, owner {all} other {some}}"
    assert problems_of("{role, select, owner {tout} other {un peu}}", base, "fr") == []
    assert problems_of("{role, select, other {un peu}}", base, "fr") == [Problem("cases", "{role}", "other, owner")]


def test_marks_of_a_prompt_stay_in_its_translation() -> None:
    base = "<names>{names}</names>"
    assert problems_of("Voici : <names>{names}</names>", base, "fr") == []
    assert [one.kind for one in problems_of("<noms>{names}</noms>", base, "fr")] == ["markup"]


def test_each_count_has_the_forms_that_its_language_needs() -> None:
    assert categories("pl")[1].keys() == {"one", "few", "many", "other"}
    assert categories("ar")[1].keys() == {"zero", "one", "two", "few", "many", "other"}
    assert categories("ja")[1].keys() == {"other"}
    assert categories("en", ordinal=True)[1].keys() == {"one", "two", "few", "other"}
    assert is_a_language("fr-CA")
    assert not is_a_language("xx-YY")


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(0, 10**7))
def test_any_text_is_either_refused_or_can_be_said(text: str, count: int) -> None:
    if not problems_of(text, PAGES, "fr"):
        assert format_message(text, "fr", {"count": count, "name": "x"})


@settings(deadline=None)
@given(st.text(alphabet="{}<>#'ab,\n lpuras", max_size=60))
def test_place_of_what_is_wrong_is_within_the_text(text: str) -> None:
    for problem in problems_of(text, "{a}", "en"):
        if problem.place and not problem.place.startswith("{"):
            line, column = map(int, problem.place.split(":"))
            assert 1 <= line <= text.count("\n") + 1
            assert 1 <= column <= len(text) + 1
    assert place_of("ab\ncd", 4) == "2:2"
