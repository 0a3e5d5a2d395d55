"""What it takes to know who asks and whether they may, in this process, as every request does.

    ./fumetto bench authorization [--people N] [--requests N] [--json]

A house of so many people, half of them minors with a guardian's receipt each, everybody with a session and a key. Each
request is a scope as the server makes it, for another person at random; timed is `identify_request`, which asks the
database one question in one round trip and keeps nothing, and then `gate`. Besides, what the same round trip takes for
`SELECT 1`, which is what no implementation that keeps nothing can go below, and the processor time of this process.
The note, once a minute, that somebody was here is left out.
Nobody publishes such numbers, so there is no peer: the bar is the issue's, 1 ms at the median.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import Request
from sqlalchemy import literal_column, select

import fumetto.entry.models  # noqa: F401 - every table, which rows are sorted by
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import load_settings
from fumetto.people.access.dependencies import gate
from fumetto.people.access.kinds import KeyScope, Method
from fumetto.people.access.service import create_api_key, start_session
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.consent.kinds import Method as Given
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.models import UserConsent
from fumetto.people.public import identify_request

NOTHING = Question(select(literal_column("1")), lambda one: one)
BAR = 1.0  # milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--requests", type=int, default=1500, help="of each kind")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments.people, arguments.requests))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


async def measure(folder: Path, people: int, requests: int) -> dict[str, Any]:
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        sessions, keys = await make_people(database, settings, people)
        app = SimpleNamespace(state=SimpleNamespace(database=database, settings=settings))
        passes = gate(KeyScope.MANAGE)
        chance = random.Random(7)

        async def by_session() -> None:
            await authorize(("cookie", f"fumetto_session={chance.choice(sessions)}"))

        async def by_key() -> None:
            await authorize(("authorization", f"Bearer {chance.choice(keys)}"))

        async def authorize(header: tuple[str, str]) -> None:
            headers = [(name.encode(), value.encode()) for name, value in (("host", "x"), header)]
            request = Request({"type": "http", "method": "GET", "path": "/", "headers": headers, "app": app,
                               "query_string": b"", "client": ("127.0.0.1", 1)})  # fmt: skip
            await passes(request, await identify_request(request))

        async def round_trip() -> None:
            await database.ask(NOTHING.about())

        kinds = {"by session": by_session, "by key": by_key, "SELECT 1 alone": round_trip}
        rows = [{"what": what, **times} for what, times in (await timed(kinds, requests)).items()]
    return {"people": people, "requests": requests, "load": os.getloadavg(), "bar_ms": BAR, "rows": rows}


async def make_people(database: Database, settings: Any, count: int) -> tuple[list[str], list[str]]:
    """Everybody's session token, and everybody's key."""
    sessions, keys = [], []
    async with database.write() as session:
        for number in range(count):
            minor = number % 2 == 1
            user = User(
                username=f"somebody {number}",
                user_type=UserType.CHILD if minor else UserType.ADULT,
                age_class=AgeClass.CHILD if minor else None,
                onboarded_at=datetime.now(UTC),
            )
            session.add(user)
            await session.flush()
            if minor:
                session.add_all(
                    UserConsent(
                        user_id=user.id,
                        purpose=purpose,
                        policy_version=1,
                        policy_edition=1,
                        policy_hash=b"x" * 32,
                        language="en",
                        method=Given.SELF,
                    )
                    for purpose in (Purpose.ACCOUNT, Purpose.AI_LOCAL)
                )
                await session.flush()
            sessions.append((await start_session(session, user.id, settings, Method.LINK)).token)
            keys.append((await create_api_key(session, user.id, "bench", (KeyScope.READ,))).token)
    async with database.write() as session:
        # That somebody was here is noted once a minute, with a write, which is not what is measured.
        await session.raw().execute("UPDATE app.app_sessions SET last_active_at = now() + interval '1 hour'")
        await session.raw().execute("UPDATE app.api_keys SET last_used_at = now() + interval '1 hour'")
    return sessions, keys


async def timed(kinds: Mapping[str, Callable[[], Awaitable[None]]], count: int) -> dict[str, dict[str, float]]:
    """Milliseconds of wall-clock time, by percentile, and of processor time on average; the kinds take turns, since
    others are at work on the machine."""
    walls: dict[str, list[float]] = {what: [] for what in kinds}
    processor = dict.fromkeys(kinds, 0.0)
    for turn in range(-200, count):
        for what, work in kinds.items():
            used, began = time.process_time(), time.perf_counter()
            await work()
            if turn >= 0:
                walls[what].append((time.perf_counter() - began) * 1000)
                processor[what] += time.process_time() - used
    return {what: percentiles(walls[what]) | {"cpu": round(processor[what] * 1000 / count, 3)} for what in kinds}


def percentiles(walls: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(walls, n=100)
    return {"p50": round(cuts[49], 3), "p95": round(cuts[94], 3), "p99": round(cuts[98], 3)}


def told(report: dict[str, Any]) -> str:
    head = f"{report['people']} people, {report['requests']} requests of each kind, load {report['load'][0]:.1f}"
    lines = [
        f"{row['what']:16} p50 {row['p50']:6.3f} ms  p95 {row['p95']:6.3f}  p99 {row['p99']:6.3f}  "
        f"processor time {row['cpu']:.3f}"
        for row in report["rows"]
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    main()
