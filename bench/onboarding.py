"""How many people can come in by an invitation at once: a school's first morning, over real HTTP.

    ./fumetto bench onboarding [--people 300] [--too-many 20] [--at-once 30] [--json]

One invitation to a class may be used by `people`, and `too many` more try. `at once` of them accept it at a time, each
with a name of their own, then say who they are. Nobody publishes such numbers, so there is no peer; that exactly as
many get in as may is checked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from page_latency import Server

from fumetto.entry.wiring import open_house
from fumetto.kernel.settings import load_settings
from fumetto.people.access.service import reader_of
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.collectives import invitations, service
from fumetto.people.collectives.invitations import Wanted
from fumetto.people.collectives.kinds import CollectiveKind
from fumetto.people.public import create_user


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--too-many", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = asyncio.run(measure(arguments.people, arguments.too_many, arguments.at_once))
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    print(f"{report['came']} came in {report['seconds']} s ({report['a_second']} a second), load {report['load']:.1f}")
    print(f"accepting: p50 {report['accept_p50']} ms, p95 {report['accept_p95']} ms")
    print(f"saying who one is: p50 {report['onboard_p50']} ms, p95 {report['onboard_p95']} ms")
    print(f"refused, since it was used up: {report['used_up']}; anything else: {report['other'] or 'nothing'}")


async def measure(people: int, too_many: int, at_once: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        server = Server(data)
        server.environment |= {"FUMETTO_WORKERS": "0", "FUMETTO_DATABASE_POOL_TIMEOUT": "60"}
        token = await a_class(data, people)
        await asyncio.to_thread(server.__enter__)
        try:
            base = f"http://127.0.0.1:{server.port}/api/v1"
            accepting: list[float] = []
            onboarding: list[float] = []
            turn = asyncio.Semaphore(at_once)
            began = time.perf_counter()
            told = await asyncio.gather(
                *(come(base, token, number, turn, accepting, onboarding) for number in range(people + too_many))
            )
            seconds = time.perf_counter() - began
        finally:
            await asyncio.to_thread(server.__exit__)
    came = told.count("")
    return {
        "came": came,
        "used_up": told.count("invitation_used"),
        "other": sorted({each for each in told if each not in {"", "invitation_used"}}),
        "seconds": round(seconds, 1),
        "a_second": round(came / seconds, 1),
        "accept_p50": round(statistics.median(accepting)),
        "accept_p95": round(statistics.quantiles(accepting, n=20)[-1]),
        "onboard_p50": round(statistics.median(onboarding)),
        "onboard_p95": round(statistics.quantiles(onboarding, n=20)[-1]),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


async def a_class(data: Path, people: int) -> str:
    """The token of an invitation to it."""
    async with open_house(load_settings({}, data_dir=data)) as house, house.database.write() as session:
        teacher = await reader_of(session, (await create_user(session, name="teacher")).id)
        group = await service.found(session, teacher, CollectiveKind.CLASS, "5b")
        wanted = Wanted(age_class=AgeClass.CHILD, usage_limit=people)
        return (await invitations.invite(session, teacher, group.id, wanted)).token


async def come(
    base: str, token: str, number: int, turn: asyncio.Semaphore, accepting: list[float], onboarding: list[float]
) -> str:
    """One pupil; returns the code of what went wrong, or ""."""
    async with turn, httpx.AsyncClient(base_url=base, timeout=120, headers={"X-Fumetto-Client": "bench"}) as client:
        began = time.perf_counter()
        accepted = await client.post(f"/invitations/{token}/accept", json={"name": f"pupil {number}"})
        accepting.append(1000 * (time.perf_counter() - began))
        if accepted.status_code != 200:
            return str(accepted.json()["code"])
        began = time.perf_counter()
        said = {"user_type": "child", "age_class": "child", "language": "en"}
        onboarded = await client.post("/session/onboarding", json=said)
        onboarding.append(1000 * (time.perf_counter() - began))
        return "" if onboarded.status_code == 200 else str(onboarded.json()["code"])


if __name__ == "__main__":
    main()
