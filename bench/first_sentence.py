"""How soon a reader has the first checked sentence, beyond what the looking up takes.

    ./fumetto bench first_sentence [--questions N] [--json] [--data-dir DIR --series SERIES --at EP:PAGE]

The sample series is imported; questions of each kind are asked in turn, at its last page or at the one that is named.
Each is answered by the built-in answerer, and by a model that begins at once and quotes a passage that it was given:
what is left is the graph, the prompt, the splitting and the check. *Above retrieval* is the time until the first
sentence without that of the steps that look things up in the database. Processor time of our process is told beside:
where others use the machine, it is the better witness. There is no peer; LangGraph is part of what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from fumetto.companion.answering import graph
from fumetto.companion.answering.checkpoints import Checkpoints
from fumetto.companion.answering.ports import Ended, Piece, Rooms, Said, Speaker, Turn
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.answering.turning import run
from fumetto.companion.kinds import Mode
from fumetto.companion.operator import OperatorStandpoint
from fumetto.entry.cli.search import place, series_id_of
from fumetto.entry.wiring import open_house
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.settings import load_settings
from fumetto.library.public import evidence

HOME = Path(__file__).resolve().parents[1]
QUOTED = re.compile(r'<passage number="(\d+)"[^>]*>([^<]+)</passage>')
LOOKING = ("recall", "resolve", "retrieve")
WARM = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--series", default="Sample")
    parser.add_argument("--at")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = arguments.data_dir or Path(folder) / "data"
        if arguments.data_dir is None:
            command = [sys.executable, "-m", "fumetto", "import", str(HOME / "src" / "fumetto" / "sample")]
            sample = [*command, "--series", arguments.series, "--wait", "--data-dir", str(data)]
            subprocess.run(sample, check=True, stdout=subprocess.DEVNULL)
        report = asyncio.run(measure(data, arguments.series, arguments.at, arguments.questions))
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    for name, row in report.items():
        print(f"{name:28}" + "  ".join(f"{key} {value}" for key, value in row.items()))


@dataclass
class Instant:
    """A model that quotes the passage it is given first, at once."""

    name: str = "bench/instant"

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncIterator[Piece]:
        found = QUOTED.search(str(messages[-1].content))
        for piece in re.findall(r"\S+\s*", f"{found[2]} [{found[1]}]\n\nNOTHING" if found else "NOTHING"):
            yield Piece(piece)

    async def choose(self, turn: Turn, series_model: str | None) -> Speaker | None:
        return self


@dataclass
class Times:
    """Milliseconds. above: until the first sentence, without the retrieving."""

    first: list[float] = field(default_factory=list)
    retrieve: list[float] = field(default_factory=list)
    above: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def report(self) -> dict[str, float]:
        return {
            f"{name}_{at}": round(statistics.quantiles(values, n=100)[int(at[1:]) - 1], 1)
            for name, values in vars(self).items()
            for at in ("p50", "p95")
        }


async def measure(data: Path, series: str, at: str | None, questions: int) -> dict[str, Any]:
    async with open_house(load_settings({}, data_dir=data)) as house:
        began = time.process_time()
        await graph.ready()
        report: dict[str, Any] = {"import of langgraph": {"processor_s": round(time.process_time() - began, 2)}}
        async with house.database.read(EVERY_READER) as session:
            series_id = await series_id_of(session, series)
        standpoint = OperatorStandpoint(house.database, series_id, place(at))
        rooms = Rooms(LocalizedPrompts())
        for name, way, thread in (
            ("built-in", rooms, False),
            ("built-in, checkpoints", replace(rooms, checkpoints=Checkpoints(house.database)), True),
            ("model", replace(rooms, speakers=Instant()), False),
        ):
            report[name] = (await timed(standpoint, way, questions, thread=thread)).report()
    return report


async def timed(standpoint: OperatorStandpoint, rooms: Rooms, questions: int, *, thread: bool) -> Times:
    asked = await some_questions(standpoint)
    times = Times()
    thread_id = uuid7() if thread else None
    for number in range(questions + WARM):
        text = asked[number % len(asked)]
        turn = Turn(uuid7(), uuid7(), standpoint, text, Mode.PAGE, "en", thread_id=thread_id)
        began, used = time.perf_counter(), time.process_time()
        first = spent = 0.0
        async for happening in run(turn, rooms):
            if isinstance(happening, Said) and not first:
                first, spent = time.perf_counter() - began, time.process_time() - used
            if isinstance(happening, Ended) and number >= WARM:
                timings = happening.answered.trace.timings
                retrieve = float(sum(timings[step] for step in LOOKING))
                times.first.append(1000 * first)
                times.retrieve.append(retrieve)
                times.above.append(1000 * first - retrieve)
                times.processor.append(1000 * spent)
    return times


async def some_questions(standpoint: OperatorStandpoint) -> list[str]:
    async with standpoint.look() as look:
        names = [one.name for one in await evidence.subjects(look.session, look.horizon)][:3] or ["she"]
        spots = await evidence.last_pages(look.session, look.horizon, 1)
        seen = await evidence.on_page(look.session, look.horizon, spots[-1], ["en"])
    said = [one.text for one in seen if one.speaker][:1] or ["yes"]
    about = [f"Who is {name}?" for name in names] + [f"Where did we first see {name}?" for name in names]
    return [*about, "What just happened?", f"Who said “{said[0]}”?", f"Why is {names[0]} here?"]


if __name__ == "__main__":
    main()
