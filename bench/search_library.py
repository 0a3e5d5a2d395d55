"""Searching a whole library no further than its reader has read: how fast, how completely, at three sizes.

    ./fumetto bench search_library [--sizes 10000,100000,1000000] [--questions N] [--seed N] [--everywhere]
        [--keep FOLDER] [--json]

Series of made-up English passages, as in `search_series`. Their reader has finished six in ten, is in the middle of
one in a hundred (ten at most), and has not begun the others; with `--everywhere` they are somewhere in the middle of
each. Questions are about passages of any series, read or not.
Each is asked of the library as its blocks answer it, and some again with each passage looked at, which is the exact
hybrid ranking: recall is the share of its ten hits that the first answer has. Both are whole transactions with the
question's embedding in them. A hit beyond the horizon is a leak. There is no peer: none of those in `search_series`
ranks by words too.

Told with it: processor time, our process's and PostgreSQL's; how many questions blocks did not answer (they were
answered by looking at each passage, which is slow and complete), how long it took to make the passages, to index them
and to make blocks, and what they weigh. Bars, at a million: p95 15 ms, recall 0.99, no leak. A million takes 4 GB of
disk; `--keep` leaves each library in a folder, where the next run finds it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from _passages import STEP, make_series, question_about
from _processor import BACKENDS, spent

from fumetto.kernel import index
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import Found, Scope, blocks, searching, wide
from fumetto.kernel.settings import load_settings

K = 10
BAR_P95, BAR_RECALL, BAR_SIZE = 15.0, 0.99, 1_000_000
WARMING = 10  # questions that pay for what is kept
FINISHED, UNDER_WAY, MOST_UNDER_WAY = 0.6, 0.01, 10
BLOCKS = "space_1_blocks", "space_1_parts", "space_1_members", "space_1_terms"
make_scope = index.register_scope_factory("bench")
switch: Any = searching
"""Where the search through blocks is taken out, or listened to."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="passages; add 1000000 where there is time and disk")
    parser.add_argument("--passages", type=int, default=1000, help="of each series")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11, help="of the questions")
    parser.add_argument("--everywhere", action="store_true", help="the reader is in the middle of every series")
    parser.add_argument("--checked", type=int, default=40, help="of these, so many are asked of each passage too")
    parser.add_argument("--keep", type=Path, help="a folder for the libraries; else a temporary one")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = []
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as scratch:
        for size in (int(each) for each in arguments.sizes.split(",")):
            folder = (arguments.keep or Path(scratch)) / f"library-{size}-{arguments.passages}"
            report.append(asyncio.run(measure(folder, size, arguments)))
            if not arguments.json:
                print(told(report[-1]), flush=True)
    if arguments.json:
        print(json.dumps(report, indent=1))


