"""The built-in embeddings: a vector for every piece of a word, looked up and summed. No network, no model to run.

The model beside this file was distilled from all-MiniLM-L6-v2 by `tools/distil` (`model/model.json` says how, and
`model/README.md` whose it is). English is what it knows; of other languages it knows names and what looks alike.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fumetto.kernel.index.wordpiece import WordPiece

FOLDER = Path(__file__).with_name("model")
LONGEST = 8192  # pieces of a text that count


class StaticModel:
    """Unit vectors of 256 numbers; of noughts for a text without a known piece."""

    def __init__(self, folder: Path = FOLDER) -> None:
        about = json.loads((folder / "model.json").read_text("utf-8"))
        self.name: str = about["name"]
        self.dimensions: int = about["dimensions"]
        self._cut = WordPiece((folder / "vocabulary.txt").read_text("utf-8").splitlines())
        self._vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
        self._scales = np.load(folder / "scales.npy")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions)."""
        made = np.zeros((len(texts), self.dimensions), np.float32)
        for row, pieces in enumerate(self._cut(texts)):
            # Text by text, what is looked up stays in a processor's own cache.
            some = pieces[:LONGEST]
            np.matmul(self._scales.take(some), self._vectors.take(some, axis=0).astype(np.float32), out=made[row])
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        np.divide(made, lengths, out=made, where=lengths > 0)
        return made

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, is a piece by itself, which common English words are."""
        return word in self._cut.numbers
