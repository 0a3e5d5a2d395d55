"""Putting passages into the index: rows a second, against LangChain's PGVectorStore in the same run.

    ./fumetto bench indexing [--sizes 2000,10000,50000] [--repeat N] [--peers pgvectorstore,chroma] [--json]

Made-up English passages of 60 words, a series of 1,000 at a time, into an empty index: words and phrases are cut up and
stemmed, vectors made by the built-in embeddings, and everything written, in a transaction for each series.
PGVectorStore 0.0.19 and Chroma 1.5.9, each in an environment of its own, get ready-made vectors of 384 numbers and the
texts, 1,000 at a time, and index no words; building PGVectorStore's HNSW afterwards, without which it looks at every
vector, is not counted, but told. The machine is shared with whatever else runs, so ours is measured before and after
each peer, and the middle counts. Said besides: our rate where vectors are ready-made too (words are cut up all the
same), rows a second of processor time of our process and of PostgreSQL's together, the peer's of its own process alone,
and how the rate goes with size. Bar: 20 times PGVectorStore, all of ours counted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from _passages import STEP, Series, make_series, turned
from _peers import asked, python_with
from psycopg import sql

from fumetto.kernel import index
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import writing
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.settings import load_settings

BAR = 20
DIMENSIONS = 384  # what peers are given
EACH = 1000  # passages of a series
FOR_PEERS = 10_000  # passages that peers are given: their rate hardly changes, and they take long
TICKS = os.sysconf("SC_CLK_TCK")
hand: Any = writing
"""Where the making of vectors is taken out."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="2000,10000,50000", help="passages")
    parser.add_argument("--repeat", type=int, default=2, help="times before the peers, and as many after")
    parser.add_argument("--peers", default="pgvectorstore,chroma", help="those to compare with; empty for none")
    parser.add_argument("--peer-home", type=Path, help="where their environments are kept; else a temporary folder")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


