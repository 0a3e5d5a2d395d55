"""What the operator says otherwise goes before the files, in the order that is promised, and never breaks a text."""

import asyncio
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumetto.kernel.text.audience import Variant, address, addressed
from fumetto.kernel.text.catalogues import (
    BROWSER_FILES,
    FOLDER,
    LANGUAGES,
    Words,
    ancestry,
    best_language,
    catalogue,
    every_text,
    say,
)
from fumetto.kernel.text.pseudo import ACCENTED, MIRRORED

KEY = "companion.untitled"
SPOKEN = ("en", "fr", "it", "fr-CA", "es-MX", "es-419", "es", "de")


@settings(deadline=None)
@given(
    language=st.sampled_from(SPOKEN),
    variant=st.sampled_from(Variant),
    there=st.sets(st.tuples(st.sampled_from(SPOKEN), st.sampled_from(Variant))),
)
def test_said_is_the_override_for_these_readers_then_for_all_then_the_file_then_the_parents(
    language: str, variant: Variant, there: set[tuple[str, Variant]]
) -> None:
    words = Words({place: {KEY: f"{place[0]} {place[1]}"} for place in there})
    expected = None
    for spoken in {"fr-CA": ["fr-CA", "fr", "en"], "es-MX": ["es-MX", "es-419", "es", "en"]}.get(
        language, ["es-419", "es", "en"] if language == "es-419" else [language, "en"]
    ):
        for meant in (variant, Variant.ALL):
            if expected is None and (spoken, meant) in there:
                expected = f"{spoken} {meant}"
        if expected is None and spoken in LANGUAGES:
            expected = catalogue(spoken)[KEY]
    assert words.say(variant, language, KEY) == expected


def test_teenager_is_spoken_to_from_their_own_file_and_everybody_else_from_the_one_for_all() -> None:
    young = catalogue("fr", Variant.TEENAGER)["prompts.companion"]
    assert Words().say(Variant.TEENAGER, "fr", "prompts.companion") == young
    assert Words().say(Variant.PARENT, "fr", "prompts.companion") == catalogue("fr")["prompts.companion"] != young
    everybodys = Words({("fr", Variant.ALL): {"prompts.companion": "Vous accompagnez."}})
    assert everybodys.say(Variant.TEENAGER, "fr", "prompts.companion") == "Vous accompagnez."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", [Variant.TEENAGER, Variant.PARENT])
def test_file_for_some_readers_holds_only_texts_that_there_are_for_all(language: str, variant: Variant) -> None:
    assert every_text(language, variant).keys() <= every_text("en").keys()
    # Other languages may say more otherwise: what is "you" in English is "tu" or "vous" in French.
    assert every_text(language, variant).keys() >= every_text("en", variant).keys()


def test_override_that_does_not_go_with_the_values_any_more_is_passed_over() -> None:
    words = Words({("en", Variant.ALL): {"companion.place_in_episode": "{chapter}", KEY: "{unclosed"}})
    assert words.say(Variant.ALL, "en", "companion.place_in_episode", episode="2") == "Episode 2"
    assert words.say(Variant.ALL, "fr", KEY) == catalogue("fr")[KEY]
    assert words.say(Variant.ALL, "de", KEY) == catalogue("en")[KEY]


async def test_request_speaks_to_its_reader_and_so_do_the_tasks_that_it_begins_but_no_other() -> None:
    async def spoken_to() -> Variant:
        return addressed()

    async def request() -> Variant:
        address(Variant.TEENAGER)
        return await asyncio.create_task(spoken_to())

    assert await asyncio.create_task(request()) is Variant.TEENAGER
    assert addressed() is Variant.ALL


@pytest.mark.parametrize("tag", ["", "../../etc", "x" * 4000, "en\n", "fr;drop", "-", "a-b-c-d-e-f-g"])
def test_what_is_no_language_is_answered_in_english(tag: str) -> None:
    assert ancestry(tag) == ("en",)
    assert Words().say(Variant.ALL, tag, KEY) == catalogue("en")[KEY]


def test_pseudo_language_changes_every_letter_and_no_value() -> None:
    accented = say(ACCENTED, "errors.user_name_taken", name="Bob")
    english = say("en", "errors.user_name_taken", name="Bob")
    assert (accented[0], accented[-1], accented.count("Bob")) == ("[", "]", 1)
    assert len(accented) > 1.15 * len(english)
    assert not set("aeiouAEIOU") & set(accented.replace("Bob", ""))
    turned = say(MIRRORED, "errors.user_name_taken", name="Bob")
    assert turned.startswith("\u200f\u202eSomebody\u202c\u200f")
    assert " Bob " in turned
    assert best_language("en-xa, fr;q=0.5") == ACCENTED


@settings(deadline=None)
@given(st.sampled_from(sorted(every_text("en"))), st.sampled_from([ACCENTED, MIRRORED]), st.integers(0, 3))
def test_pseudo_language_can_say_every_text_there_is(key: str, language: str, count: int) -> None:
    from fumetto.kernel.text.messages import arguments

    kinds = arguments(every_text("en")[key])
    if {"date", "time"} & set(kinds.values()):
        return
    values = {name: count if kind in {"number", "plural", "selectordinal"} else "x" for name, kind in kinds.items()}
    said = Words(browser=True).say(Variant.ALL, language, key, **values)
    assert bool(said) == bool(every_text("en")[key])  # a question without options has an empty list of them


def test_texts_that_the_browser_shows_are_known_as_such_so_that_it_is_told_what_is_said_otherwise() -> None:
    loads = (FOLDER.parents[2] / "web" / "src" / "lib" / "language.tsx").read_text("utf-8")
    assert set(re.findall(r"@catalogues/en/([\w.]+)", loads)) == BROWSER_FILES
