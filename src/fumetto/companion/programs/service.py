"""One question of a program, asked as its reader, from where they are."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from fumetto.companion.answering.ports import (
    Answered,
    Ended,
    Happening,
    Look,
    Recollection,
    Remembered,
    Rooms,
    Turn,
    Voice,
)
from fumetto.companion.answering.rules.limits import question_of
from fumetto.companion.answering.turning import run
from fumetto.companion.feedback.service import measure
from fumetto.companion.kinds import Author, Mode
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import Database
from fumetto.library.public import beside, evidence

MOST_REMEMBERED = 6
LONGEST_REMEMBERED = 1000  # characters of a message


@dataclass(frozen=True, slots=True)
class LastPlace:
    """Where a reader was last in a series; everything that they have read lies behind it or is left out."""

    database: Database
    reader_id: uuid.UUID
    series_id: uuid.UUID

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        async with self.database.read(self.reader_id, patient=True) as session:
            place = await beside.last_place(session, self.reader_id, self.series_id)
            within, here = await evidence.standing(session, self.reader_id, place)
            yield Look(session, within.of(self.series_id), here)


@dataclass(frozen=True, slots=True)
class Said:
    """What a program says was said before. Its words are its own: nothing is known from them."""

    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class WhatItSays:
    """The memory of a turn of a program: what it sent along, and nothing of the reader's own conversations."""

    said: Sequence[Said]

    async def recall(self, look: Look, turn: Turn) -> Recollection:
        last = list(self.said)[-MOST_REMEMBERED:]
        return Recollection(
            history=tuple(
                Remembered(str(number), one.text[:LONGEST_REMEMBERED], frozenset(), one.author)
                for number, one in enumerate(last)
            )
        )


@dataclass(frozen=True, slots=True)
class Measuring:
    """Counts an answer and keeps nothing else of it: programs keep what they were told themselves."""

    database: Database
    source: str

    async def __call__(self, answered: Answered) -> None:
        async with self.database.write(patient=True) as session:
            await measure(session, answered, self.source)


async def asked(
    database: Database,
    rooms: Rooms,
    reader_id: uuid.UUID,
    series_id: uuid.UUID,
    text: str,
    *,
    mode: Mode,
    language: str,
    source: str,
    voice: Voice | None = None,
    before: Sequence[Said] = (),
) -> AsyncIterator[Happening]:
    """What happens as it is answered. Raises QuestionEmpty, QuestionTooLong before anything happens."""
    turn = Turn(
        question_id=uuid7(),
        answer_id=uuid7(),
        standpoint=LastPlace(database, reader_id, series_id),
        text=question_of(text),
        mode=mode,
        language=language,
        voice=voice,
    )
    kept = replace(rooms, memory=WhatItSays(before), record=Measuring(database, source))
    async for happening in run(turn, kept):
        yield happening


async def answered(happenings: AsyncIterator[Happening]) -> Answered:
    """The end of it."""
    ended: Answered | None = None
    async for happening in happenings:
        if isinstance(happening, Ended):
            ended = happening.answered
    if ended is None:
        raise RuntimeError("a turn ended without saying so")
    return ended
