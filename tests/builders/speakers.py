"""Chat models that say what a test wants, behind the ports of the graph: LangChain's own, streamed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage

from fumetto.companion.answering.ports import Piece, Speaker, Turn

Script = Callable[[Sequence[BaseMessage]], str]


@dataclass
class Scripted:
    """A model that answers by a script, which is given the messages; it keeps all that it was sent."""

    script: Script | str
    sent: list[list[BaseMessage]] = field(default_factory=list)
    open: int = 0

    @property
    def name(self) -> str:
        return "fake/scripted"

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncIterator[Piece]:
        self.sent.append(list(messages))
        text = self.script if isinstance(self.script, str) else self.script(messages)
        self.open += 1
        try:
            if text:
                model = GenericFakeChatModel(messages=iter([AIMessage(text)]))
                async for chunk in model.astream(list(messages)):
                    yield Piece(str(chunk.content))
            yield Piece("", tokens_in=7, tokens_out=len(text.split()))
        finally:
            self.open -= 1

    async def choose(self, turn: Turn, series_model: str | None) -> Speaker | None:
        """It is its own `Speakers`."""
        return self


@dataclass
class Thinking(Scripted):
    """The same, and then it thinks on, until it is stopped."""

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncIterator[Piece]:
        async for piece in super().stream(messages):
            yield piece
        await asyncio.Event().wait()


def asked_of(messages: Sequence[BaseMessage]) -> str:
    """The last message that was sent, with the passages and the question."""
    return str(messages[-1].content)
