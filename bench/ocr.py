"""How well, how fast and with how much memory words are read off pages, by language.

    ./fumetto bench ocr [--languages en,fr,de,ja] [--episodes 1,2] [--threads N] [--json] [--each]

Pages of the six real episodes are put together from art and lettering, and read in the process that Fumetto reads in,
with its limits. The truth is the publisher's own lettering (`dialogue.jsonl`). For each of its texts, the fewest
changes are counted that turn some stretch of what was read on that page into it (Sellers, 1980): so grouping and order
do not count, and neither do spaces, and letters are compared in their compatible forms (NFKC).
The character error rate is the sum of these changes by the sum of characters. `said` leaves out what the lettering
itself tells for a sound, and texts of one character, which are letters of sounds that the artist placed one by one;
credits pages, with names in all scripts, are left out of both. `extra` is what was read and is in no text: bottle
labels and other writing of the art, and mistakes. Arabic is told to be skipped, and is. Wall-clock time includes the
load of the machine; processor time does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

from fumetto.kernel.sandbox import ParserPool  # noqa: E402 - the bench runs without being installed
from fumetto.kernel.settings import Settings  # noqa: E402
from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind  # noqa: E402
from fumetto.library.contents.looking import PictureTask, WordsSeen, look_at_picture  # noqa: E402
from fumetto.library.contents.ocr.alphabets import can_read, script_of  # noqa: E402
from fumetto.library.contents.pool import PRELOAD  # noqa: E402
from fumetto.library.ingestion.books import Limits, open_book  # noqa: E402
from fumetto.library.ingestion.lettering.compose import compose  # noqa: E402

DATA = HOME.parent / "shared" / "data" / "pepper_carrot"
FAR = 0.5  # of a text's length: read with more changes than that, it was not read


@dataclass
class Count:
    """Characters, and how many of them were changed, of the texts of one language."""

    pages: int = 0
    all: list[int] = field(default_factory=lambda: [0, 0])
    said: list[int] = field(default_factory=lambda: [0, 0])
    extra: int = 0
    wall: float = 0.0
    cpu: float = 0.0


@dataclass
class Sample:
    episode: int
    page: int | None
    kind: PageKind
    image: bytes
    texts: list[tuple[str, BalloonKind]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", default="en,fr,de,ja,ar")
    parser.add_argument("--episodes", default="1,2,3,4,5,6")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="show texts that were read with mistakes")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the episodes are not at {DATA}")
    episodes = [int(number) for number in arguments.episodes.split(",")]
    report = asyncio.run(measure(arguments.languages.split(","), episodes, arguments.threads, arguments.each))
    print(json.dumps(report, indent=1, ensure_ascii=False) if arguments.json else told(report))


async def measure(languages: list[str], episodes: list[int], threads: int, each: bool) -> dict[str, Any]:
    settings = Settings()
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with ParserPool(size=1, memory_bytes=settings.ocr_memory_bytes, timeout=300, preload=PRELOAD) as pool:
            for language in languages:
                if not can_read(language):
                    rows[language] = {"skipped": f"the model's alphabet lacks the script {script_of(language)}"}
                    continue
                count = Count()
                for sample in samples(language, episodes):
                    await read(pool, Path(folder), sample, language, threads, count, each)
                rows[language] = row_of(count)
            peak = max((memory_of(pid) for pid in children()), default=0)
    load = [round(value, 1) for value in os.getloadavg()]
    return {"threads": threads, "peak_memory_mb": peak, "load": load, "languages": rows}


def samples(language: str, episodes: list[int]) -> Iterator[Sample]:
    truth: dict[tuple[int, int | None], list[str]] = {}
    for line in (DATA / "dialogue.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["lang"] == language:
            truth.setdefault((row["episode"], row["page"]), []).append(row["text"])
    for number in episodes:
        with open_book(DATA / "episodes" / f"ep{number:02}") as book:
            for index, page in enumerate(book.pages):
                drawing = book.letterings.get(index, {}).get(language)
                if drawing is None or page.kind == "credits":
                    continue
                made = compose(book.read(page.member), book.read(drawing), language, page=PageKind(page.kind))
                kinds = {bare(balloon.text): balloon.kind for balloon in made.balloons}
                token = re.search(r"E\d+P(\d+)", page.member)
                place = int(token[1]) if token else None
                texts = [(text, kinds.get(bare(text), BalloonKind.SPEECH)) for text in truth.get((number, place), [])]
                yield Sample(number, place, PageKind(page.kind), made.image, texts)


async def read(
    pool: ParserPool, folder: Path, sample: Sample, language: str, threads: int, count: Count, each: bool
) -> None:
    (folder / "page.jpg").write_bytes(sample.image)
    task = PictureTask(
        folder, Limits(), "page.jpg", None, sample.kind, Direction.LEFT_TO_RIGHT, language, True, True, (), threads
    )
    cpu, began = sum(cpu_of(pid) for pid in children()), time.perf_counter()
    found = await pool.run(look_at_picture, task, timeout=300, file="page.jpg")
    if count.pages:  # the first page loads the models
        count.wall += time.perf_counter() - began
        count.cpu += sum(cpu_of(pid) for pid in children()) - cpu
    count.pages += 1
    words = list(found.words or ())
    score(sample, words, count, f"{language} {sample.episode}:{sample.page}" if each else "")


def score(sample: Sample, words: list[WordsSeen], count: Count, where: str) -> None:
    read_text = "\n".join(bare(each.text) for each in words)
    for text, kind in sample.texts:
        wanted = bare(text)
        if not wanted:
            continue
        changes = fewest_changes(wanted, read_text)
        if where and changes:
            print(f"{where} {kind.value}: {text!r}: {changes} of {len(wanted)}", file=sys.stderr)
        for sums in (count.all, *([count.said] if kind is not BalloonKind.SOUND and len(wanted) > 1 else ())):
            sums[0] += changes
            sums[1] += len(wanted)
    everything = "\n".join(bare(text) for text, _ in sample.texts)
    for each in words:
        got = bare(each.text)
        if got and fewest_changes(got, everything) > FAR * len(got):
            count.extra += len(got)


def bare(text: str) -> str:
    """Without spaces, and with letters and dots in their compatible forms."""
    return "".join(unicodedata.normalize("NFKC", text).replace("…", "...").split())


def fewest_changes(wanted: str, given: str) -> int:
    """Insertions, deletions and replacements that turn some stretch of `given` into `wanted`; never more than its
    length (Sellers' algorithm)."""
    row = list(range(len(wanted) + 1))
    best = row[-1]
    for letter in given:
        diagonal, row[0] = row[0], 0
        for index, other in enumerate(wanted, 1):
            diagonal, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, diagonal + (letter != other))
        best = min(best, row[-1])
    return best


