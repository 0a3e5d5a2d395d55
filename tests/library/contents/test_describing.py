"""Vision models over real HTTP: what is sent, what is kept, and what happens when they are away or talk nonsense."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import SecretStr

from fumetto.kernel.jobs.retries import is_transient
from fumetto.kernel.settings import Settings
from fumetto.library.contents.describing.clients import Ollama, describer
from fumetto.library.contents.describing.port import Description, Picture, parse_answer
from fumetto.library.contents.describing.service import describe
from fumetto.library.contents.errors import VisionNonsense, VisionRefused, VisionUnavailable
from tests.builders.listening import listening
from tests.library.contents.conftest import Looked, Shelf, a_sidecar
from tests.library.ingestion.conftest import a_picture

TOLD = json.dumps({"description": "A witch  stirs a pot.", "mood_tags": ["Calm", "calm", "warm"]})
PICTURE = Picture(b"\xff\xd8 not really", "image/jpeg")


@dataclass
class Model:
    """A server that answers as it is told to, and remembers what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes | None = None
    content: Any = TOLD
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def answer(self, path: str) -> bytes:
        if self.body is not None:
            return self.body
        if path == "/api/chat":
            return json.dumps({"message": {"content": self.content}}).encode()
        if path == "/v1/messages":
            return json.dumps({"content": [{"type": "text", "text": self.content}]}).encode()
        return json.dumps({"choices": [{"message": {"content": self.content}}]}).encode()


@pytest.fixture
def model() -> Iterator[Model]:
    served = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, sent))
            body = served.answer(self.path)
            self.send_response(served.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as served.address:
        yield served


def settings_for(settings: Settings, model: Model, provider: str) -> Settings:
    key = SecretStr("secret")
    return settings.model_copy(
        update={
            "vision_provider": provider,
            "vision_model": "eyes",
            "ollama_base_url": model.address,
            "openai_base_url": f"{model.address}/v1",
            "openai_api_key": key,
            "anthropic_base_url": model.address,
            "anthropic_api_key": key,
        }
    )


PROVIDERS = ["ollama", "openai", "anthropic"]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_each_provider_is_shown_the_page_and_its_answer_is_kept(
    settings: Settings, model: Model, provider: str
) -> None:
    by = describer(settings_for(settings, model, provider))
    assert by is not None
    assert await by.describe(PICTURE, "fr") == Description("A witch stirs a pot.", ("calm", "warm"))
    ((path, headers, sent),) = model.asked
    assert sent["model"] == "eyes"
    assert base64.b64encode(PICTURE.data).decode() in json.dumps(sent)
    assert "in French" in json.dumps(sent)
    assert path == {"ollama": "/api/chat", "openai": "/v1/chat/completions", "anthropic": "/v1/messages"}[provider]
    header = {"openai": "authorization", "anthropic": "x-api-key"}.get(provider)
    assert (header is None) or headers[header].endswith("secret")


def test_with_sidecars_alone_no_model_is_asked(settings: Settings) -> None:
    assert describer(settings) is None


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"", VisionUnavailable),
        (429, b"", VisionUnavailable),
        (401, b'{"error": "bad key"}', VisionRefused),
        (404, b"no such model", VisionRefused),
        (200, b'{"message": {"conte', VisionNonsense),
        (200, b"[]", VisionNonsense),
        (200, b"{}", VisionNonsense),
        (200, b"x" * 1_200_000, VisionNonsense),
    ],
)
async def test_what_goes_wrong_is_told_apart(
    settings: Settings, model: Model, provider: str, status: int, body: bytes, error: type[Exception]
) -> None:
    model.status, model.body = status, body
    by = describer(settings_for(settings, model, provider))
    assert by is not None
    with pytest.raises(error) as caught:
        await by.describe(PICTURE, "en")
    assert is_transient(caught.value) is (error is VisionUnavailable)
    assert "secret" not in str(caught.value)


async def test_a_server_that_is_not_there_is_unavailable(settings: Settings, model: Model) -> None:
    gone = settings_for(settings, model, "ollama").model_copy(update={"ollama_base_url": "http://127.0.0.1:9"})
    by = describer(gone)
    assert by is not None
    with pytest.raises(VisionUnavailable):
        await by.describe(PICTURE, "en")


