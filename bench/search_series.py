"""Searching in one series no further than its reader has read: right, complete, and how fast.

    ./fumetto bench search_series [--series N] [--passages N] [--questions N] [--peers pgvectorstore,chroma] [--json]

Passages of English words are made for so many series, and questions about a random series from a random horizon: half
about something read, half about something that lies beyond ("future"). Fumetto ranks words and meaning together
(BM25 and 256 numbers of its built-in embeddings); LangChain's PGVectorStore and Chroma, each in an environment of its
own, rank the same vectors, turned into 384 dimensions, filtered by series and position. Recall is measured against a
ranking worked out apart from any database; a hit beyond the horizon is a leak. Fumetto's time is that of a whole
transaction, from taking a connection to giving it back, with the question's embedding in it; peers get theirs as
vectors. Processor time of a question, our process's and PostgreSQL's together, is told beside, and PGVectorStore's:
where others use the machine, it is the better witness.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from _passages import STEP, Series, make_series, question_about, turned
from _peers import asked, python_with
from _processor import BACKENDS, spent
from numpy.typing import NDArray
from psycopg import sql

from fumetto.kernel import index
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index.analysis import terms_of
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.question import slots_of
from fumetto.kernel.index.ranking import DEFAULT_WEIGHTS
from fumetto.kernel.settings import load_settings

K = 10
DIMENSIONS = 384  # what peers are given
CLOSE = 1e-3  # scores that differ by less are the same: vectors are rounded to 16 bits
EFFORTS = (40, 200)  # of PGVectorStore's HNSW: its default, and one that costs more
make_scope = index.register_scope_factory("bench")


class Question:
    """last: the last passage of the series that was read. future: whether it is about one that was not."""

    def __init__(self, series: int, last: int, text: str, future: bool) -> None:
        self.series = series
        self.last = last
        self.text = text
        self.future = future


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--passages", type=int, default=1000, help="of each series")
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--peers", default="pgvectorstore,chroma", help="those to compare with; empty for none")
    parser.add_argument("--peer-home", type=Path, help="where their environments are kept; else a temporary folder")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), arguments))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


async def measure(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    library = [make_series(number, arguments.passages) for number in range(arguments.series)]
    questions = make_questions(library, arguments.questions)
    report: dict[str, Any] = {
        "series": arguments.series,
        "passages": arguments.passages,
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        report["fumetto"] = await measure_ours(database, library, questions)
        vectors = {series.number: built_in().vectors(series.texts) for series in library}
        chosen = [name for name in arguments.peers.split(",") if name]
        if chosen:
            save_for_peers(folder, library, questions, vectors)
        for name in chosen:
            python, reason = python_with(name, arguments.peer_home)
            report[name] = (
                await asyncio.to_thread(asked, python, f"_{name}.py", *await words_for(name, database, folder))
                if python
                else {"left_out": reason}
            )
            if python:
                judge_peer(report[name], library, questions, vectors)
    return report


async def words_for(name: str, database: Database, folder: Path) -> list[str]:
    if name != "pgvectorstore":
        return [str(folder)]
    async with database.server.connect(Role.ADMIN) as admin:
        await admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("peer")))
    async with database.server.connect(Role.ADMIN, database="peer") as admin:
        await admin.execute("CREATE EXTENSION vector")
        host = admin.info.host
    return [f"postgresql+psycopg://{Role.ADMIN.value}@/peer?host={host}", str(folder), json.dumps(EFFORTS)]


def make_questions(library: Sequence[Series], count: int) -> list[Question]:
    dice = np.random.default_rng(11)
    made = []
    for number in range(count):
        series = library[int(dice.integers(len(library)))]
        last = int(dice.integers(K, len(series.texts) - K))
        future = number % 2 == 1
        about = int(dice.integers(last + 1, len(series.texts)) if future else dice.integers(0, last + 1))
        made.append(Question(series.number, last, question_about(series.texts[about], dice), future))
    return made


async def measure_ours(database: Database, library: Sequence[Series], questions: Sequence[Question]) -> dict[str, Any]:
    count = sum(len(series.texts) for series in library)
    built_in()
    began, processor = time.perf_counter(), time.process_time()
    for series in library:
        async with database.write(EVERY_READER) as session:
            await index.put(session, series.passages())
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    async with database.server.connect(Role.OWNER) as owner:
        await owner.execute("ANALYZE rag.space_1")
    size = await sizes(database, count)
    oracles = {series.number: Oracle(series) for series in library}
    for question in questions[:20]:
        await one_search(database, library[question.series], question)
    async with database.server.connect(Role.ADMIN) as admin:
        backends = [pid for (pid,) in await (await admin.execute(BACKENDS)).fetchall()]
    before = time.process_time() + spent(backends)
    times: list[float] = []
    inside: list[float] = []
    recalls: dict[bool, list[float]] = {False: [], True: []}
    leaks = short = 0
    answered: list[tuple[Question, list[int]]] = []
    for question in questions:
        started = time.perf_counter()
        hits, within = await one_search(database, library[question.series], question)
        times.append(time.perf_counter() - started)
        inside.append(within)
        found = [int(hit.id.int & 0xFFFFFFFF) for hit in hits]
        leaks += sum(at > question.last for at in found)
        short += len(found) < K
        answered.append((question, found))
    processor_asked = time.process_time() + spent(backends) - before
    for question, found in answered:
        recalls[question.future].append(oracles[question.series].recall(question, found))
    return {
        "rows_per_second": count / seconds,
        "rows_per_processor_second": count / processor,
        **size,
        **summary(times),
        "processor": round(processor_asked / len(questions) * 1000, 3),
        "statement": summary(inside),
        "recall": float(np.mean(recalls[False])),
        "recall_future": float(np.mean(recalls[True])),
        "worst": min(*recalls[False], *recalls[True]),
        "leaks": leaks,
        "short": short,
    }


async def one_search(database: Database, series: Series, question: Question) -> tuple[tuple[index.Hit, ...], float]:
    scope = make_scope({series.key: [(0, question.last * STEP + 1)]})
    async with database.read() as session:
        started = time.perf_counter()
        found = await index.search(session, scope, question.text, k=K)
        return found.hits, time.perf_counter() - started


async def sizes(database: Database, count: int) -> dict[str, float]:
    async with database.server.connect(Role.ADMIN) as admin:
        row = await (
            await admin.execute(
                "SELECT pg_table_size('rag.space_1'), pg_indexes_size('rag.space_1'),"
                " (SELECT avg(pg_column_size(terms)) FROM rag.space_1 TABLESAMPLE SYSTEM (10))"
            )
        ).fetchone()
    assert row is not None
    return {
        "bytes_per_passage": round((row[0] + row[1]) / count),
        "of_which_terms": round(float(row[2] or 0)),
        "of_which_btrees": round(row[1] / count),
    }


class Oracle:
    """The same ranking over one series, worked out in Python from the texts."""

    def __init__(self, series: Series) -> None:
        cut = [terms_of(text, "en") for text in series.texts]
        self.terms: list[dict[int, int]] = [terms for terms, _ in cut]
        self.lengths = np.array([words for _, words in cut], float)
        self.vectors = built_in().vectors(series.texts).astype(np.float16).astype(np.float64)

    def scores(self, question: Question) -> NDArray[np.float64]:
        count = question.last + 1
        weights = DEFAULT_WEIGHTS
        seen = self.terms[:count]
        lengths = self.lengths[:count]
        damping = weights.saturation * (1 - weights.length + weights.length * lengths / lengths.mean())
        vector = built_in().vectors([question.text])[0].astype(np.float16).astype(np.float64)
        scores: NDArray[np.float64] = weights.dense * (self.vectors[:count] @ vector)
        slots = slots_of(question.text, ["en"])
        wanted = {term: True for slot in slots.words for term in slot.terms}
        wanted |= {term: False for slot in slots.phrases for term in slot.terms}
        frequency = Counter(term for terms in seen for term in wanted.keys() & terms.keys())
        for term, is_word in wanted.items():
            df = frequency[term]
            rarity = math.log(1 + (count - df + 0.5) / (df + 0.5))
            counts = np.array([terms.get(term, 0) for terms in seen], float)
            if is_word:
                scores += rarity * counts * (weights.saturation + 1) / (counts + damping)
            else:
                scores += weights.phrase * rarity * (counts > 0)
        return scores

    def recall(self, question: Question, found: Sequence[int]) -> float:
        scores = self.scores(question)
        least = np.sort(scores)[-K] - CLOSE
        return sum(at <= question.last and scores[at] >= least for at in found) / K


def save_for_peers(
    folder: Path, library: Sequence[Series], questions: Sequence[Question], vectors: dict[int, NDArray[np.float32]]
) -> None:
    np.savez(
        folder / "data.npz",
        vectors=turned(np.concatenate([vectors[series.number] for series in library]), DIMENSIONS),
        series=np.repeat([series.number for series in library], [len(series.texts) for series in library]),
        position=np.concatenate([np.arange(len(series.texts)) * STEP for series in library]),
        ids=np.array([str(series.identifier(at)) for series in library for at in range(len(series.texts))]),
        question_vectors=turned(built_in().vectors([question.text for question in questions]), DIMENSIONS),
        question_series=np.array([question.series for question in questions]),
        question_horizons=np.array([question.last * STEP for question in questions]),
    )
    texts = [text for series in library for text in series.texts]
    (folder / "texts.json").write_text(json.dumps(texts), "utf-8")


def judge_peer(
    report: dict[str, Any],
    library: Sequence[Series],
    questions: Sequence[Question],
    vectors: dict[int, NDArray[np.float32]],
) -> None:
    starts = np.cumsum([0, *(len(series.texts) for series in library)])
    asked_for = built_in().vectors([question.text for question in questions])
    for effort, answer in report.pop("answers").items():
        recalls: dict[bool, list[float]] = {False: [], True: []}
        leaks = short = 0
        for question, vector, found in zip(questions, asked_for, answer["found"], strict=True):
            scores = vectors[question.series][: question.last + 1] @ vector
            least = np.sort(scores)[-K] - CLOSE
            inside = [row - starts[question.series] for row in found]
            leaks += sum(not 0 <= at <= question.last for at in inside)
            short += len(found) < K
            recalls[question.future].append(sum(0 <= at <= question.last and scores[at] >= least for at in inside) / K)
        report[effort] = {
            **summary(answer["times"]),
            **({"processor": round(answer["processor"] * 1000, 3)} if "processor" in answer else {}),
            "recall": float(np.mean(recalls[False])),
            "recall_future": float(np.mean(recalls[True])),
            "worst": min(*recalls[False], *recalls[True]),
            "leaks": leaks,
            "short": short,
        }


def summary(times: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    return {
        name: round(float(np.percentile(np.array(times) * 1000, share)), 3)
        for name, share in (("p50", 50), ("p95", 95), ("p99", 99))
    }


def told(report: dict[str, Any]) -> str:
    lines = [f"{report['series']} series of {report['passages']} passages, load {report['load'][0]:.1f}"]
    ours = report["fumetto"]
    lines.append(row_for("Fumetto", ours, ours["rows_per_second"]))
    lines.append(
        f"  inside a transaction p50 {ours['statement']['p50']} ms; {ours['bytes_per_passage']} bytes a passage,"
        f" terms {ours['of_which_terms']}, b-trees {ours['of_which_btrees']}"
    )
    for name in ("pgvectorstore", "chroma"):
        peer = report.get(name)
        if peer and "left_out" in peer:
            lines.append(f"{name}: left out, {peer['left_out']}")
        elif peer:
            for effort, answer in peer.items():
                if isinstance(answer, dict):
                    lines.append(row_for(f"{name} {effort}", answer, peer["rows_per_second"]))
                    if "processor" in answer:
                        lines.append(
                            f"  processor time of a question {answer['processor']} ms against {ours['processor']} ms,"
                            f" {answer['processor'] / ours['processor']:.1f} times"
                        )
                    lines.append(
                        f"  Fumetto's p50 is {answer['p50'] / ours['p50']:.1f} times faster,"
                        f" loading {ours['rows_per_second'] / peer['rows_per_second']:.1f} times"
                    )
    return "\n".join(lines)


def row_for(name: str, answer: dict[str, Any], rows: float) -> str:
    return (
        f"{name}: p50 {answer['p50']} p95 {answer['p95']} p99 {answer['p99']} ms, recall {answer['recall']:.3f},"
        f" future {answer['recall_future']:.3f}, worst {answer['worst']:.1f}, leaks {answer['leaks']},"
        f" short {answer['short']}; {rows:,.0f} rows/s in"
    )


if __name__ == "__main__":
    main()
