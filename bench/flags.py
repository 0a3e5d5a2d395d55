"""How long it takes to ask whether something is switched on, and what the evaluator costs in memory and at the start.

    ./fumetto bench flags [--rounds N] [--json]

A switch as it is shipped, one with short rules, one with a rule of JsonLogic, and one dealt out by shares, each asked
for readers in turn, in this process and without a database, as every request does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import Any
from uuid import UUID

import psutil

from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role, UserType
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.public import flags

ON_OFF = {"on": True, "off": False}
IF_TEENAGER = {"if": [{"==": [{"var": "userType"}, "teenager"]}, "on", "off"]}
FLAGS = {
    "shipped": None,
    "short rules": Flag(
        "short", variants=ON_OFF, default_variant="on", targeting_rules={"country": ["IT", "FR"], "role": "reader"}
    ),
    "JsonLogic": Flag("rule", variants=ON_OFF, default_variant="on", targeting=IF_TEENAGER),
    "by shares": Flag(
        "shares", variants=ON_OFF, default_variant="on", targeting={"fractional": [["on", 10], ["off", 90]]}
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    readers = [
        Reader(UUID(int=number), "", Role.READER, "en", user_type=kind, country="IT")
        for number, kind in enumerate([UserType.TEENAGER, UserType.ADULT] * 50, 1)
    ]
    before = psutil.Process().memory_info().rss
    flags.BOARD.put([flag for flag in FLAGS.values() if flag])
    began = time.perf_counter()
    flags.is_on(readers[0], "rule")
    first, grown = time.perf_counter() - began, psutil.Process().memory_info().rss - before
    asked = {kind: timed(flag.name if flag else "ai", readers, arguments.rounds) for kind, flag in FLAGS.items()}
    result = {"microseconds": asked, "first_rule_ms": round(first * 1000, 1), "first_rule_mb": round(grown / 1e6, 1)}
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{'is_on, microseconds':24}{'p50':>8}{'p99':>8}")
    for kind, times in asked.items():
        print(f"{kind:24}{times['p50']:8.1f}{times['p99']:8.1f}")
    print(f"the first rule imports the evaluator: {result['first_rule_ms']} ms, {result['first_rule_mb']} MB")


def timed(name: str, readers: list[Reader], rounds: int) -> dict[str, Any]:
    times = []
    for number in range(rounds):
        reader = readers[number % len(readers)]
        began = time.perf_counter_ns()
        flags.is_on(reader, name)
        times.append((time.perf_counter_ns() - began) / 1000)
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1)}


if __name__ == "__main__":
    main()
