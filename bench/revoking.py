"""How soon a running answer stops when a guardian takes their consent back: open streams over real HTTP.

    ./fumetto bench revoking [--streams 200] [--at-once 1] [--json]

As in `streams`, a model that answers over OpenAI's protocol says nothing, and as many children as there are streams
wait for their answers to the same page. Then their guardian takes back, child by child, what lets them ask; `at once`
of them at a time. Measured is from sending that request until the child's stream has ended, having said why. The bar is
a second at the 99th percentile with 200 open streams.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from _slow_model import Model, ask, house_of, third_page

from fumetto.entry.wiring import open_house
from fumetto.kernel.settings import load_settings
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.ages.models import ReadingRule
from fumetto.people.collectives import guardians
from fumetto.people.collectives.kinds import GuardianshipOrigin
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.service import agree_for
from fumetto.people.public import KeyScope, create_api_key, create_user

BAR_MS = 1000.0
AT_A_TIME = 4


@dataclass
class Child:
    id: uuid.UUID
    key: str
    waiting: bool = False
    ended: float = 0.0
    why: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = asyncio.run(measure(arguments.streams, arguments.at_once))
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    print(f"{report['streams']} streams open, {report['at_once']} revoked at a time, load {report['load']:.1f}")
    print(f"until the stream had ended: p50 {report['p50']} ms, p99 {report['p99']} ms, slowest {report['max']} ms")
    print(f"told why: {report['told_why']}; below {BAR_MS:g} ms at p99: {'yes' if report['p99'] < BAR_MS else 'no'}")


async def measure(streams: int, at_once: int) -> dict[str, Any]:
    model = Model()
    family = partial(a_large_family, count=streams)
    async with house_of(model, streams, family, FUMETTO_DATABASE_POOL_TIMEOUT="60") as (client, (guardian, children)):
        return await with_all(client, guardian, children, model, at_once)


async def a_large_family(data: Path, count: int) -> tuple[str, list[Child]]:
    """A guardian's key, and so many children who may ask, with keys of their own."""
    children = []
    async with open_house(load_settings({}, data_dir=data)) as house, house.database.write() as session:
        parent = await create_user(session, name="parent", user_type=UserType.PARENT)
        key = (await create_api_key(session, parent.id, "bench", (KeyScope.MANAGE,))).token
        for number in range(count):
            name = f"child {number}"
            made = await create_user(session, name=name, user_type=UserType.CHILD, age_class=AgeClass.CHILD)
            session.add(ReadingRule(user_id=made.id, max_age=99))  # the sample has no rating
            await guardians.begin(session, parent.id, made.id, GuardianshipOrigin.OPERATOR, None, None)
            agreed = (Purpose.ACCOUNT, Purpose.AI_LOCAL, Purpose.AI_CLOUD)
            await agree_for(session, parent.id, made.id, agreed, language="en")
            own = await create_api_key(session, made.id, "bench", (KeyScope.READ_PROGRESS,))
            children.append(Child(made.id, own.token))
    return key, children


async def with_all(
    client: httpx.AsyncClient, guardian: str, children: list[Child], model: Model, at_once: int
) -> dict[str, Any]:
    mine = {"Authorization": f"Bearer {children[0].key}"}
    episode, page = await third_page(client, mine)
    gate = asyncio.Semaphore(AT_A_TIME)
    followers = [asyncio.create_task(follow(client, child, episode, page, gate, model)) for child in children]
    while not all(child.waiting for child in children) or model.asked < len(children):
        done, _ = await asyncio.wait(followers, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
        if done:
            raise RuntimeError(f"a stream ended before it was to: {children[followers.index(done.pop())]}")
    headers = {"Authorization": f"Bearer {guardian}"}
    turn = asyncio.Semaphore(at_once)
    took = await asyncio.gather(
        *(revoked(client, headers, child, task, turn) for child, task in zip(children, followers, strict=True))
    )
    ordered = sorted(took)
    return {
        "streams": len(children),
        "at_once": at_once,
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "p50": round(statistics.median(ordered)),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]),
        "max": round(ordered[-1]),
        "told_why": sum(child.why == "consent_needed" for child in children),
    }


async def follow(
    client: httpx.AsyncClient, child: Child, episode: str, page: str, gate: asyncio.Semaphore, model: Model
) -> None:
    """One child: opens, asks, and follows until the stream ends."""
    headers = {"Authorization": f"Bearer {child.key}"}
    async with gate:
        events = await ask(client, headers, episode, page)
    async with client.stream("GET", events, headers=headers) as stream:
        stream.raise_for_status()
        event = ""
        async for line in stream.aiter_lines():
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
            child.waiting = child.waiting or event == "retrieved"
            if event == "failed" and line.startswith("data: "):
                child.why = json.loads(line.removeprefix("data: "))["code"]
    child.ended = time.perf_counter()


async def revoked(
    client: httpx.AsyncClient, headers: dict[str, str], child: Child, task: asyncio.Task[None], turn: asyncio.Semaphore
) -> float:
    """Milliseconds from taking consent back until the child's stream had ended."""
    async with turn:
        began = time.perf_counter()
        answer = await client.delete(f"/guardian/children/{child.id}/consents/ai_local", headers=headers)
        answer.raise_for_status()
        await task
        return 1000 * (child.ended - began)


if __name__ == "__main__":
    main()
