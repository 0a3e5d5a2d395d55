"""What the memory lake adds to a turn, and whether killing its workers loses or doubles anything.

    ./fumetto bench memory_lake [--turns N] [--killed N] [--kills N] [--json]

A turn's answer is kept in one transaction. It is timed with the note to memory and without, in turn, on PostgreSQL, and
the note by itself within it, by the clock and by processor time of this process; the jobs for notes are enqueued
meanwhile as a server does it. Peers that remember inline take seconds to minutes (mem0's issue 4479: 2 min 19 s), since
a model thinks meanwhile. Then turns are kept while worker processes take them in that are killed with signal 9 at
random moments and started again: afterwards each answer must be in its summary once, and counted once in the facts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import fumetto.entry.models  # noqa: F401 - rows refer to tables of other rooms
from fumetto.companion.answering.model import Sentence
from fumetto.companion.answering.ports import Answered, Standpoint, Trace, Turn
from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.kinds import Author, Mode, TurnState
from fumetto.companion.memory import lake, repository
from fumetto.companion.memory import tasks as tasks
from fumetto.companion.memory.model import FactKind
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.jobs.worker import run_worker
from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage.opening import open_storage
from fumetto.people.public import create_user

DICE = random.Random(20261122)
TALKS = 8  # conversations of the kill test


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1000, help="that are timed with the note, and as many without")
    parser.add_argument("--killed", type=int, default=400, help="turns of the kill test; 0 for none")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        asyncio.run(work(load_settings({}, data_dir=arguments.worker)))
        return
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments.turns, arguments.killed, arguments.kills))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


async def work(settings: Settings) -> None:
    """A worker of this bench: takes notes in until it is killed."""
    async with await Database.open(settings) as database:
        await run_worker(settings, database, open_storage(settings), concurrency=2, stop_event=asyncio.Event())


async def measure(folder: Path, turns: int, killed: int, kills: int) -> dict[str, Any]:
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        talk = await Talk.begin(database)
        report: dict[str, Any] = {"processors": os.cpu_count(), "load": os.getloadavg(), "turns": turns}
        report |= await timed(talk, turns)
        async with database.write(EVERY_READER) as session:  # the kill test counts what it made itself
            await session.raw().execute("DELETE FROM jobs.procrastinate_jobs")
            await session.raw().execute("DELETE FROM app.memory_notes")
        report["killed"] = await kill_test(database, settings, killed, kills) if killed else None
        return report


class Talk:
    """A conversation of a reader of its own."""

    def __init__(self, database: Database, reader: uuid.UUID) -> None:
        self.database = database
        self.reader = reader
        self.conversation = uuid7()
        self.session = uuid7()

    @classmethod
    async def begin(cls, database: Database) -> Talk:
        async with database.write(EVERY_READER) as session:
            talk = cls(database, (await create_user(session, name=f"reader {uuid7().hex}")).id)
        async with database.write(talk.reader) as session:
            session.add(Conversation(id=talk.conversation, user_id=talk.reader))
            await session.flush()
            session.add(ChatSession(id=talk.session, user_id=talk.reader, conversation_id=talk.conversation))
        return talk

    async def ask(self, number: int) -> Answered:
        """The question, committed; returns the answer that is to be kept."""
        turn = Turn(uuid7(), uuid7(), Nowhere(), "I like Carrot. Who is it?", Mode.PAGE, "en", self.session)
        async with self.database.write(self.reader) as session:
            session.add(ChatMessage(**self.about(turn.question_id), author=Author.USER, content=turn.text))
        said = (Sentence(f"It is number {number}."), Sentence("It is a cat."))
        return Answered(turn, TurnState.DONE, said, (), (), True, frozenset(), None, "builtin", Trace())

    def about(self, key: uuid.UUID) -> dict[str, Any]:
        return {
            "id": key,
            "user_id": self.reader,
            "conversation_id": self.conversation,
            "session_id": self.session,
            "mode": Mode.PAGE,
            "language": "en",
        }

    async def keep(self, session: WriteSession, answered: Answered) -> None:
        told = [{"text": one.text, "citations": []} for one in answered.sentences]
        session.add(
            ChatMessage(
                **self.about(answered.turn.answer_id),
                author=Author.ASSISTANT,
                content=answered.text,
                answers_id=answered.turn.question_id,
                sentences=told,
            )
        )
        await session.flush()


class Nowhere(Standpoint):
    """Of a turn that looks nowhere."""

    reader_id = None
    series_id = uuid.UUID(int=0)


async def timed(talk: Talk, turns: int) -> dict[str, Any]:
    """Milliseconds of the transaction that keeps an answer, with the note and without, in turn."""
    whole: dict[bool, list[float]] = {True: [], False: []}
    notes, worked, trips = [], [], []
    soon = lake.Soon(talk.database)
    for number in range(2 * turns + 40):
        with_note = number % 2 == 0
        answered = await talk.ask(number)
        began = time.perf_counter()
        async with talk.database.write(talk.reader) as session:
            await talk.keep(session, answered)
            before, at_work = time.perf_counter(), time.process_time()
            if with_note:
                await lake.note(session, answered, talk.reader, talk.conversation)
            noted, work = time.perf_counter() - before, time.process_time() - at_work
        took = time.perf_counter() - began
        if with_note:
            soon(answered.turn.answer_id, talk.reader)
        async with talk.database.read(talk.reader) as reading:
            before = time.perf_counter()
            await reading.raw().execute("SELECT 1", prepare=True)
            trips.append(time.perf_counter() - before)
        if number >= 40:
            whole[with_note].append(took)
            if with_note:
                notes.append(noted)
                worked.append(work)
    await soon.close()
    added = np.percentile(whole[True], 50) - np.percentile(whole[False], 50)
    return {
        "note_ms": spread(notes),
        "note_processor_ms": spread(worked),
        "round_trip_ms": spread(trips),
        "with_ms": spread(whole[True]),
        "without_ms": spread(whole[False]),
        "added_p50_ms": round(float(added) * 1000, 3),
    }


async def kill_test(database: Database, settings: Settings, turns: int, kills: int) -> dict[str, Any]:
    """Turns are kept while workers are killed; then one is left to finish."""
    talks = [await Talk.begin(database) for _ in range(TALKS)]
    acknowledged: dict[uuid.UUID, list[uuid.UUID]] = {talk.reader: [] for talk in talks}
    process = await start(settings)
    done = 0
    soon = lake.Soon(database)
    began = time.monotonic()
    for number in range(turns):
        talk = talks[number % TALKS]
        answered = await talk.ask(number)
        async with database.write(talk.reader) as session:
            await talk.keep(session, answered)
            await lake.note(session, answered, talk.reader, talk.conversation)
        acknowledged[talk.reader].append(answered.turn.answer_id)
        if number % 20:  # of some turns the server is killed before it has enqueued a job
            soon(answered.turn.answer_id, talk.reader)
        if done < kills and number >= (done + 1) * turns // (kills + 1):
            await until_left(database, max(0, await left(database) - 1))  # it is at work, not still starting
            await asyncio.sleep(DICE.uniform(0.0, 0.05))
            process.send_signal(signal.SIGKILL)
            await process.wait()
            done += 1
            process = await start(settings)
    await soon.close()
    await until_left(database, 0)
    seconds = time.monotonic() - began
    process.send_signal(signal.SIGKILL)
    await process.wait()
    lost = doubled = miscounted = 0
    for talk in talks:
        async with database.read(talk.reader) as session:
            summary = await repository.summary_of(session, talk.reader, talk.conversation)
            facts = await repository.facts_of(session, talk.reader)
        taken = Counter(message for segment in (summary.segments if summary else ()) for message in segment.messages)
        lost += sum(taken[answer] == 0 for answer in acknowledged[talk.reader])
        doubled += sum(count > 1 for count in taken.values())
        likes = next((fact.times for fact in facts.values() if fact.kind is FactKind.LIKES), 0)
        miscounted += likes != len(acknowledged[talk.reader])
    return {
        "turns": turns,
        "kills": done,
        "lost": lost,
        "doubled": doubled,
        "readers_miscounted": miscounted,
        "seconds": round(seconds, 1),
    }


async def start(settings: Settings) -> asyncio.subprocess.Process:
    words = [str(Path(__file__)), "--worker", str(settings.data_dir)]
    return await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.DEVNULL,
                                                stderr=asyncio.subprocess.DEVNULL)  # fmt: skip


async def left(database: Database) -> int:
    async with database.read(EVERY_READER) as session:
        row = await (await session.raw().execute("SELECT count(*) FROM app.memory_notes")).fetchone()
    return int(row[0]) if row else 0


async def until_left(database: Database, most: int) -> None:
    for _ in range(24_000):
        if await left(database) <= most:
            return
        await asyncio.sleep(0.01)
    raise SystemExit("the workers take nothing in")


def spread(seconds: list[float]) -> dict[str, float]:
    """least: with nothing else in its way, which on a busy machine is the only time that tells something."""
    places = {"least": 0, "p50": 50, "p90": 90, "p99": 99}
    return {name: round(float(np.percentile(seconds, at)) * 1000, 3) for name, at in places.items()}


def told(report: dict[str, Any]) -> str:
    killed = report["killed"]
    lines = [
        f"{report['turns']} turns each way, load {report['load']}",
        f"note alone, ms            {report['note_ms']}",
        f"  processor time, ours    {report['note_processor_ms']}",
        f"a SELECT 1, to compare    {report['round_trip_ms']}",
        f"keeping an answer with it {report['with_ms']}",
        f"without                   {report['without_ms']}",
        f"added at p50              {report['added_p50_ms']}",
    ]
    if killed:
        lines.append(
            f"{killed['turns']} turns, workers killed {killed['kills']} times: lost {killed['lost']}, doubled "
            f"{killed['doubled']}, readers with a wrong count {killed['readers_miscounted']} ({killed['seconds']} s)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
