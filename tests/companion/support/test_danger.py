"""What is recognised as danger, and what is not: measured on sentences, language by language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fumetto.companion.support.kinds import Danger, Level
from fumetto.companion.support.rules.danger import at_home, recognised

SENTENCES = yaml.safe_load(Path(__file__).with_name("danger_sentences.yaml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_no_sentence_of_danger_is_missed(language: str) -> None:
    missed = [
        sentence
        for sentences in SENTENCES["tuned"][language]["danger"].values()
        for sentence in sentences
        if recognised(sentence) is None
    ]
    assert missed + [one for one in SENTENCES["oblique"][language]["danger"] if recognised(one) is None] == []


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_one_harmless_sentence_in_twenty_may_raise_an_alarm_and_only_an_unsure_one(language: str) -> None:
    harmless = SENTENCES["tuned"][language]["harmless"] + SENTENCES["oblique"][language]["harmless"]
    alarms = [found for one in harmless if (found := recognised(one))]
    assert len(alarms) <= len(harmless) // 20
    assert {one.level for one in alarms} <= {Level.UNSURE}


@pytest.mark.parametrize(
    ("sentence", "danger", "level"),
    [
        ("je veux mourir", Danger.SUICIDE, Level.NOW),
        ("l'année dernière j'ai essayé de me suicider", Danger.SUICIDE, Level.BEFORE),
        ("they told me to kill myself", Danger.SUICIDE, Level.BEFORE),
        ("ho nascosto tutte le pastiglie sotto il letto", Danger.SUICIDE, Level.UNSURE),
        ("mio padre mi picchia", Danger.ABUSE, Level.NOW),
        ("My phone died. I want to die", Danger.SUICIDE, Level.NOW),
    ],
)
def test_what_is_past_or_hinted_at_is_told_apart_from_what_is_now(sentence: str, danger: Danger, level: Level) -> None:
    found = recognised(sentence)
    assert found is not None
    assert (found.danger, found.level) == (danger, level)


@pytest.mark.parametrize(
    ("sentence", "home"),
    [
        ("my dad hits me", True),
        ("c'est ma mère qui me tape quand elle a bu", True),
        ("mio nonno mi tocca", True),
        ("my mum made pancakes and we laughed", False),
        ("un garçon de ma classe me frappe", False),
    ],
)
def test_somebody_at_home_is_recognised(sentence: str, home: bool) -> None:
    assert at_home(sentence) is home


@pytest.mark.parametrize("text", ["", "   ", "\u0000\u200b", "a" * 20_000, "k " * 9000, "((((" * 3000, "je ne " * 4000])
def test_no_text_takes_the_rules_down(text: str) -> None:
    assert recognised(text) is None
