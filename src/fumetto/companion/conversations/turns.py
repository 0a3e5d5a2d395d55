"""Questions that are being answered in this process: each a task with a log of what it tells.

The log is kept in memory for whoever follows, and in the database in small batches for whoever comes back. Nobody
holds a connection while a model is awaited: the task has none, one writer keeps the logs of all, and followers look
into the database for a moment to see that what comes may still be told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from fumetto.companion.answering import graph, turning
from fumetto.companion.answering.ports import (
    Answered,
    Cited,
    Ended,
    Found,
    Happening,
    Noted,
    Rooms,
    Said,
    Started,
    Suggested,
    Turn,
)
from fumetto.companion.conversations import keeping, presenting, repository
from fumetto.companion.conversations.rules import FRESH, storable
from fumetto.companion.conversations.schemas import (
    NoteEvent,
    RetrievedEvent,
    SentenceEvent,
    StartedEvent,
    SuggestionList,
)
from fumetto.companion.conversations.standpoint import standing
from fumetto.companion.kinds import Mode, TurnState
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.text.catalogues import say

log = structlog.get_logger(__name__)

FLUSH_SECONDS: Final = 0.25
MOST_HALVES: Final = 8  # of traces, written at once: each is some 30 kB, a millisecond to put into words
BEAT_SECONDS: Final = FRESH.total_seconds() / 4
BUILT_IN: Final = "builtin"

Run = Callable[[Turn, Rooms], AsyncIterator[Happening]]


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    event: str
    data: dict[str, Any]


@dataclass(eq=False)
class Running:
    """A question on its way. `stop_as` and `stop_note`: how it ends when its task is cancelled, and why. `gathered`:
    all that its answer is made of is there. `ended`: nothing more will come of it."""

    turn: Turn
    reader_id: uuid.UUID
    task: asyncio.Task[None] | None = None
    events: list[Event] = field(default_factory=list)
    kept: int = 0
    gathered: bool = False
    half_kept: bool = False
    ended: bool = False
    over: bool = False
    stop_as: TurnState = TurnState.CUT_OFF
    stop_note: str = ""
    so_far: Callable[[], Answered] | None = None
    followers: int = 0
    alone_since: float = field(default_factory=time.monotonic)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, event: str, data: dict[str, Any]) -> None:
        self.events.append(Event(len(self.events) + 1, event, storable(data)))
        self.wake()

    @property
    def needs(self) -> frozenset[uuid.UUID]:
        """The pages that it is made of, as far as it has come."""
        cited = presenting.pages_cited([one.data for one in self.events if one.event == "citation"])
        found = [page for one in self.events if one.event == "retrieved" for page in one.data[keeping.NEEDS]]
        return frozenset(cited) | {uuid.UUID(page) for page in found}

    @property
    def is_half_wanted(self) -> bool:
        """Whether what the answer is made of is to be kept now, in case that this process is killed: an answer that
        ends soon is kept whole."""
        return self.gathered and not self.half_kept and not self.ended and self.so_far is not None

    def half(self) -> tuple[uuid.UUID, int, uuid.UUID, str, str]:
        """That, as a row of the log."""
        made_of = keeping.made_of(self.so_far()) if self.so_far else {}
        return (self.turn.question_id, keeping.HALF, self.reader_id, "made_of", json.dumps(made_of))

    def wake(self) -> None:
        self.news.set()
        self.news = asyncio.Event()


class Turns:
    """One per process that serves. `grace` is how many seconds a turn goes on with nobody following it."""

    def __init__(self, database: Database, rooms: Rooms, *, grace: float, run: Run = turning.run) -> None:
        self._database = database
        self._rooms = rooms
        self._grace = grace
        self._run = run
        self._running: dict[uuid.UUID, Running] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._keeping = asyncio.Lock()
        self._beat_at = 0.0
        self._readying: asyncio.Task[None] | None = None

    def get_ready(self) -> None:
        """Somebody will ask soon: import what an answer needs, which takes seconds, while they think."""
        if self._readying is None:
            self._readying = asyncio.create_task(graph.ready(), name="turn-readying")

    def start(self, turn: Turn, reader_id: uuid.UUID) -> None:
        """Begin to answer a question that is committed."""
        running = Running(turn, reader_id)
        self._running[turn.question_id] = running
        running.task = asyncio.create_task(self._work(running), name=f"turn-{turn.question_id}")
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_logs(), name="turn-logs")

    def here(self, question_id: uuid.UUID) -> Running | None:
        """A turn of this process that is not over."""
        return self._running.get(question_id)

    @contextlib.contextmanager
    def following(self, running: Running) -> Iterator[None]:
        """While the block runs, somebody follows."""
        running.followers += 1
        try:
            yield
        finally:
            running.followers -= 1
            running.alone_since = time.monotonic()

    async def cancel(self, question_id: uuid.UUID, reader_id: uuid.UUID) -> None:
        """Stop answering, wherever it is done. What had come is kept. Nothing where it is over."""
        running = self._running.get(question_id)
        if running is None:
            async with self._database.write(reader_id) as session:
                await keeping.close(session, reader_id, question_id, TurnState.CANCELLED)
            return
        await self._stop(running, TurnState.CANCELLED)

    def readers(self) -> frozenset[uuid.UUID]:
        """Whose questions are being answered in this process."""
        return frozenset(running.reader_id for running in self._running.values())

    async def cancel_all_of(self, reader_id: uuid.UUID, why: str = "") -> None:
        """Stop all answers to this reader in this process. What had come is kept.

        why: the code of the error that whoever follows is told; without one they are told that it was stopped.
        """
        theirs = [running for running in self._running.values() if running.reader_id == reader_id]
        state = TurnState.FAILED if why else TurnState.CANCELLED
        await asyncio.gather(*(self._stop(running, state, why) for running in theirs))

    async def stop_unfitting(self, reader_ids: Collection[uuid.UUID]) -> None:
        """Something may fit these readers no longer: stop what is being answered of it. What had come is kept, and
        hidden with its question. Whoever follows is told what there is to be seen: nothing."""
        about = [one for one in self._running.values() if one.reader_id in reader_ids]
        unfitting = [one for one in about if one.turn.mode is not Mode.SUPPORT and not await self._fits(one)]
        await asyncio.gather(*(self._stop(running, TurnState.CUT_OFF) for running in unfitting))

    async def _fits(self, running: Running) -> bool:
        """Whether all that an answer is made of can still be seen; of one that still looks about nobody knows."""
        if not running.gathered:
            return False
        async with self._database.read(running.reader_id, patient=True) as session:
            question = await repository.question(session, running.reader_id, running.turn.question_id)
            found = question and await repository.chat_session(session, running.reader_id, question.session_id)
            if not found:
                return False
            within, _ = await standing(session, *found)
            return await repository.are_known(session, within, running.needs)

    async def close(self) -> None:
        """The process ends: what has come of every answer is kept as cut off."""
        turns = list(self._running.values())
        await asyncio.gather(*(self._stop(running, TurnState.CUT_OFF) for running in turns), return_exceptions=True)
        helpers = [task for task in (self._keeper, self._readying) if task is not None]
        for task in helpers:
            task.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        self._keeper = None

    async def _stop(self, running: Running, state: TurnState, why: str = "") -> None:
        running.stop_as, running.stop_note = state, why
        if why:
            running.wake()  # followers hear of it before what had come is kept
        if running.task is not None:
            running.task.cancel()
            await asyncio.wait({running.task})

    async def _work(self, running: Running) -> None:
        state, note = TurnState.FAILED, "answer_failed"
        happenings = self._run(running.turn, self._rooms)
        try:
            async for happening in happenings:
                tell(running, happening)
                if isinstance(happening, Ended):
                    state = TurnState.DONE
        except asyncio.CancelledError:
            state, note = running.stop_as, running.stop_note
        except FumettoError as error:
            state, note = TurnState.FAILED, error.code
            log.warning("turn.failed", code=error.code)
        except Exception:
            state, note = TurnState.FAILED, "answer_failed"
            log.exception("turn.failed", code=note)
        finally:
            running.ended = True
            await closed(happenings)
        await asyncio.shield(self._end(running, state, note))

    async def _end(self, running: Running, state: TurnState, note: str) -> None:
        """Keep the rest of the log, and what had come where the answer was not kept whole."""
        question_id = running.turn.question_id
        try:
            await self._flush()
            if state is not TurnState.DONE:
                so_far = running.so_far() if running.so_far else None
                async with self._database.write(EVERY_READER, patient=True) as session:
                    ended = await keeping.close(session, running.reader_id, question_id, state, note, so_far)
                    if so_far is not None and not ended:  # somebody else has ended it, who does not know its trace
                        await keeping.keep_trace(session, running.reader_id, so_far)
        except FumettoError as error:
            log.warning("turn.end_not_kept", code=error.code)  # found as lost when its time is over
        finally:
            running.over = True
            self._running.pop(question_id, None)
            running.wake()

    async def _keep_logs(self) -> None:
        while self._running:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self._flush()
                if time.monotonic() - self._beat_at >= BEAT_SECONDS:
                    await self._beat()
            except FumettoError as error:
                log.warning("turn.log_not_kept", code=error.code)
            except Exception:
                log.exception("turn.log_not_kept")
            for running in list(self._running.values()):
                if not running.followers and time.monotonic() - running.alone_since > self._grace:
                    running.stop_as = TurnState.CUT_OFF
                    if running.task is not None:
                        running.task.cancel()

    async def _flush(self) -> None:
        """Keep what the logs of all turns have got since the last time, in one transaction."""
        async with self._keeping:
            marks = {running: len(running.events) for running in self._running.values()}
            rows = [
                (running.turn.question_id, one.number, running.reader_id, one.event, json.dumps(one.data))
                for running, mark in marks.items()
                for one in running.events[running.kept : mark]
            ]
            halves = [one for one in marks if one.is_half_wanted][:MOST_HALVES]
            rows += [one.half() for one in halves]
            if not rows:
                return
            async with self._database.write(EVERY_READER) as session:
                await repository.log_events(session, rows)
            for running, mark in marks.items():
                running.kept = mark
            for running in halves:
                running.half_kept = True

    async def _beat(self) -> None:
        """Say that their questions are worked on; those that somebody else has ended are worked on no more."""
        self._beat_at = time.monotonic()
        mine = dict(self._running)
        if not mine:
            return
        async with self._database.write(EVERY_READER) as session:
            going_on = await repository.beat(session, list(mine))
        for question_id, running in mine.items():
            if question_id not in going_on and running.task is not None:
                running.task.cancel()


async def closed(happenings: AsyncIterator[Happening]) -> None:
    """Let what was still going on in a turn end."""
    close = getattr(happenings, "aclose", None)
    if close is not None:
        with contextlib.suppress(Exception):
            await close()


def tell(running: Running, happening: Happening) -> None:
    """Log what happens. The end is no entry: it is told from the answer as it was kept."""
    turn = running.turn
    match happening:
        case Started(model, so_far):
            running.so_far = so_far
            started = StartedEvent(
                question_id=turn.question_id,
                answer_id=turn.answer_id,
                mode=turn.mode,
                model=model,
                built_in=model == BUILT_IN,
            )
            running.tell("started", started.model_dump(mode="json"))
        case Found():
            running.gathered = True
            found = RetrievedEvent(passages=happening.passages, pages=happening.pages)
            needs = sorted(str(page_id) for page_id in happening.page_ids)
            running.tell("retrieved", found.model_dump(mode="json") | {keeping.NEEDS: needs})
        case Cited(number, citation):
            running.tell("citation", presenting.citation(number, citation).model_dump(mode="json"))
        case Said(number, sentence):
            said = SentenceEvent(number=number, **presenting.sentence(sentence).model_dump())
            running.tell("sentence", said.model_dump(mode="json"))
        case Noted(code):
            note = NoteEvent(code=code, text=note_text(turn.language, code))
            running.tell("note", note.model_dump(mode="json"))
        case Suggested(suggestions):
            listed = SuggestionList(items=presenting.suggestions(suggestions))
            running.tell("suggestions", listed.model_dump(mode="json"))


def note_text(language: str, code: str) -> str:
    """What a note says; its code where nobody has put it into words."""
    try:
        return say(language, f"companion.notes.{code}")
    except KeyError:
        return code
