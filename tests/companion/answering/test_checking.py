"""A sentence is sent only when it says what the reader may know."""

from __future__ import annotations

import pytest

from fumetto.companion.answering.rules.checking import Checker

READ = (
    "Saffron laughs over her full sacks and waves a glove at Pepper, who stands small at the other end of the stall.",
    "It is Shichimi's turn, and she holds her green flask to her chest. Urged on, she refuses; it is too dangerous.",
)
ROSTER = ("Saffron", "Pepper", "Shichimi", "Mayor of Komona")


def checked(sentence: str, question: str = "Why does Shichimi refuse?", language: str = "en") -> bool:
    return Checker(language, READ, ROSTER, question).check(sentence).passes


@pytest.mark.parametrize(
    "sentence",
    [
        "Shichimi refuses because it is too dangerous.",
        "Saffron laughs over her full sacks.",
        "She was holding a green flask to her chest.",
        "Pepper stands at the other end of the stall, small.",
    ],
)
def test_what_the_evidence_says_in_other_words_may_be_sent(sentence: str) -> None:
    assert checked(sentence)


@pytest.mark.parametrize(
    ("sentence", "unknown"),
    [
        ("Shichimi refuses because Wasabi asks her to.", ("Wasabi",)),
        ("Shichimi refuses, as Thyme told her to.", ("Thyme",)),  # a herb, and a person's name
        ("Shichimi is 17 and refuses.", ("17",)),
        ("Shichimi refuses the zombification.", ("zombification",)),
    ],
)
def test_name_number_or_rare_word_that_nobody_has_met_is_not_sent(sentence: str, unknown: tuple[str, ...]) -> None:
    assert Checker("en", READ, ROSTER, "Why?").check(sentence).unknown == unknown


@pytest.mark.parametrize(
    "sentence",
    [
        "Saffron wins the contest.",
        "Shichimi waves a glove at Saffron.",  # words of both, of which neither says it
        "Pepper and Shichimi marry in the end.",
        "She dies.",
    ],
)
def test_known_names_with_a_claim_that_is_nowhere_are_not_sent(sentence: str) -> None:
    assert not checked(sentence)


def test_question_is_no_evidence_for_its_answer() -> None:
    assert not checked("Saffron becomes queen.", question="Does Saffron become queen?")
    assert not checked("Yes, she does.", question="Does Saffron become queen?")
    assert checked("Yes.", question="Is it too dangerous?")


def test_language_without_a_list_gets_quotations_only() -> None:
    assert not checked("Shichimi holds her green flask.", language="de")


def test_french_is_checked_as_french_is_written() -> None:
    read = ("L’oiseau géant s’enfuit par-dessus les toits, et la foule crie.",)
    checker = Checker("fr", read, ["Saffron"], "Que fait l’oiseau ?")
    assert checker.check("L'oiseau géant s'enfuit.").passes
    assert not checker.check("L'oiseau mange Saffron.").passes


def test_nothing_may_be_said_where_nothing_is_known() -> None:
    assert not Checker("en", (), (), "Who is she?").check("She is a queen.").passes


def test_what_is_put_between_quotation_marks_has_to_be_said_so_in_the_evidence() -> None:
    evidence = ["Ben thought of the bridge. “There is my bridge,” said Ben to the owl. What do you think of it?"]
    checker = Checker("en", evidence, ["Ben"], "What does Ben say?")
    assert checker.check("“There is my bridge,” said Ben to the owl.").passes
    assert not checker.check("“What do you think of my bridge?” said Ben to the owl.").passes
    assert not checker.check('Ben said to the owl, "what do you think of my bridge').passes
