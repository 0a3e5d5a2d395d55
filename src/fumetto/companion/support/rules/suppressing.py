"""Counts that nobody can be found in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 5  # people
OTHER: Final = "other"


def shown(counts: Mapping[str, int]) -> dict[str, int]:
    """Groups of five people or more, rounded down to fives. Smaller ones are put together; where these are still few,
    the smallest of the others goes with them, so that no difference tells of one. Fewer than five in all: nothing."""
    left = {name: count for name, count in counts.items() if count >= FEWEST}
    small = sum(count for count in counts.values() if 0 < count < FEWEST)
    while 0 < small < FEWEST:
        if not left:
            return {}
        smallest = min(left, key=lambda name: (left[name], name))
        small += left.pop(smallest)
    told = {name: rounded(count) for name, count in left.items()}
    return told | ({OTHER: rounded(small)} if small else {})


def rounded(count: int) -> int:
    return count // FEWEST * FEWEST
