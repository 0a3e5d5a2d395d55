"""What the graph keeps of a session between its turns: ids, of the last turn, and nothing of what was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fumetto.companion.answering.checkpoints import Checkpoints, forget
from fumetto.kernel.db.base import uuid7
from tests.builders.speakers import Scripted
from tests.builders.telling import Told

KEPT = """
SELECT (SELECT count(*) FROM langgraph.checkpoints), (SELECT count(*) FROM langgraph.checkpoint_writes),
    (SELECT string_agg(c::text, '') FROM langgraph.checkpoints c),
    (SELECT string_agg(encode(b.blob, 'escape'), '') FROM langgraph.checkpoint_blobs b)
"""


async def kept(told: Told) -> tuple[int, int, str, str]:
    async with told.story.database.read() as session:
        rows = await session.raw().execute(KEPT)
        checkpoints, writes, states, values = (await rows.fetchall())[0]
    return checkpoints, writes, states or "", values or ""


async def test_session_keeps_the_ids_of_its_last_turn_and_no_word_of_the_story(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    thread = uuid7()
    rooms = replace(told.rooms(Scripted("Ada opens her door.")), checkpoints=Checkpoints(told.story.database))
    for text in ("What does Ada do?", "Who is Ada?", "Who is Ada?"):
        ended = await told.answered(replace(told.turn(text), thread_id=thread), rooms)
        checkpoints, writes, states, values = await kept(told)
        assert (checkpoints, writes) == (1, 0)
        assert str(ended.answered.turn.answer_id) in states
        assert not any(word in states + values for word in ("Ada", "door", "smith", "egg", "What does"))
    async with told.story.database.write() as session:
        await forget(session, [thread])
    assert await kept(told) == (0, 0, "", "")