async def test_a_server_that_answers_in_drops_is_not_waited_for() -> None:
    """Each drop comes in time, and the answer never ends."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(VisionUnavailable, match="too long"):
        await Ollama(f"http://127.0.0.1:{port}", "eyes", "", 0.3).describe(PICTURE, "en")
    server.close()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('```json\n{"description": "A cat."}\n```', Description("A cat.", ())),
        ('Here it is: {"description": "A cat.", "mood_tags": "calm"} Enjoy!', Description("A cat.", ())),
        ("A cat sleeps on a broom.", Description("A cat sleeps on a broom.", ())),
        (
            '{"description": "A\\u0000 cat.", "mood_tags": [1, " Warm  light ", ""]}',
            Description("A cat.", ("warm light",)),
        ),
    ],
)
def test_answers_in_words_and_fences_are_understood(answer: str, expected: Description) -> None:
    assert parse_answer(answer, "test") == expected


@pytest.mark.parametrize("answer", [None, "", 7, "{}", '{"description": 4}', '{"description": "x"', "<html>", "No."])
def test_answers_that_are_no_description_are_refused(answer: object) -> None:
    with pytest.raises(VisionNonsense):
        parse_answer(answer, "test")


async def described(looked: Looked) -> list[tuple[Any, ...]]:
    return await looked.library.rows(
        "SELECT source, language, visual_description, mood_tags, model FROM library.page_descriptions ORDER BY source"
    )


async def test_a_page_is_described_once_and_told_to_who_indexes(looked: Looked, shelf: Shelf, model: Model) -> None:
    shelf.file("S/1/01.png", a_picture(1))
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    settings = settings_for(looked.library.settings, model, "ollama")
    looked.changed.clear()
    for _ in range(2):
        await describe(looked.library.database, settings, looked.library.parsers, page_id)
    assert await described(looked) == [("model", "en", "A witch stirs a pot.", ["calm", "warm"], "eyes")]
    assert looked.changed == [page_id]
    assert len(model.asked) == 1
    assert (await looked.looks())["description"] == ("done", None)


async def test_a_model_that_is_away_leaves_the_page_waiting_with_the_reason(
    looked: Looked, shelf: Shelf, model: Model
) -> None:
    shelf.file("S/1/01.png", a_picture(1))
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    settings = settings_for(looked.library.settings, model, "openai")
    model.status, model.body = 503, b""
    with pytest.raises(VisionUnavailable):
        await describe(looked.library.database, settings, looked.library.parsers, page_id)
    assert (await looked.looks())["description"] == ("pending", "vision_unavailable")
    model.status, model.body = 401, b"no"
    await describe(looked.library.database, settings, looked.library.parsers, page_id)
    assert (await looked.looks())["description"] == ("failed", "vision_refused")
    model.status, model.body = 200, None
    await describe(looked.library.database, settings, looked.library.parsers, page_id)
    assert (await looked.looks())["description"] == ("done", None)


@pytest.mark.parametrize("source", ["person", "sidecar"])
async def test_what_a_person_or_a_sidecar_says_is_never_described_over(
    looked: Looked, shelf: Shelf, model: Model, source: str
) -> None:
    shelf.file("S/1/01.png", a_picture(1))
    if source == "sidecar":
        shelf.file("S/1/01.json", a_sidecar(language="en", description="By hand."))
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    if source == "person":
        await looked.library.rows(
            "INSERT INTO library.page_descriptions (id, page_id, language, source, visual_description)"
            " VALUES (gen_random_uuid(), %s, 'en', 'person', 'By hand.')",
            page_id,
        )
    settings = settings_for(looked.library.settings, model, "ollama")
    await describe(looked.library.database, settings, looked.library.parsers, page_id)
    assert [(row[0], row[2]) for row in await described(looked)] == [(source, "By hand.")]
    assert model.asked == []
    assert (await looked.looks())["description"] == ("skipped", "better_description")
