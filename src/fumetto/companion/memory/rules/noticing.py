"""What a reader says about themselves, by the patterns of noticing.yaml.

Only plain statements count: no questions, nothing in quotation marks, which are somebody else's words, and no wishes.
What is not in the patterns is not noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fumetto.companion.memory.model import FactKind
from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_suffix(".yaml")
LANGUAGES: Final = Path(__file__).with_name("languages.yaml")
QUOTED: Final = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|„[^“”]*[“”]|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")
SENTENCE: Final = re.compile(r"([^.!?;:\n…]+)([.!?;:\n…]*)")
AND: Final = re.compile(r"\s+(?:and|et|e|ed|&)\s+|\s*/\s*")
MOST_NOTICED: Final = 6  # of one message
LONGEST_THING: Final = 40  # characters
MOST_WORDS: Final = 4
LONGEST_CLAUSE: Final = 200
KINDS: Final = (FactKind.DISLIKES, FactKind.LIKES, FactKind.CALLS, FactKind.IS_CALLED, FactKind.READS_IN)
SPOKEN: Final = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that a reader said. `thing` is what they like, or whom they call `to`; a language's code."""

    kind: FactKind
    thing: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """How one language says such things."""

    patterns: tuple[tuple[FactKind, re.Pattern[str]], ...]
    stop: frozenset[str]
    not_things: frozenset[str]


def notice(text: str, language: str) -> list[Noticed]:
    """What a message tells of its writer, each once."""
    ways = ways_of_telling().get(language.split("-")[0].lower())
    if ways is None:
        return []
    found: dict[Noticed, None] = {}
    for clause in clauses(QUOTED.sub(" ", text)):
        for kind, pattern in ways.patterns:
            if match := pattern.fullmatch(clause):
                found |= dict.fromkeys(told(kind, match, ways))
                break
    return list(found)[:MOST_NOTICED]


def clauses(text: str) -> Iterator[str]:
    """The parts of statements between commas; of a question, what comes before its last comma."""
    for match in SENTENCE.finditer(text):
        parts = [" ".join(part.split()) for part in match[1].split(",")]
        yield from (part for part in (parts[:-1] if "?" in match[2] else parts) if 0 < len(part) <= LONGEST_CLAUSE)


def told(kind: FactKind, match: re.Match[str], ways: Ways) -> Iterator[Noticed]:
    thing = match["thing"]
    if kind is FactKind.READS_IN:
        if code := codes_by_name().get(thing.lower()):
            yield Noticed(kind, code)
    elif kind is FactKind.CALLS:
        if match["to"][0].isupper():
            yield Noticed(kind, thing, match["to"])
    elif kind is FactKind.IS_CALLED:
        if thing[0].isupper():
            yield Noticed(kind, " ".join(word for word in thing.split() if word[0].isupper()))
    else:
        yield from (Noticed(kind, one) for part in AND.split(thing) if (one := named(part.split(), ways)))


def named(words: Iterable[str], ways: Ways) -> str:
    """A thing without what is told of it; nothing where it is none that can be known again."""
    kept: list[str] = []
    for word in words:
        if word.lower() in ways.stop or not SPOKEN.fullmatch(word):
            break
        kept.append(word)
    text = " ".join(kept)
    if not kept or kept[0].lower() in ways.not_things or len(kept) > MOST_WORDS or len(text) > LONGEST_THING:
        return ""
    return text


@cache
def ways_of_telling() -> dict[str, Ways]:
    """By language, from noticing.yaml."""
    listed: dict[str, dict[str, Any]] = read_shipped(FILE)
    return {
        language: Ways(
            tuple(
                (kind, re.compile(rf"(?:(?:{ways['leading']})\b[, ]*)*{pattern}", re.IGNORECASE))
                for kind in KINDS
                for pattern in ways[kind.value]
            ),
            frozenset(ways["stop"].split()),
            frozenset(ways["not_things"].split()),
        )
        for language, ways in listed.items()
    }


@cache
def codes_by_name() -> dict[str, str]:
    listed: dict[str, str] = read_shipped(LANGUAGES)
    return {name: code for code, names in listed.items() for name in names.split()}
