"""A model's sentence calls everybody by their own name, where that is nothing but a change of names."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fumetto.companion.answering.composing import Exhibit
from fumetto.companion.answering.model import Citation
from fumetto.companion.answering.rules.checking import Checker
from fumetto.companion.answering.rules.naming import by_own_names
from fumetto.companion.answering.rules.saying import Sentence
from fumetto.companion.answering.saying import Listening, Told
from fumetto.library.public import EntityKind, Subject


def somebody(*names: str) -> Subject:
    return Subject(uuid.uuid4(), names, EntityKind.CHARACTER, uuid.uuid4(), None)


KNOWN = [
    somebody("Ada", "Addie", "Nona", "the smith", "the Shadow", "l’Ombre", "James"),
    somebody("Carlo Rossi", "Nino", "Alba", "die Hexe", "la Strega", "le Loup"),
    somebody("Mayor of Komona", "Mayor", "Bramble"),
    somebody("Bo", "Zed"),
    somebody("Cy", "Zed"),
    somebody("Dot Nino"),
    somebody("Ed Nona", "Gus"),
    somebody("Flo Nona", "Gus"),
    somebody("Hélène", "Max"),
]


@pytest.mark.parametrize(
    ("language", "sentence", "told"),
    [
        ("en", "Addie opens the door.", "Ada opens the door."),
        ("en", "The egg of Nona is blue.", "The egg of Ada is blue."),
        ("en", "Nino's cat sleeps, Nino’s too.", "Carlo Rossi's cat sleeps, Carlo Rossi’s too."),
        ("en", "James’ egg and James's egg.", "Ada’s egg and Ada's egg."),
        ("en", "ADDIE shouts.", "ADA shouts."),
        ("en", "The Shadow and the Shadow run.", "Ada and Ada run."),
        ("en", "addie is a word.", "addie is a word."),
        ("en", "The Nino sleeps beside her Nino.", "The Nino sleeps beside her Nino."),
        ("en", "the smith opens the door.", "the smith opens the door."),
        ("en", "Ada, or Addie, opens.", "Ada, or Addie, opens."),
        ("en", "Addiebel and non-Addie stay.", "Addiebel and non-Addie stay."),
        ("en", "Mayor and Bramble shout.", "Mayor and Bramble shout."),
        ("en", "Zed runs.", "Zed runs."),
        ("en", "Dot Nino is not Nino.", "Dot Nino is not Carlo Rossi."),
        ("en", "Addie meets Ed Nona.", "Ada meets Ed Nona."),
        ("en", "“Addie!” says Nino.", "“Addie!” says Carlo Rossi."),
        ("en", "‘Addie!’ says Nino, ‘it is Addie’s.’", "‘Addie!’ says Carlo Rossi, ‘it is Addie’s.’"),
        ("en", "Nino says 'Addie' and \"Addie", "Carlo Rossi says 'Addie' and \"Addie"),
        ("fr", "Le chat de Nino dort.", "Le chat de Carlo Rossi dort."),
        ("fr", "L’œuf de Nona est bleu.", "L’œuf d’Ada est bleu."),
        ("fr", "L’œuf d’Alba, qu’Alba cherche.", "L’œuf de Carlo Rossi, que Carlo Rossi cherche."),
        ("fr", "Lorsque Nona dort, d'Addie rien.", "Lorsqu’Ada dort, d'Ada rien."),
        ("fr", "De Nona on ne sait rien.", "D’Ada on ne sait rien."),
        ("fr", "L’Alba dort. Au Nino !", "L’Alba dort. Au Nino !"),
        ("fr", "Le Loup dort près de le Loup.", "Carlo Rossi dort près de Carlo Rossi."),
        ("fr", "L’œuf de Max, et Max dort.", "L’œuf de Max, et Hélène dort."),
        ("fr", "« Nona ! » dit Nino.", "« Nona ! » dit Carlo Rossi."),
        ("it", "Il gatto d’Alba e di Addie.", "Il gatto di Carlo Rossi e di Ada."),
        ("it", "Parla ad Alba ed Alba ride.", "Parla a Carlo Rossi e Carlo Rossi ride."),
        ("it", "Parla a Nona e Nona ride.", "Parla ad Ada e Ada ride."),
        ("it", "Il gatto della Nona, dell’Alba.", "Il gatto della Nona, dell’Alba."),
        ("it", "La Strega dorme.", "Carlo Rossi dorme."),
        ("de", "Die Hexe sieht Nona und Addies Tür.", "Carlo Rossi sieht Ada und Addies Tür."),
        ("de", "Bei der Nona schläft Nino, James’ Katze auch.", "Bei der Nona schläft Carlo Rossi, James’ Katze auch."),
        ("de", "„Addie!“, sagt Nino. »Nino«", "„Addie!“, sagt Carlo Rossi. »Nino«"),
        ("es", "El huevo de Nona y de Nino.", "El huevo de Nona y de Carlo Rossi."),
        ("", "Addie's cat.", "Ada's cat."),
    ],
)
def test_other_name_gives_way_to_ones_own_where_it_simply_can(language: str, sentence: str, told: str) -> None:
    assert by_own_names(sentence, KNOWN, language) == told


OTHERS = [alias for one in KNOWN for alias in one.names[1:]]
WORDS = ["runs", "de", "d’", "the", "le", "ad", "qu'", "e", "Addiebel", "xNino", "Ninos", "non-Addie", "Adam", "Ñino"]
QUOTING = '“„«‘‹"‚'
MARKS = ["“{}”", "„{}“", "«{}»", "« {} »", "‘{}’", "‹{}›", '"{}"', "‚{}‘", "“a “{}” b”"]
words = some.lists(some.sampled_from([*WORDS, *OTHERS]), min_size=1, max_size=6).map(" ".join)
quotations = some.tuples(some.sampled_from(MARKS), words).map(lambda one: one[0].format(one[1]))
LANGUAGES = ["en", "fr", "de", "it", "es", ""]
OWN = {form for one in KNOWN for word in one.name.split() for form in (word, word.upper())}
LED = {"d", "D", "de", "di", "qu", "que", "a", "ad", "e", "ed"}


@given(some.lists(some.one_of(words, quotations), max_size=5), some.sampled_from(LANGUAGES))
def test_no_other_word_and_no_quotation_is_changed_and_no_name_is_made_up(parts: list[str], language: str) -> None:
    sentence = " ".join(parts)
    told = by_own_names(sentence, KNOWN, language)
    at = 0
    for part in parts:
        if part[0] in QUOTING:
            at = told.index(part, at) + len(part)
    for word in ("Addiebel", "xNino", "Ninos", "non-Addie", "Adam", "Ñino"):
        assert told.count(word) == sentence.count(word)
    assert set(re.findall(r"\w+", told)) <= set(re.findall(r"\w+", sentence)) | OWN | LED


def test_what_a_model_says_is_told_with_peoples_own_names() -> None:
    said = "Addie opens her door."
    page = Citation(uuid.uuid4(), "page", None, None, None)
    told, passage = Told(lambda _: None), Exhibit(said, page, ("Ada", "Addie"), 1.0)
    checker = Checker("en", [passage.known], ["Ada", "Addie"], "Who opens the door?")
    listening = Listening(told, [passage], checker, KNOWN)
    listening.weigh(Sentence(said, ()))
    assert [one.text for one in told.sentences] == ["Ada opens her door."]
    assert listening.checks[0]["sentence"] == "Ada opens her door."
