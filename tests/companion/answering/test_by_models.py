"""A turn whose words are a model's, over HTTP, checked and paid; and what readers get where it fails."""

from __future__ import annotations

import threading
from contextlib import aclosing

import pytest
from sqlalchemy import select

from fumetto.billing.usage.models import UsageRecord
from fumetto.companion.answering.ports import Answered, Rooms, Said
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.answering.turning import run
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.settings import Settings
from tests.builders.chat_servers import MODEL, ChatServer, Drop, Pause, chat_settings, serving
from tests.builders.chat_servers import Said as Word
from tests.builders.telling import Told


class House:
    """A story, and rooms in which the model of an Ollama server speaks of it, for money."""

    def __init__(self, told: Told, settings: Settings, server: ChatServer, **more: float) -> None:
        self.told = told
        priced = {"chat_prices": f"ollama/{MODEL}=1:1", "chat_limit_total": 1.0} | more
        named = chat_settings(settings, server, "ollama", **priced)
        self.speakers = HouseSpeakers(named, told.story.database)
        self.rooms = Rooms(LocalizedPrompts(), speakers=self.speakers)

    async def answered(self, text: str = "What does Ada do?") -> Answered:
        return (await self.told.answered(self.told.turn(text), self.rooms)).answered

    async def costs(self) -> list[tuple[bool, int]]:
        async with self.told.story.database.read(EVERY_READER) as session:
            rows = await session.execute(select(UsageRecord.settled, UsageRecord.cost).order_by(UsageRecord.id))
            return [(settled, cost) for settled, cost in rows]


async def test_model_behind_http_says_what_was_read_and_is_paid_for_it(told: Told, settings: Settings) -> None:
    with serving(lambda _: ["Ada opens ", "her door [1]. ", "The owl was", " my brother."]) as server:
        house = House(told, settings, server)
        answered = await house.answered()
        (asked,) = server.asked
    assert [one.text for one in answered.sentences] == ["Ada opens her door."]
    assert (answered.model, answered.withheld, answered.note) == (f"ollama/{MODEL}", 1, "")
    assert answered.trace.token_counts == {"input": 11, "output": 7}
    assert not any(word in str(asked.body) for word in ("brother", "poison", "dies")), "it was sent what was read"
    assert await house.costs() == [(True, 18)]


@pytest.mark.parametrize(
    ("status", "limit", "note"),
    [(503, 1.0, "fallback_unreachable"), (401, 1.0, "fallback_refused"), (200, 0.000001, "fallback_limit")],
)
async def test_story_is_quoted_where_the_model_cannot_be_had(
    told: Told, settings: Settings, status: int, limit: float, note: str
) -> None:
    with serving(lambda _: ["Ada opens her door [1]."]) as server:
        server.always, server.headers = status, {"Retry-After": "60"}
        house = House(told, settings, server, chat_limit_total=limit)
        answered = await house.answered()
        assert len(server.asked) == (0 if status == 200 else 1)
    assert (answered.note, answered.model, answered.found) == (note, "builtin", True)
    assert answered.text == (await told.asked("What does Ada do?")).text
    assert [cost for _, cost in await house.costs()] == ([] if status == 200 else [0])


async def test_what_a_model_said_before_it_broke_is_kept(told: Told, settings: Settings) -> None:
    with serving(lambda _: ["Ada opens her door [1]. ", "Ada wa", Drop()]) as server:
        answered = await House(told, settings, server).answered()
    assert answered.sentences[0].text == "Ada opens her door."
    assert (answered.note, answered.model) == ("fallback_unreachable", f"ollama/{MODEL}")


async def test_reader_who_goes_stops_the_model_and_what_came_is_paid(told: Told, settings: Settings) -> None:
    words: list[Word] = ["Ada opens her door [1]. ", "Ada ", Pause(threading.Event()), "waves [1]."]
    with serving(lambda _: words) as server:
        house = House(told, settings, server)
        async with aclosing(run(told.turn("What does Ada do?"), house.rooms)) as happenings:
            async for one in happenings:
                if isinstance(one, Said):
                    break
        assert server.asked[0].stopped.wait(30), "the provider was hung up on"
        await house.speakers.close()
    ((settled, cost),) = await house.costs()
    assert settled
    assert cost > 100, "the prompt, by estimate"