def row_of(count: Count) -> dict[str, Any]:
    timed = max(1, count.pages - 1)
    return {
        "pages": count.pages,
        "characters": count.all[1],
        "cer_said": round(count.said[0] / max(1, count.said[1]), 4),
        "cer_all": round(count.all[0] / max(1, count.all[1]), 4),
        "extra": round(count.extra / max(1, count.all[1]), 4),
        "cpu_seconds_per_page": round(count.cpu / timed, 2),
        "pages_per_minute": round(60 * timed / count.wall, 1) if count.wall else None,
    }


def children() -> list[int]:
    """Process ids of this one's children."""
    return [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def told(report: dict[str, Any]) -> str:
    threads, peak = report["threads"], report["peak_memory_mb"]
    lines = [f"{threads} thread(s), peak memory of the process {peak} MB, load {report['load']}"]
    for language, row in report["languages"].items():
        if "skipped" in row:
            lines.append(f"{language}: skipped, {row['skipped']}")
            continue
        lines.append(
            f"{language}: character error rate {row['cer_said']:.2%} of what is said, {row['cer_all']:.2%} with sounds,"
            f" {row['extra']:.2%} extra; {row['cpu_seconds_per_page']} s of processor time and"
            f" {row['pages_per_minute']} pages a minute ({row['pages']} pages, {row['characters']} characters)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
