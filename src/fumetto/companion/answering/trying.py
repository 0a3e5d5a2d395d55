"""Whether questions would find an answer, told from as little as is enough to know it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from fumetto.companion.answering.finding import Finder
from fumetto.companion.answering.model import Asks, Mode, Question
from fumetto.companion.answering.rules.quoting import quotes
from fumetto.companion.answering.service import SAID_ENOUGH, answered
from fumetto.library.public import PassageKind, Quotable, Subject, evidence


class Trying:
    """For questions of one reader who stands in one place. `seen` is what the page they are on shows and says, where
    it is the last that is known; `likely` are those who will be asked about."""

    def __init__(
        self, finder: Finder, mode: Mode, known: Sequence[Subject], seen: Sequence[Quotable], likely: Sequence[Subject]
    ) -> None:
        self.finder = finder
        self.mode = mode
        self.known = known
        self.seen = seen
        self._likely = likely
        self._met: frozenset[uuid.UUID] | None = None

    async def finds(self, question: Question) -> bool:
        """Whether the built-in answerer answers it. Where one look says that it will, nothing else is looked up."""
        if question.asks is Asks.WHO:
            named = evidence.named_in(question.text, self.known)[:2]
            at_once = any([await self.is_met(one) for one in named])
        elif question.asks in (Asks.FIRST, Asks.LAST):
            named = evidence.named_in(question.core, self.known)
            at_once = len(named) == 1 and await self.is_met(named[0])
        elif question.asks is Asks.SAID:
            at_once = self.mode is not Mode.WIKI and self.is_said_here(question)
        else:
            at_once = question.asks is Asks.HAPPENED and not question.core and any(map(tells, self.seen))
        return at_once or (await answered(self.finder, question, self.mode, self.known)).found

    async def is_met(self, subject: Subject) -> bool:
        """Whether there is a known page that a subject is on."""
        if self._met is None:
            self._met = await self.finder.met_among(self._likely)
        return subject.id in self._met

    def is_said_here(self, question: Question) -> bool:
        said = [one for one in self.seen if one.kind is PassageKind.DIALOGUE and one.text in question.text]
        return any(quote.share >= SAID_ENOUGH for quote in quotes(question.core, said))


def tells(one: Quotable) -> bool:
    """Whether something tells what happens on a page."""
    return one.kind in (PassageKind.DESCRIPTION, PassageKind.PANEL) or not one.is_sound
