"""Summing an exchange up by the chat model that answered, where that costs nothing: in its words, once checked.

A model may know the story. Each of its sentences is checked as those of answers are, the evidence being the exchange
itself; what is left is kept, and where nothing is, or the model is away, the exchange is summed up by rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from fumetto.companion.answering.ports import Prompts, Speakers, Turn
from fumetto.companion.answering.rules.checking import Checker
from fumetto.companion.kinds import Mode
from fumetto.companion.memory.model import Exchange, Segment
from fumetto.companion.memory.rules.summing import LONGEST_SEGMENT, MARK, segment_of, shortened
from fumetto.kernel.errors import FumettoError
from fumetto.library.public import sentences_of

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from langchain_core.messages import BaseMessage

    from fumetto.companion.answering.ports import Look

log = structlog.get_logger(__name__)

LONGEST_REPLY: Final = 2000  # characters that are read of one


@dataclass(frozen=True, slots=True)
class NoLook:
    """Where a turn stands that looks nothing up: it is only asked whose it is."""

    reader_id: uuid.UUID | None
    series_id: uuid.UUID

    def look(self) -> AbstractAsyncContextManager[Look]:
        raise PermissionError("a summary is made of what was said, and looks nothing up")


@dataclass(frozen=True, slots=True)
class ByModel:
    """A taking_in.SumUp. free: whether a model costs nothing; the others are not asked."""

    speakers: Speakers
    prompts: Prompts
    free: Callable[[str], bool]

    async def __call__(self, exchange: Exchange, reader_id: uuid.UUID) -> Segment:
        by_rules = segment_of(exchange)
        if exchange.series_id is None or not exchange.found or not exchange.model or not self.free(exchange.model):
            return by_rules
        try:
            name, told = await self.told(exchange, NoLook(reader_id, exchange.series_id))
        except FumettoError as error:
            log.info("memory.summed_up_by_rules", code=error.code)
            return by_rules
        evidence = " ".join([exchange.question, *(MARK.sub("", one) for one in exchange.sentences)])
        checker = Checker(exchange.language, [evidence], (), exchange.question)
        kept = " ".join(one for one in sentences_of(told) if checker.check(one).passes)
        return replace(by_rules, text=shortened(kept, LONGEST_SEGMENT), by=name) if kept else by_rules

    async def told(self, exchange: Exchange, standing: NoLook) -> tuple[str, str]:
        """The model's name and what it says. Raises ChatFailed."""
        turn = Turn(
            exchange.question_id,
            exchange.answer_id,
            standing,
            exchange.question,
            Mode.PAGE,
            exchange.language,
            conversation_id=exchange.conversation_id,
            model=exchange.model,
        )
        speaker = await self.speakers.choose(turn, None)
        if speaker is None:
            return "", ""
        text = ""
        async with aclosing(speaker.stream(self.messages(exchange))) as pieces:  # type: ignore[type-var] # a generator
            async for piece in pieces:
                text += piece.text
                if len(text) > LONGEST_REPLY:
                    break
        return speaker.name, text

    def messages(self, exchange: Exchange) -> list[BaseMessage]:
        from langchain_core.messages import HumanMessage, SystemMessage

        answer = " ".join(MARK.sub("", one) for one in exchange.sentences)
        return [
            SystemMessage(self.prompts.text("sum_up", exchange.language)),
            HumanMessage(self.prompts.text("to_sum_up", exchange.language, question=exchange.question, answer=answer)),
        ]
