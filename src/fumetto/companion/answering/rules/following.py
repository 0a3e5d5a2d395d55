"""Questions that go on from the one before, as "And who is she?": whom or what they mean, of what was said last."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_suffix(".yaml")


def pointing(text: str, language: str) -> str | None:
    """The first word of a question that stands for somebody or something named before, if there is one."""
    found = pointers().get(language)
    match = found.search(text) if found else None
    return match.group() if match else None


def meaning(text: str, pointer: str, name: str) -> str:
    """The question with a name in that word's place."""
    return re.sub(rf"(?<!\w){re.escape(pointer)}(?!\w)", name, text, count=1)


@cache
def pointers() -> dict[str, re.Pattern[str]]:
    """By language, from following.yaml."""
    listed: dict[str, str] = read_shipped(FILE)
    return {
        language: re.compile(rf"(?<!\w)(?:{'|'.join(words.split())})(?!\w)", re.IGNORECASE)
        for language, words in listed.items()
    }
