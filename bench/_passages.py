"""Made-up passages for the benches of the index: English words by Zipf's law, with names and subjects for each series.

Everything comes out of a seed. Vectors are the built-in embeddings' own; peers get the same ones, turned without
changing any angle into the number of dimensions they are usually fed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fumetto.kernel.index import Passage
from fumetto.kernel.index.static import FOLDER

STEP = 10  # positions from one passage to the next
WORDS = 60  # of a passage, on average
SUBJECTS = 40  # of a series


@cache
def vocabulary() -> list[str]:
    """Whole words of the built-in model's vocabulary, the commonest first."""
    pieces = (FOLDER / "vocabulary.txt").read_text("utf-8").splitlines()
    return [piece for piece in pieces if piece.isascii() and piece.isalpha() and len(piece) > 2]


@dataclass
class Series:
    """number: of the series, from 0. texts: of its passages, in order; passage i lies at position i * STEP."""

    number: int
    texts: list[str]

    @property
    def key(self) -> uuid.UUID:
        return uuid.UUID(int=(0xF0 << 120) + self.number)

    def identifier(self, at: int) -> uuid.UUID:
        return uuid.UUID(int=(0xA0 << 120) + (self.number << 32) + at)

    def passages(self) -> Iterator[Passage]:
        for at, text in enumerate(self.texts):
            span = (at * STEP, at * STEP + 1)
            yield Passage(self.identifier(at), self.key, "dialogue", "en", text, ((span,),))


def make_series(number: int, count: int, seed: int = 7) -> Series:
    dice = np.random.default_rng((seed, number))
    words = vocabulary()
    common = 1 / np.arange(2, len(words) + 2)
    common /= common.sum()
    order = np.random.default_rng(seed).permutation(len(words))
    subjects = dice.choice(len(words), (SUBJECTS, 12))
    texts = []
    for at in range(count):
        length = int(np.clip(dice.gamma(3, WORDS / 3), 5, 240))
        usual = order[dice.choice(len(words), length, p=common)]
        # A third of the words belong to the subjects that this part of the story is about.
        about = subjects[(at // 25 + dice.integers(0, 3, length)) % SUBJECTS, dice.integers(0, 12, length)]
        chosen = np.where(dice.random(length) < 1 / 3, about, usual)
        texts.append(" ".join(words[word] for word in chosen))
    return Series(number, texts)


def question_about(text: str, dice: np.random.Generator) -> str:
    """Some words of a passage and some of none, in no order."""
    words = text.split()
    taken = dice.choice(len(words), min(len(words), int(dice.integers(3, 7))), replace=False)
    others = dice.choice(len(vocabulary()), int(dice.integers(0, 3)))
    return " ".join([words[at] for at in taken] + [vocabulary()[at] for at in others])


def turned(vectors: NDArray[np.float32], dimensions: int, seed: int = 3) -> NDArray[np.float32]:
    """The same vectors, with the same angles between them, in more dimensions."""
    base, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((dimensions, vectors.shape[1])))
    made: NDArray[np.float32] = (vectors @ base.T).astype(np.float32)
    return made
