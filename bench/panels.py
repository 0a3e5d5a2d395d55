"""How well panels are found on the six real episodes, against panels that were measured by hand.

    ./fumetto bench panels [--json] [--each]

The labels are the sidecars in tests/library/contents/sidecars; how they were made is written there. Counted twice: on
the art without lettering, and on the same pages with their English lettering, whose balloons lie across gutters. A
panel counts as found when its box and the label's share so much of what they cover together (intersection over union).
The detector was written with these pages in sight, so other comics may well fare worse; there is no other labelled set
at hand. Needs the openly licensed material beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

from fumetto.library.catalogue.kinds import Direction, PageKind  # noqa: E402 - the bench runs without being installed
from fumetto.library.contents.boxes import Box  # noqa: E402
from fumetto.library.contents.panels.accuracy import Score, compare  # noqa: E402
from fumetto.library.contents.panels.detection import Pixels, find_panels  # noqa: E402
from fumetto.library.ingestion.books import open_book  # noqa: E402
from fumetto.library.ingestion.lettering.compose import compose  # noqa: E402

LABELS = HOME / "tests" / "library" / "contents" / "sidecars"
EPISODES = HOME.parent / "shared" / "data" / "pepper_carrot" / "episodes"
ALIKE = (0.5, 0.75, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--each", action="store_true", help="name the pages that are not found whole")
    arguments = parser.parse_args()
    if not EPISODES.is_dir():
        raise SystemExit(f"the episodes are not at {EPISODES}")
    report = {name: measure(name == "lettered", arguments.each) for name in ("art", "lettered")}
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(lettered: bool, each: bool) -> dict[str, Any]:
    scores = dict.fromkeys(ALIKE, Score())
    seconds, missed = 0.0, []
    for episode in sorted(EPISODES.iterdir()):
        for name, pixels in pages_of(episode, lettered):
            labels = json.loads((LABELS / episode.name / f"{Path(name).stem}.json").read_text("utf-8"))
            labelled = [Box(*panel["box"]) for panel in labels.get("panels", [])]
            if not labelled:
                continue
            began = time.process_time()
            found = [panel.box for panel in find_panels(pixels, Direction.LEFT_TO_RIGHT)]
            seconds += time.process_time() - began
            of_page = {alike: compare(labelled, found, alike) for alike in ALIKE}
            scores = {alike: scores[alike] + of_page[alike] for alike in ALIKE}
            if of_page[0.5].matched < max(len(labelled), len(found)):
                missed.append(f"{Path(name).stem}: {len(labelled)} labelled, {len(found)} found")
    loose = scores[0.5]
    return {
        "pages": loose.pages,
        "labelled": loose.labelled,
        "found": loose.found,
        "in_order": loose.in_order,
        "at": {
            str(alike): {"precision": round(score.precision, 3), "recall": round(score.recall, 3)}
            for alike, score in scores.items()
        },
        "cpu_ms_per_page": round(1000 * seconds / max(1, loose.pages), 1),
    } | ({"missed": missed} if each else {})


def pages_of(episode: Path, lettered: bool) -> list[tuple[str, Pixels]]:
    found = []
    with open_book(episode) as book:
        for index, page in enumerate(book.pages):
            data = book.read(page.member)
            drawing = book.letterings.get(index, {}).get("en") if lettered else None
            if drawing is not None:
                data = compose(data, book.read(drawing), "en", page=PageKind(page.kind)).image
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
            found.append((page.member, np.asarray(picture, dtype=np.uint8)))
    return found


def told(report: dict[str, Any]) -> str:
    lines = []
    for name, row in report.items():
        lines.append(f"{name}: {row['labelled']} panels on {row['pages']} pages, {row['found']} found")
        for alike, score in row["at"].items():
            lines.append(f"  IoU {alike}: precision {score['precision']}, recall {score['recall']}")
        lines.append(f"  in order on {row['in_order']} pages; {row['cpu_ms_per_page']} ms of processor time a page")
        lines += [f"  {each}" for each in row.get("missed", [])]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
