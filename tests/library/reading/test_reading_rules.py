"""Positions, ranges and fetches: pure, and so asked about at random."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.reading.rules import (
    MOST_STORY_PAGES,
    BlockMove,
    Ranges,
    block_of,
    cell_of,
    cells_of,
    contains,
    merged,
    moved,
    note_fetch,
    position_of,
    positions_of,
    without,
)

sort_keys = st.decimals(min_value=-99_999, max_value=999_999, places=3)
page_numbers = st.integers(1, MOST_STORY_PAGES)
some_ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def points(ranges: Ranges | list[tuple[int, int]]) -> set[int]:
    return {position for start, end in ranges for position in range(start, end)}


def test_cover_and_title_come_before_page_one_and_credits_last() -> None:
    kinds = [PageKind.COVER, PageKind.TITLE, PageKind.STORY, PageKind.STORY, PageKind.CREDITS]
    numbers = [None, None, 1, 2, None]
    assert positions_of(Decimal("1"), list(zip(kinds, numbers, strict=True))) == [
        100_000_000,
        100_000_005,
        100_000_010,
        100_000_020,
        100_099_990,
    ]


def test_episode_twelve_and_a_half_lies_between_twelve_and_thirteen() -> None:
    last_of_12 = position_of(Decimal(12), PageKind.CREDITS)
    cover_of_12_5, last_of_12_5 = (position_of(Decimal("12.5"), kind) for kind in (PageKind.COVER, PageKind.CREDITS))
    assert last_of_12 < cover_of_12_5 < last_of_12_5 < position_of(Decimal(13), PageKind.COVER)


def test_two_covers_have_positions_of_their_own() -> None:
    assert len(set(positions_of(Decimal(1), [(PageKind.COVER, None), (PageKind.COVER, None)]))) == 2


@pytest.mark.parametrize("number", [None, 0, -1, MOST_STORY_PAGES + 1])
def test_story_page_without_a_possible_number_has_no_position(number: int | None) -> None:
    with pytest.raises(ValueError, match="needs a number"):
        position_of(Decimal(1), PageKind.STORY, number)


@given(sort_keys, page_numbers, page_numbers)
def test_positions_are_in_the_order_of_pages_and_cells_never_touch_another_page(
    sort_key: Decimal, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    first, second = (position_of(sort_key, PageKind.STORY, number) for number in (low, high))
    start, end = block_of(sort_key)
    assert start < first <= second < end
    assert contains((cell_of(first),), second) == (low == high)
    assert position_of(sort_key, PageKind.TITLE) < first
    assert cell_of(second)[1] <= position_of(sort_key, PageKind.CREDITS)


@given(sort_keys, sort_keys)
def test_episodes_own_their_positions_alone(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert low == high or block_of(low)[1] <= block_of(high)[0]


def test_thousand_pages_read_in_a_row_are_one_range() -> None:
    seen = cells_of(position_of(Decimal(1), PageKind.STORY, number) for number in range(1, 1001))
    assert len(seen) == 1


@given(some_ranges)
def test_merged_ranges_hold_the_same_positions_sorted_and_apart(ranges: list[tuple[int, int]]) -> None:
    result = merged(ranges)
    assert points(result) == points(ranges)
    assert all(left[1] < right[0] for left, right in pairwise(result))


@given(some_ranges, some_ranges, st.integers(-1, 61))
def test_taking_away_is_what_it_is_for_sets(
    ranges: list[tuple[int, int]], taken: list[tuple[int, int]], position: int
) -> None:
    left = without(ranges, taken)
    assert points(left) == points(ranges) - points(taken)
    assert contains(left, position) == (position in points(left))


episodes = st.lists(st.sampled_from([Decimal(n) / 2 for n in range(1, 12)]), unique=True, min_size=1, max_size=6)


@given(episodes, st.data())
def test_after_any_moves_what_was_seen_is_seen_and_nothing_else(keys: list[Decimal], data: st.DataObject) -> None:
    pages = range(1, 4)
    home = {key: data.draw(st.sampled_from(["a", "b"])) for key in keys}
    seen = {(key, page) for key in keys for page in pages if data.draw(st.booleans())}
    targets = data.draw(st.permutations([(series, Decimal(n)) for series in "abc" for n in range(20, 20 + len(keys))]))
    going = data.draw(st.sets(st.sampled_from(keys)))
    swap = data.draw(st.booleans())
    if swap and len(going) == 2:
        left, right = sorted(going)
        to = {left: (home[right], right), right: (home[left], left)}
    else:
        to = {key: targets[index] for index, key in enumerate(sorted(going))}
    where = {key: to.get(key, (home[key], key)) for key in keys}
    ledgers: dict[str, Ranges] = {}
    for key, page in seen:
        cell = cell_of(position_of(key, PageKind.STORY, page))
        ledgers[home[key]] = merged((*ledgers.get(home[key], ()), cell))
    plan = [BlockMove(home[key], block_of(key)[0], series, block_of(target)[0]) for key, (series, target) in to.items()]
    after = moved(ledgers, plan)
    for key in keys:
        series, target = where[key]
        for page in pages:
            position = position_of(target, PageKind.STORY, page)
            assert contains(after.get(series, ()), position) == ((key, page) in seen)


def test_edition_that_stays_behind_keeps_what_was_seen() -> None:
    block, target = block_of(Decimal(1)), block_of(Decimal(2))
    seen = (cell_of(position_of(Decimal(1), PageKind.STORY, 1)),)
    after = moved({"a": seen}, [BlockMove("a", block[0], "a", target[0], stays=True)])
    assert contains(after["a"], block[0] + 10)
    assert contains(after["a"], target[0] + 10)


def test_page_is_seen_when_five_later_ones_were_fetched() -> None:
    pending: list[tuple[int, list[int]]] = []
    for position in (10, 20, 30, 40, 50):
        pending, seen = note_fetch(pending, position)
        assert seen == []
    pending, seen = note_fetch(pending, 60)
    assert seen == [10]
    _, seen = note_fetch(pending, 70)
    assert seen == [20]


def test_fetching_one_page_again_and_again_says_nothing() -> None:
    pending, _ = note_fetch([], 10)
    for _ in range(20):
        pending, seen = note_fetch(pending, 20)
        assert seen == []


def test_page_fetched_after_later_ones_waits_for_five_more() -> None:
    pending: list[tuple[int, list[int]]] = []
    for position in range(100, 200, 10):
        pending, _ = note_fetch(pending, position)
    pending, seen = note_fetch(pending, 10)
    assert seen == []


@given(st.lists(st.integers(0, 30), max_size=60))
def test_nothing_is_seen_that_was_not_fetched_or_has_fewer_than_five_later_fetches(fetches: list[int]) -> None:
    pending: list[tuple[int, list[int]]] = []
    seen: set[int] = set()
    for position in fetches:
        pending, now = note_fetch(pending, position)
        seen |= set(now)
    for position in seen:
        assert len({later for later in fetches if later > position}) >= 5
    assert max(seen, default=0) <= max(fetches, default=0)
