"""Whoever pages back is told nothing of what was asked and answered further on: not that it was, nor how it was called.

Two readers turn the same pages. One asks everywhere; the other only what needs no more than the last page they both
come to. There, everything that is told to the first is told to the second, byte by byte, but for how much is folded.
"""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import FastAPI
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.builders.world import Story
from tests.companion.conversations.beside import API, Beside, a_reader_beside

PLACES = [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
QUESTIONS = ["Who said “golden egg”?", "Who is it?", "Who said “too dangerous”?", "What just happened?", "poison king?"]
WORDS = ["golden", "poison", "happened", "called"]

Step = tuple[int, str, bool]
"""At which of the places, what is asked, and whether everything that was read may be told."""

STEPS = st.lists(
    st.tuples(st.integers(0, len(PLACES) - 1), st.sampled_from(QUESTIONS), st.booleans()), min_size=1, max_size=4
)


async def lives(
    beside: Beside, steps: list[Step], last: int, *, asks_later: bool, renames: int
) -> list[dict[str, Any]]:
    """Has read everything, asks, and ends at the last place. Returns the questions that may not be told of there."""
    await beside.story.sees(beside.client.account.id, *PLACES)  # type: ignore[attr-defined]
    beyond = []
    for at, question, everything in steps:
        await beside.opened(*PLACES[at], everything=everything)
        needs = len(PLACES) - 1 if everything else at
        if needs <= last or asks_later:
            asked = await beside.asks(question)
            await beside.follows(asked)
            beyond += [asked | {"session": beside.session["id"]}] if needs > last else []
        if at == renames and (needs <= last or asks_later) and not everything:
            conversation = beside.session["conversation"]["id"]
            told = await beside.client.patch(f"{API}/conversations/{conversation}", json={"title": f"Called at {at}"})
            assert told.status_code == 200
    await beside.opened(*PLACES[last], everything=False)
    return beyond


async def everything_told(beside: Beside) -> str:
    """All that a client can ask for, in one text, without the reader's own ids and the time."""
    conversation = beside.session["conversation"]["id"]
    whole = await beside.messages()
    messages = [one for one in whole if one["kind"] == "message"]
    told: list[Any] = [
        messages,
        await beside.get(f"/sessions/{beside.session['id']}"),
        await beside.get("/conversations") | {"folded": "as messages are"},
        [await beside.get("/conversations", q=word) for word in WORDS],
        await beside.get(f"/conversations/{conversation}"),
        await beside.get(f"/conversations/{conversation}/export"),
    ]
    markdown = await beside.client.get(f"{API}/conversations/{conversation}/export", params={"format": "markdown"})
    told += [markdown.text, markdown.headers["content-disposition"]]
    for answer in (one for one in messages if one["author"] == "assistant"):
        told.append(await beside.get(f"/answers/{answer['id']}/trace"))
        told.append([(one.id, one.event, one.data) for one in await beside.follows(events_of(answer["answers_id"]))])
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    for number, message in enumerate(messages):
        text = text.replace(message["id"], f"message {number}")
    text = text.replace(conversation, "conversation").replace(beside.session["id"], "session")
    text = re.sub(r'"(?:latency_ms|ms|[a-z_]+_at|running)": [^,}]+', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "then", text)
    return re.sub(r'"timings": \{[^}]*\}', "", text)


def events_of(question_id: str) -> dict[str, str]:
    return {"events": f"{API}/turns/{question_id}/events"}


@hypothesis_settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@example(steps=[(0, QUESTIONS[0], False), (3, QUESTIONS[4], False), (1, QUESTIONS[1], False)], last=1, renames=3)
@example(steps=[(4, QUESTIONS[4], False), (0, QUESTIONS[3], True)], last=2, renames=-1)
@given(steps=STEPS, last=st.integers(0, len(PLACES) - 1), renames=st.integers(-1, len(PLACES) - 1))
async def test_reader_who_pages_back_is_told_what_one_is_who_never_asked_further_on(
    app: FastAPI, story: Story, steps: list[Step], last: int, renames: int
) -> None:
    async with a_reader_beside(app, story) as asker, a_reader_beside(app, story) as other:
        beyond = await lives(asker, steps, last, asks_later=True, renames=renames)
        assert await lives(other, steps, last, asks_later=False, renames=renames) == []
        assert await everything_told(asker) == await everything_told(other)
        folded = sum(one["folded"] for one in await asker.messages() if one["kind"] == "folded")
        assert folded == 2 * len(beyond)
        listed = await asker.get("/conversations")
        assert listed["folded"] == (1 if beyond and not listed["items"] else 0)
        for asked in beyond:
            if asked["session"] == asker.session["id"]:  # one beside another episode stands where it was left
                assert [one.event for one in await asker.follows(asked)] == ["folded"]
            trace = await asker.client.get(f"{API}/answers/{asked['answer_id']}/trace")
            assert (trace.status_code, trace.json()["code"]) == (404, "answer_not_found")
