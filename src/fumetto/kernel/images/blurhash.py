"""BlurHash in numpy: a page's blurred likeness in about thirty characters, shown until the page is there.

Follows the reference algorithm at https://github.com/woltapp/blurhash (Algorithm.md and the C encoder), byte for byte.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


def components_for(width: int, height: int) -> tuple[int, int]:
    """How many components across and down suit a picture of this shape; always about a dozen."""
    if height > 2 * width:
        return 2, 6
    if height > 1.15 * width:
        return 3, 4
    if width > 1.15 * height:
        return 4, 3
    return 3, 3


def encode(pixels: Pixels, across: int, down: int) -> str:
    """The BlurHash of `pixels`, an sRGB array of shape (height, width, 3), with 1 to 9 components each way.

    Cost grows with pixels times components: give it a copy about 32 pixels wide.
    """
    if not (1 <= across <= 9 and 1 <= down <= 9):
        raise ValueError("a BlurHash has 1 to 9 components each way")
    height, width, _ = pixels.shape
    linear = srgb_to_linear()[pixels]
    rows, columns = cosines(down, height), cosines(across, width)
    factors = np.einsum("jy,yxc,ix->jic", rows, linear, columns, optimize=True) / (width * height)
    factors[:] *= 2.0
    factors[0, 0] /= 2.0

    flat = factors.reshape(-1, 3)
    alternating = flat[1:]
    text = base83((across - 1) + (down - 1) * 9, 1)
    if len(alternating):
        strongest = float(np.abs(alternating).max())
        quantised = int(max(0, min(82, np.floor(strongest * 166 - 0.5))))
        maximum = (quantised + 1) / 166
        text += base83(quantised, 1)
    else:
        maximum = 1.0
        text += base83(0, 1)

    red, green, blue = (linear_to_srgb(float(value)) for value in flat[0])
    text += base83((red << 16) + (green << 8) + blue, 4)
    ratio = alternating / maximum
    levels = np.clip(np.floor(np.sign(ratio) * np.sqrt(np.abs(ratio)) * 9 + 9.5), 0, 18).astype(int)
    return text + "".join(base83(int(r * 19 * 19 + g * 19 + b), 2) for r, g, b in levels)


@lru_cache(maxsize=64)
def cosines(count: int, size: int) -> Floats:
    """The cosine basis, of shape (count, size)."""
    basis: Floats = np.cos(np.pi * np.outer(np.arange(count), np.arange(size)) / size)
    return basis


@lru_cache(maxsize=1)
def srgb_to_linear() -> Floats:
    """Linear light, 0 to 1, for each of the 256 sRGB levels."""
    value = np.arange(256) / 255
    table: Floats = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return table


def linear_to_srgb(value: float) -> int:
    value = max(0.0, min(1.0, value))
    if value <= 0.0031308:
        return int(value * 12.92 * 255 + 0.5)
    return int((1.055 * value ** (1 / 2.4) - 0.055) * 255 + 0.5)


def base83(value: int, length: int) -> str:
    return "".join(ALPHABET[value // 83**place % 83] for place in range(length - 1, -1, -1))
