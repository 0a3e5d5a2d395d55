"""Pure decisions about positions, what was seen, and whose progress counts.

A *position* is one number per page of a series, sparse and stable: `round(sort_key * 1000) * 100_000 + slot`. The slot
says where the page lies in its episode. A page's *cell* is the range of positions that are its own: nothing else is
ever placed in it, so the cells of neighbouring pages touch and a ledger of thousands of pages stays a few ranges long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil
from operator import itemgetter

from fumetto.library.catalogue.kinds import PageKind

EPISODE_SPAN = 100_000
"""Positions that one episode's number owns."""

COVER_SLOT = 0
TITLE_SLOT = 5
FIRST_STORY_SLOT = 10
STORY_STEP = 10
DENSE_FROM = 8_800
"""Story pages after this one lie one slot apart instead of ten, so that 20,000 pages fit."""

CREDITS_SLOT = 99_990
EXTRAS = {PageKind.COVER: (COVER_SLOT, 5), PageKind.TITLE: (TITLE_SLOT, 5), PageKind.CREDITS: (CREDITS_SLOT, 10)}
"""First slot and number of slots of the pages that have no number of their own."""

MOST_STORY_PAGES = CREDITS_SLOT - 1 - DENSE_FROM * STORY_STEP + DENSE_FROM
UNNUMBERED_FROM = Decimal(900_000)
"""Sort keys of episodes without a number start here, after every numbered one."""

LATER_PAGES = 5
"""Pages a client must fetch after one before that one counts as read."""

PENDING_KEPT = 200

Range = tuple[int, int]
"""Positions from the first (inclusive) to the second (exclusive)."""

Ranges = tuple[Range, ...]
"""Sorted, disjoint and not touching, as PostgreSQL keeps a multirange."""


def block_of(sort_key: Decimal) -> Range:
    """All positions of the episode with this sort key, whatever its pages."""
    start = int((sort_key * 1000).to_integral_value(ROUND_HALF_EVEN)) * EPISODE_SPAN
    return start, start + EPISODE_SPAN


def position_of(sort_key: Decimal, kind: PageKind, page_number: int | None = None, extra: int = 0) -> int:
    """The position of story page `page_number` (from 1), or of the `extra`-th (from 0) cover, title or credits page.

    Raises ValueError for a story page without a number and for more pages than an episode has slots; more covers,
    titles or credits than there are slots share the last one of theirs.
    """
    start, _ = block_of(sort_key)
    if kind in EXTRAS:
        first, slots = EXTRAS[kind]
        return start + first + min(extra, slots - 1)
    if page_number is None or not 1 <= page_number <= MOST_STORY_PAGES:
        raise ValueError(f"a story page needs a number from 1 to {MOST_STORY_PAGES}, not {page_number}")
    if page_number <= DENSE_FROM:
        return start + page_number * STORY_STEP
    return start + DENSE_FROM * STORY_STEP + (page_number - DENSE_FROM)


def positions_of(sort_key: Decimal, pages: Sequence[tuple[PageKind, int | None]]) -> list[int]:
    """The positions of an episode's pages, given in reading order as kind and page number."""
    met: dict[PageKind, int] = {}
    positions = []
    for kind, page_number in pages:
        positions.append(position_of(sort_key, kind, page_number, met.get(kind, 0)))
        met[kind] = met.get(kind, 0) + 1
    return positions


def cell_of(position: int) -> Range:
    """The positions that belong to the page at `position` alone, itself among them."""
    slot = position % EPISODE_SPAN
    if FIRST_STORY_SLOT <= slot < DENSE_FROM * STORY_STEP:
        return position, position + STORY_STEP - slot % STORY_STEP
    return position, position + 1


def cells_of(positions: Iterable[int]) -> Ranges:
    return merged(cell_of(position) for position in positions)