async def measure(folder: Path, size: int, arguments: argparse.Namespace) -> dict[str, Any]:
    count = max(size // arguments.passages, 1)
    report: dict[str, Any] = {"passages": size, "series": count, "load": os.getloadavg()[0]}
    settings = load_settings({}, data_dir=folder)
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        await fill(database, count, arguments.passages, report)
        scope, last = reader(count, arguments.passages, everywhere=arguments.everywhere)
        report["visible"] = sum(reached + 1 for reached in last.values())
        answered: list[bool] = []
        noting(answered)
        times, exact, recalls, ours, theirs = [], [], [], [], []
        leaks = short = 0
        async with database.server.connect(Role.ADMIN) as admin:
            backends = [pid for (pid,) in await (await admin.execute(BACKENDS)).fetchall()]
        for at, (text, _) in enumerate(questions(count, arguments)):
            before = time.process_time(), spent(backends)
            found, seconds = await asked(database, scope, text)
            if at >= WARMING:
                times.append(seconds)
                ours.append(time.process_time() - before[0])
                theirs.append(spent(backends) - before[1])
            leaks += beyond(found, last)
            short += len(found.hits) < K
            if at < arguments.checked:
                with_each, seconds = await asked(database, scope, text, blocks=False)
                exact.append(seconds)
                there = {hit.id for hit in found.hits}
                recalls.append(sum(hit.id in there for hit in with_each.hits) / len(with_each.hits))
    report |= {"by_blocks": summary(times), "by_each_passage": summary(exact), "recall": float(np.mean(recalls))}
    report |= {"processor": summary(list(map(sum, zip(ours, theirs, strict=True)))), "of_which_ours": summary(ours)}
    report |= {"leaks": leaks, "short": short, "not_by_blocks": answered.count(False)}
    return report


async def fill(database: Database, count: int, passages: int, report: dict[str, Any]) -> None:
    async with database.server.connect(Role.ADMIN) as admin:
        there = await (await admin.execute("SELECT to_regclass('rag.space_1_blocks')")).fetchone()
        if there is None or there[0] is None:
            making = indexing = 0.0
            for number in range(count):
                started = time.perf_counter()
                put = list(make_series(number, passages).passages())
                made = time.perf_counter()
                async with database.write(EVERY_READER) as session:
                    await index.put(session, put)
                making += made - started
                indexing += time.perf_counter() - made
            started, processor = time.perf_counter(), time.process_time()
            await blocks.make_blocks(database, library=0)
            report |= {
                "made_in": round(making, 1),
                "indexed_in": round(indexing, 1),
                "blocks_in": round(time.perf_counter() - started, 1),
                "blocks_processor": round(time.process_time() - processor, 1),
            }
            for table in ("space_1", *BLOCKS):
                await admin.execute(f"VACUUM ANALYZE rag.{table}".encode())
        sizes = ", ".join(f"pg_total_relation_size('rag.{table}')" for table in ("space_1", *BLOCKS))
        passages_there, *blocks_there = await (await admin.execute(f"SELECT {sizes}".encode())).fetchone() or (0,)
        report |= {"bytes_per_passage": passages_there // (count * passages)}
        report |= {"of_blocks_per_passage": sum(blocks_there) // (count * passages)}


def reader(count: int, passages: int, *, everywhere: bool = False) -> tuple[Scope, dict[int, int]]:
    """What they may see, and the last passage of each series that they have begun."""
    dice = np.random.default_rng(5)
    order = [int(number) for number in dice.permutation(count)]
    finished = 0 if everywhere else round(count * FINISHED)
    under_way = count if everywhere else min(max(round(count * UNDER_WAY), 1), MOST_UNDER_WAY)
    last = dict.fromkeys(order[:finished], passages - 1)
    last |= {number: int(dice.integers(passages)) for number in order[finished : finished + under_way]}
    keys = {number: make_series(number, 0).key for number in last}
    return make_scope({keys[number]: [(0, reached * STEP + 1)] for number, reached in last.items()}), last


def questions(count: int, arguments: argparse.Namespace) -> list[tuple[str, int]]:
    dice = np.random.default_rng(arguments.seed)
    made = []
    for _ in range(arguments.questions):
        number = int(dice.integers(count))
        texts = make_series(number, min(50, arguments.passages)).texts
        made.append((question_about(texts[int(dice.integers(len(texts)))], dice), number))
    return made


async def asked(database: Database, scope: Scope, text: str, *, blocks: bool = True) -> tuple[Found, float]:
    started = time.perf_counter()
    async with database.read() as session:
        with_blocks = switch.best_of
        if not blocks:
            switch.best_of = nothing
        try:
            found = await index.search(session, scope, text, k=K)
        finally:
            switch.best_of = with_blocks
    return found, time.perf_counter() - started


async def nothing(*_: object) -> None:
    """What blocks say where each passage is to be looked at."""


def noting(answered: list[bool]) -> None:
    async def noted(*given: Any) -> wide.Best | None:
        best = await wide.best_of(*given)
        answered.append(best is not None)
        return best

    switch.best_of = noted


def beyond(found: Found, last: dict[int, int]) -> int:
    at = [(hit.key.int & 0xFFFFFFFF, hit.id.int & 0xFFFFFFFF) for hit in found.hits]
    return sum(number not in last or place > last[number] for number, place in at)


def summary(times: list[float]) -> dict[str, float]:
    """Milliseconds."""
    return {
        name: round(float(np.percentile(np.array(times) * 1000, share)), 1)
        for name, share in (("p50", 50), ("p95", 95), ("p99", 99))
    }


def told(report: dict[str, Any]) -> str:
    ours, each = report["by_blocks"], report["by_each_passage"]
    lines = [
        f"{report['passages']:,} passages in {report['series']} series, {report['visible']:,} of them read;"
        f" load {report['load']:.1f}",
        f"  p50 {ours['p50']} p95 {ours['p95']} p99 {ours['p99']} ms; looking at each passage p50 {each['p50']}"
        f" p95 {each['p95']} ms",
        f"  processor time p50 {report['processor']['p50']} p95 {report['processor']['p95']} ms, of which our process's"
        f" {report['of_which_ours']['p50']} and {report['of_which_ours']['p95']}",
        f"  recall {report['recall']:.3f}, leaks {report['leaks']}, short {report['short']},"
        f" not answered by blocks {report['not_by_blocks']}",
        f"  {report['bytes_per_passage']} bytes a passage, and {report['of_blocks_per_passage']} in blocks",
    ]
    if "made_in" in report:
        lines.append(
            f"  made in {report['made_in']} s, indexed in {report['indexed_in']} s, blocks in {report['blocks_in']} s"
        )
    if report["passages"] >= BAR_SIZE:
        met = ours["p95"] <= BAR_P95 and report["recall"] >= BAR_RECALL and not report["leaks"]
        lines.append(f"  bar p95 {BAR_P95} ms, recall {BAR_RECALL}, no leak: {'met' if met else 'MISSED'}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
