"""The colour that a page leaves in the mind, for tinting the stage behind it.

Pixels are compared in Oklab (Björn Ottosson, https://bottosson.github.io/posts/oklab/), where distance is what the eye
sees. Paper and ink are left out: the white of gutters and the black of lines say nothing about a page.
"""

from __future__ import annotations

import numpy as np

from fumetto.kernel.images.blurhash import Floats, Pixels, linear_to_srgb, srgb_to_linear

TO_CONE = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                    [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                   [1.9779984951, -2.4285922050, 0.4505937099],
                   [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip

HUES = 18  # bins around the colour circle
PAPER = 0.93  # lightness from which a pixel without colour is paper
INK = 0.18  # lightness to which a pixel is a line, whatever its colour
GREY = 0.035  # chroma to which a pixel has no colour of its own
SHARE_OF_COLOUR = 0.04  # of the picture, below which the page counts as black and white
LIGHTNESS = (0.32, 0.80)  # what a stage can be tinted with; black and white are brought inside


def dominant_color(pixels: Pixels) -> str:
    """`#rrggbb` of the most telling colour in `pixels`: sRGB of shape (height, width, 3), best a small copy."""
    lab = oklab(srgb_to_linear()[pixels.reshape(-1, 3)])
    lightness, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    drawn = ~((lightness > PAPER) & (chroma < GREY)) & (lightness > INK)
    coloured = drawn & (chroma >= GREY)
    if coloured.sum() >= SHARE_OF_COLOUR * len(lab):
        chosen = leading_hue(lab[coloured], chroma[coloured])
    elif drawn.any():
        chosen = np.array([lab[drawn, 0].mean(), *lab[drawn, 1:].mean(axis=0)])
    else:
        chosen = lab.mean(axis=0)
    chosen[0] = min(max(chosen[0], LIGHTNESS[0]), LIGHTNESS[1])
    return "#" + "".join(f"{linear_to_srgb(float(value)):02x}" for value in from_oklab(chosen))


def leading_hue(lab: Floats, chroma: Floats) -> Floats:
    """Mean of the pixels around the hue that weighs most, where a vivid pixel weighs more than a dull one."""
    hue = np.arctan2(lab[:, 2], lab[:, 1]) / (2 * np.pi) * HUES
    bin_of = np.floor(hue).astype(int) % HUES
    weight = np.sqrt(chroma)
    votes = np.bincount(bin_of, weights=weight, minlength=HUES)
    # A hue on the border of two bins must not lose to one in the middle of its own.
    leader = int(np.argmax(votes + 0.5 * np.roll(votes, 1) + 0.5 * np.roll(votes, -1)))
    near = np.isin(bin_of, [(leader - 1) % HUES, leader, (leader + 1) % HUES])
    mean: Floats = np.average(lab[near], axis=0, weights=weight[near] * np.where(bin_of[near] == leader, 1.0, 0.5))
    return mean


def oklab(linear: Floats) -> Floats:
    """Oklab of linear light, both of shape (n, 3)."""
    lab: Floats = np.cbrt(linear @ TO_CONE.T) @ TO_LAB.T
    return lab


def from_oklab(lab: Floats) -> Floats:
    """Linear light, possibly outside 0 to 1, of one Oklab colour."""
    linear: Floats = np.linalg.inv(TO_CONE) @ (np.linalg.inv(TO_LAB) @ lab) ** 3
    return linear
