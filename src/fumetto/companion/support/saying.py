"""The helper's own words: texts of the catalogues, to whom they are said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fumetto.companion.support.kinds import Variant
from fumetto.companion.support.rules.reading import QUESTIONS
from fumetto.kernel.text import audience
from fumetto.kernel.text.catalogues import words


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks, to whom, in which language."""

    monster: str
    variant: Variant
    language: str

    @property
    def name(self) -> str:
        return self.say(f"monster.{self.monster}.name")

    def say(self, key: str, **values: Any) -> str:
        return self.text(f"support.{key}", **values)

    def ask(self, question: str) -> str:
        return self.text(f"context_questions.{question}.ask")

    def label(self, question: str) -> str:
        return self.text(f"context_questions.{question}.label")

    def chip(self, name: str) -> str:
        """What may be tapped in the place of a message. It comes back as one, with plain spaces as messages have."""
        return plain(self.say(f"chip_{name}"))

    def options(self, question: str) -> list[str]:
        """What may be tapped in the place of an answer in one's own words."""
        every = self.text(f"context_questions.{question}.options").split("|")
        return [one for one in map(plain, every) if one]

    def text(self, key: str, **values: Any) -> str:
        meant = audience.Variant.PARENT if self.variant is Variant.PARENT else audience.Variant.TEENAGER
        return words().say(meant, self.language, key, **values)

    def summary(self, answers: dict[str, str]) -> str:
        """What was told, a line for each question; the same words are there once."""
        told: dict[str, str] = {}
        for question in QUESTIONS:
            answer = answers.get(question)
            if answer and answer not in told.values():
                told[self.label(question)] = answer
        return "\n".join(f"{label}: {answer}" for label, answer in told.items())


def plain(text: str) -> str:
    return " ".join(text.split())