async def measure(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = [int(size) for size in arguments.sizes.split(",")]
    library = [make_series(number, EACH) for number in range(max(*sizes, FOR_PEERS) // EACH)]
    report: dict[str, Any] = {"load": os.getloadavg()[0], "sizes": {}, "peers": {}}
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        await loaded(database, library[:1])  # what is loaded once, such as the model, is not counted
        for size in sizes:
            report["sizes"][size] = middle([await loaded(database, library[: size // EACH]) for _ in range(3)])
        some = library[: FOR_PEERS // EACH]
        rates = [await loaded(database, some) for _ in range(arguments.repeat)]
        chosen = [name for name in arguments.peers.split(",") if name]
        if chosen:
            save_for_peers(folder, some)
        for name in chosen:
            python, reason = python_with(name, arguments.peer_home)
            if python is None:
                report["peers"][name] = {"left_out": reason}
                continue
            words = await words_for(name, database, folder)
            answer = await asyncio.to_thread(asked, python, f"_{name}.py", *words)
            report["peers"][name] = {key: round(answer[key], 1) for key in answer if key != "answers"}
        rates += [await loaded(database, some) for _ in range(arguments.repeat)]
        report["fumetto"] = middle(rates)
        with ready_made(some):
            report["vectors_given"] = middle([await loaded(database, some) for _ in range(2 * arguments.repeat)])
    return report


async def loaded(database: Database, library: Sequence[Series]) -> dict[str, float]:
    """Into an empty index: rows a second of wall-clock time, and of processor time."""
    batches = [list(series.passages()) for series in library]
    count = sum(map(len, batches))
    postgres = postgres_seconds()
    began, own = time.perf_counter(), time.process_time()
    for passages in batches:
        async with database.write(EVERY_READER) as session:
            await index.put(session, passages)
    seconds = time.perf_counter() - began
    own, postgres = time.process_time() - own, postgres_seconds() - postgres
    async with database.server.connect(Role.ADMIN) as admin:
        await admin.execute("TRUNCATE rag.space_1")
    return {
        "rows_per_second": round(count / seconds),
        "per_processor_second": round(count / (own + postgres)),
        "of_which_own": round(own / (own + postgres), 2),
    }


@contextlib.contextmanager
def ready_made(library: Sequence[Series]) -> Iterator[None]:
    """Meanwhile, the vectors of these passages are made already."""
    texts = [text for series in library for text in series.texts]
    vectors = dict(zip(texts, built_in().vectors(texts), strict=True))

    async def at_hand(*given: Any) -> Any:
        return np.array([vectors[text] for text in given[-1]])

    making, hand.vectors_at_hand = hand.vectors_at_hand, at_hand
    try:
        yield
    finally:
        hand.vectors_at_hand = making


def postgres_seconds() -> float:
    """Processor time of every PostgreSQL process below this one, by /proc; nought where there is none."""
    total, parents, times = 0.0, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        times[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    for pid, spent in times.items():
        above = parents[pid]
        while above in parents and above != os.getpid():
            above = parents[above]
        total += spent if above == os.getpid() else 0.0
    return total


def middle(rates: Sequence[dict[str, float]]) -> dict[str, float]:
    return sorted(rates, key=lambda rate: rate["rows_per_second"])[len(rates) // 2]


async def words_for(name: str, database: Database, folder: Path) -> list[str]:
    if name != "pgvectorstore":
        return [str(folder)]
    async with database.server.connect(Role.ADMIN) as admin:
        await admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("peer")))
    async with database.server.connect(Role.ADMIN, database="peer") as admin:
        await admin.execute("CREATE EXTENSION vector")
        host = admin.info.host
    return [f"postgresql+psycopg://{Role.ADMIN.value}@/peer?host={host}", str(folder), "[40]"]


def save_for_peers(folder: Path, library: Sequence[Series]) -> None:
    """With one question, which is asked of them and not counted."""
    vectors = built_in().vectors([text for series in library for text in series.texts])
    np.savez(
        folder / "data.npz",
        vectors=turned(vectors, DIMENSIONS),
        series=np.repeat([series.number for series in library], EACH),
        position=np.tile(np.arange(EACH) * STEP, len(library)),
        ids=np.array([str(series.identifier(at)) for series in library for at in range(EACH)]),
        question_vectors=turned(vectors[:1], DIMENSIONS),
        question_series=np.array([0]),
        question_horizons=np.array([EACH * STEP]),
    )
    (folder / "texts.json").write_text(json.dumps([text for series in library for text in series.texts]), "utf-8")


def told(report: dict[str, Any]) -> str:
    ours = report["fumetto"]
    lines = [f"load {report['load']:.1f}", line("Fumetto, 10,000 passages", ours)]
    lines += [line(f"  {size:,} passages", rate) for size, rate in report["sizes"].items()]
    lines.append(line("  vectors given, 10,000", report["vectors_given"]))
    for name, peer in report["peers"].items():
        if "left_out" in peer:
            lines.append(f"{name}: left out, {peer['left_out']}")
            continue
        ratio = ours["rows_per_second"] / peer["rows_per_second"]
        given = report["vectors_given"]["rows_per_second"] / peer["rows_per_second"]
        bar = f", bar {BAR}: {'met' if ratio >= BAR else 'MISSED'}" if name == "pgvectorstore" else ""
        lines.append(f"{name}: {peer['rows_per_second']:,.0f} rows/s; Fumetto is {ratio:.1f} times faster{bar}")
        lines.append(f"  with vectors given to both {given:.1f} times")
        if "index_seconds" in peer:
            until = FOR_PEERS / (FOR_PEERS / peer["rows_per_second"] + peer["index_seconds"])
            lines.append(
                f"  {peer['rows_per_processor_second']:,.0f} a second of processor time of its process alone;"
                f" {until:,.0f} rows/s with its HNSW, {ours['rows_per_second'] / until:.1f} times"
            )
    return "\n".join(lines)


def line(name: str, rate: dict[str, float]) -> str:
    return (
        f"{name}: {rate['rows_per_second']:,} rows/s; {rate['per_processor_second']:,} a second of processor time,"
        f" of which {rate['of_which_own']:.0%} is our process's and the rest PostgreSQL's"
    )


if __name__ == "__main__":
    main()
