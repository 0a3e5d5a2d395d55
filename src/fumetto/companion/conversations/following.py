"""Following an answer as it comes: from this process's log, or from the database's when it comes from elsewhere, is
over, or was begun by a process that is gone. Nothing is asked twice, and nothing is told that may not be told now."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from fumetto.companion.conversations import errors, keeping, presenting, repository
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.conversations.rules import FRESH
from fumetto.companion.conversations.schemas import DoneEvent, FailedEvent
from fumetto.companion.conversations.standpoint import standing
from fumetto.companion.conversations.turns import Event, Turns
from fumetto.companion.kinds import TurnState
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.text.messages import MessageInvalid
from fumetto.kernel.web.sse import ServerEvent
from fumetto.library.public import Horizons
from fumetto.people.public import ConsentNeeded

STOPPED: Final = "companion.consent_ended"
ELSEWHERE_SECONDS: Final = 0.5  # between two looks at a turn of another process

BY_STATE: Final = {
    TurnState.CANCELLED: errors.AnswerCancelled.code,
    TurnState.CUT_OFF: errors.AnswerCutOff.code,
    TurnState.FAILED: errors.AnswerFailed.code,
}


@dataclass(slots=True)
class Following:
    """One client that follows one question, from after the last event that it has."""

    turns: Turns
    database: Database
    reader_id: uuid.UUID
    question_id: uuid.UUID
    language: str
    after: int = 0
    ending: ServerEvent | None = field(default=None, init=False)

    async def events(self) -> AsyncIterator[ServerEvent]:
        running = self.turns.here(self.question_id)
        if running is not None:
            with self.turns.following(running):
                while self.ending is None:
                    news, over = running.news, running.over
                    if running.stop_note:
                        self.ending = self.end("failed", self.failure(running.stop_note, retry=False))
                        break
                    fresh = running.events[self.after :]
                    if fresh:
                        await self.look(logged=False)
                        if self.ending is None:
                            for event in fresh:
                                yield self.told(event)
                    elif over:
                        break
                    else:
                        await news.wait()
        while self.ending is None:
            for event in await self.look():
                yield self.told(event)
            if self.ending is None:
                await asyncio.sleep(ELSEWHERE_SECONDS)
        yield self.ending

    def told(self, event: Event) -> ServerEvent:
        self.after = event.number
        shown = {name: value for name, value in event.data.items() if name != keeping.NEEDS}
        return ServerEvent(shown, event=event.event, id=str(event.number))

    async def look(self, *, logged: bool = True) -> list[Event]:
        """What the database has that was not sent. Sets `ending` where the turn is over, or may not be told of."""
        async with self.database.read(self.reader_id, patient=True) as session:
            question = await repository.question(session, self.reader_id, self.question_id)
            found = (
                None
                if question is None
                else await repository.chat_session(session, self.reader_id, question.session_id)
            )
            if question is None or found is None:
                self.ending = self.end("failed", self.failure(errors.TurnNotFound.code, retry=False))
                return []
            within, _ = await standing(session, *found)
            if not await repository.may_be_told(session, within, question.id):
                self.ending = self.end("folded", {})
                return []
            if not logged:
                return []
            rows = await repository.events(session, question.id, self.after)
            if question.state is not TurnState.RUNNING:
                last = rows[-1].number if rows else self.after
                self.ending = await self.end_of(session, within, question, last)
                if self.ending.event == "folded":
                    return []
            is_lost = self.ending is None and await repository.is_lost(session, question.id, FRESH)
        if is_lost:
            async with self.database.write(self.reader_id, patient=True) as writing:
                await keeping.close(writing, self.reader_id, self.question_id, TurnState.CUT_OFF)
        return [Event(row.number, row.event, row.data) for row in rows]

    async def end_of(self, session: ReadSession, within: Horizons, question: ChatMessage, last: int) -> ServerEvent:
        if question.note == ConsentNeeded.code:  # what had come of it is kept, and not told now
            return self.end("failed", self.failure(question.note, retry=False), last)
        answer = question.answer_id and await repository.answer(session, self.reader_id, question.answer_id)
        if not answer:
            code = question.note or BY_STATE.get(question.state, errors.AnswerFailed.code)
            retry = question.state is not TurnState.CANCELLED
            return self.end("failed", self.failure(code, retry=retry), last)
        if not await repository.may_be_told(session, within, answer.id):
            return self.end("folded", {}, last)
        [message] = await presenting.messages(session, within, [answer])
        return self.end("done", DoneEvent(message=message).model_dump(mode="json"), last)

    def end(self, event: str, data: dict[str, Any], last: int | None = None) -> ServerEvent:
        return ServerEvent(data, event=event, id=str((self.after if last is None else last) + 1))

    def failure(self, code: str, *, retry: bool) -> dict[str, Any]:
        """Why nothing came, in words; those of a mistake of ours where the code's own want more than is known here."""
        key = STOPPED if code == ConsentNeeded.code else f"errors.{code}"
        try:
            detail = say(self.language, key)
        except (KeyError, MessageInvalid):
            detail = say(self.language, f"errors.{errors.AnswerFailed.code}")
        title = say(self.language, "companion.no_answer")
        return FailedEvent(code=code, title=title, detail=detail, retry=retry).model_dump(mode="json")
