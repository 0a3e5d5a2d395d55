"""What is within a limit, in millionths of the currency. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

WARN_AT: Final = Fraction(4, 5)  # of a limit: near enough to say so


class LimitKind(StrEnum):
    READER_DAY = "reader_day"
    DAY = "day"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent and is kept back: by the reader today, by everybody today, and ever."""

    reader_day: int
    day: int
    total: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits, None for none. A day is one of UTC."""

    reader_day: int | None
    day: int | None
    total: int | None

    @property
    def any(self) -> bool:
        return any(limit is not None for limit in (self.reader_day, self.day, self.total))


def pairs(spent: Spent, bounds: Bounds) -> list[tuple[LimitKind, int, int | None]]:
    """Each limit with what was spent of it."""
    return [(kind, getattr(spent, kind.value), getattr(bounds, kind.value)) for kind in LimitKind]


def in_the_way(spent: Spent, bounds: Bounds, most: int) -> LimitKind | None:
    """The first limit that `most` more would go beyond; asked for nothing, the first one that is used up."""
    for kind, already, limit in pairs(spent, bounds):
        if limit is not None and (already + most > limit or (most == 0 and already >= limit)):
            return kind
    return None


def is_near(spent: int, limit: int | None) -> bool:
    return limit is not None and spent >= limit * WARN_AT
