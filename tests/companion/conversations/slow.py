"""An answerer that says one sentence and then waits to be told to go on, as a model does that thinks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

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
GATHERED = Trace(
    queries=({"asked": "index", "text": "who"},),
    hits=({"query": 0, "id": str(UUID(int=7)), "score": 0.5},),
    context=({"number": 1, "text": "The owl guards\0 a golden egg."},),
    prompt=({"role": "user", "content": "Who?"},),
    prompt_version="en-1",
    horizon="h",
    timings={"retrieve": 3, "whole": 5},
)


class Slow:
    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.silent = False  # nothing is said before it is told to go on
        self.begun = 0
        self.ended = 0

    async def run(self, turn: Turn, rooms: Rooms) -> AsyncIterator[Happening]:
        self.begun += 1
        try:
            async with turn.standpoint.look() as look:
                here = look.here
            assert here is not None
            citation = Citation(here.page_id, "page", None, None, here)
            first, second = Sentence("First.\0", (1,)), Sentence("Second.", (1,))
            pages = frozenset({here.page_id})

            def so_far() -> Answered:
                cited, place = (citation,), here.position if here else None
                return Answered(turn, TurnState.DONE, (first,), cited, (), True, pages, place, MODEL, GATHERED)

            yield Started(MODEL, so_far)
            yield Found(1, 1, frozenset({here.page_id}))
            if self.silent:
                await self.go_on.wait()
            yield Cited(1, citation)
            yield Said(1, first)
            await self.go_on.wait()
            yield Said(2, second)
            answered = replace(so_far(), sentences=(first, second))
            if rooms.record is not None:
                await rooms.record(answered)
            yield Ended(answered)
        finally:
            self.ended += 1
