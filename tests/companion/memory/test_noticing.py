"""What readers say about themselves, and what only looks like it."""

from __future__ import annotations

import pytest

from fumetto.companion.memory.model import FactKind
from fumetto.companion.memory.rules.noticing import Noticed, notice

LIKES, DISLIKES, CALLS = FactKind.LIKES, FactKind.DISLIKES, FactKind.CALLS


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I love Carrot!", "en", [Noticed(LIKES, "Carrot")]),
        ("I really like Carrot, who is he?", "en", [Noticed(LIKES, "Carrot")]),
        ("Hello, I like Pepper and Princess Coriander because they fly.", "en",
         [Noticed(LIKES, "Pepper"), Noticed(LIKES, "Princess Coriander")]),
        ("My favourite witch is Shichimi. What does she say?", "en", [Noticed(LIKES, "Shichimi")]),
        ("I don’t like spiders.", "en", [Noticed(DISLIKES, "spiders")]),
        ("I call her Saffy.", "en", [Noticed(CALLS, "her", "Saffy")]),
        ("Please call me Robin", "en", [Noticed(FactKind.IS_CALLED, "Robin")]),
        ("I'm reading this in French.", "en", [Noticed(FactKind.READS_IN, "fr")]),
        ("J’adore Carrot ! Qui est-ce ?", "fr", [Noticed(LIKES, "Carrot")]),
        ("Je n’aime pas les araignées.", "fr", [Noticed(DISLIKES, "les araignées")]),
        ("Je la lis en français.", "fr", [Noticed(FactKind.READS_IN, "fr")]),
        ("Mi piace molto Carrot.", "it", [Noticed(LIKES, "Carrot")]),
        ("Non mi piace il drago.", "it", [Noticed(DISLIKES, "il drago")]),
    ],
)  # fmt: skip
def test_what_a_reader_says_plainly_is_noticed(text: str, language: str, expected: list[Noticed]) -> None:
    assert notice(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Who likes Carrot?",
        "Do I like Carrot?",
        "Why does Pepper say “I love Carrot”?",
        "Who said 'I hate potions'?",
        "I would like to know who that is.",
        "I like it.",
        "I like how you answer that.",
        "Pepper said I like Carrot",
        "I love " + "very " * 30 + "much",
        "",
    ],
)
def test_questions_quotations_and_wishes_tell_nothing_of_their_writer(text: str) -> None:
    assert notice(text, "en") == []


def test_a_message_made_to_be_slow_is_looked_at_in_no_time() -> None:
    assert notice("hi, " * 500, "en") == []
    assert notice("my favourite " * 150 + "is", "en") == []
    assert notice("I like " + "and ".join("x " for _ in range(900)), "en") == []
