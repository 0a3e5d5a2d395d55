"""BlurHash against the reference algorithm, written out here as its authors describe it, loop by loop."""

import math

import numpy as np
import pytest

from fumetto.kernel.images.blurhash import ALPHABET, components_for, encode


def reference(pixels: np.ndarray, across: int, down: int) -> str:
    """https://github.com/woltapp/blurhash/blob/master/C/encode.c, line for line."""

    def linear(value: int) -> float:
        v = value / 255
        return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4

    def srgb(value: float) -> int:
        v = max(0.0, min(1.0, value))
        return int(v * 12.92 * 255 + 0.5) if v <= 0.0031308 else int((1.055 * v ** (1 / 2.4) - 0.055) * 255 + 0.5)

    def sign_pow(value: float, power: float) -> float:
        return math.copysign(abs(value) ** power, value)

    def write(value: int, length: int) -> str:
        return "".join(ALPHABET[value // 83 ** (length - i) % 83] for i in range(1, length + 1))

    height, width, _ = pixels.shape
    factors = []
    for j in range(down):
        for i in range(across):
            total = [0.0, 0.0, 0.0]
            for y in range(height):
                for x in range(width):
                    basis = math.cos(math.pi * i * x / width) * math.cos(math.pi * j * y / height)
                    for c in range(3):
                        total[c] += basis * linear(int(pixels[y, x, c]))
            scale = (1 if i == 0 and j == 0 else 2) / (width * height)
            factors.append([each * scale for each in total])
    text = write((across - 1) + (down - 1) * 9, 1)
    if len(factors) > 1:
        strongest = max(abs(each) for factor in factors[1:] for each in factor)
        quantised = int(max(0, min(82, math.floor(strongest * 166 - 0.5))))
        maximum = (quantised + 1) / 166
        text += write(quantised, 1)
    else:
        maximum = 1.0
        text += write(0, 1)
    red, green, blue = (srgb(each) for each in factors[0])
    text += write((red << 16) + (green << 8) + blue, 4)
    for factor in factors[1:]:
        levels = [int(max(0, min(18, math.floor(sign_pow(each / maximum, 0.5) * 9 + 9.5)))) for each in factor]
        text += write(levels[0] * 19 * 19 + levels[1] * 19 + levels[2], 2)
    return text


@pytest.mark.parametrize(("across", "down"), [(1, 1), (4, 3), (3, 4), (9, 9), (2, 6)])
def test_it_writes_what_the_reference_writes(across: int, down: int) -> None:
    random = np.random.default_rng(7)
    smooth = random.integers(0, 256, (5, 4, 3)).repeat(3, axis=0).repeat(3, axis=1).astype(np.uint8)
    assert encode(smooth, across, down) == reference(smooth, across, down)


def test_known_hashes_of_plain_pictures() -> None:
    # As other implementations publish them for black and for white.
    assert encode(np.zeros((8, 8, 3), np.uint8), 4, 3) == "L00000fQfQfQfQfQfQfQfQfQfQfQ"
    assert encode(np.full((8, 8, 3), 255, np.uint8), 1, 1) == "00TSUA"


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1)])
def test_tiny_pictures_have_a_hash_too(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 90, np.uint8)
    assert encode(pixels, 4, 3) == reference(pixels, 4, 3)


@pytest.mark.parametrize(
    ("size", "components"),
    [((992, 1401), (3, 4)), ((1600, 900), (4, 3)), ((800, 20_000), (2, 6)), ((500, 500), (3, 3))],
)
def test_components_follow_the_shape(size: tuple[int, int], components: tuple[int, int]) -> None:
    assert components_for(*size) == components


def test_a_hash_of_no_or_too_many_components_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        encode(np.zeros((2, 2, 3), np.uint8), 0, 3)
