"""How often the semantic cache finds what was found for a question that means the same, and for one that does not.

    ./fumetto bench semantic_cache [--passages N] [--json]

Questions in pairs (companion/memory/rules/pairs.yaml): paraphrases, which should hit, and questions that differ by a
negation, a number, who does what to whom, a name, or another word that matters, which must not. Ours, and by the same
hands as the rules, so that paraphrases of others will hit less often; false hits are what the rules are made against.
Each pair is asked through the cache, on PostgreSQL, the first question kept and the second looked for. Beside it, what
the vectors of the built-in model would do alone, at the thresholds that such caches come with: that is the peer. The
times are those of a look-up with its fingerprint and of the search it spares, in one series of so many passages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from _passages import make_series

from fumetto.companion.answering.ports import Look, Retrieved
from fumetto.companion.answering.rules.asking import language_of
from fumetto.companion.kinds import Mode
from fumetto.companion.memory.rules.meaning import form_of, pairs
from fumetto.companion.memory.rules.thresholds import chosen, threshold_of
from fumetto.companion.memory.semantic import SemanticCache, cosine, fingerprint_of
from fumetto.kernel import index
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.settings import load_settings
from fumetto.library.reading.horizon import operator_horizon

ALONE = (0.8, 0.9, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=200, help="of look-ups and searches that are timed")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments.passages, arguments.rounds))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


async def measure(folder: Path, passages: int, rounds: int) -> dict[str, Any]:
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        series = make_series(1, passages)
        async with database.write(EVERY_READER) as session:
            await index.put(session, series.passages())
        ids = [series.identifier(at) for at in range(len(series.texts))]
        return {
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "model": built_in().name,
            "threshold": threshold_of(built_in().name),
            "kinds": await ask_pairs(database, series.key, ids),
            "alone": alone(),
            "threshold_by_these": threshold_by_pairs(),
            "times": await times(database, series.key, series.texts, rounds) | {"passages": passages},
        }


@asynccontextmanager
async def looking(database: Database, series_id: uuid.UUID):  # type: ignore[no-untyped-def] # as Standpoint.look
    async with database.read(EVERY_READER) as session:
        yield Look(session, await operator_horizon(session, series_id), None)


async def ask_pairs(database: Database, series_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[str, dict[str, int]]:
    counted = {}
    for kind, listed in pairs().items():
        hits = 0
        for number, (one, other) in enumerate(listed):
            cache = SemanticCache(database)
            async with looking(database, series_id) as look:
                kept_under = await fingerprint_of(look, mode=Mode.PAGE, model="", prompt_version=f"{kind}{number}")
                cache.keep(kept_under, one, Retrieved((ids[0],), (1.0,)))
            await cache.written()
            async with looking(database, series_id) as look:
                hits += await cache.find(look, kept_under, other) is not None
            await cache.close()
        counted[kind] = {"pairs": len(listed), "hits": hits}
    return counted


def likeness(pair: tuple[str, str]) -> float:
    one, other = built_in().vectors(list(pair))
    return cosine(one, other.astype("<f2").tobytes())


def alone() -> dict[str, dict[str, int]]:
    """Hits at each threshold by the vectors alone."""
    return {
        kind: {str(threshold): sum(likeness(pair) >= threshold for pair in listed) for threshold in ALONE}
        for kind, listed in pairs().items()
    }


def threshold_by_pairs() -> float:
    same: list[float] = []
    different: list[float] = []
    for kind, listed in pairs().items():
        for pair in listed:
            one, other = (form_of(text, language_of(text, "en")) for text in pair)
            if one == other != ():
                (same if kind == "paraphrase" else different).append(likeness(pair))
    return chosen(same, different)


async def times(database: Database, series_id: uuid.UUID, texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """In milliseconds, in turn: a look-up that hits, and a search for the same question."""
    cache = SemanticCache(database)
    looked, searched, printed = [], [], []
    for number in range(rounds):
        question = f"Who is {' '.join(texts[number % len(texts)].split()[:6])}?"
        async with looking(database, series_id) as look:
            began = time.perf_counter()
            found = await index.search(look.session, look.horizon.scope(), question, k=12)
            searched.append(time.perf_counter() - began)
            kept_under = await fingerprint_of(look, mode=Mode.PAGE, model="", prompt_version="1")
        hits = tuple(hit.id for hit in found.hits)
        cache.keep(kept_under, question, Retrieved(hits, tuple(hit.score for hit in found.hits)))
        await cache.written()
        async with looking(database, series_id) as look:
            began = time.perf_counter()
            kept_under = await fingerprint_of(look, mode=Mode.PAGE, model="", prompt_version="1")
            printed.append(time.perf_counter() - began)
            hit = await cache.find(look, kept_under, question)
            looked.append(time.perf_counter() - began)
        if hit is None or hit.ids != hits:
            raise SystemExit("the cache has forgotten, or has found something else")
    await cache.close()
    return {"lookup": spread(looked), "of_which_fingerprint": spread(printed), "search": spread(searched)}


def spread(seconds: Sequence[float]) -> dict[str, float]:
    return {name: round(float(np.percentile(seconds, at)) * 1000, 2) for name, at in (("p50", 50), ("p95", 95))}


def told(report: dict[str, Any]) -> str:
    lines = [f"{report['model']}, threshold {report['threshold']} (these pairs: {report['threshold_by_these']})"]
    lines += ["", "kind         pairs  hits   vectors alone at " + ", ".join(map(str, ALONE))]
    for kind, counted in report["kinds"].items():
        others = ", ".join(str(report["alone"][kind][str(threshold)]) for threshold in ALONE)
        lines.append(f"{kind:<12} {counted['pairs']:>5} {counted['hits']:>5}   {others}")
    times_ = report["times"]
    lines += [
        "",
        f"{times_['passages']} passages, ms: look-up {times_['lookup']} of which fingerprint "
        f"{times_['of_which_fingerprint']}; search {times_['search']}",
        f"load {report['load']}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
