"""Chat models over HTTP: what is asked, what is taken for an answer, and what is not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tracers.langchain import wait_for_all_tracers
from pydantic import SecretStr

from fumetto.kernel.providers.chat.asking import ChatModel, ChatPiece, Limits, estimated_tokens, most_tokens
from fumetto.kernel.providers.chat.building import chat_model_for
from fumetto.kernel.providers.chat.errors import (
    ChatEmpty,
    ChatFailed,
    ChatGarbled,
    ChatLoops,
    ChatModelUnknown,
    ChatNoKey,
    ChatRefused,
    ChatResting,
    ChatSlow,
    ChatUnreachable,
)
from fumetto.kernel.providers.chat.naming import offered_chat_models, price_of, wanted_chat_model
from fumetto.kernel.settings import Settings
from tests.builders.chat_servers import (
    PROTOCOLS,
    ChatServer,
    Drop,
    Halt,
    Oops,
    Pause,
    Raw,
    chat_settings,
    serving,
)

MESSAGES: list[BaseMessage] = [
    SystemMessage("Answer from the evidence."),
    HumanMessage("Who is she?"),
    AIMessage("A witch."),
    HumanMessage("And the egg?"),
]
EACH = pytest.mark.parametrize("provider", PROTOCOLS)


@pytest.fixture(scope="module")
def _server() -> Iterator[ChatServer]:
    with serving() as served:
        yield served


@pytest.fixture
def server(_server: ChatServer) -> ChatServer:
    fresh = ChatServer(lambda _: ["The egg", " is", " blue."], address=_server.address)
    vars(_server).update(vars(fresh))
    return _server


@contextmanager
def asked_without_waiting(model: ChatModel) -> Iterator[list[float]]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    model._pause = pause
    yield pauses


def model_of(server: ChatServer, provider: str = "openai", *, limits: Limits | None = None, **more: Any) -> ChatModel:
    settings = chat_settings(Settings(), server, provider, **more)
    return ChatModel(settings, wanted_chat_model(settings), limits=limits)


async def said(model: ChatModel, messages: list[BaseMessage] = MESSAGES) -> list[ChatPiece]:
    return [piece async for piece in model.stream(messages)]


@EACH
async def test_model_is_asked_in_its_protocol_and_its_answer_comes_as_it_is_written(
    server: ChatServer, provider: str
) -> None:
    first_was_heard = threading.Event()
    server.script = lambda _: ["The egg", Pause(first_was_heard), " is blue."]
    pieces = []
    async for piece in model_of(server, provider).stream(MESSAGES):
        pieces.append(piece)
        first_was_heard.set()  # the rest is written only once the first piece is here
    assert [piece.text for piece in pieces] == ["The egg", " is blue.", ""]
    assert pieces[-1] == ChatPiece("", 11, 7)
    (asked,) = server.asked
    assert asked.protocol == provider
    assert [(one["role"], one["content"]) for one in asked.messages] == [
        ("system", "Answer from the evidence."),
        ("user", "Who is she?"),
        ("assistant", "A witch."),
        ("user", "And the egg?"),
    ]
    kept_to = asked.body.get("max_tokens") or str(asked.body)
    assert "800" in str(kept_to)
    if provider == "ollama":
        assert asked.body["options"]["num_ctx"] == 8192
        assert "authorization" not in asked.headers
    else:
        assert "secret" in asked.headers.get("authorization", asked.headers.get("x-goog-api-key", ""))


@EACH
async def test_tokens_that_a_server_does_not_tell_are_estimated_and_said_to_be(
    server: ChatServer, provider: str
) -> None:
    server.tells_tokens = False
    last = (await said(model_of(server, provider)))[-1]
    assert last == ChatPiece("", estimated_tokens(MESSAGES), 4, estimated=True)
    assert most_tokens(MESSAGES) > estimated_tokens(MESSAGES)


@EACH
async def test_closing_the_answer_hangs_up(server: ChatServer, provider: str) -> None:
    server.script = lambda _: ["The egg", Pause(threading.Event()), " is blue."]
    model = model_of(server, provider)
    answer = model.stream(MESSAGES)
    assert (await anext(answer)).text == "The egg"
    await answer.aclose()
    assert await asyncio.to_thread(server.asked[0].stopped.wait, 30)
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("chat ")] == []


@EACH
async def test_cancelled_before_the_first_word_hangs_up_too(server: ChatServer, provider: str) -> None:
    arrived = threading.Event()

    def script(_: object) -> list[Any]:
        arrived.set()
        return [Pause(threading.Event()), "late"]

    server.script = script
    waiting = asyncio.create_task(said(model_of(server, provider)))
    assert await asyncio.to_thread(arrived.wait, 60)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(server.asked[0].stopped.wait, 30)


@EACH
@pytest.mark.parametrize(
    ("status", "error"),
    [(401, ChatRefused), (404, ChatModelUnknown), (429, ChatUnreachable), (500, ChatUnreachable), (302, ChatRefused)],
)
async def test_refusals_are_told_apart(server: ChatServer, provider: str, status: int, error: type[ChatFailed]) -> None:
    server.always = status
    server.headers = {"Location": "http://127.0.0.1:1/elsewhere"} if status == 302 else {}
    model = model_of(server, provider)
    with asked_without_waiting(model) as pauses, pytest.raises(error):
        await said(model)
    again = error.again
    assert len(server.asked) == (3 if again else 1), "the package's own retries are off"
    assert len(pauses) == (2 if again else 0)


@EACH
@pytest.mark.parametrize(
    ("script", "error"),
    [
        ([], ChatEmpty),
        (["  \n"], ChatEmpty),
        (["The egg", Drop()], ChatUnreachable),
        (["The egg", Halt()], ChatUnreachable),
        (["The egg", Oops()], ChatUnreachable),
        (["The egg is blue. "] * 40, ChatLoops),
        (["<!DOCTYPE html><html>", "<body>"], ChatGarbled),
    ],
    ids=["nothing", "blanks", "dropped", "halted", "error inside", "loop", "page as text"],
)
async def test_what_is_no_whole_answer_is_refused(
    server: ChatServer, provider: str, script: list[Any], error: type[ChatFailed]
) -> None:
    server.script = lambda _: script
    model = model_of(server, provider)
    pieces: list[str] = []

    async def listen() -> None:
        async for piece in model.stream(MESSAGES):
            pieces.append(piece.text)

    with asked_without_waiting(model), pytest.raises(error) as raised:
        await listen()
    heard = "".join(pieces)
    assert raised.value.note.startswith("fallback_")
    assert len(server.asked) == 1, "what was said cannot be taken back, so nothing is asked again"
    assert heard.strip().startswith("The egg") or error is not ChatUnreachable
    assert len(heard) < 500


@EACH
async def test_half_a_message_is_garbled(server: ChatServer, provider: str) -> None:
    half = b'{"message": {"content": "The' if provider == "ollama" else b'event: content_block_delta\ndata: {"choi\n\n'
    server.script = lambda _: ["The egg", Raw(half), Halt()]
    with pytest.raises(ChatGarbled):
        await said(model_of(server, provider))


@EACH
async def test_page_for_browsers_is_garbled(server: ChatServer, provider: str) -> None:
    server.body, server.content_type = b"<html>Sign in to the network</html>", "text/html; charset=utf-8"
    with pytest.raises(ChatGarbled) as raised:
        await said(model_of(server, provider))
    assert "page for browsers" in str(raised.value)
    server.content_type = "application/json"
    with pytest.raises(ChatGarbled):
        await said(model_of(server, provider))


async def test_answer_without_end_is_cut_off(server: ChatServer) -> None:
    noise = b": " + b"x" * 9_000_000 + b"\n\n"
    server.script = lambda _: ["The egg", Raw(noise), " is blue."]
    with pytest.raises(ChatGarbled, match="does not end"):
        await said(model_of(server))


async def test_server_that_recovers_before_the_first_word_is_asked_again(server: ChatServer) -> None:
    server.statuses, server.headers = [503, 429], {"Retry-After": "2"}
    model = model_of(server)
    with asked_without_waiting(model) as pauses:
        assert "".join(piece.text for piece in await said(model)) == "The egg is blue."
    assert len(server.asked) == 3
    assert all(2 <= pause <= 2.5 for pause in pauses), "as long as it asks for, and a little by chance"
    assert model.breaker.last == ""


async def test_server_that_wants_a_long_rest_gets_it_and_nobody_waits(server: ChatServer) -> None:
    server.always, server.headers = 429, {"Retry-After": "90"}
    model = model_of(server)
    with asked_without_waiting(model) as pauses:
        with pytest.raises(ChatUnreachable):
            await said(model)
        with pytest.raises(ChatResting) as resting:
            await said(model)
    assert pauses == []
    assert len(server.asked) == 1
    assert 80 < resting.value.detail["seconds"] <= 90


@pytest.mark.parametrize(
    ("part", "limits", "script"),
    [
        ("first", Limits(0.3, 60, 60), [Pause(threading.Event())]),
        ("between", Limits(60, 0.3, 60), ["The egg", Pause(threading.Event())]),
        ("total", Limits(60, 60, 0.3), [Pause(threading.Event())]),
    ],
)
async def test_slow_model_is_left(server: ChatServer, part: str, limits: Limits, script: list[Any]) -> None:
    await said(model_of(server))  # its package is loaded, however long that takes
    server.script = lambda _: script
    with pytest.raises(ChatSlow) as raised:
        await said(model_of(server, limits=limits))
    assert raised.value.detail["part"] == part
    assert await asyncio.to_thread(server.asked[-1].stopped.wait, 30)


async def test_nothing_that_listens_is_unreachable(server: ChatServer) -> None:
    for provider in PROTOCOLS:
        addresses = {f"{provider}_base_url": "http://127.0.0.1:1"}
        model = model_of(server, provider, **addresses)
        with asked_without_waiting(model), pytest.raises(ChatUnreachable):
            await said(model)
    assert server.asked == []


@pytest.mark.parametrize("address", ["nonsense", "http://[half", "ftp://127.0.0.1", "http://127.0.0.1:port"])
async def test_address_that_is_none_is_refused(server: ChatServer, address: str) -> None:
    with pytest.raises(ChatRefused):
        await said(model_of(server, "ollama", ollama_base_url=address))


def test_names_and_keys_are_checked_before_anything_is_loaded() -> None:
    with pytest.raises(ChatNoKey, match="ANTHROPIC_API_KEY"):
        chat_model_for(Settings(), "anthropic/claude-haiku-4-5")
    for name in ("builtin", "openai/", "elsewhere/model"):
        with pytest.raises(ChatModelUnknown):
            chat_model_for(Settings(), name)


async def test_tracing_that_the_environment_asks_for_tells_nobody(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_ENDPOINT": server.address,
        "LANGSMITH_API_KEY": "x",
        "OPENAI_PROXY": server.address,
    }.items():
        monkeypatch.setenv(name, value)
    await said(model_of(server))
    wait_for_all_tracers()
    assert server.paths == ["/v1/chat/completions"]


async def test_server_without_keys_is_sent_none(server: ChatServer) -> None:
    await said(model_of(server, openai_api_key=SecretStr("")))
    assert "authorization" not in server.asked[0].headers


def test_models_on_offer_are_those_of_the_settings() -> None:
    settings = Settings(chat_provider="ollama", chat_models="openai/gpt-4o-mini, ollama/qwen2.5:7b")
    assert offered_chat_models(settings) == ("ollama/qwen2.5:7b", "openai/gpt-4o-mini", "builtin")
    assert offered_chat_models(Settings()) == ("builtin",)


def test_price_is_reckoned_in_millionths_and_rounded_up() -> None:
    settings = Settings(chat_prices="openai/gpt-4o-mini=0.15:0.60, ollama/free=0:0")
    price = price_of(settings, "openai/gpt-4o-mini")
    assert price is not None
    assert price.of(1_000_000, 1_000_000) == 750_000
    assert price.of(1, 0) == 1
    assert price_of(settings, "ollama/free") is None
