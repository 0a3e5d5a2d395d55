"""A turn: one question on its way to its answer, told as it goes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from fumetto.companion.answering import graph
from fumetto.companion.answering.ports import Happening, Rooms, Turn
from fumetto.companion.answering.work import Work


async def run(turn: Turn, rooms: Rooms) -> AsyncGenerator[Happening, None]:
    """Answers a question, telling what happens; `Ended` comes last, after `rooms.record` has kept the answer.

    No session is held while it yields. Closing the iterator stops the model, and nothing is recorded then.
    Raises QuestionEmpty and QuestionTooLong, what the standpoint raises (PageNotFound where the present page is not the
    reader's), and what `rooms.record` raises.
    """
    await graph.ready()
    async with contextlib.aclosing(graph.walk(Work(turn, rooms))) as happenings:
        async for happening in happenings:
            yield happening
