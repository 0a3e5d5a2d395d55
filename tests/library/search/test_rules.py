"""Which words were found, and what it takes to know two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.index.question import slots_of
from fumetto.library.search.rules import combined, found_in


def looked_for(question: str, language: str | None) -> set[int]:
    return {term for slot in slots_of(question, [language]).words for term in slot.terms}


@pytest.mark.parametrize(
    ("text", "language", "question", "marked"),
    [
        ("The potions are ready.", "en", "potion", ["potions"]),
        ("A POTION, a Potion!", "en", "potions", ["POTION", "Potion"]),
        ("Voilà l'étoile filante", "fr", "etoile", ["l'étoile"]),
        ("Das Straßenfest", "de", "strassenfest", ["Straßenfest"]),
        ("これで出来上がり", "ja", "出来", ["出来"]),
        ("Nothing of it", "en", "potion", []),
        ("", "en", "potion", []),
        ("ﬁne potion", "en", "fine", ["ﬁne"]),
    ],
)
def test_words_that_were_looked_for_are_marked(text: str, language: str, question: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in found_in(text, language, looked_for(question, language))] == marked


@given(st.text(max_size=60), st.text(max_size=20), st.sampled_from(["en", "fr", "ja", "ar", None]))
def test_marks_lie_in_the_text_in_order_and_apart(text: str, question: str, language: str | None) -> None:
    marks = found_in(text, language, looked_for(question, language))
    edges = [edge for mark in marks for edge in mark]
    assert edges == sorted(set(edges))
    assert all(0 <= start < end <= len(text) for start, end in marks)


def test_knowing_both_takes_the_pages_of_each_and_either_way_will_do() -> None:
    assert combined((((10, 11),), ((90, 91),)), (((20, 21),),)) == (((10, 11), (20, 21)), ((20, 21), (90, 91)))
    assert combined((), (((20, 21),),)) == ()
    assert combined((((10, 11),),), (((10, 11),),)) == (((10, 11),),)
