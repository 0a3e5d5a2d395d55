"""Pure decisions of conversations: what they are called, and how messages that may not be told of are folded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

TITLE: Final = 80  # characters of a question that a conversation is called by
FRESH: Final = timedelta(seconds=15)
"""How long nothing may be heard of who works on a question before it counts as lost."""

T = TypeVar("T")


def title_of(question: str | None) -> str:
    """What a conversation is called by its first question: its beginning, cut between words."""
    words = " ".join((question or "").split())
    if len(words) <= TITLE:
        return words
    head = words[: TITLE - 1]
    cut = head.rpartition(" ")[0]
    return (cut if len(cut) > TITLE // 2 else head).rstrip(" ,;:.") + "…"


def as_one_line(text: str) -> str:
    """A title as it is kept: without what does not print, and without line breaks."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(kept.split())


def storable(value: Any) -> Any:
    """JSON as the database takes it: without NUL and halves of characters, which a model's text may hold."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value


def folded(items: Iterable[T | None]) -> list[T | int]:
    """The same with each run of None as how many they are."""
    found: list[T | int] = []
    for item in items:
        if item is not None:
            found.append(item)
        elif found and isinstance(found[-1], int):
            found[-1] += 1
        else:
            found.append(1)
    return found
