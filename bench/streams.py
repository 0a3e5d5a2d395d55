"""How many readers can wait for a slow model at once: open streams on a pool of five database connections.

    ./fumetto bench streams [--streams 500] [--connections 5] [--json]

A model that answers over OpenAI's protocol says nothing until every reader waits for it. Each of the readers has an
account of their own, opens the companion beside the same page of the sample, asks, and follows the answer as it comes;
twenty come at a time. While all of them wait, somebody else turns pages: that takes a connection each time, so that it
would stand still if a waiting answer held one. Then the model speaks, and every stream has to end with its answer.
There is no peer that can be installed here; Open WebUI is reported to stall at fifteen to twenty-five.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from _slow_model import Model, ask, house_of, third_page

from fumetto.entry.wiring import open_house
from fumetto.kernel.settings import load_settings
from fumetto.people.public import KeyScope, Role, create_api_key, create_user

AT_A_TIME = 20
TURNS = 50


@dataclass
class Tally:
    waiting: int = 0
    done: int = 0
    refused: list[str] = field(default_factory=list)
    first: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--connections", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = asyncio.run(measure(arguments.streams, arguments.connections))
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    print(f"{report['streams']} streams on {report['connections']} connections, {report['asked']} asked the model")
    print(f"refused {len(report['refused'])}, ended with their answer {report['done']} {report['refused'][:3] or ''}")
    print(f"until retrieved, 20 at a time: p50 {report['first_p50']} ms, p95 {report['first_p95']} ms")
    print(
        f"turning pages meanwhile: p50 {report['turn_p50']} ms, p95 {report['turn_p95']} ms, failed {report['failed']}"
    )


async def measure(streams: int, connections: int) -> dict[str, Any]:
    model = Model()
    people = partial(readers, count=streams + 1)
    async with house_of(model, streams, people, FUMETTO_DATABASE_POOL_SIZE=str(connections)) as (client, keys):
        return await with_all(client, keys, model, connections)


async def readers(data: Path, count: int) -> list[str]:
    """Keys of so many readers."""
    made = []
    async with open_house(load_settings({}, data_dir=data)) as house, house.database.write() as session:
        for number in range(count):
            account = await create_user(session, name=f"reader {number}", role=Role.READER)
            made.append((await create_api_key(session, account.id, "bench", (KeyScope.READ_PROGRESS,))).token)
    return made


async def with_all(client: httpx.AsyncClient, keys: list[str], model: Model, connections: int) -> dict[str, Any]:
    mine = {"Authorization": f"Bearer {keys[0]}"}
    episode, page = await third_page(client, mine)
    tally, gate = Tally(), asyncio.Semaphore(AT_A_TIME)
    followers = [asyncio.create_task(follow(client, key, episode, page, tally, gate, model)) for key in keys[1:]]
    await until(model.news, lambda: tally.waiting + len(tally.refused) == len(followers))
    await until(model.news, lambda: model.asked >= tally.waiting)
    turned, failed = await turning_pages(client, mine, episode)
    model.let.set()
    await asyncio.gather(*followers)
    return {
        "streams": len(followers),
        "connections": connections,
        "asked": model.asked,
        "refused": tally.refused,
        "done": tally.done,
        "first_p50": round(statistics.median(tally.first)),
        "first_p95": round(statistics.quantiles(tally.first, n=20)[-1]),
        "turn_p50": round(statistics.median(turned)),
        "turn_p95": round(statistics.quantiles(turned, n=20)[-1]),
        "failed": failed,
    }


async def until(news: asyncio.Event, holds: Callable[[], bool]) -> None:
    """Until it holds, looked at whenever there are news."""
    while not holds():
        news.clear()
        await news.wait()


async def follow(
    client: httpx.AsyncClient, key: str, episode: str, page: str, tally: Tally, gate: asyncio.Semaphore, model: Model
) -> None:
    """One reader: opens, asks, and follows to the end. The gate is left when the model is waited for."""
    headers = {"Authorization": f"Bearer {key}"}
    began, inside = time.perf_counter(), True
    await gate.acquire()
    try:
        began = time.perf_counter()
        events = await ask(client, headers, episode, page)
        async with client.stream("GET", events, headers=headers) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if line == "event: retrieved":
                    tally.waiting += 1
                    tally.first.append(1000 * (time.perf_counter() - began))
                    model.news.set()
                    gate.release()
                    inside = False
                tally.done += line == "event: done"
    except httpx.HTTPError as error:
        tally.refused.append(repr(error)[:200])
        model.news.set()
    finally:
        if inside:
            gate.release()


async def turning_pages(client: httpx.AsyncClient, headers: dict[str, str], episode: str) -> tuple[list[float], int]:
    """Milliseconds that each of some page turns took, and how many failed."""
    took, failed = [], 0
    for number in range(TURNS):
        body = {"episode_id": episode, "shown": [number % 3], "device": "bench", "at": "2026-11-22T12:00:00Z"}
        began = time.perf_counter()
        answer = await client.post("/reading/turns", json=body, headers=headers)
        took.append(1000 * (time.perf_counter() - began))
        failed += answer.status_code != 200
    return took, failed


if __name__ == "__main__":
    main()
