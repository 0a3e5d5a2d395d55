"""From which cosine on questions are taken to mean the same: measured, for each model that makes vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).with_suffix(".yaml")
LOWEST: Final = 0.5
STEP: Final = 0.05


def threshold_of(model: str) -> float | None:
    """None for a model that was not measured."""
    return measured().get(model)


@cache
def measured() -> dict[str, float]:
    listed: dict[str, float] = yaml.safe_load(FILE.read_text("utf-8"))
    return listed


def chosen(same: Sequence[float], different: Sequence[float]) -> float:
    """The threshold for a model with which pairs of questions of one form have these cosines, those that mean the same
    and those that do not: the lowest in steps of 0.05 that finds all of the former, or as many as it can without
    finding one of the latter."""
    lowest = max(LOWEST, min(same, default=1.0) // STEP * STEP)
    highest_false = max(different, default=0.0)
    while lowest <= highest_false:
        lowest += STEP
    return round(min(lowest, 1.0), 2)
