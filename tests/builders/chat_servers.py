"""A server of chat models that speaks as Ollama, OpenAI, Anthropic and Gemini do, over real HTTP with streaming.

What it says is a script: a callable from the messages of the request, as `{"role": ..., "content": text}` with roles
system, user and assistant whatever the protocol, to an iterable of pieces of text. Among the pieces may be a `Pause`, a
`Drop`, `Raw` bytes in the place of a message of the protocol, and an `Oops`.

    with serving(lambda messages: ["The egg ", "is blue."]) as server:
        settings = chat_settings(settings, server, "openai")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from pydantic import SecretStr

from fumetto.kernel.settings import Settings
from tests.builders.listening import listening

PROTOCOLS = ("ollama", "openai", "anthropic", "gemini")
MODEL = "made-up"


@dataclass(frozen=True)
class Pause:
    """Waits until the test sets the event, or the server ends."""

    until: threading.Event


@dataclass(frozen=True)
class Drop:
    """Hangs up, in the middle of the answer."""


@dataclass(frozen=True)
class Raw:
    """Bytes as they are. After them the protocol goes on."""

    data: bytes


@dataclass(frozen=True)
class Oops:
    """An error as the protocol tells it in the middle of a stream; it ends with it."""

    message: str = "overloaded"


@dataclass(frozen=True)
class Halt:
    """Ends the stream as if it were complete, without the protocol's own end."""


Said = str | Pause | Drop | Raw | Oops | Halt
Messages = list[dict[str, str]]
Script = Callable[[Messages], Iterable[Said]]


@dataclass
class Asked:
    """A request as it came. `stopped` is set when the client had hung up before the answer was complete."""

    protocol: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    messages: Messages
    stopped: threading.Event = field(default_factory=threading.Event)


