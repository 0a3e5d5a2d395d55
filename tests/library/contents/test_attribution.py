"""Who says what a lettering has is told by the sidecar of the page, whose boxes may be rough."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.contents.attribution import Lettered, Told, attributed
from fumetto.library.contents.boxes import WHOLE_PAGE, Box
from fumetto.library.ingestion.lettering.compose import read_balloons
from tests.shared_data import shared_data

SET = Path(__file__).parent / "sidecars"
LEFT, RIGHT = Box(0.1, 0.1, 0.2, 0.1), Box(0.6, 0.1, 0.2, 0.1)


def told(text: str, box: Box, speaker: str | None = None, kind: BalloonKind = BalloonKind.SPEECH) -> Told:
    return Told(text, kind, box, speaker, 1)


def speakers(sidecar: list[Told], **letterings: list[tuple[str, Box]]) -> dict[str, list[str | None]]:
    """Who speaks each text of the letterings, by language, where the sidecar is English; "?" where it does not say."""
    found = {code: [Lettered(uuid.uuid4(), *each) for each in texts] for code, texts in letterings.items()}
    matched = attributed(sidecar, "en", found)
    return {
        code: [matched[each.id].speaker if each.id in matched else "?" for each in texts]
        for code, texts in found.items()
    }


def test_words_tell_more_than_rough_boxes() -> None:
    """The sidecar has the two at each other's place; the French follow the English, whose letters lie right."""
    sidecar = [told("Rain again!", RIGHT, "Pepper"), told("Meow", LEFT, "Carrot")]
    assert speakers(
        sidecar, en=[("RAIN again !", LEFT), ("Meow", RIGHT)], fr=[("Encore la pluie", LEFT), ("Miaou", RIGHT)]
    ) == {"en": ["Pepper", "Carrot"], "fr": ["Pepper", "Carrot"]}


def test_without_boxes_of_their_own_words_tell_and_other_languages_follow() -> None:
    panel = Box(0, 0, 1, 0.5)
    sidecar = [told("Rain again!", panel, "Pepper"), told("Meow", panel, "Carrot")]
    assert speakers(sidecar, en=[("Meow", RIGHT), ("Rain again!", LEFT)], de=[("Miau", RIGHT)]) == {
        "en": ["Carrot", "Pepper"],
        "de": ["Carrot"],
    }


def test_nobody_is_guessed_where_place_and_words_say_nothing() -> None:
    panel = Box(0, 0, 1, 0.5)
    sidecar = [told("Rain again!", panel, "Pepper"), told("Meow", panel, "Carrot"), told("Zz", WHOLE_PAGE, "Bird")]
    assert speakers(sidecar, fr=[("Miaou", RIGHT)], en=[("Something else", LEFT)]) == {"fr": ["?"], "en": ["?"]}
    assert speakers([told("Meow", LEFT, "Carrot")], fr=[("Loin", Box(0.1, 0.8, 0.2, 0.1))]) == {"fr": ["?"]}


def test_parts_of_a_sentence_and_letters_misread_are_still_its() -> None:
    sidecar = [told("It is a HUGE pumpkin, Carrot!", Box(0.1, 0.1, 0.3, 0.2), "Pepper"), told("No.", RIGHT, "Saffron")]
    letters = [
        ("It is a", Box(0.1, 0.1, 0.3, 0.05)),
        ("huge", Box(0.2, 0.16, 0.1, 0.05)),
        ("pumpk1n, Carrol!", Box(0.1, 0.22, 0.3, 0.05)),
    ]
    assert speakers(sidecar, en=letters) == {"en": ["Pepper"] * 3}


def test_the_same_word_twice_is_told_apart_by_place() -> None:
    sidecar = [told("...", LEFT, "Pepper"), told("...", RIGHT, "Carrot")]
    assert speakers(sidecar, en=[("...", RIGHT), ("…", Box(0.12, 0.12, 0.1, 0.05))], ja=[("…", LEFT)]) == {
        "en": ["Carrot", "Pepper"],
        "ja": ["Pepper"],
    }


def test_other_scripts_follow_by_place_alone() -> None:
    sidecar = [told("Carrot?", LEFT, "Pepper"), told("Hello", RIGHT, "Saffron")]
    assert speakers(sidecar, ar=[("جَــزر؟", Box(0.33, 0.12, 0.05, 0.05))], ja=[("こんにちは", RIGHT)]) == {
        "ar": ["Pepper"],
        "ja": ["Saffron"],
    }


def test_pages_full_of_texts_are_compared_as_far_as_a_bound() -> None:
    many = [("word", Box(0.1, 0.1, 0.01, 0.01))] * 20_000
    found = speakers([told(f"word {number}", LEFT, "Pepper") for number in range(1000)], en=many, fr=many)
    assert found["en"][-1] == "?"
    assert len(found["fr"]) == 20_000


@pytest.mark.shared_data
@pytest.mark.parametrize("boxes", ["measured", "rough", "none"])
def test_speakers_of_a_real_episode_are_right_in_its_own_language_and_another(boxes: str) -> None:
    """The French page's texts are known by the English ones in their places: the same hand drew both, in one order.

    Rough boxes are moved and stretched by up to a third.
    """
    random = Random(7)  # noqa: S311 - the same rough boxes each time
    right = wrong = 0
    for file in sorted((SET / "ep03").glob("*.json")):
        sidecar = json.loads(file.read_text("utf-8"))
        panels = [panel["box"] for panel in sidecar["panels"]]
        said = [a_told(each, panels, boxes, random) for each in sidecar["balloons"]]
        english, french = (lettered(file, language) for language in ("en", "fr"))
        matched = attributed(said, "en", {"en": english, "fr": french})
        for number, each in enumerate(english):
            true = next((one for one in sidecar["balloons"] if squeezed(each.text) in squeezed(one["text"])), None)
            if true is None or sum(squeezed(one.text) == squeezed(each.text) for one in english) > 1:
                continue
            pair = [each]
            if len(french) == len(english):  # drawn by the same hand, in the same order
                pair.append(french[number])
            for one in pair:
                if one.id in matched and matched[one.id].speaker == true["speaker"]:
                    right += 1
                else:
                    wrong += 1
    assert right > 80
    assert wrong <= 0.03 * right


def a_told(balloon: dict[str, Any], panels: list[list[float]], boxes: str, random: Random) -> Told:
    x, y, width, height = balloon["box"]
    if boxes == "none":
        box = Box(*panels[balloon["panel"] - 1]) if balloon["panel"] else WHOLE_PAGE
    elif boxes == "rough":
        moved = [at + random.uniform(-0.03, 0.03) for at in (x, y)]
        box = Box(*moved, width * random.uniform(0.7, 1.4), height * random.uniform(0.7, 1.4))
    else:
        box = Box(x, y, width, height)
    return Told(balloon["text"], BalloonKind(balloon["kind"]), box, balloon["speaker"], balloon["panel"])


def lettered(file: Path, language: str) -> list[Lettered]:
    folder = shared_data("pepper_carrot", "episodes", file.parent.name)
    svg = folder / language / f"{file.stem.removeprefix('gfx_')}.svg"
    size = Image.open(folder / f"{file.stem}.png").size
    balloons = read_balloons(svg.read_bytes(), language, size)
    return [Lettered(uuid.uuid4(), each.text, Box(each.x, each.y, each.width, each.height)) for each in balloons]


def squeezed(text: str) -> str:
    return "".join(text.split())
