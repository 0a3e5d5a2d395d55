"""How often the check on answers withholds what may be told, and lets through what may not.

    ./fumetto bench answer_check [--stories N] [--json]

On FairytaleQA's training stories, whose questions are each tied to the sections that answer them. *Withheld wrongly*:
the human answer to an explicit question, checked against those very sections. *Let through*: the human answer, checked
against the sections before them, as if a model that knows the story told what its reader has not read. Many of these
are words that earlier sections do have ("The little dancer"), so that nought cannot be reached without withholding
everything. There is no peer; both rates are shown, since either alone is easily had.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

from fumetto.companion.answering.rules.checking import Checker

HOME = Path(__file__).resolve().parents[1]
DATA = HOME.parent / "shared" / "data" / "stories" / "fairytaleqa"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=232)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"there are no stories at {DATA}")
    report = measure(arguments.stories)
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    print(f"{report['stories']} stories")
    print(f"withheld wrongly   {report['withheld']:.3f} of {report['answers']} answers")
    print(f"let through        {report['let_through']:.3f} of {report['told_too_early']} answers told too early")


def measure(stories: int) -> dict[str, float]:
    answers = withheld = early = through = 0
    files = sorted((DATA / "questions" / "train").glob("*-questions.csv"))[:stories]
    for file in files:
        sections = sections_of(file)
        for question, answer, places, explicit in questions_of(file):
            there = [sections[place] for place in places if place in sections]
            if explicit and there:
                answers += 1
                withheld += not Checker("en", there, (), question).check(answer).passes
            before = [sections[place] for place in sections if place < min(places)]
            if before:
                early += 1
                through += Checker("en", before, (), question).check(answer).passes
    return {
        "stories": len(files),
        "answers": answers,
        "withheld": round(withheld / max(1, answers), 4),
        "told_too_early": early,
        "let_through": round(through / max(1, early), 4),
    }


def sections_of(file: Path) -> dict[int, str]:
    story = DATA / "section-stories" / "train" / file.name.replace("-questions.csv", "-story.csv")
    with story.open(encoding="utf-8", newline="") as rows:
        return {int(row["section"]): row["text"] for row in csv.DictReader(rows)}


def questions_of(file: Path) -> Iterator[tuple[str, str, list[int], bool]]:
    """Question, answer, the sections that answer it, and whether they do so in so many words."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            places = [int(place) for place in row["cor_section"].split(",") if place.strip().isdigit()]
            answer = row["answer1"].strip()
            if places and answer:
                yield row["question"], answer[0].upper() + answer[1:], places, row["ex-or-im1"] == "explicit"


if __name__ == "__main__":
    main()
