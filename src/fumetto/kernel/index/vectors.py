"""Vectors and terms as pgvector reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from fumetto.kernel.index.analysis import TERMS


def halfvec_literal(vector: NDArray[np.float32] | Iterable[float]) -> str:
    return "[" + ",".join([f"{number:.4g}" for number in vector]) + "]"


def sparsevec_literal(values: Mapping[int, int]) -> str:
    """Of values by term number, 1 to TERMS."""
    return "{" + ",".join([f"{number}:{values[number]}" for number in sorted(values)]) + f"}}/{TERMS}"
