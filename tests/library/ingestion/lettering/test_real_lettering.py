"""The lettering of six real episodes in five languages, against what other people read out of the same files."""

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.ingestion.lettering.blocks import TextBlock
from fumetto.library.ingestion.lettering.compose import compose, letter, read_balloons
from fumetto.library.ingestion.lettering.matrix import Box
from tests.shared_data import shared_data

NAME = re.compile(r"_E(?P<episode>\d+)(?:P(?P<page>\d+))?\.svg$")
LABELLED = Path(__file__).parents[2] / "contents" / "sidecars"
LEFTOVER = 2  # texts of which Inkscape hides the end: the Japanese translator left English below the box


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def on_page(box: Box, canvas: Box, size: tuple[int, int]) -> Box:
    """A box on the canvas in the pixels of a page, cut to it."""
    across, down = size[0] / canvas.width, size[1] / canvas.height
    return Box(
        max(0.0, (box.left - canvas.left) * across),
        max(0.0, (box.top - canvas.top) * down),
        min(float(size[0]), (box.right - canvas.left) * across),
        min(float(size[1]), (box.bottom - canvas.top) * down),
    )


def likeness(one: Box, other: Box) -> float:
    """Intersection over union."""
    common = one.overlap(other)
    return common / (one.area + other.area - common) if common else 0.0


@pytest.mark.shared_data
def test_texts_and_frames_of_all_drawings_agree_with_the_ground_truth() -> None:
    folder = shared_data("pepper_carrot", "episodes")
    truth: dict[tuple[int, int | None, str], list[dict[str, object]]] = defaultdict(list)
    for line in shared_data("pepper_carrot", "dialogue.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        truth[(row["episode"], row["page"], row["lang"])].append(row)
    drawings = sorted(folder.glob("*/*/*.svg"))
    assert len(drawings) == 260
    overlaps: list[float] = []
    missed: list[str] = []
    for path in drawings:
        match = NAME.search(path.name)
        assert match
        key = (int(match["episode"]), int(match["page"]) if match["page"] else None, path.parent.name)
        size = Image.open(path.parents[1] / f"gfx_{path.stem}.png").size
        lettered = letter(path.read_bytes(), path.parent.name, size)
        told = [(each, on_page(each.box, lettered.drawing.canvas, size)) for each in lettered.blocks]
        for row in truth[key]:
            corners = row["bbox_px_992"]
            assert isinstance(corners, list)
            same = [one for one in told if plain(one[0].text) == plain(str(row["text"]))]
            if not same:
                missed.append(f"{path.parent.name}/{path.name}: {row['text']}")
                continue
            left, top, right, bottom = (max(0, min(value, size[at % 2])) for at, value in enumerate(corners))
            true = Box(left, top, right, bottom)

            def alike(one: tuple[TextBlock, Box], true: Box = true) -> float:
                return likeness(one[1], true)

            best = max(same, key=alike)
            told.remove(best)
            if corners[0] < corners[2]:  # a few texts have no box in the truth
                overlaps.append(alike(best))
    assert len(missed) <= LEFTOVER, missed
    assert len(overlaps) > 1700
    assert min(overlaps) > 0.9
    assert sum(overlaps) / len(overlaps) > 0.98


@pytest.mark.shared_data
def test_boxes_of_english_balloons_are_those_that_were_measured_by_hand() -> None:
    """The labelled set's boxes are of what changes on the page when the text is left out, with 2 pixels to spare."""
    folder = shared_data("pepper_carrot", "episodes")
    alike: list[float] = []
    for file in sorted(LABELLED.glob("ep0[36]/*.json")):
        svg = folder / file.parent.name / "en" / f"{file.stem.removeprefix('gfx_')}.svg"
        size = Image.open(folder / file.parent.name / f"{file.stem}.png").size
        said = {plain(each.text): each for each in read_balloons(svg.read_bytes(), "en", size)}
        for true in json.loads(file.read_text("utf-8"))["balloons"]:
            if found := said.get(plain(true["text"])):  # the others are put together of several texts
                x, y, width, height = true["box"]
                mine = Box(found.x, found.y, found.x + found.width, found.y + found.height)
                alike.append(likeness(mine, Box(x, y, x + width, y + height)))
    assert len(alike) > 120
    assert sum(alike) / len(alike) > 0.9
    assert sum(each > 0.8 for each in alike) > 0.95 * len(alike)


@pytest.mark.shared_data
@pytest.mark.parametrize("language", ["en", "fr", "de", "ja", "ar"])
def test_a_real_page_is_composed_without_a_warning(language: str) -> None:
    folder: Path = shared_data("pepper_carrot", "episodes", "ep03")
    name = "Pepper-and-Carrot_by-David-Revoy_E03P02"
    composed = compose(
        (folder / f"gfx_{name}.png").read_bytes(), (folder / language / f"{name}.svg").read_bytes(), language
    )
    assert (composed.width, composed.height) == (992, 1401)
    assert composed.warnings == []
    assert [each.kind for each in composed.balloons] == [BalloonKind.SPEECH] * 10
    assert [each.order for each in composed.balloons] == list(range(10))
