"""An answerer that says one sentence and then waits to be told to go on, as a model does that thinks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fumetto.companion.answering.model import Citation, Sentence
from fumetto.companion.answering.ports import (
    Answered,
    Cited,
    Ended,
    Found,
    Happening,
    Rooms,
    Said,
    Started,
    Trace,
    Turn,
)
from fumetto.companion.kinds import TurnState

MODEL = "test/slow"


class Slow:
    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.begun = 0
        self.ended = 0

    async def run(self, turn: Turn, rooms: Rooms) -> AsyncIterator[Happening]:
        self.begun += 1
        try:
            async with turn.standpoint.look() as look:
                here = look.here
            assert here is not None
            citation = Citation(here.page_id, "page", None, None, here)
            yield Started(MODEL)
            yield Found(1, 1, frozenset({here.page_id}))
            yield Cited(1, citation)
            first, second = Sentence("First.\0", (1,)), Sentence("Second.", (1,))
            yield Said(1, first)
            await self.go_on.wait()
            yield Said(2, second)
            pages = frozenset({here.page_id})
            answered = Answered(
                turn, TurnState.DONE, (first, second), (citation,), (), True, pages, here.position, MODEL, Trace()
            )
            if rooms.record is not None:
                await rooms.record(answered)
            yield Ended(answered)
        finally:
            self.ended += 1