def merged(ranges: Iterable[Range]) -> Ranges:
    """The same positions as the fewest ranges, sorted."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return tuple(result)


def without(ranges: Iterable[Range], taken: Iterable[Range]) -> Ranges:
    """What is in `ranges` and not in `taken`."""
    left = list(merged(ranges))
    for cut_start, cut_end in merged(taken):
        kept: list[Range] = []
        for start, end in left:
            if end <= cut_start or start >= cut_end:
                kept.append((start, end))
                continue
            if start < cut_start:
                kept.append((start, cut_start))
            if end > cut_end:
                kept.append((cut_end, end))
        left = kept
    return tuple(left)


def within(ranges: Iterable[Range], window: Range) -> Ranges:
    """What of `ranges` lies in `window`."""
    low, high = window
    return merged((max(start, low), min(end, high)) for start, end in ranges)


def shifted(ranges: Iterable[Range], by: int) -> Ranges:
    return tuple((start + by, end + by) for start, end in ranges)


def contains(ranges: Sequence[Range], position: int) -> bool:
    """Whether a position lies in merged ranges."""
    index = bisect_right(ranges, position, key=itemgetter(0)) - 1
    return index >= 0 and position < ranges[index][1]


@dataclass(frozen=True, slots=True)
class BlockMove:
    """That an episode's positions go from one place to another, perhaps of another series. Ids are opaque.

    `stays` says that another edition of the episode stays behind at the old place, and keeps what was seen there.
    """

    from_series: str
    from_start: int
    to_series: str
    to_start: int
    stays: bool = False


def moved(ledgers: dict[str, Ranges], moves: Sequence[BlockMove]) -> dict[str, Ranges]:
    """One reader's ledgers by series after all `moves` have been made at once: numbers may be swapped.

    Every page that was seen stays seen at its new position and no other becomes so, unless a block is moved onto one
    that does not move away: then the two are editions of one episode and share what was seen.
    """
    result = {series: merged(seen) for series, seen in ledgers.items()}
    lifted: list[tuple[BlockMove, Ranges]] = []
    for move in moves:
        block = (move.from_start, move.from_start + EPISODE_SPAN)
        lifted.append((move, within(ledgers.get(move.from_series, ()), block)))
    for move in moves:
        if move.stays:
            continue
        block = (move.from_start, move.from_start + EPISODE_SPAN)
        result[move.from_series] = without(result.get(move.from_series, ()), [block])
    for move, seen in lifted:
        placed = shifted(seen, move.to_start - move.from_start)
        result[move.to_series] = merged((*result.get(move.to_series, ()), *placed))
    return result


Pending = list[tuple[int, list[int]]]
"""Positions fetched and not yet seen, oldest first, each with the later positions fetched since."""


def note_fetch(pending: Pending, position: int) -> tuple[Pending, list[int]]:
    """What is pending, and what has become seen, after a client without a word for "shown" fetched one more page.

    A page is seen when five different pages that lie after it were fetched after it: clients prefetch, so a page that
    was merely fetched may never have been looked at.
    """
    kept: Pending = []
    seen: list[int] = []
    known = False
    for waiting, later in pending:
        known = known or waiting == position
        since = [*later, position] if position > waiting and position not in later else later
        if len(since) >= LATER_PAGES:
            seen.append(waiting)
        else:
            kept.append((waiting, since))
    if not known:
        kept.append((position, []))
    return kept[-PENDING_KEPT:], seen


def believable(at: datetime, now: datetime) -> datetime:
    """When a page turn happened: what the device says, but never later than the server's now.

    A device whose clock runs ahead would otherwise win over every other for as long as it is wrong.
    """
    return min(at, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a device stands in an episode, and since when."""

    device: str
    order_index: int
    finished: bool
    at: datetime


def present(standings: Iterable[Standing]) -> Standing | None:
    """The one to go on from: the newest; of two at one time the one further on, then by name, so that all agree."""
    return max(standings, key=lambda one: (one.at, one.order_index, one.device), default=None)


SITTING = timedelta(minutes=5)
"""Who turns no page for longer than this has put the comic away meanwhile."""


def sitting(before: datetime | None, at: datetime) -> int:
    """Seconds of reading between two page turns; 0 where the comic was put away between them, and for turns that
    arrive out of their order."""
    if before is None or not timedelta(0) < at - before <= SITTING:
        return 0
    return round((at - before).total_seconds())


@dataclass(frozen=True, slots=True)
class ReadHour:
    """An hour, by its beginning, and how many seconds of it somebody read."""

    hour: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class ReadDay:
    """A day, how many minutes of it somebody read (begun ones count), and in which hours of the clock (0 to 23) they
    read first and last; None where they did not read."""

    date: date
    minutes: int
    begun: int | None = None
    ended: int | None = None


def days_of(hours: Iterable[ReadHour], now: datetime, zone: tzinfo, count: int) -> list[ReadDay]:
    """The last `count` days in a time zone, today last, of hours in their order."""
    today = now.astimezone(zone).date()
    read: dict[date, list[tuple[int, int]]] = {today - timedelta(days=back): [] for back in reversed(range(count))}
    for one in hours:
        local = one.hour.astimezone(zone)
        if local.date() in read:
            read[local.date()].append((local.hour, one.seconds))
    return [
        ReadDay(day, max(1, ceil(sum(seconds for _, seconds in parts) / 60)), parts[0][0], parts[-1][0])
        if parts
        else ReadDay(day, 0)
        for day, parts in read.items()
    ]
