"""A chat model, asked: its words as they come, within limits of time and sense.

It is asked again, after a pause, only while nothing has come: what was said cannot be taken back.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from fumetto.kernel.providers.chat.breaker import Breaker
from fumetto.kernel.providers.chat.building import chat_model_for
from fumetto.kernel.providers.chat.errors import (
    ChatEmpty,
    ChatFailed,
    ChatGarbled,
    ChatLoops,
    ChatResting,
    ChatSlow,
    ChatUnreachable,
)
from fumetto.kernel.providers.chat.line import CALL, Call, understood
from fumetto.kernel.providers.chat.loops import Watch
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

log = structlog.get_logger(__name__)

ATTEMPTS: Final = 3
FIRST_PAUSE: Final = 0.5  # seconds, doubled each time
LONGEST_PAUSE: Final = 8.0  # a server that wants to be left alone longer is
CHARACTERS_OF_A_TOKEN: Final = 12  # more than which no model has, on the average of an answer
BYTES_OF_A_TOKEN: Final = 4  # about: English has so many, other scripts in UTF-8 three to four
WAITING: Final = 64  # pieces that may wait to be taken; then the server waits
ENDED: Final = ("finish_reason", "done_reason", "stop_reason")


@dataclass(frozen=True, slots=True)
class ChatPiece:
    """A piece of an answer. The last one has no text, and the tokens that were used; `estimated` where the provider
    does not tell."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: until the first words with all attempts, between two pieces, and in all."""

    first: float
    between: float
    total: float
    attempts: int = ATTEMPTS


