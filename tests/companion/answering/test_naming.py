"""A model's sentence calls everybody by their own name, where that is nothing but a change of names."""

from __future__ import annotations

import uuid

import pytest

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
    somebody("Ada", "Addie", "Nona", "the smith"),
    somebody("Carlo Rossi", "Nino"),
    somebody("Mayor of Komona", "Mayor", "Bramble"),
    somebody("Bo", "Zed"),
    somebody("Cy", "Zed"),
]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Addie opens the door.", "Ada opens the door."),
        ("Le chat de Nino dort.", "Le chat de Carlo Rossi dort."),
        ("Nino's cat sleeps.", "Carlo Rossi's cat sleeps."),
        ("The Nino sleeps.", "The Nino sleeps."),
        ("the smith opens the door.", "the smith opens the door."),
        ("Ada, or Addie, opens.", "Ada, or Addie, opens."),
        ("“Addie!” says Nino.", "“Addie!” says Nino."),
        ("The egg of Nona is blue.", "The egg of Nona is blue."),
        ("Mayor and Bramble shout.", "Mayor and Bramble shout."),
        ("Zed runs.", "Zed runs."),
    ],
)
def test_other_name_gives_way_to_ones_own_where_it_simply_can(sentence: str, told: str) -> None:
    assert by_own_names(sentence, KNOWN) == told


def test_what_a_model_says_is_told_with_peoples_own_names() -> None:
    said = "Addie opens her door."
    page = Citation(uuid.uuid4(), "page", None, None, None)
    told, passage = Told(lambda _: None), Exhibit(said, page, ("Ada", "Addie"), 1.0)
    checker = Checker("en", [passage.known], ["Ada", "Addie"], "Who opens the door?")
    listening = Listening(told, [passage], checker, KNOWN)
    listening.weigh(Sentence(said, ()))
    assert [one.text for one in told.sentences] == ["Ada opens her door."]
    assert listening.checks[0]["sentence"] == "Ada opens her door."
