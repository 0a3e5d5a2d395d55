"""A server of embedding models that speaks as Ollama, OpenAI and Gemini do, over real HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from fumetto.kernel.settings import Settings
from tests.builders.listening import listening

DIMENSIONS = 8


@dataclass
class EmbeddingServer:
    """Answers as it is told to, and remembers what it was asked. `seed` is which model it has."""

    address: str = ""
    dimensions: int = DIMENSIONS
    seed: str = "one"
    statuses: list[int] = field(default_factory=list)  # of the next answers; then 200
    always: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    refuses: str = "\0"  # a text that has this in it is refused
    before: Callable[[], None] = lambda: None  # called as each question arrives
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def vector(self, text: str, dimensions: int | None = None) -> NDArray[np.float32]:
        """What the model makes of a text, as a unit vector."""
        seed = int.from_bytes(hashlib.blake2b(f"{self.seed}|{text}".encode(), digest_size=8).digest(), "big")
        made = np.random.default_rng(seed).standard_normal(dimensions or self.dimensions)
        return (made / np.linalg.norm(made)).astype(np.float32)

    def texts(self) -> list[str]:
        """Every text it was sent."""
        return [text for path, _, sent in self.asked for text in texts_in(path, sent)]

    def answer(self, path: str, sent: dict[str, Any]) -> bytes:
        if self.body is not None:
            return self.body
        wanted = sent.get("dimensions") or sent.get("requests", [{}])[0].get("outputDimensionality")
        # Three times as long as they should be: not every server's vectors are unit vectors
        made = [(3 * self.vector(text, wanted)).tolist() for text in texts_in(path, sent)]
        if path == "/api/embed":
            return json.dumps({"model": sent["model"], "embeddings": made}).encode()
        if path == "/v1/embeddings":
            rows = [{"index": index, "embedding": vector} for index, vector in enumerate(made)]
            return json.dumps({"object": "list", "data": rows[::-1]}).encode()
        return json.dumps({"embeddings": [{"values": vector} for vector in made]}).encode()


def texts_in(path: str, sent: dict[str, Any]) -> list[str]:
    if "requests" in sent:
        return [request["content"]["parts"][0]["text"] for request in sent["requests"]]
    return list(sent["input"])


@contextmanager
def serving() -> Iterator[EmbeddingServer]:
    served = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, sent))
            served.before()
            status = served.statuses.pop(0) if served.statuses else served.always
            if any(served.refuses in text for text in texts_in(self.path, sent)):
                status = 400
            body = served.answer(self.path, sent) if status == 200 else b'{"error": "no"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in served.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as served.address:
        yield served


def settings_for(settings: Settings, server: EmbeddingServer, provider: str, **more: Any) -> Settings:
    """Settings with which vectors are that server's."""
    key = SecretStr("secret")
    addresses = {
        "ollama_base_url": server.address,
        "openai_base_url": f"{server.address}/v1",
        "openai_api_key": key,
        "gemini_base_url": server.address,
        "gemini_api_key": key,
    }
    named = {
        "embedding_provider": provider,
        "embedding_model": "made-up",
        "embedding_batch": 4,
        "embedding_question_seconds": 60.0,
    }
    return settings.model_copy(update=addresses | named | more)
