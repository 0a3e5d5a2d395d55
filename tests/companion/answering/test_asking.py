"""What a question asks for is understood, in the languages that have patterns."""

from __future__ import annotations

import pytest

from fumetto.companion.answering.model import Asks
from fumetto.companion.answering.rules.asking import understood


@pytest.mark.parametrize(
    ("text", "language", "asks", "core"),
    [
        ("Who is Shichimi?", "en", Asks.WHO, "Shichimi"),
        ("Remind me who Shichimi is", "en", Asks.WHO, "Shichimi is"),
        ("Who said “too dangerous”?", "en", Asks.SAID, "too dangerous"),
        ("Who was saying that it is too dangerous", "en", Asks.SAID, "that it is too dangerous"),
        ("What just happened?", "en", Asks.HAPPENED, ""),
        ("Where was the potion first seen?", "en", Asks.FIRST, "potion"),
        ("When did Carrot last appear?", "en", Asks.LAST, "carrot"),
        ("What does Carrot say here?", "en", Asks.SAYS, "What does Carrot say here?"),
        ("Who is on this page?", "en", Asks.PRESENT, "Who is on this page?"),
        ("Summarize the story so far", "en", Asks.RECAP, "Summarize the story so far"),
        ("What happens in episode 2?", "en", Asks.RECAP, "What happens in ?"),
        ("What happened to Carrot?", "en", Asks.HAPPENED, "carrot"),
        ("Thank you!", "en", Asks.GREETING, "Thank you!"),
        ("Peux-tu résumer ce que j’ai lu ?", "fr", Asks.RECAP, "Peux-tu résumer ce que j’ai lu ?"),
        ("Que se passe-t-il dans l’épisode 4 ?", "fr", Asks.RECAP, "Que se passe-t-il dans l’ ?"),
        ("Qui est sur cette page ?", "fr", Asks.PRESENT, "Qui est sur cette page ?"),
        ("Qu’est-ce que dit Shichimi ?", "fr", Asks.SAYS, "Qu’est-ce que dit Shichimi ?"),
        ("Puoi riassumere quello che ho letto?", "it", Asks.RECAP, "Puoi riassumere quello che ho letto?"),
        ("Was sagt sie zu ihm?", "de", Asks.SAYS, "Was sagt sie zu ihm?"),
        ("Why is the cat asleep?", "en", Asks.OTHER, "Why is the cat asleep?"),
        ("Qui est Shichimi ?", "fr", Asks.WHO, "Shichimi"),
        ("Qui a dit « trop dangereux » ?", "fr", Asks.SAID, "trop dangereux"),
        ("Que vient-il de se passer ?", "fr", Asks.HAPPENED, ""),
        ("Qu’est-ce qui vient de se passer ?", "fr", Asks.HAPPENED, ""),
        ("Où la potion est-elle vue pour la première fois ?", "fr", Asks.FIRST, "potion"),
        ("Chi è Saffron?", "it", Asks.WHO, "Saffron"),
        ("Che cosa è successo?", "it", Asks.HAPPENED, ""),
        ("Wer hat „zu gefährlich“ gesagt?", "de", Asks.SAID, "zu gefährlich"),
        ("¿Quién es Pepper?", "es", Asks.WHO, "Pepper"),
    ],
)
def test_question_is_understood_in_its_own_language(text: str, language: str, asks: Asks, core: str) -> None:
    found = understood(text, "en")
    assert (found.language, found.asks, found.core) == (language, asks, core)


@pytest.mark.parametrize(("text", "here"), [("What is happening now?", True), ("Who is Carrot?", False)])
def test_question_that_points_at_the_page_is_told_from_others(text: str, here: bool) -> None:
    assert understood(text, "en").here is here


@pytest.mark.parametrize(
    ("text", "reader", "language"),
    [
        ("ماذا حدث للتو؟", "en", "ar"),
        ("ماذا حدث للتو؟", "fa", "fa"),
        ("誰が危険と言った？", "fr", "ja"),
        ("谁说太危险？", "en", "zh"),
        ("谁?", "ja", "ja"),
        ("누구?", "en", "ko"),
        ("Кто это?", "en", "ru"),
        ("Who is ペッパー?", "en", "en"),
        ("Shichimi?", "it", "it"),
        ("?!", "en", "en"),
    ],
)
def test_language_is_told_by_its_script_where_no_word_tells_it(text: str, reader: str, language: str) -> None:
    assert understood(text, reader).language == language


def test_language_that_nobody_can_tell_is_the_readers() -> None:
    assert understood("Shichimi?", "fr").language == "fr"
    assert understood("Шичими?", "ru").asks is Asks.OTHER