@dataclass
class ChatServer:
    script: Script
    address: str = ""
    statuses: list[int] = field(default_factory=list)  # of the next answers; then 200
    always: int = 200
    body: bytes | None = None  # in place of an answer
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    tells_tokens: bool = True
    tokens: tuple[int, int] = (11, 7)
    asked: list[Asked] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)  # of all requests, also of those that ask nothing
    ending: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(script: Script | None = None) -> Iterator[ChatServer]:
    """A server on loopback while the block lasts. Without a script it says "The egg is blue."."""
    served = ChatServer(script or (lambda _: ["The egg", " is", " blue."]))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.paths.append(self.path)
            self.whole(404, b"{}")

        def do_POST(self) -> None:
            served.paths.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            protocol = protocol_of(self.path)
            asked = Asked(
                protocol,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                body,
                messages_in(protocol, body),
            )
            served.asked.append(asked)
            status = served.statuses.pop(0) if served.statuses else served.always
            if status != 200 or served.body is not None:
                return self.whole(status, served.body or json.dumps(error_of(protocol, status)).encode())
            try:
                self.stream(protocol, asked)
            except OSError:
                asked.stopped.set()
                self.close_connection = True

        def whole(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", served.content_type or "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in served.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def stream(self, protocol: str, asked: Asked) -> None:
            kind = "application/x-ndjson" if protocol == "ollama" else "text/event-stream"
            self.send_response(200)
            self.send_header("Content-Type", served.content_type or kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            speak = Speech(protocol, served)
            for data in speak.begin():
                self.chunk(data)
            for said in served.script(asked.messages):
                if isinstance(said, Pause):
                    while not (said.until.wait(0.01) or served.ending.is_set()):
                        self.see_whether_gone()
                elif isinstance(said, Drop):
                    self.close_connection = True
                    return
                elif isinstance(said, Halt):
                    return self.chunk(b"")
                elif isinstance(said, Oops):
                    self.chunk(speak.oops(said.message))
                    return self.chunk(b"")
                else:
                    self.chunk(said.data if isinstance(said, Raw) else speak.say(said))
            for data in speak.end():
                self.chunk(data)
            self.chunk(b"")

        def chunk(self, data: bytes) -> None:
            self.see_whether_gone()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        def see_whether_gone(self) -> None:
            self.connection.setblocking(False)
            try:
                with suppress(BlockingIOError):
                    if self.connection.recv(1) == b"":
                        raise ConnectionResetError
            finally:
                self.connection.setblocking(True)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as served.address:
        try:
            yield served
        finally:
            served.ending.set()


def protocol_of(path: str) -> str:
    for mark, protocol in (("/api/chat", "ollama"), ("/v1/messages", "anthropic"), ("GenerateContent", "gemini")):
        if mark in path:
            return protocol
    return "openai"


def text_in(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    return "".join(part.get("text", "") for part in parts)


def messages_in(protocol: str, body: dict[str, Any]) -> Messages:
    """The messages of a request, as every protocol could have them."""
    if protocol == "gemini":
        system = body.get("systemInstruction")
        begin = [{"role": "system", "content": text_in(system["parts"])}] if system else []
        roles = {"user": "user", "model": "assistant"}
        return begin + [
            {"role": roles[one.get("role", "user")], "content": text_in(one["parts"])} for one in body["contents"]
        ]
    begin = [{"role": "system", "content": text_in(body["system"])}] if body.get("system") else []
    return begin + [{"role": one["role"], "content": text_in(one["content"])} for one in body["messages"]]


def error_of(protocol: str, status: int) -> dict[str, Any]:
    if protocol == "ollama":
        return {"error": f"no, {status}"}
    if protocol == "gemini":
        return {"error": {"code": status, "message": f"no, {status}", "status": "FAILED"}}
    return {"type": "error", "error": {"type": "some_error", "message": f"no, {status}"}}


class Speech:
    """A protocol's messages for the parts of an answer."""

    def __init__(self, protocol: str, served: ChatServer) -> None:
        self.protocol = protocol
        self.served = served

    def begin(self) -> list[bytes]:
        if self.protocol != "anthropic":
            return []
        tokens_in = self.served.tokens[0] if self.served.tells_tokens else 0
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": tokens_in, "output_tokens": 0},
        }
        block = {"type": "text", "text": ""}
        return [
            event({"type": "message_start", "message": message}),
            event({"type": "content_block_start", "index": 0, "content_block": block}),
        ]

    def say(self, text: str) -> bytes:
        match self.protocol:
            case "ollama":
                return line({"model": MODEL, "message": {"role": "assistant", "content": text}, "done": False})
            case "openai":
                return event(self.openai({"role": "assistant", "content": text}, None))
            case "anthropic":
                delta = {"type": "text_delta", "text": text}
                return event({"type": "content_block_delta", "index": 0, "delta": delta})
            case _:
                return event(self.gemini(text, {}))

    def end(self) -> list[bytes]:
        read, written = self.served.tokens
        tells = self.served.tells_tokens
        match self.protocol:
            case "ollama":
                last: dict[str, Any] = {"model": MODEL, "message": {"role": "assistant", "content": ""}}
                counts = {"prompt_eval_count": read, "eval_count": written} if tells else {}
                return [line(last | {"done": True, "done_reason": "stop"} | counts)]
            case "openai":
                usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
                counted = [event(self.openai(None, None) | {"usage": usage})] if tells else []
                return [event(self.openai({}, "stop")), *counted, b"data: [DONE]\n\n"]
            case "anthropic":
                usage = {"input_tokens": read, "output_tokens": written} if tells else {"output_tokens": 0}
                delta = {"stop_reason": "end_turn", "stop_sequence": None}
                return [
                    event({"type": "content_block_stop", "index": 0}),
                    event({"type": "message_delta", "delta": delta, "usage": usage}),
                    event({"type": "message_stop"}),
                ]
            case _:
                counts = {"promptTokenCount": read, "candidatesTokenCount": written, "totalTokenCount": read + written}
                return [event(self.gemini("", {"usageMetadata": counts} if tells else {}, "STOP"))]

    def oops(self, message: str) -> bytes:
        match self.protocol:
            case "ollama":
                return line({"error": message})
            case "anthropic":
                return event({"type": "error", "error": {"type": "overloaded_error", "message": message}})
            case _:
                return event({"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}})

    def openai(self, delta: dict[str, Any] | None, finish: str | None) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": choices}

    def gemini(self, text: str, more: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
        return {"candidates": [candidate | ({"finishReason": finish} if finish else {})], "modelVersion": MODEL} | more


def line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def event(data: dict[str, Any]) -> bytes:
    kind = f"event: {data['type']}\n" if isinstance(data.get("type"), str) else ""
    return f"{kind}data: {json.dumps(data)}\n\n".encode()


def chat_settings(settings: Settings, server: ChatServer, provider: str = "openai", **more: Any) -> Settings:
    """Settings with which that server's model answers, in that protocol, without waiting for anything long."""
    key = SecretStr("secret")
    addresses = {
        "ollama_base_url": server.address,
        "openai_base_url": f"{server.address}/v1",
        "openai_api_key": key,
        "anthropic_base_url": server.address,
        "anthropic_api_key": key,
        "gemini_base_url": server.address,
        "gemini_api_key": key,
    }
    return settings.model_copy(update=addresses | {"chat_provider": provider, "chat_model": MODEL} | more)
