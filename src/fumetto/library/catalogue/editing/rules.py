"""Pure: what a change is, how it is turned round, and how values are kept in JSON.

A change is a plain object with an `op`:
`set` fields of a series or episode, `titles` of an episode by language, its `summary`, `place` episodes in a series
at a number, `insert` or `delete` an emptied series, `collect` a series into a collection or `release` it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from fumetto.library.catalogue.kinds import Direction
from fumetto.library.reading.rules import Ranges, merged, without

Change = dict[str, Any]

TURNED = {"insert": "delete", "delete": "insert", "collect": "release", "release": "collect"}
DATES = frozenset({"published_at"})
IDS = frozenset({"cover_page_id", "series_id", "edition_of_id", "id"})
NUMBERS = frozenset({"episode_number", "sort_key"})
MOMENTS = frozenset({"created_at"})


def inverse(changes: Sequence[Change]) -> list[Change]:
    """The changes that undo `changes`, in the order in which they have to be made."""
    return [turned(change) for change in reversed(changes)]


def turned(change: Change) -> Change:
    match change["op"]:
        case "set" | "titles" | "summary":
            return {**change, "before": change["after"], "after": change["before"]}
        case "place":
            moves = [{**move, "from": move["to"], "to": move["from"]} for move in change["moves"]]
            return {**change, "moves": moves, "undoing": not change.get("undoing", False)}
        case op:
            return {**change, "op": TURNED[op]}


def to_json(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


def from_json(column: str, value: Any) -> Any:
    """The value of a column of series or episodes from what `to_json` made of it."""
    if value is None:
        return None
    if column in DATES:
        return date.fromisoformat(value)
    if column in MOMENTS:
        return datetime.fromisoformat(value)
    if column in IDS:
        return uuid.UUID(value)
    if column in NUMBERS:
        return Decimal(value)
    if column == "direction":
        return Direction(value)
    return value


def same(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether two sets of JSON values are equal, numbers by their value ("1.5" and "1.500")."""
    return left.keys() == right.keys() and all(
        Decimal(left[name]) == Decimal(right[name])
        if name in NUMBERS and left[name] is not None and right[name] is not None
        else left[name] == right[name]
        for name in left
    )


def locked_with(locked: Sequence[str], fields: Sequence[str], unlock: Sequence[str]) -> list[str]:
    """The locks after a person set `fields` and gave up `unlock`, sorted."""
    return sorted((set(locked) | set(fields)) - set(unlock))


def parted(now: Ranges, came: Ranges, there: Ranges) -> tuple[Ranges, Ranges]:
    """What was seen of each of two editions that go separate ways again: of the one that came, and of the other.

    `came` and `there` are what was seen of each before they met, `now` what was seen of both together. What was seen
    since then, or is not seen any more, counts for both.
    """
    since = without(now, merged((*came, *there)))
    gone = without(merged((*came, *there)), now)
    return merged((*without(came, gone), *since)), merged((*without(there, gone), *since))
