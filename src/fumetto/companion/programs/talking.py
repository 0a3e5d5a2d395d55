"""A conversation at the command line: the operator's, at any page, remembered as long as it lasts."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from fumetto.companion.answering.model import Citation
from fumetto.companion.answering.ports import (
    Answered,
    Ended,
    Look,
    Noted,
    Recollection,
    Remembered,
    Rooms,
    Said,
    Turn,
)
from fumetto.companion.answering.rules.limits import question_of
from fumetto.companion.answering.turning import run
from fumetto.companion.kinds import Author, Mode
from fumetto.companion.operator import OperatorStandpoint
from fumetto.companion.programs.model import number_of
from fumetto.companion.programs.service import MOST_REMEMBERED, Measuring
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.text.catalogues import say
from fumetto.library.public import evidence


@dataclass(slots=True)
class Talk:
    """What was said so far, and where the operator stands now; both `at` and `mode` may change between questions."""

    database: Database
    rooms: Rooms
    series_id: uuid.UUID
    at: tuple[Decimal, int] | None
    mode: Mode
    language: str
    model: str | None = None
    said: list[Remembered] = field(default_factory=list)

    async def lines(self, text: str) -> AsyncIterator[str]:
        """The answer, line by line as it comes, and then the places that it rests on. Raises QuestionEmpty,
        QuestionTooLong, PageNotFound."""
        turn = Turn(
            question_id=uuid7(),
            answer_id=uuid7(),
            standpoint=OperatorStandpoint(self.database, self.series_id, self.at),
            text=question_of(text),
            mode=self.mode,
            language=self.language,
            model=self.model,
        )
        rooms = replace(self.rooms, memory=self, record=Measuring(self.database, "command line"))
        async for happening in run(turn, rooms):
            if isinstance(happening, Said):
                numbers = (f"[{number}]" for number in happening.sentence.citations)
                yield " ".join([happening.sentence.text, *numbers])
            elif isinstance(happening, Noted):
                yield f"({say(self.language, f'companion.notes.{happening.code}')})"
            elif isinstance(happening, Ended):
                self.remember(turn, happening.answered)
                for number, citation in enumerate(happening.answered.citations, 1):
                    yield f"  [{number}] {place_of(citation)}"

    async def recall(self, look: Look, turn: Turn) -> Recollection:
        """What was said before, as far as it may be known where the operator stands now."""
        last = self.said[-MOST_REMEMBERED:]
        wanted = frozenset[uuid.UUID]().union(*(one.pages for one in last))
        known = await evidence.pages_known(look.session, look.horizon, wanted)
        return Recollection(history=tuple(one for one in last if one.pages <= known))

    def remember(self, turn: Turn, answered: Answered) -> None:
        self.said.append(Remembered(str(turn.question_id), turn.text, answered.pages, Author.USER))
        self.said.append(Remembered(str(turn.answer_id), answered.text, answered.pages, Author.ASSISTANT))


def place_of(citation: Citation) -> str:
    """Where it is, as 6:7, and who speaks."""
    spot = citation.spot
    parts = (number_of(spot), str(spot.page_number) if spot and spot.page_number else None)
    return " ".join(filter(None, [":".join(filter(None, parts)) or "–", citation.speaker]))
