"""The way to a model's server, kept under our own rules whichever package walks it.

LangChain's providers bring SDKs of their own on two generations of httpx. All of them are given these hooks, which
every request and every answer passes: no address but the configured one, no key but the configured one, and nothing
taken for an answer that is a page for browsers or has no end.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from fumetto.kernel.providers.chat.errors import (
    ChatFailed,
    ChatGarbled,
    ChatModelUnknown,
    ChatRefused,
    ChatUnreachable,
)

MOST_BYTES: Final = 8_000_000  # of an answer on the wire, with what protocols wrap each word in
MOST_OF_REFUSAL: Final = 4_000
LATER: Final = frozenset({408, 409, 425, 429})
TAIL: Final = 64  # bytes of the end that are kept, to see whether a stream said that it was over


@dataclass
class Call:
    """One question on the line: what went wrong, in our words, whatever an SDK makes of it, and how it ended."""

    model: str
    failure: ChatFailed | None = None
    tail: bytes = field(default=b"", repr=False)

    def fail(self, failure: ChatFailed) -> ChatFailed:
        self.failure = failure
        return failure


CALL: ContextVar[Call] = ContextVar("chat call")


@dataclass(frozen=True)
class Line:
    """To one server. headers: what every request has; an empty value takes a header away."""

    address: str
    connect_seconds: float
    headers: dict[str, str] = field(default_factory=dict)

    def hooks(self) -> dict[str, list[Callable[[Any], Coroutine[Any, Any, None]]]]:
        return {"request": [self.sent], "response": [self.received]}

    def options(self) -> dict[str, Any]:
        """Arguments of an httpx client of either generation. How many may ask at once is the server's to say."""
        import httpx

        return {
            "event_hooks": self.hooks(),
            "follow_redirects": False,
            "verify": certificates(),
            "timeout": None,
            "limits": httpx.Limits(max_connections=None, max_keepalive_connections=0),
        }

    async def sent(self, request: Any) -> None:
        wanted, url = urlsplit(self.address), request.url
        port = {"http": 80, "https": 443}.get(wanted.scheme)
        if (url.scheme, url.host, url.port or port) != (wanted.scheme, wanted.hostname, wanted.port or port):
            call = CALL.get()
            raise call.fail(ChatRefused(model=call.model, reason=f"{url.host} is not the configured server"))
        for name, value in self.headers.items():
            if value:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)
        request.headers["connection"] = "close"  # nothing is left open to be closed
        # Waiting for words is limited by whoever asked, who knows the first from the rest.
        limits = {"connect": self.connect_seconds, "write": self.connect_seconds, "pool": self.connect_seconds}
        request.extensions["timeout"] = limits | {"read": None}

    async def received(self, response: Any) -> None:
        call = CALL.get()
        if response.status_code != 200:
            raise call.fail(await refusal(call.model, response))
        if "html" in response.headers.get("content-type", "").lower():
            raise call.fail(ChatGarbled(model=call.model, reason="it answers with a page for browsers"))
        response.stream = measured(response, call)


def measured(response: Any, call: Call) -> Any:
    """A response's stream, as one that is watched."""
    inner = response.stream
    base: Any = sys.modules[type(response).__module__.partition(".")[0]].AsyncByteStream

    class Measured(base):  # type: ignore[misc]  # of whichever httpx is in use
        async def __aiter__(self) -> AsyncIterator[bytes]:
            total, begun = 0, False
            async for part in inner:
                total += len(part)
                if total > MOST_BYTES:
                    raise call.fail(ChatGarbled(model=call.model, reason="its answer does not end"))
                if not begun and part.strip():
                    begun = True
                    if part.lstrip().startswith(b"<"):
                        raise call.fail(ChatGarbled(model=call.model, reason="it answers with a page for browsers"))
                call.tail = (call.tail + part)[-TAIL:]
                yield part

        async def aclose(self) -> None:
            await inner.aclose()

    return Measured()


async def refusal(model: str, response: Any) -> ChatFailed:
    """What a status other than 200 means, with the words of the server's own explanation."""
    status, data = response.status_code, b""
    async for part in response.aiter_bytes():
        data += part
        if len(data) > MOST_OF_REFUSAL:
            break
    words = explained(data)
    reason = f"it answers {status}{': ' if words else ''}{words}"
    if status >= 500 or status in LATER:
        return ChatUnreachable(model=model, reason=reason, wait=seconds_of(response.headers.get("retry-after")))
    if status == 404:
        return ChatModelUnknown(model=model)
    return ChatRefused(model=model, reason=reason, answer=status)


def explained(data: bytes) -> str:
    """The message in an error's body: every provider has one, in its own place. At most 200 characters."""
    text = data.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        return "" if "<" in text[:200] else " ".join(text.split())[:200]
    error = body.get("error", body) if isinstance(body, dict) else body
    told = error.get("message", "") if isinstance(error, dict) else error
    return " ".join(str(told).split())[:200]


def seconds_of(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None


@cache
def certificates() -> ssl.SSLContext:
    """Whom we trust, as httpx does by itself, SSL_CERT_FILE included. Loaded once: it takes long."""
    import httpx

    return httpx.create_ssl_context()


def understood(call: Call, error: BaseException) -> ChatFailed:
    """What an exception from inside a provider's package means."""
    if call.failure is not None:
        return call.failure
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or step.__context__
    for one in chain:
        if isinstance(one, ChatFailed):
            return one
    if any(type(one).__name__ == "DecodingError" for one in chain):
        return ChatGarbled(model=call.model, reason="its answer cannot be unpacked")
    kinds = {type(one).__module__.partition(".")[0] for one in chain}
    if kinds & {"httpx", "httpx2", "httpcore", "httpcore2"} or any(isinstance(one, OSError) for one in chain):
        innermost = type(chain[-1] if isinstance(chain[-1], OSError) else chain[0]).__name__
        return ChatUnreachable(model=call.model, reason=reasons.get(innermost, innermost))
    if any(isinstance(one, ValueError | KeyError | TypeError | AttributeError | IndexError) for one in chain):
        return ChatGarbled(model=call.model, reason="its answer is cut off, or has another shape")
    if isinstance(error, asyncio.CancelledError):
        return ChatUnreachable(model=call.model, reason="it hung up")
    words = " ".join(str(getattr(error, "message", None) or error).split())[:200]
    return ChatUnreachable(model=call.model, reason=words or type(error).__name__)


reasons: Final = {
    "ConnectionRefusedError": "nothing listens there",
    "ConnectError": "no connection",
    "ConnectionError": "no connection",
    "APIConnectionError": "no connection",
    "ConnectTimeout": "no connection in time",
    "APITimeoutError": "no connection in time",
    "RemoteProtocolError": "it hung up",
    "ReadError": "it hung up",
}
