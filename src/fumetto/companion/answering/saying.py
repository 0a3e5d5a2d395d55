"""From what a model streams to sentences that may be sent: each is cut off, checked, cited, and told at once."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fumetto.companion.answering.composing import Exhibit
from fumetto.companion.answering.model import Answer, Citation, Sentence
from fumetto.companion.answering.ports import Cited, Happening, Piece, Said, Speaker
from fumetto.companion.answering.rules import saying
from fumetto.companion.answering.rules.checking import Checker, Verdict
from fumetto.companion.answering.rules.naming import by_own_names
from fumetto.library.public import Subject

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MOST_SENTENCES: Final = 8  # of a model's answer
MOST_WITHHELD: Final = 12  # sentences, after which it is not listened to any longer
LONGEST: Final = 8000  # characters of a reply, of which few are sent
AGAIN: Final = 3  # times the same sentence: it loops
MOST_CITED: Final = 3  # passages for one sentence

Tell = Callable[[Happening], None]


@dataclass(slots=True)
class Told:
    """The sentences that were sent, with what they rest on. A place is cited under one number."""

    tell: Tell
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def say(self, text: str, citations: Sequence[Citation], language: str | None = None) -> None:
        """Sends a sentence, and before it what it rests on, where that was not cited yet."""
        numbers = []
        for citation in citations:
            if citation not in self.citations:
                self.citations.append(citation)
                self.tell(Cited(len(self.citations), citation))
            numbers.append(self.citations.index(citation) + 1)
        sentence = Sentence(text, tuple(numbers), language)
        self.sentences.append(sentence)
        self.tell(Said(len(self.sentences), sentence))

    def repeat(self, answer: Answer) -> None:
        """Sends an answer that is whole already."""
        for one in answer.sentences:
            self.say(one.text, [answer.citations[number - 1] for number in one.citations], one.language)


@dataclass(slots=True)
class Listening:
    """One model's answer as it is heard. `withheld` are sentences of this attempt, `nothing`: it says that the passages
    do not answer. What was withheld is not written down: it may tell what was not read."""

    told: Told
    exhibits: Sequence[Exhibit]
    checker: Checker
    known: Sequence[Subject] = ()
    withheld: int = 0
    nothing: bool = False
    checks: list[dict[str, Any]] = field(default_factory=list)
    tokens: Counter[str] = field(default_factory=Counter)
    _heard: Counter[str] = field(default_factory=Counter)

    async def hear(self, speaker: Speaker, messages: Sequence[BaseMessage]) -> None:
        """Sends what may be sent, as it comes. Raises what the speaker raises; what was sent stays sent."""
        splitter = saying.Splitter()
        length = 0
        async with ended(speaker.stream(messages)) as pieces:
            async for piece in pieces:
                self.tokens["input"] += piece.tokens_in or 0
                self.tokens["output"] += piece.tokens_out or 0
                length += len(piece.text)
                for sentence in splitter.feed(piece.text):
                    self.weigh(sentence)
                if self.enough() or length > LONGEST:
                    return
        for sentence in splitter.rest():
            if not self.enough():
                self.weigh(sentence)

    def enough(self) -> bool:
        return (
            self.nothing
            or len(self.told.sentences) >= MOST_SENTENCES
            or self.withheld >= MOST_WITHHELD
            or any(times >= AGAIN for times in self._heard.values())
        )

    def weigh(self, sentence: saying.Sentence) -> None:
        """Sends a sentence that passes."""
        self._heard[sentence.text] += 1
        said = [one.text for one in self.told.sentences]
        if self._heard[sentence.text] > 1 or sentence.text in said or self.nothing:
            return
        if sentence.is_nothing:
            self.nothing = True
            return
        verdict = self.checker.check(sentence.text) if sentence.is_plain else Verdict(False, (), 0.0)
        text = by_own_names(sentence.text, self.known, self.checker.language) if verdict.passes else sentence.text
        if text != sentence.text and not self.checker.check(text).passes:
            text = sentence.text
        initials = "".join(next((one for one in each if one.isalpha()), "") for each in [*said, text])
        if not verdict.passes or self.checker.spells(initials):
            self.withheld += 1
            why = "words" if verdict.unknown else "claim"
            if not sentence.is_plain or verdict.passes:
                why = "form"
            self.checks.append({"passes": False, "why": why, "share": round(verdict.share, 3)})
            return
        rests_on = self.rests_on(sentence, verdict)
        self.checks.append(
            {
                "passes": True,
                "sentence": text,
                "share": round(verdict.share, 3),
                "cited": list(sentence.cites),
                "rests_on": [place + 1 for place in rests_on],
            }
        )
        self.told.say(text, [self.exhibits[place].citation for place in rests_on])

    def rests_on(self, sentence: saying.Sentence, verdict: Verdict) -> list[int]:
        """The passages that have a sentence's claim: of those that the model cites, else the one that has it best."""
        cited = [place for place in verdict.rests_on if place + 1 in sentence.cites]
        return (cited or list(verdict.rests_on[:1]))[:MOST_CITED]


@contextlib.asynccontextmanager
async def ended(pieces: AsyncIterator[Piece]) -> AsyncIterator[AsyncIterator[Piece]]:
    """Stops the provider when no more is wanted."""
    try:
        yield pieces
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()
