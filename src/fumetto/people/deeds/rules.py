"""What a deed changed, side by side: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_DEEP = 4


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """(field, before, after) for what differs, in the order of the fields; what lies within is named by dots.

    A field that only one side has is None on the other; so is everything where a side is missing altogether.
    """
    return list(_walk("", old or {}, new or {}, 0))


def _walk(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any], depth: int) -> list[tuple[str, Any, Any]]:
    found: list[tuple[str, Any, Any]] = []
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field), new.get(field)
        name = f"{prefix}{field}"
        both = [side for side in (before, after) if side is not None]
        if both and all(isinstance(side, Mapping) for side in both) and depth < MOST_DEEP:
            found += _walk(f"{name}.", before or {}, after or {}, depth + 1)
        elif before != after:
            found.append((name, before, after))
    return found
