"""What the helper makes of plain words, by rules alone: no model, no database."""

from __future__ import annotations

import uuid

import pytest

from fumetto.companion.support.composing import People, Reply, Told, in_conversation
from fumetto.companion.support.kinds import Bullying, Mood, Variant
from fumetto.companion.support.lines import ALWAYS, written
from fumetto.companion.support.rules.reading import heard
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.texts import best_sentences, doing_first
from fumetto.documents.public import FoundChunk

NOBODY = People(adults=(), lines=(), guardians=False)


def answer(text: str, language: str, told: Told | None = None, *, first: bool = False) -> tuple[Reply, Speech]:
    speech = Speech("betty", Variant.TEENAGER, language)
    reply = in_conversation(
        heard(text, language), told or Told(turns=1), NOBODY, speech, first=first, skipped=False, incident=True
    )
    return reply, speech


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "but my teacher doesn't care"),
        ("en", "my mum would just be angry"),
        ("fr", "oui mais la prof elle s'en fiche"),
        ("it", "tanto la prof non fa niente"),
    ],
)
def test_an_adult_who_does_not_help_is_heard_as_that_and_not_as_anger_of_the_young(language: str, text: str) -> None:
    reply, speech = answer(text, language)
    assert reply.before == [speech.say("listening.unheard")]
    assert Mood.ANGRY not in heard(text, language).moods
    assert "who" not in heard(text, language).answers


@pytest.mark.parametrize(
    ("language", "text"), [("en", "is it my fault?"), ("fr", "c'est de ma faute ?"), ("it", "è colpa mia?")]
)
def test_whoever_asks_whether_it_is_their_fault_is_told_no_and_read_why(language: str, text: str) -> None:
    reply, speech = answer(text, language)
    assert reply.before == [speech.say("not_your_fault.any")]
    assert reply.wants_texts


@pytest.mark.parametrize(
    ("language", "text"), [("en", "no one, i don't want to tell my parents"), ("fr", "non personne, j'ai pas envie")]
)
def test_that_nobody_knows_is_an_answer_that_is_not_asked_for_again(language: str, text: str) -> None:
    assert "who_knows" in heard(text, language).answers


def test_a_question_is_answered_from_texts_and_whom_to_tell_is_said_only_with_the_first_of_them() -> None:
    first, speech = answer("Et si je réponds ça va être pire ?", "fr")
    again, _ = answer("Et si je réponds ça va être pire ?", "fr", Told(turns=2, read_out=frozenset({"x"})))
    assert first.wants_texts
    assert first.after == [speech.say("adult_none")]
    assert again.after == [speech.say("steps_told")]
    assert not answer("À l'école ?", "fr")[0].wants_texts


def test_being_left_out_of_a_group_is_named_as_that_and_not_as_the_screen_it_happens_on() -> None:
    assert heard("mi hanno lasciato fuori dal gruppo", "it").bullying == (Bullying.EXCLUSION,)
    on_a_screen = heard("elles ont fait un groupe whatsapp sans moi", "fr").bullying
    assert on_a_screen == (Bullying.EXCLUSION, Bullying.ONLINE)


def test_steps_come_before_what_a_thing_is_and_a_question_gets_only_what_speaks_of_the_same() -> None:
    explains = a_chunk("What bullying is", "Bullying is when somebody hurts you on purpose, again and again.")
    steps = a_chunk("What you can do", "Hitting back mostly makes it worse.\nStay near friends on the way to school.")
    assert doing_first([explains, steps]) == [steps, explains]
    read = best_sentences("what you can do hitting back worse", [steps], about="would hitting back be worse?")
    assert [one.text for one in read] == ["Hitting back mostly makes it worse."]
    assert best_sentences("what you can do football", [steps], about="do you like football?") == []


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_lines_that_are_always_there_say_so_in_words(language: str) -> None:
    assert {one.hours for one in written()} == {"", ALWAYS}
    assert ALWAYS not in Speech("betty", Variant.TEENAGER, language).say("always")


def a_chunk(title: str, text: str) -> FoundChunk:
    return FoundChunk(
        id=uuid.uuid4(), document_id=uuid.uuid4(), title=title, section="", page=None, text=text, language="en",
        sources=(), score=1.0,
    )  # fmt: skip
