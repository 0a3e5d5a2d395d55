"""What models are told, to whom it is from and as the operator says it, under a version that knows of both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.kernel.text.audience import Variant, addressing
from fumetto.kernel.text.catalogues import Words, catalogue, say_from

PROMPTS = LocalizedPrompts()


@pytest.fixture(autouse=True)
def said_as_ever() -> Iterator[None]:
    yield
    say_from(Words())


def test_model_that_answers_the_young_is_told_so_under_a_version_of_its_own() -> None:
    everybodys = PROMPTS.version("fr")
    with addressing(Variant.TEENAGER):
        assert PROMPTS.text("companion", "fr") == catalogue("fr", Variant.TEENAGER)["prompts.companion"]
        assert PROMPTS.text("stands", "fr", place="ici") == "La personne en est ici."
        assert PROMPTS.version("fr") != everybodys
    with addressing(Variant.PARENT):
        assert PROMPTS.version("fr") == everybodys


def test_what_the_operator_says_is_told_at_once_and_changes_the_version_of_that_language_only() -> None:
    french, english = PROMPTS.version("fr"), PROMPTS.version("en")
    say_from(Words({("fr", Variant.ALL): {"prompts.companion": "Tu es bref."}}, "1"))
    assert PROMPTS.text("companion", "fr-CA") == "Tu es bref."
    assert PROMPTS.version("fr") != french
    assert PROMPTS.version("en") == english
    say_from(Words())
    assert PROMPTS.version("fr") == french


def test_language_without_prompts_has_the_english_ones() -> None:
    assert PROMPTS.text("companion", "de") == catalogue("en")["prompts.companion"]
    assert PROMPTS.version("de") == PROMPTS.version("en")
