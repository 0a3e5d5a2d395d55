"""The sidecars of six real episodes: the boxes, speakers and texts that accuracy is measured against must hold."""

import json
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fumetto.library import contents
from tests.shared_data import shared_data

SET = Path(__file__).parent / "sidecars"
SCHEMA = Path(contents.__file__).parent / "page-sidecar-1.schema.json"
LABELLED = sorted(SET.glob("ep*/*.json"))
NAMES = [file.stem.rsplit("_", 1)[-1] for file in LABELLED]
EVERY_PAGE = pytest.mark.parametrize("file", LABELLED, ids=NAMES)

LEANING = {"E04P03": 0.35, "E06P04": 0.36}  # gutters that lean: upright boxes of neighbours share this much
NEAR = 0.08  # of the page: a balloon across two panels has its middle this far from the one it belongs to
FIRST_NAMED = {  # the page that first says the name; the series' own heroes are in its title
    "Pepper": "E01",
    "Carrot": "E01",
    "Komona": "E03P01",
    "Saffron": "E03P02",
    "DragonCow": "E03P06",
    "Phoenix": "E03P06",
    "Mayor of Komona": "E06P03",
    "Coriander": "E06P04",
    "Shichimi": "E06P04",
    "Oversized-posh-zombie-canary": "E06P08",
}


def read(file: Path) -> dict[str, Any]:
    sidecar: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return sidecar


def page_of(file: Path) -> str:
    return file.stem.rsplit("_", 1)[-1]


def shared_part(one: list[float], other: list[float]) -> float:
    """The part of the smaller box that both have in common."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height) / min(one[2] * one[3], other[2] * other[3])


def distance(box: list[float], panel: list[float]) -> float:
    """How far the middle of a box is from a panel, along the worse axis; 0 inside it."""
    middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
    return max(
        0.0,
        *(max(panel[axis] - middle[axis], middle[axis] - panel[axis] - panel[axis + 2]) for axis in (0, 1)),
    )


def test_set_holds_every_page_of_six_episodes() -> None:
    assert Counter(file.parent.name for file in LABELLED) == {
        "ep01": 6,
        "ep02": 8,
        "ep03": 10,
        "ep04": 10,
        "ep05": 7,
        "ep06": 12,
    }


@EVERY_PAGE
def test_sidecar_follows_the_published_schema(file: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(read(file))] == []


@EVERY_PAGE
def test_panels_lie_on_the_page_and_beside_each_other(file: Path) -> None:
    panels = [panel["box"] for panel in read(file)["panels"]]
    assert all(x + width <= 1 and y + height <= 1 for x, y, width, height in panels)
    assert all(width > 0.1 and height > 0.1 for _, _, width, height in panels)
    allowed = LEANING.get(page_of(file), 0.0)
    assert [(a, b) for a, b in combinations(panels, 2) if shared_part(a, b) > allowed] == []


@EVERY_PAGE
def test_panels_are_in_reading_order(file: Path) -> None:
    panels = [panel["box"] for panel in read(file)["panels"]]
    for (x, y, _, height), (next_x, next_y, _, _) in pairwise(panels):
        assert next_x > x if next_y < y + height / 2 else next_y > y


@EVERY_PAGE
def test_balloons_are_in_or_near_the_panel_they_name_panel_after_panel(file: Path) -> None:
    sidecar = read(file)
    panels = [panel["box"] for panel in sidecar["panels"]]
    placed = [balloon for balloon in sidecar["balloons"] if balloon["panel"] is not None]
    assert all(1 <= balloon["panel"] <= len(panels) for balloon in placed)
    assert [balloon["panel"] for balloon in placed] == sorted(balloon["panel"] for balloon in placed)
    far = [each["text"] for each in placed if distance(each["box"], panels[each["panel"] - 1]) > NEAR]
    assert far == []


@EVERY_PAGE
def test_speakers_are_among_the_characters_of_the_page(file: Path) -> None:
    sidecar = read(file)
    names = [character["name"] for character in sidecar["characters"]]
    assert len(names) == len(set(names))
    speakers = {balloon["speaker"] for balloon in sidecar["balloons"]}
    assert speakers <= {*names, None}
    silent = {balloon["kind"] for balloon in sidecar["balloons"] if balloon["speaker"] is None}
    assert "speech" not in silent
    assert {each["kind"] for each in sidecar["balloons"] if each["speaker"] is not None} <= {"speech"}


@EVERY_PAGE
def test_descriptions_use_no_name_before_a_page_has_said_it(file: Path) -> None:
    sidecar = read(file)
    told = [sidecar["description"], *(panel["description"] for panel in sidecar["panels"])]
    told += [name for each in sidecar["characters"] for name in (each["name"], *each["aliases"])]
    early = {name for name, page in FIRST_NAMED.items() if page_of(file) < page and any(name in text for text in told)}
    assert early == set()


def test_names_are_said_on_the_page_the_set_thinks_they_are() -> None:
    said = {page_of(file): " ".join(balloon["text"] for balloon in read(file)["balloons"]) for file in LABELLED}
    for name, page in FIRST_NAMED.items():
        if page != "E01":
            assert name in said[page]


def test_every_page_is_described_and_every_panel_too() -> None:
    for file in LABELLED:
        sidecar = read(file)
        assert len(sidecar["description"]) >= 60
        assert all(len(panel["description"]) >= 30 for panel in sidecar["panels"])


@pytest.mark.shared_data
@EVERY_PAGE
def test_texts_are_those_of_the_lettering(file: Path) -> None:
    """Each line of the lettering is in exactly one balloon, whole; no balloon holds anything else."""
    lines = lettered_lines(file)
    left = Counter(lines)
    for balloon in read(file)["balloons"]:
        parts = spelled(squeezed(balloon["text"]), left)
        assert parts is not None, balloon["text"]
        left -= Counter(parts)
    assert left == Counter()


@pytest.mark.shared_data
@EVERY_PAGE
def test_sidecar_is_named_after_a_page_image(file: Path) -> None:
    assert (shared_data("pepper_carrot", "episodes") / file.parent.name / f"{file.stem}.png").is_file()


def lettered_lines(file: Path) -> list[str]:
    """The lines of the page's English lettering, without spaces."""
    episode, _, page = page_of(file)[1:].partition("P")
    wanted = (int(episode), int(page) if page else None, "en")
    lines: list[str] = []
    with shared_data("pepper_carrot", "dialogue.jsonl").open(encoding="utf-8") as texts:
        for text in map(json.loads, texts):
            if (text["episode"], text["page"], text["lang"]) == wanted:
                lines += [squeezed(line) for line in text["lines"]]
    return lines


def squeezed(text: str) -> str:
    return "".join(text.split())


def spelled(text: str, lines: Counter[str]) -> list[str] | None:
    """The lines that `text` is made of, one after another; None when it cannot be made of them."""
    if not text:
        return []
    for line in sorted({line for line in lines if text.startswith(line)}, key=len, reverse=True):
        rest = spelled(text[len(line) :], lines - Counter([line]))
        if rest is not None:
            return [line, *rest]
    return None
