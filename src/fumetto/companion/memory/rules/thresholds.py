"""From which cosine on questions are taken to mean the same: measured, for each model that makes vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_suffix(".yaml")
STEPS: Final = 20  # between 0 and 1
LOWEST: Final = 10


def threshold_of(model: str) -> float | None:
    """None for a model that was not measured."""
    return measured().get(model)


@cache
def measured() -> dict[str, float]:
    listed: dict[str, float] = read_shipped(FILE)
    return listed


def chosen(same: Sequence[float], different: Sequence[float]) -> float:
    """The threshold for a model with which pairs of questions of one form have these cosines, those that mean the same
    and those that do not: the lowest in steps of 0.05 that finds all of the former, or as many as it can without
    finding one of the latter."""
    step = max(LOWEST, math.floor(min(same, default=1.0) * STEPS))
    while step < STEPS and step / STEPS <= max(different, default=0.0):
        step += 1
    return step / STEPS
