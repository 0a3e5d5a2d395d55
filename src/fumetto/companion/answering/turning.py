"""A turn: one question on its way to its answer, told as it goes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Final

from fumetto.companion.answering.ports import Answered, Cited, Ended, Found, Happening, Rooms, Said, Started, Trace, Turn
from fumetto.companion.answering.service import answer
from fumetto.companion.kinds import TurnState

BUILT_IN: Final = "builtin"


async def run(turn: Turn, rooms: Rooms) -> AsyncIterator[Happening]:
    """Answers a question, telling what happens; `Ended` comes last, after `rooms.record` has kept the answer.

    No session is held while it yields. Closing the iterator stops it, and nothing is recorded then.
    Raises what the standpoint raises: PageNotFound where the present page is not the reader's.
    """
    began = time.perf_counter()
    yield Started(BUILT_IN)
    async with turn.standpoint.look() as look:
        found = await answer(look.session, look.horizon, turn.text, mode=turn.mode, language=turn.language)
        horizon, here = look.horizon.fingerprint, look.here
    spots = [one.spot for one in found.citations if one.spot] + ([here] if here else [])
    yield Found(len(found.citations), len({spot.page_id for spot in spots}))
    told: set[int] = set()
    first = round(1000 * (time.perf_counter() - began))
    for number, sentence in enumerate(found.sentences, 1):
        for cited in sentence.citations:
            if cited not in told:
                told.add(cited)
                yield Cited(cited, found.citations[cited - 1])
        yield Said(number, sentence)
    took = round(1000 * (time.perf_counter() - began))
    answered = Answered(
        turn=turn,
        state=TurnState.DONE,
        sentences=found.sentences,
        citations=found.citations,
        suggestions=(),
        found=found.found,
        pages=frozenset(spot.page_id for spot in spots),
        reveal_pos=max((spot.position for spot in spots), default=None),
        model=BUILT_IN,
        trace=Trace(horizon=horizon, timings={"whole": took}),
        latency_ms=took,
        first_sentence_ms=first,
    )
    if rooms.record is not None:
        await rooms.record(answered)
    yield Ended(answered)
