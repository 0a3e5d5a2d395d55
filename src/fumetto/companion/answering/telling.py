"""Putting an answer together, sentence by sentence, in the language of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fumetto.companion.answering.model import Answer, Citation, Question, Sentence
from fumetto.kernel.text.catalogues import say
from fumetto.library.public import Box, PassageKind, Quotable, Spot, Subject, spoken_number

WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)


class Telling:
    """An answer that is being put together. The same evidence is cited under one number, however often it is used."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.found = False
        self._sentences: list[Sentence] = []
        self._citations: dict[object, Citation] = {}

    def say(self, key: str, **values: object) -> str:
        return say(self.question.language, f"answering.{key}", **values)

    def quote(self, evidence: Quotable, text: str | None = None) -> None:
        """Quote evidence, or a sentence of it, with who speaks where it is spoken."""
        words = " ".join((text or evidence.text).split())
        language = evidence.language
        if evidence.tie is not None and (tied := self.tied(evidence)):
            told, language = self.say("tied", one=evidence.tie.one, tie=tied, other=evidence.tie.other), None
        elif evidence.kind is PassageKind.DIALOGUE and evidence.speaker:
            told = self.say("spoken", name=evidence.speaker, text=words)
        else:
            told = self.say("quoted", text=words)
        self._add(told, [cited(evidence)], language)

    def facts(self, subject: Subject, facts: Sequence[Quotable]) -> None:
        """What is known of somebody: ties are said in the question's language, those of their own in one sentence,
        what somebody wrote is quoted."""
        own = [one for one in facts if self.tied(one) and one.tie and one.tie.one in subject.names]
        if len(own) > 1:
            ties = [f"{self.tied(one)} {one.tie.other}" for one in own if one.tie]
            told = self.say("ties", name=subject.name, most=", ".join(ties[:-1]), last=ties[-1])
            self._add(told, [cited(one) for one in own], None)
        for one in facts:
            if len(own) < 2 or one not in own:
                self.quote(one)

    def tied(self, evidence: Quotable) -> str:
        """How a tie is said; empty where there are no words for it, as for kinds that people made."""
        if evidence.tie is None:
            return ""
        try:
            return self.say(f"tie.{evidence.tie.kind}")
        except KeyError:
            return ""

    def worded(self, evidence: Quotable) -> Quotable:
        """A tie in the words that it would be said in, to be found by them; anything else as it is."""
        tied = self.tied(evidence)
        if not tied or evidence.tie is None:
            return evidence
        text = self.say("tied", one=evidence.tie.one, tie=tied, other=evidence.tie.other)
        return replace(evidence, text=text, language=self.question.language)

    def place(
        self,
        key: str,
        spot: Spot | None,
        evidence: Quotable | None = None,
        text: str | None = None,
        name: str = "",
        shown: Quotable | None = None,
    ) -> None:
        """Say where something is, by structure; with evidence, quoting it. shown: what shows it there, to point at."""
        words = " ".join((text or (evidence.text if evidence else "")).split())
        place = where(self.question.language, spot)
        told = self.say(key, name=name, place=place, text=words)
        if told.startswith(place):
            told = told[:1].upper() + told[1:]
        if evidence is not None:
            self._add(told, [cited(evidence)], evidence.language)
        else:
            self._add(told, [] if spot is None else [page_of(spot, shown)], None)

    def nothing(self, key: str = "nothing") -> None:
        """Say that nothing within the horizon answers, or that nothing was asked."""
        self._sentences.append(Sentence(self.say(key)))

    def done(self) -> Answer:
        return Answer(self.question, tuple(self._sentences), tuple(self._citations.values()), self.found)

    def _add(self, text: str, citations: Sequence[Citation], language: str | None) -> None:
        self.found = True
        for citation in citations:
            self._citations.setdefault(citation.id, citation)
        numbered = list(self._citations)
        sentence = Sentence(text, tuple(numbered.index(one.id) + 1 for one in citations), language)
        if sentence not in self._sentences:
            self._sentences.append(sentence)


def where(language: str, spot: Spot | None) -> str:
    """A place, as it is said inside a sentence."""
    if spot is None or (spot.episode_number is None and spot.page_number is None):
        return say(language, "answering.somewhere")
    number = spoken_number(spot.episode_number) or ""
    if spot.page_number is None:
        return say(language, "answering.in_episode", episode=number)
    key = "on_page" if number else "on_page_alone"
    return say(language, f"answering.{key}", episode=number, page=str(spot.page_number))


def page_of(spot: Spot, shown: Quotable | None) -> Citation:
    """A page, pointing at the panel that shows what it is about, or at all of it."""
    box, panel = (shown.box, shown.panel) if shown is not None else (None, None)
    return Citation(spot.page_id, "page", None, None, spot, box=box or WHOLE, panel=panel)


def cited(evidence: Quotable) -> Citation:
    """The place of some evidence. What describes a page points at all of it."""
    of_page = evidence.kind is PassageKind.DESCRIPTION and evidence.spot is not None
    return Citation(
        evidence.id,
        evidence.kind.value,
        evidence.text,
        evidence.language,
        evidence.spot,
        evidence.speaker,
        evidence.about,
        evidence.box or (WHOLE if of_page else None),
        evidence.panel,
    )
