"""The leak benchmark: whether a companion tells what its reader has not read, and whether it is any use.

    ./fumetto bench spoilers [--stories N] [--natural N] [--no-comics] [--json] [--questions FILE] [--judge FILE]

Stories of FairytaleQA are imported as books, a section to a page, each with a canary: a made-up word that stands on an
unread page only. A reader who has read each to its middle asks. *Break Rate*: of the attacks on canaries
(`_spoiler_attacks.py`) and of the stories' own questions that only unread pages answer, how many got an answer that
`_spoiler_verdicts.py` finds to tell something unread; with Wilson's interval. *Utility*: of the questions that read
pages answer in so many words, how many were answered rightly, so that answering nothing cannot win.

The sample series and the six real episodes are asked about too: at six pages of each, who everybody of the cast is,
met or not (`cast`), with the same verdicts; there an answer is right that finds and cites somebody who was met.

Systems, in one run: `built-in`, Fumetto without a model; `traitor`, Fumetto with a model that has read the whole book
and tells it; `no horizon`, the same built-in answerer asked about the whole book, as if the page in the question were a
request to a prompt; `silence`, which never answers. Every answer of `built-in` is compared besides with the one that it
gives where everything unread was never imported (`differs`).

For another system: `--questions FILE` writes every conversation as a line of JSON with the text that may be known;
answer each in a line `{"id", "sentences": [...], "pages": [...], "sent": "...", "found": true}` and `--judge` it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from _spoiler_attacks import ATTACKS, Traitor
from _spoiler_books import STORIES, Book, Question, books, write
from _spoiler_comics import COMICS, Stand, import_comics, stands
from _spoiler_verdicts import COMMON, Judge, Tally, Told, right

from fumetto.companion.answering.ports import (
    Answered,
    Ended,
    Look,
    Recollection,
    Remembered,
    Rooms,
    Speaker,
    Turn,
)
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.answering.rules.checking import common_words
from fumetto.companion.answering.turning import run
from fumetto.companion.kinds import Author, Mode
from fumetto.companion.operator import OperatorStandpoint
from fumetto.entry.wiring import House, open_house
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.settings import load_settings
from fumetto.library.public import evidence, spoken_number

HOME = Path(__file__).resolve().parents[1]
SETTINGS = {"FUMETTO_SAMPLE_SERIES": "false", "FUMETTO_OCR": "false", "FUMETTO_PANELS": "false"}
COMMON_WORDS = frozenset(list(common_words("en"))[:COMMON])
EXAMPLES = 5
SILENCE = Told((), (), "", found=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation to be held about a story. `answer` is the right one, where it may be told; an empty one: any that
    is found and cited."""

    id: str
    book: Book | Stand
    kind: str
    turns: tuple[str, ...]
    answer: str | None = None

    @property
    def at(self) -> tuple[Decimal, int]:
        return (Decimal(1), self.book.page) if isinstance(self.book, Book) else self.book.at

    @property
    def last(self) -> int:
        """What no citation may lie after: a page of the book, or a position of the comic."""
        return self.book.page if isinstance(self.book, Book) else self.book.position

    @property
    def judge(self) -> Judge:
        canary = self.book.canary.word if isinstance(self.book, Book) else None
        return Judge(self.book.read, self.book.unread, COMMON_WORDS, canary)


@dataclass
class System:
    """What was counted of one system. `by` has its breaks by kind of attack."""

    breaks: Tally = field(default_factory=Tally)
    by: dict[str, Tally] = field(default_factory=dict)
    utility: Tally = field(default_factory=Tally)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def count(self, asked: Asked, told: Told, judge: Judge, without: Told | None = None) -> None:
        reasons = judge.reasons(told, " ".join(asked.turns), asked.last, without)
        self.breaks.count(reasons)
        self.by.setdefault(asked.kind, Tally()).count(reasons)
        if reasons and len(self.examples) < EXAMPLES:
            self.examples.append({"id": asked.id, "why": reasons, "said": told.sentences})
        if asked.answer is not None:
            good = right(told, asked.answer, COMMON_WORDS) if asked.answer else bool(told.found and told.pages)
            self.utility.count(["right"] if good else [])


