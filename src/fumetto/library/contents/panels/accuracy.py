"""How well panels were found, against panels that were labelled by hand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fumetto.library.contents.boxes import Box


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over pages. `in_order`: pages whose matched panels were found in the order of the labels."""

    labelled: int = 0
    found: int = 0
    matched: int = 0
    in_order: int = 0
    pages: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.labelled + other.labelled,
            self.found + other.found,
            self.matched + other.matched,
            self.in_order + other.in_order,
            self.pages + other.pages,
        )

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.matched / self.labelled if self.labelled else 0.0


def compare(labelled: Sequence[Box], found: Sequence[Box], alike: float) -> Score:
    """The score of one page: a panel is matched once, by the free one it is most alike (intersection over union)."""
    pairs = sorted(
        ((one.alike(other), i, j) for i, one in enumerate(labelled) for j, other in enumerate(found)), reverse=True
    )
    matched: dict[int, int] = {}
    for share, i, j in pairs:
        if share >= alike and i not in matched and j not in matched.values():
            matched[i] = j
    order = [matched[i] for i in sorted(matched)]
    return Score(len(labelled), len(found), len(matched), int(order == sorted(order)), 1)
