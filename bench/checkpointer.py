"""What checkpoints of the graph add to a turn.

    ./fumetto bench checkpointer [--turns N] [--json]

The built-in answerer answers the same question about a made-up story of thirty pages, in turn without checkpoints and
with them, in one session of many turns. Shown are the milliseconds of a turn, and the rows that LangGraph's tables hold
afterwards: one checkpoint for a session, whatever the number of its turns, since what came before the last is deleted.
There is no peer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

import fumetto.entry.models  # noqa: F401 - rows refer to tables of other rooms
from fumetto.companion.answering.checkpoints import Checkpoints
from fumetto.companion.answering.ports import Look, Rooms, Turn
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.answering.turning import run
from fumetto.companion.kinds import Mode
from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.events import emit
from fumetto.kernel.settings import load_settings
from fumetto.library.catalogue.kinds import PageKind, PageState
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource
from fumetto.library.contents.models import PageDescription
from fumetto.library.reading.horizon import operator_horizon
from fumetto.library.reading.rules import position_of

TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
PAGES = 30
FIRST = Decimal(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200, help="of each way")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments.turns))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


@dataclass(frozen=True)
class Everywhere:
    """The operator, who has read it all."""

    database: Database
    series_id: UUID
    reader_id: UUID | None = None

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        async with self.database.read(EVERY_READER) as session:
            yield Look(session, await operator_horizon(session, self.series_id), None)


async def measure(folder: Path, turns: int) -> dict[str, Any]:
    settings = load_settings({}, data_dir=folder / "data")
    bind_rooms()
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        series_id = await a_story(database)
        rooms = Rooms(prompts=LocalizedPrompts())
        kept = replace(rooms, checkpoints=Checkpoints(database))
        thread = uuid7()
        without: list[float] = []
        checkpointed: list[float] = []
        for number in range(turns + 5):
            for times, use in ((without, rooms), (checkpointed, kept)):
                seconds = await answered(database, series_id, use, thread)
                if number >= 5:
                    times.append(seconds)
        return {
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "turns": turns,
            "without_ms": spread(without),
            "with_ms": spread(checkpointed),
            "added_p50_ms": round(float(np.percentile(checkpointed, 50) - np.percentile(without, 50)) * 1000, 2),
            "rows": {table: await rows_in(database, table) for table in TABLES},
        }


async def a_story(database: Database) -> UUID:
    """Pages with a description each."""
    async with database.write(EVERY_READER) as session:
        series = Series(slug="bench", title="Bench", sort_title="bench")
        session.add(series)
        await session.flush()
        episode = Episode(
            series_id=series.id, slug="one", title="One", episode_number=FIRST, sort_key=FIRST, page_count=PAGES
        )
        session.add(episode)
        await session.flush()
        pages = [
            Page(
                id=uuid7(),
                episode_id=episode.id,
                order_index=number,
                page_number=number + 1,
                kind=PageKind.STORY,
                position=position_of(episode.sort_key, PageKind.STORY, number + 1),
                member=f"{number}.png",
                media_type="image/png",
                fingerprint=f"{number:08x}",
                state=PageState.READY,
                image_metadata={"width": 1000, "height": 1400},
            )
            for number in range(PAGES)
        ]
        session.add_all(pages)
        await session.flush()
        for number, page in enumerate(pages):
            session.add(
                PageDescription(
                    id=uuid7(),
                    page_id=page.id,
                    language="en",
                    source=DescriptionSource.PERSON,
                    visual_description=f"Ada the smith carries lantern number {number} through the forest at night.",
                )
            )
        await session.flush()
        for page in pages:
            await emit(session, PageTextChanged(page.id))
        return series.id


async def answered(database: Database, series_id: UUID, rooms: Rooms, thread: UUID) -> float:
    """The seconds of one turn. Raises SystemExit where nothing was found, since then nothing was measured."""
    turn = Turn(uuid7(), uuid7(), Everywhere(database, series_id), "Who carries the lantern?", Mode.PAGE, "en", thread)
    began = time.perf_counter()
    happened = [one async for one in run(turn, rooms)]
    seconds = time.perf_counter() - began
    if not happened[-1].answered.found:  # type: ignore[union-attr] # the last is Ended
        raise SystemExit("nothing was found")
    return seconds


async def rows_in(database: Database, table: str) -> int:
    async with database.read() as session:
        row = await (await session.raw().execute(f"SELECT count(*) FROM langgraph.{table}".encode())).fetchone()  # noqa: S608 - of a constant
    return int(row[0]) if row else 0


def spread(seconds: list[float]) -> dict[str, float]:
    return {f"p{at}": round(float(np.percentile(seconds, at)) * 1000, 2) for at in (50, 95)}


def told(report: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"{report['turns']} turns each way, load {report['load']}",
            f"a turn without checkpoints, ms {report['without_ms']}",
            f"with                           {report['with_ms']}",
            f"added at p50                   {report['added_p50_ms']}",
            f"rows after them all            {report['rows']}",
        ]
    )


if __name__ == "__main__":
    main()
