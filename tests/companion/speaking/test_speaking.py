"""Which model speaks, what it costs, and what readers are told of it."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from fastapi import FastAPI
from langchain_core.messages import HumanMessage
from sqlalchemy import select

from fumetto.billing.public import SpendingLimitReached
from fumetto.billing.usage.models import UsageRecord
from fumetto.companion.answering.ports import Look, Turn
from fumetto.companion.kinds import Mode
from fumetto.companion.speaking.repository import set_model
from fumetto.companion.speaking.service import HouseSpeaker, HouseSpeakers
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.providers.chat.errors import ChatFailed, ChatModelUnknown, ChatNoKey, ChatResting, ChatUnreachable
from fumetto.kernel.settings import Settings
from fumetto.people.public import Role
from tests.builders.api import a_client_as, an_app
from tests.builders.chat_servers import MODEL, ChatServer, Drop, Pause, chat_settings, serving
from tests.builders.library import a_series
from tests.builders.people import a_user

MESSAGES = [HumanMessage("Who guards the egg, and why?")]


class Somewhere:
    """A standpoint of which nobody asks more than who stands where."""

    def __init__(self, series_id: uuid.UUID, reader_id: uuid.UUID | None = None) -> None:
        self.series_id = series_id
        self.reader_id = reader_id

    def look(self) -> AbstractAsyncContextManager[Look]:
        raise LookupError("nothing is looked up to choose a model")


@pytest.fixture(scope="module")
def _server() -> Iterator[ChatServer]:
    with serving() as served:
        yield served


@pytest.fixture
def server(_server: ChatServer) -> ChatServer:
    vars(_server).update(vars(ChatServer(lambda _: ["The egg", " is", " blue."], address=_server.address)))
    return _server


@pytest.fixture
async def series(database: Database) -> uuid.UUID:
    async with database.write() as session:
        return (await a_series(session)).id


@pytest.fixture
async def reader(database: Database) -> uuid.UUID:
    async with database.write() as session:
        return (await a_user(session)).id


def turn_in(series: uuid.UUID, reader: uuid.UUID | None = None, model: str | None = None) -> Turn:
    ids = uuid.uuid4(), uuid.uuid4()
    return Turn(*ids, Somewhere(series, reader), "Who guards the egg?", Mode.PAGE, "en", model=model)


async def chosen(speakers: HouseSpeakers, turn: Turn) -> HouseSpeaker:
    speaker = await speakers.choose(turn, None)
    assert speaker is not None
    return speaker


async def records(database: Database) -> list[UsageRecord]:
    async with database.read(EVERY_READER) as session:
        return list(await session.scalars(select(UsageRecord).order_by(UsageRecord.id)))


async def test_turn_names_the_model_or_its_series_does_or_the_settings(
    settings: Settings, database: Database, server: ChatServer, series: uuid.UUID
) -> None:
    named = chat_settings(settings, server, "openai", chat_models="ollama/llama3.1:8b")
    speakers = HouseSpeakers(named, database)
    assert (await chosen(speakers, turn_in(series))).name == f"openai/{MODEL}"
    async with database.write() as session:
        await set_model(session, series, "ollama/llama3.1:8b")
    assert (await chosen(speakers, turn_in(series))).name == "ollama/llama3.1:8b"
    assert (await chosen(speakers, turn_in(series, model=f"openai/{MODEL}"))).name == f"openai/{MODEL}"
    assert await speakers.choose(turn_in(series, model="builtin"), None) is None
    with pytest.raises(ChatModelUnknown):
        await speakers.choose(turn_in(series, model="openai/the-most-expensive-one"), None)
    assert await HouseSpeakers(settings, database).choose(turn_in(series, model=None), "builtin") is None
    keyless = HouseSpeakers(settings.model_copy(update={"chat_provider": "anthropic"}), database)
    with pytest.raises(ChatNoKey):
        await keyless.choose(turn_in(series, model="anthropic/claude-haiku-4-5"), None)


async def test_answer_is_paid_for_by_the_tokens_that_the_provider_tells(
    settings: Settings, database: Database, server: ChatServer, series: uuid.UUID, reader: uuid.UUID
) -> None:
    priced = chat_settings(settings, server, chat_prices=f"openai/{MODEL}=2:3", chat_limit_reader_day=1.0)
    speaker = await chosen(HouseSpeakers(priced, database), turn_in(series, reader))
    kept_back: list[int] = []
    async for _ in speaker.stream(MESSAGES):
        kept_back += [record.cost for record in await records(database) if not record.settled]
    (record,) = await records(database)
    assert (record.user_id, record.settled, record.tokens_input, record.tokens_output) == (reader, True, 11, 7)
    assert record.cost == 2 * 11 + 3 * 7
    assert min(kept_back) > 3 * priced.chat_max_tokens, "while it answered, the most that it could cost was kept back"


def closes(server: ChatServer) -> None:
    server.script = lambda _: ["The egg is blue and old. ", Pause(threading.Event())]


def drops(server: ChatServer) -> None:
    server.script = lambda _: ["The egg is blue and old. ", Drop()]


def refuses(server: ChatServer) -> None:
    server.always = 401


@pytest.mark.parametrize(
    ("trouble", "tokens"),
    [(closes, (11, 7)), (drops, (11, 7)), (refuses, (0, 0))],
    ids=["closed", "dropped", "refused"],
)
async def test_what_had_come_is_paid_by_estimate_and_what_was_refused_is_not(
    settings: Settings,
    database: Database,
    server: ChatServer,
    series: uuid.UUID,
    trouble: Callable[[ChatServer], None],
    tokens: tuple[int, int],
) -> None:
    trouble(server)
    speakers = HouseSpeakers(chat_settings(settings, server, chat_prices=f"openai/{MODEL}=1:1"), database)
    answer = (await chosen(speakers, turn_in(series))).stream(MESSAGES)
    try:
        await anext(answer)
        if trouble is drops:
            await anext(answer)
    except ChatFailed:
        pass
    await answer.aclose()
    await speakers.close()
    (record,) = await records(database)
    assert (record.settled, record.tokens_input, record.tokens_output) == (True, *tokens)


async def test_reader_who_has_used_up_their_day_is_told_before_the_model_is_asked(
    settings: Settings, database: Database, server: ChatServer, series: uuid.UUID, reader: uuid.UUID
) -> None:
    prices = {"chat_prices": f"openai/{MODEL}=1:1", "chat_max_tokens": 100}
    priced = chat_settings(settings, server, chat_limit_reader_day=0.0002, **prices)
    server.tokens = (120, 60)
    speakers = HouseSpeakers(priced, database)
    speaker = await chosen(speakers, turn_in(series, reader))
    again = await chosen(speakers, turn_in(series, reader))
    assert [piece.text async for piece in speaker.stream(MESSAGES)][-1] == ""
    with pytest.raises(SpendingLimitReached) as raised:
        await anext(again.stream(MESSAGES))
    assert raised.value.note == "fallback_limit"
    assert len(server.asked) == 1
    lower = HouseSpeakers(priced.model_copy(update={"chat_limit_reader_day": 0.00018}), database)
    with pytest.raises(SpendingLimitReached):
        await lower.choose(turn_in(series, reader), None)


async def test_model_that_keeps_failing_rests_and_is_said_to(
    settings: Settings, database: Database, server: ChatServer, series: uuid.UUID
) -> None:
    server.always, server.headers = 503, {"Retry-After": "99"}
    app = an_app(chat_settings(settings, server), database)
    speakers: HouseSpeakers = app.state.speakers
    with pytest.raises(ChatUnreachable):
        await anext((await chosen(speakers, turn_in(series))).stream(MESSAGES))
    with pytest.raises(ChatResting):
        await speakers.choose(turn_in(series), None)
    async with a_client_as(app) as client:
        model, builtin = (await client.get("/api/v1/companion/models")).json()["items"]
    assert (model["name"], model["state"], model["by_default"]) == (f"openai/{MODEL}", "resting", True)
    assert model["until"]
    assert model["note"] == "Its server did not answer when it was asked last."
    assert (builtin["name"], builtin["state"], builtin["metered"]) == ("builtin", "ready", False)


async def test_editor_chooses_a_model_for_a_series_and_a_reader_does_not(
    settings: Settings, database: Database, server: ChatServer, series: uuid.UUID
) -> None:
    app = an_app(chat_settings(settings, server, chat_prices=f"openai/{MODEL}=1:1", chat_limit_day=2.0), database)
    path = f"/api/v1/companion/series/{series}/model"
    async with a_client_as(app, Role.EDITOR) as editor:
        assert (await editor.get(path)).json() == {"model": None}
        assert (await editor.put(path, json={"model": "openai/unheard-of"})).json()["code"] == "chat_model_unknown"
        assert (await editor.put(path, json={"model": "builtin"})).status_code == 200
        assert (await editor.get(path)).json() == {"model": "builtin"}
        assert await app.state.speakers.choose(turn_in(series), None) is None
        assert (await editor.put(path, json={"model": None})).status_code == 200
        assert (await editor.get(path)).json() == {"model": None}
        elsewhere = f"/api/v1/companion/series/{uuid.uuid4()}/model"
        assert (await editor.put(elsewhere, json={"model": None})).status_code == 404
    async with a_client_as(app) as reader:
        assert (await reader.get(path)).status_code == 404
        assert (await reader.put(path, json={"model": "builtin"})).status_code == 403


async def test_limits_are_told_in_the_api_to_each_what_is_theirs(
    settings: Settings, database: Database, server: ChatServer
) -> None:
    priced = {"chat_prices": f"openai/{MODEL}=1:1", "chat_limit_day": 2.0, "chat_limit_reader_day": 0.5}
    app: FastAPI = an_app(chat_settings(settings, server, **priced), database)

    async def told(role: Role) -> dict[str, Any]:
        async with a_client_as(app, role) as client:
            answer = (await client.get("/api/v1/usage/limits")).json()
        return {item["kind"]: (item["limit"], item["spent"], item["left"]) for item in answer["items"]}

    owner, reader = await asyncio.gather(told(Role.OWNER), told(Role.READER))
    assert owner == {"reader_day": (0.5, 0.0, 0.5), "day": (2.0, 0.0, 2.0), "total": (None, 0.0, None)}
    assert reader == {"reader_day": (0.5, 0.0, 0.5), "day": (None, None, None), "total": (None, None, None)}
