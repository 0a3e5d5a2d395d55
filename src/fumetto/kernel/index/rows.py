"""Rows of numbers of different lengths, looked up many at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


class Rows:
    """Rows of numbers, some of none or of several."""

    def __init__(self) -> None:
        self.ends = array("q", [0])
        self.numbers = array("q")

    def __len__(self) -> int:
        return len(self.ends) - 1

    def append(self, row: Iterable[int]) -> None:
        self.numbers.extend(row)
        self.ends.append(len(self.numbers))

    def row(self, row: int) -> array[int]:
        return self.numbers[self.ends[row] : self.ends[row + 1]]

    def taken(self, rows: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
        """The numbers of some rows, one row after another, and for each the owner of its row."""
        import numpy as np

        ends, numbers = np.frombuffer(self.ends, np.int64), np.frombuffer(self.numbers, np.int64)
        starts = ends[rows]
        sizes = ends[rows + 1] - starts
        at = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
        return numbers[at], np.repeat(owners, sizes)
