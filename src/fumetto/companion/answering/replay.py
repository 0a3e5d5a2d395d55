"""Asking a question again at the horizon that there is now: what would be found, and said, today."""

from __future__ import annotations

from dataclasses import replace

from fumetto.companion.answering.ports import Answered, Ended, Rooms, Turn
from fumetto.companion.answering.turning import run


async def replay(turn: Turn, rooms: Rooms) -> Answered:
    """The answer to a turn's question as it would be now. Nothing of it is kept, nor taken from the cache.

    Raises what `run` raises.
    """
    again = replace(turn, thread_id=None)
    async for happening in run(again, replace(rooms, record=None, shortcut=None, checkpoints=None)):
        if isinstance(happening, Ended):
            return happening.answered
    raise RuntimeError("a turn ended without saying so")
