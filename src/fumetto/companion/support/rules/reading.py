"""What is read from a message by its words: what happened, how somebody feels, what they have tried, what they want."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from fumetto.companion.support.kinds import Bullying, Mood, Strategy
from fumetto.companion.support.rules.danger import by_language, normal, whole_words
from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_name("words.yaml")
QUESTIONS: Final = ("what", "who", "where", "how_often", "since_when", "feeling", "who_knows")
"""What is asked about something that happened, in this order, one at a time."""
READ_FROM: Final = ("who", "where", "how_often", "since_when", "who_knows")
SENTENCES: Final = re.compile(r"(?<=[.!?…;\n])\s+|\n+")
LONGEST_ANSWER: Final = 500
ASKING: Final = 4  # words of a question; "At school?" is an answer
SHORT: Final = 6  # words of a message that only greets or thanks

Category = TypeVar("Category", Mood, Strategy, Bullying)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says. `answers`: by question, the sentence that answers it."""

    moods: tuple[Mood, ...]
    strategies: tuple[Strategy, ...]
    bullying: tuple[Bullying, ...]
    answers: dict[str, str]
    wants_steps: bool = False
    wants_people: bool = False
    greets: bool = False
    thanks: bool = False
    asks_who_speaks: bool = False
    asks_whose_fault: bool = False
    asks: bool = False
    unheard: bool = False
    """Somebody who should help did not, or it is feared that they would not."""

    @property
    def tells(self) -> bool:
        """Whether something is told that weighs on somebody."""
        return bool(self.bullying or [mood for mood in self.moods if mood is not Mood.HOPEFUL])


@dataclass(frozen=True, slots=True)
class Patterns:
    moods: tuple[tuple[Mood, re.Pattern[str]], ...]
    strategies: tuple[tuple[Strategy, re.Pattern[str]], ...]
    bullying: tuple[tuple[Bullying, re.Pattern[str]], ...]
    single: dict[str, re.Pattern[str]]


def heard(text: str, language: str) -> Heard:
    """By the patterns of its language, English where there are none."""
    patterns = by_tongue().get(language.split("-")[0]) or by_tongue()["en"]
    rules = by_language().get(language.split("-")[0]) or by_language()["en"]
    whole = normal(text, rules)
    few = len(whole.split()) <= SHORT
    answers = {}
    for sentence in SENTENCES.split(text):
        said = normal(sentence, rules)
        failed = patterns.single["unheard"].search(said)  # of somebody else than who did it, and not how one feels
        for question in READ_FROM:
            if failed and question == "who":
                continue
            if question not in answers and patterns.single[question].search(said):
                answers[question] = clipped(sentence)
        if "feeling" not in answers and not failed and found(patterns.moods, said):
            answers["feeling"] = clipped(sentence)
    unheard = bool(patterns.single["unheard"].search(whole))
    return Heard(
        # The anger of a grown-up who does not help is not the anger of whoever tells of it.
        moods=tuple(one for one in found(patterns.moods, whole) if not (unheard and one is Mood.ANGRY)),
        strategies=found(patterns.strategies, whole),
        bullying=found(patterns.bullying, whole),
        answers=answers,
        wants_steps=bool(patterns.single["wants_steps"].search(whole)),
        wants_people=bool(patterns.single["wants_people"].search(whole)),
        greets=few and bool(patterns.single["greets"].match(whole)),
        thanks=few and bool(patterns.single["thanks"].match(whole)),
        asks_who_speaks=bool(patterns.single["human"].search(whole)),
        asks_whose_fault=bool(patterns.single["fault"].search(whole)),
        asks="?" in text and len(whole.split()) >= ASKING,
        unheard=unheard,
    )


def found(patterns: Iterable[tuple[Category, re.Pattern[str]]], text: str) -> tuple[Category, ...]:
    return tuple(category for category, pattern in patterns if pattern.search(text))


def clipped(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_ANSWER else words[: LONGEST_ANSWER - 1] + "…"


def next_question(answered: Iterable[str], skipped: Iterable[str]) -> str | None:
    """The first that has neither an answer nor been passed over."""
    done = {*answered, *skipped}
    return next((one for one in QUESTIONS if one not in done), None)


@cache
def by_tongue() -> dict[str, Patterns]:
    read: dict[str, Any] = read_shipped(FILE)
    return {
        language: Patterns(
            moods=tuple((Mood(name), whole_words(one)) for name, one in given["mood"].items()),
            strategies=tuple((Strategy(name), whole_words(one)) for name, one in given["strategy"].items()),
            bullying=tuple((Bullying(name), whole_words(one)) for name, one in given["bullying"].items()),
            single={name: whole_words(one) for name, one in given.items() if isinstance(one, str)},
        )
        for language, given in read.items()
    }