class ChatModel:
    """One model in this process. What it is built of is loaded when it is first asked."""

    def __init__(self, settings: Settings, name: str, *, limits: Limits | None = None) -> None:
        self.name = name
        self.max_tokens = settings.chat_max_tokens
        self.breaker = Breaker()
        self._settings = settings
        self._limits = limits or Limits(
            settings.chat_first_seconds, settings.chat_between_seconds, settings.chat_total_seconds
        )
        self._built: BaseChatModel | None = None
        self._building = asyncio.Lock()
        self._pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[ChatPiece, None]:
        """Its answer as it comes. Closing the iterator hangs up. Raises subclasses of ChatFailed, before the first
        piece or in the middle."""
        if wait := self.breaker.admit(self._limits.total):
            raise ChatResting(model=self.name, seconds=max(1, round(wait)))
        heard = False
        try:
            async with aclosing(self._asked_again(list(messages))) as pieces:
                async for piece in pieces:
                    heard = True
                    yield piece
        except ChatFailed as error:
            log.warning("chat.failed", model=self.name, code=error.code)
            self.breaker.failed(error.code, error.wait)
            raise
        except (GeneratorExit, asyncio.CancelledError):
            if heard:
                self.breaker.succeeded()
            else:
                self.breaker.left()
            raise
        self.breaker.succeeded()

    async def warm(self) -> None:
        """Load what it is built of, which takes seconds, before somebody waits for it. Raises nothing: whoever asks
        is told what is amiss."""
        with suppress(ChatFailed):
            await self._model()

    async def _asked_again(self, messages: list[BaseMessage]) -> AsyncGenerator[ChatPiece, None]:
        started = time.monotonic()
        attempt = 1
        while True:
            heard = False
            try:
                async with aclosing(self._asked(messages, started)) as pieces:
                    async for piece in pieces:
                        heard = True
                        yield piece
                return
            except ChatFailed as error:
                pause = error.wait or FIRST_PAUSE * 2 ** (attempt - 1)
                pause *= 1 + random.random() / 4  # noqa: S311 - spreads retries, hides nothing
                over = time.monotonic() - started + pause > self._limits.first
                if heard or not error.again or attempt >= self._limits.attempts or over or pause > LONGEST_PAUSE:
                    raise
                log.info("chat.asked_again", model=self.name, code=error.code, attempt=attempt)
            await self._pause(pause)
            attempt += 1

    async def _asked(self, messages: list[BaseMessage], started: float) -> AsyncGenerator[ChatPiece, None]:
        """One attempt. The provider's package runs in a task of its own, so that whatever it waits for ends with it."""
        pieces: asyncio.Queue[Any] = asyncio.Queue(WAITING)
        watch = Watch(self.max_tokens * CHARACTERS_OF_A_TOKEN)
        call = Call(self.name)
        pump = asyncio.create_task(self._pump(messages, call, pieces), name=f"chat {self.name}")
        spoken, length, ended, used = False, 0, False, None
        try:
            while True:
                chunk = await self._next(pieces, spoken, started)
                if chunk is None:
                    break
                if isinstance(chunk, ChatFailed):
                    raise chunk
                used = _added(used, chunk.usage_metadata)
                ended = ended or any(chunk.response_metadata.get(key) for key in ENDED)
                text = chunk.text
                if not text:
                    continue
                if not spoken and text.lstrip().lower().startswith(("<!doctype", "<html")):
                    raise ChatGarbled(model=self.name, reason="it answers with a page for browsers")
                if watch.loops(text):
                    raise ChatLoops(model=self.name)
                length += len(text.encode())
                spoken = spoken or bool(text.strip())
                yield ChatPiece(text)
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        if not spoken:
            raise ChatEmpty(model=self.name)
        if not ended and b"[DONE]" not in call.tail:
            raise ChatUnreachable(model=self.name, reason="it hung up in the middle")
        read, written = used or (0, 0)
        about = estimated_tokens(messages), written_tokens(length)
        yield ChatPiece("", read or about[0], written or about[1], estimated=not (read and written))

    async def _next(self, pieces: asyncio.Queue[Any], spoken: bool, started: float) -> Any:
        limits, gone = self._limits, time.monotonic() - started
        left = limits.total - gone
        part, seconds, allowed = "between", limits.between, limits.between
        if not spoken:
            part, seconds, allowed = "first", limits.first - gone, limits.first
        if left < seconds:
            part, seconds, allowed = "total", left, limits.total
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                return await pieces.get()
        except TimeoutError:
            raise ChatSlow(model=self.name, part=part, seconds=allowed) from None

    async def _pump(self, messages: list[BaseMessage], call: Call, pieces: asyncio.Queue[Any]) -> None:
        from langsmith import tracing_context

        CALL.set(call)
        try:
            model = await self._model()
            with tracing_context(enabled=False):  # what the environment may ask for would tell others what is read
                async for chunk in model.astream(messages):
                    await pieces.put(chunk)
        except ChatFailed as error:
            await pieces.put(error)
        except Exception as error:  # each provider's package has errors of its own, and of its parts
            log.debug("chat.error", model=self.name, error=type(error).__name__)
            await pieces.put(understood(call, error))
        else:
            await pieces.put(None)

    async def _model(self) -> BaseChatModel:
        async with self._building:
            if self._built is None:
                self._built = await asyncio.to_thread(chat_model_for, self._settings, self.name)
        return self._built


def estimated_tokens(messages: Sequence[BaseMessage]) -> int:
    """About how many tokens a model reads of these."""
    return sum(-(-len(message.text.encode()) // BYTES_OF_A_TOKEN) + 4 for message in messages)


def written_tokens(length: int) -> int:
    """About how many tokens so many bytes of UTF-8 are."""
    return -(-length // BYTES_OF_A_TOKEN)


def most_tokens(messages: Sequence[BaseMessage]) -> int:
    """More tokens than any model reads of these: none has less than a byte, and a message is wrapped in a few."""
    return sum(len(message.text.encode()) + 16 for message in messages)


def _added(before: tuple[int, int] | None, usage: Any) -> tuple[int, int] | None:
    if not usage:
        return before
    read, written = before or (0, 0)
    return read + int(usage.get("input_tokens") or 0), written + int(usage.get("output_tokens") or 0)
