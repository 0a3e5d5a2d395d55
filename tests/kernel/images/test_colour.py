"""The colour behind a page is one that a person would name, and one that a stage can wear."""

import colorsys

import numpy as np
import pytest

from fumetto.kernel.images.colour import dominant_color


def page(*areas: tuple[float, tuple[int, int, int]]) -> np.ndarray:
    """A page of horizontal bands, each a share of its height."""
    rows = [np.tile(np.array(colour, np.uint8), (round(share * 100), 64, 1)) for share, colour in areas]
    return np.concatenate(rows)


def hue(text: str) -> float:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hsv(red, green, blue)[0] * 360


def test_white_gutters_and_black_lines_do_not_count() -> None:
    assert hue(dominant_color(page((0.6, (255, 255, 255)), (0.3, (5, 5, 5)), (0.1, (170, 60, 40))))) == pytest.approx(
        9, abs=12
    )


def test_yellowed_paper_gives_way_to_what_is_drawn_on_it() -> None:
    assert hue(dominant_color(page((0.7, (250, 247, 238)), (0.3, (30, 90, 160))))) == pytest.approx(212, abs=12)


def test_a_large_dull_area_loses_to_a_telling_one_only_when_that_is_no_speck() -> None:
    assert hue(dominant_color(page((0.60, (120, 110, 100)), (0.40, (200, 40, 40))))) == pytest.approx(0, abs=12)
    speck = dominant_color(page((0.98, (60, 120, 60)), (0.02, (250, 20, 20))))
    assert hue(speck) == pytest.approx(120, abs=15)


def test_red_on_both_ends_of_the_circle_is_one_colour() -> None:
    shades = page((0.25, (200, 20, 60)), (0.25, (200, 50, 20)), (0.3, (40, 80, 160)), (0.2, (255, 255, 255)))
    assert min(hue(dominant_color(shades)), 360 - hue(dominant_color(shades))) < 25


@pytest.mark.parametrize("level", [0, 40, 128, 255])
def test_black_and_white_pages_get_a_grey_that_a_stage_can_wear(level: int) -> None:
    text = dominant_color(page((1.0, (level, level, level))))
    channels = [int(text[at : at + 2], 16) for at in (1, 3, 5)]
    assert max(channels) - min(channels) <= 2
    assert 30 <= channels[0] <= 200