class Notes:
    """What was said so far, as conversations remember it; Memory of the graph."""

    def __init__(self) -> None:
        self.said: list[Remembered] = []

    async def recall(self, look: Look, turn: Turn) -> Recollection:
        return Recollection(history=tuple(self.said))

    def add(self, question: str, answered: Answered) -> None:
        self.said.append(Remembered(str(uuid7()), question, answered.pages, Author.USER))
        self.said.append(Remembered(str(uuid7()), answered.text, answered.pages, Author.ASSISTANT))


class Always:
    """Speakers that choose the one there is."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    async def choose(self, turn: Turn, series_model: str | None) -> Speaker | None:
        return self._speaker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=40)
    parser.add_argument("--natural", type=int, default=6, help="questions of each story that are asked, of either kind")
    parser.add_argument("--no-comics", action="store_true", help="stories only")
    parser.add_argument("--questions", type=Path, help="write the conversations here, and measure nothing")
    parser.add_argument("--judge", type=Path, help="judge another system's answers, and measure nothing else")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not STORIES.is_dir():
        raise SystemExit(f"there are no stories at {STORIES}")
    of = books(arguments.stories)
    asked = list(conversations(of, arguments.natural))
    if arguments.questions:
        arguments.questions.write_text("".join(as_line(each) for each in asked), "utf-8")
        return
    if arguments.judge:
        report = {"yours": told_of(judged(asked, answers_in(arguments.judge)))}
    else:
        systems = measured(of, asked, comics=not arguments.no_comics)
        report = {name: told_of(system) for name, system in systems.items()}
    print(json.dumps(report, indent=1) if arguments.json else as_text(report))


def conversations(of: Sequence[Book], natural: int) -> Iterator[Asked]:
    for book in of:
        for kind, attack in ATTACKS.items():
            yield Asked(f"{book.title}/{kind}", book, kind, tuple(attack(book)))
        early = [one for one in book.questions if min(one.sections) > book.page]
        known = [one for one in book.questions if max(one.sections) <= book.page and one.explicit]
        for number, one in enumerate(early[:natural]):
            yield Asked(f"{book.title}/early {number}", book, "early", (one.text,))
        for number, one in enumerate(known[:natural]):
            yield natural_one(book, number, one)


def natural_one(book: Book, number: int, question: Question) -> Asked:
    return Asked(f"{book.title}/known {number}", book, "known", (question.text,), question.answer)


def as_line(asked: Asked) -> str:
    assert isinstance(asked.book, Book)
    said = {"id": asked.id, "kind": asked.kind, "turns": asked.turns, "page": asked.book.page}
    return json.dumps(said | {"read": asked.book.sections[: asked.book.page], "book": asked.book.sections}) + "\n"


def answers_in(file: Path) -> dict[str, Told]:
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return {
        one["id"]: Told(
            tuple(one["sentences"]), tuple(one.get("pages", ())), one.get("sent", ""), one.get("found", True)
        )
        for one in lines
    }


def judged(asked: Sequence[Asked], told: Mapping[str, Told]) -> System:
    system = System()
    for each in asked:
        system.count(each, told.get(each.id, SILENCE), each.judge)
    return system


def measured(of: list[Book], asked: list[Asked], *, comics: bool) -> dict[str, System]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        whole, cut = Path(folder) / "whole", Path(folder) / "cut"
        for place, everything in ((whole, True), (cut, False)):
            write(place / "books", of, whole=everything)
            imported(place)
        if comics:
            import_comics(whole, environment_of(whole))
        return asyncio.run(answered(asked, whole, cut, comics=comics))


def environment_of(place: Path) -> dict[str, str]:
    return SETTINGS | {"FUMETTO_DATA_DIR": str(place / "data")}


def imported(place: Path) -> None:
    """Have a folder of books imported into a Fumetto beside it, by its own command, one series a book."""
    command = [sys.executable, "-m", "fumetto", "import", str(place / "books"), "--wait"]
    subprocess.run(command, env=os.environ | environment_of(place), check=True, stdout=subprocess.DEVNULL)


async def answered(asked: list[Asked], whole: Path, cut: Path, *, comics: bool) -> dict[str, System]:
    systems = {name: System() for name in ("built-in", "traitor", "no horizon", "silence")}
    async with opened(cut) as alone:
        without = {each.id: await conversation(each, alone, each.at) for each in asked}
    async with opened(whole) as house:
        if comics:
            asked = [*asked, *await about_comics(house)]
        for each in asked:
            judge = each.judge
            told = await conversation(each, house, each.at)
            systems["built-in"].count(each, told, judge, without.get(each.id))
            if isinstance(each.book, Book):
                told = await conversation(each, house, each.at, Always(Traitor(each.book)))
                systems["traitor"].count(each, told, judge)
            systems["no horizon"].count(each, await conversation(each, house, None), judge)
            systems["silence"].count(each, SILENCE, judge)
    return systems


async def about_comics(house: House) -> list[Asked]:
    found = []
    async with house.database.read(EVERY_READER) as session:
        series = [await evidence.series_called(session, title) for title in COMICS]
    for one in filter(None, series):
        for stand in await stands(house, one.id, one.title):
            where = f"{stand.title}/{spoken_number(stand.at[0])}:{stand.at[1]}"
            for name in stand.unmet:
                found.append(Asked(f"{where}/{name}", stand, "cast not met", (f"Who is {name}?",)))
            for name in stand.met:
                found.append(Asked(f"{where}/{name}", stand, "cast met", (f"Who is {name}?",), ""))
    return found


@contextlib.asynccontextmanager
async def opened(place: Path) -> AsyncIterator[House]:
    async with open_house(load_settings(SETTINGS, data_dir=place / "data")) as house:
        yield house


async def conversation(
    asked: Asked, house: House, at: tuple[Decimal, int] | None, speakers: Always | None = None
) -> Told:
    """Hold it; what is judged is all that its turns told, the last sentences first of all."""
    async with house.database.read(EVERY_READER) as session:
        series = await evidence.series_called(session, asked.book.title)
    assert series is not None, f"{asked.book.title} was not imported"
    notes, everything = Notes(), ""
    for text in asked.turns:
        turn = Turn(uuid7(), uuid7(), OperatorStandpoint(house.database, series.id, at), text, Mode.PAGE, "en")
        rooms = Rooms(LocalizedPrompts(), speakers=speakers, memory=notes)
        async for happening in run(turn, rooms):
            if isinstance(happening, Ended):
                last = happening.answered
        notes.add(text, last)
        everything += "\n".join(sent(last)) + "\n"
    spots = [one.spot for one in last.citations if one.spot]
    of_book = isinstance(asked.book, Book)
    pages = tuple(number for one in spots if (number := one.page_number if of_book else one.position) is not None)
    return Told(tuple(one.text for one in last.sentences), pages, everything, last.found)


def sent(answered: Answered) -> Iterator[str]:
    """All that a reader is sent of an answer."""
    yield from (one.text for one in answered.sentences)
    yield from (one.text for one in answered.suggestions)
    for one in answered.citations:
        yield from (part for part in (one.quote, one.speaker, one.about) if part)


def told_of(system: System) -> dict[str, Any]:
    low, high = system.breaks.interval
    return {
        "asked": system.breaks.of,
        "breaks": system.breaks.held,
        "break_rate": round(system.breaks.rate, 4),
        "interval": [round(low, 4), round(high, 4)],
        "why": system.breaks.why,
        "by_attack": {kind: f"{one.held}/{one.of}" for kind, one in sorted(system.by.items())},
        "utility": round(system.utility.rate, 4),
        "utility_interval": [round(each, 4) for each in system.utility.interval],
        "answerable": system.utility.of,
        "examples": system.examples,
    }


def as_text(report: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [f"{'system':12} {'breaks':>10} {'Break Rate':>11} {'95 %':>17} {'utility':>8}"]
    for name, one in report.items():
        low, high = one["interval"]
        counted = f"{one['breaks']}/{one['asked']}"
        lines.append(
            f"{name:12} {counted:>10} {one['break_rate']:>11.4f} {low:>8.4f}-{high:.4f} {one['utility']:>8.3f}"
        )
    for name, one in report.items():
        lines += [
            "",
            f"{name}: {one['why'] or 'no break'}",
            "  " + ", ".join(f"{k} {v}" for k, v in one["by_attack"].items()),
            *(f"  {each['id']}: {', '.join(each['why'])}: {' '.join(each['said'])[:300]}" for each in one["examples"]),
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
