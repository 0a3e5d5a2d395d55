"""The chat models of this process, each with its breaker, asked on behalf of readers and paid for."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from fumetto.billing.public import Reservation, SpendingLimitReached, is_metered, require_money, reserve, settle
from fumetto.companion.answering.ports import Piece, Turn
from fumetto.companion.speaking.errors import ChatNoConsent, ChatNotChosen
from fumetto.companion.speaking.repository import bounds_of, model_of_series
from fumetto.companion.speaking.rules import Bounds, model_for
from fumetto.companion.speaking.schemas import CompanionModel, ModelState
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.providers.chat.asking import ChatModel, estimated_tokens, most_tokens, written_tokens
from fumetto.kernel.providers.chat.errors import (
    ChatFailed,
    ChatModelUnknown,
    ChatNoKey,
    ChatRefused,
    ChatResting,
    ChatUnreachable,
)
from fumetto.kernel.providers.chat.naming import (
    BUILTIN,
    is_in_cloud,
    missing_key,
    offered_chat_models,
    wanted_chat_model,
)
from fumetto.kernel.providers.chat.offering import require_offered
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

log = structlog.get_logger(__name__)

UNASKED: Final = (ChatUnreachable, ChatRefused, ChatNoKey, ChatModelUnknown, ChatResting)
"""Failures after which, with no word heard, nobody has read the question, so that it costs nothing."""


class HouseSpeakers:
    """`ports.Speakers` for one process. Nothing of a model is loaded before it is asked."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._models: dict[str, ChatModel] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def choose(self, turn: Turn, series_model: str | None) -> HouseSpeaker | None:
        """The model that the turn names, else that of its series, of the reader's collectives, of the settings; a
        minor's collectives go before all of them. None for the built-in answerer. series_model: the series', where it
        is known already; else it is looked up.

        Raises subclasses of ChatFailed: ChatModelUnknown for one that is not offered, ChatNoConsent, ChatNoKey,
        ChatResting, SpendingLimitReached.
        """
        reader, wished = turn.standpoint.reader_id, turn.model
        async with self._database.read(reader=reader, patient=True) as session:
            bounds = await bounds_of(session, reader)
            if series_model is None and wished is None:
                series_model = await model_of_series(session, turn.standpoint.series_id)
        name = model_for(bounds, wished, series_model, wanted_chat_model(self._settings))
        if name == BUILTIN:
            return None
        require_offered(self._settings, name)
        if is_in_cloud(self._settings, name) and not bounds.cloud:
            raise ChatNoConsent(model=name)
        model = self.model(name)
        if model.breaker.rest:
            raise ChatResting(model=name, seconds=max(1, round(model.breaker.rest)))
        await require_money(self._database, self._settings, reader, name)
        return HouseSpeaker(self, model, reader, turn.conversation_id)

    def model(self, name: str) -> ChatModel:
        """The one of that name in this process."""
        if name not in self._models:
            self._models[name] = ChatModel(self._settings, name)
        return self._models[name]

    async def states(self, reader_id: uuid.UUID | None, language: str) -> list[CompanionModel]:
        """Every model on offer and how it does, for a reader, in their language. Nobody is asked for it."""
        async with self._database.read(reader=reader_id) as session:
            bounds = await bounds_of(session, reader_id)
        usual = model_for(bounds, None, None, wanted_chat_model(self._settings))
        states = [await self._state(name, reader_id, language, bounds) for name in offered_chat_models(self._settings)]
        return [one.model_copy(update={"by_default": one.name == usual}) for one in states]

    async def _state(self, name: str, reader_id: uuid.UUID | None, language: str, bounds: Bounds) -> CompanionModel:
        state, until, note = ModelState.READY, None, ""
        breaker = self._models[name].breaker if name in self._models else None
        try:
            if is_in_cloud(self._settings, name) and not bounds.cloud:
                raise ChatNoConsent(model=name)
            if bounds.is_minor and bounds.chosen not in (None, name):
                raise ChatNotChosen(model=name)
            if key := missing_key(self._settings, name):
                raise ChatNoKey(model=name, setting=key)
            await require_money(self._database, self._settings, reader_id, name)
        except (ChatNoConsent, ChatNotChosen) as error:
            state, note = ModelState.NOT_ALLOWED, say(language, f"errors.{error.code}", **error.detail)
        except ChatNoKey as error:
            state, note = ModelState.NO_KEY, say(language, f"errors.{error.code}", **error.detail)
        except SpendingLimitReached as error:
            state, note = ModelState.OVER_LIMIT, say(language, f"errors.{error.code}", **error.detail)
        else:
            if breaker is not None and breaker.rest:
                state = ModelState.RESTING
                until = datetime.now(UTC) + timedelta(seconds=breaker.rest)
            if breaker is not None and breaker.last:
                note = say(language, f"speaking.last_time.{breaker.last}")
        provider, _, model = name.partition("/")
        return CompanionModel(
            name=name,
            provider=provider,
            model=model,
            metered=is_metered(self._settings, name),
            state=state,
            until=until,
            note=note,
            by_default=name == wanted_chat_model(self._settings),
        )

    async def reserve(
        self,
        model: ChatModel,
        reader: uuid.UUID | None,
        conversation: uuid.UUID | None,
        messages: Sequence[BaseMessage],
    ) -> Reservation | None:
        if not is_metered(self._settings, model.name):
            return None
        return await reserve(
            self._database,
            self._settings,
            reader,
            model.name,
            most_in=most_tokens(messages),
            most_out=model.max_tokens,
            conversation_id=conversation,
        )

    async def settle(self, reserved: Reservation, tokens_in: int, tokens_out: int, latency_ms: int) -> None:
        """In a task of its own, so that it is done even where whoever waited for the answer is gone."""
        await asyncio.shield(self._begin(self._settled(reserved, tokens_in, tokens_out, latency_ms)))

    def warm(self) -> None:
        """Somebody is about to ask: have the model that answers by default loaded in the background."""
        name = wanted_chat_model(self._settings)
        if name != BUILTIN and not missing_key(self._settings, name):
            self._begin(self.model(name).warm())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _settled(self, reserved: Reservation, tokens_in: int, tokens_out: int, latency_ms: int) -> None:
        try:
            await settle(
                self._database,
                self._settings,
                reserved,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                latency_ms=latency_ms,
            )
        except FumettoError as error:
            log.warning("usage.not_settled", code=error.code, model=reserved.model)  # it stays kept back in full

    async def close(self) -> None:
        """Wait for what is still to be settled, or loaded."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


class HouseSpeaker:
    """`ports.Speaker`: one model, asked on behalf of a reader; `reader` None for the operator."""

    def __init__(
        self, house: HouseSpeakers, model: ChatModel, reader: uuid.UUID | None, conversation: uuid.UUID | None
    ) -> None:
        self._house = house
        self._model = model
        self._reader = reader
        self._conversation = conversation

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[Piece, None]:
        """Its answer as it comes; the last piece has the tokens. Closing the iterator hangs up, and what had come is
        paid. Raises subclasses of ChatFailed."""
        reserved = await self._house.reserve(self._model, self._reader, self._conversation, messages)
        began = time.monotonic()
        read, written, heard = estimated_tokens(messages), 0, 0
        try:
            async with aclosing(self._model.stream(messages)) as pieces:
                async for piece in pieces:
                    heard += len(piece.text.encode())
                    if piece.tokens_in is not None and piece.tokens_out is not None:
                        read, written = piece.tokens_in, piece.tokens_out
                    yield Piece(piece.text, piece.tokens_in, piece.tokens_out, piece.estimated)
        except ChatFailed as error:
            if not heard and isinstance(error, UNASKED):
                read = 0
            raise
        finally:
            if reserved is not None:
                took = round(1000 * (time.monotonic() - began))
                await self._house.settle(reserved, read, written or written_tokens(heard), took)
