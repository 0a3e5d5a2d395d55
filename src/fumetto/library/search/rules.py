"""Pure decisions of searching: what it takes to find a thing, and which words of it were found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from fumetto.kernel.index import Span
from fumetto.kernel.index.analysis import ELIDING, analyser, base, number, stems, word_pattern

MOST_ALTERNATIVES: Final = 64
"""Evidences of one thing that the index is told of: what is proved more often is known early anyway."""

Alternatives = tuple[tuple[Span, ...], ...]


def span_of(position: int) -> Span:
    """The place of a page. Ledgers hold whole cells, of which it is the first position."""
    return (position, position + 1)


def combined(one: Alternatives, other: Alternatives) -> Alternatives:
    """What it takes to know both: every way to know the one with every way to know the other."""
    pairs = dict.fromkeys(tuple(sorted({*left, *right})) for left in one for right in other)
    return tuple(sorted(pairs, key=lambda spans: spans[-1:]))[:MOST_ALTERNATIVES]


def found_in(text: str, language: str | None, terms: Collection[int]) -> list[tuple[int, int]]:
    """Where in a text the words lie whose terms were looked for: start and end, in characters, in order.

    A text of an unspaced script is found by pairs of characters, and marked by them.
    """
    name, eliding = analyser(language), base(language) in ELIDING
    ranges: list[tuple[int, int]] = []
    for match in word_pattern().finditer(text):
        word = unicodedata.normalize("NFKC", match.group()).casefold()
        places = _parts(word, name, eliding, terms)
        if len(word) != len(match.group()):
            places = [(0, len(match.group()))] if places else []
        ranges += [(match.start() + start, match.start() + end) for start, end in places]
    return _joined(ranges)


def _parts(word: str, name: str, eliding: bool, terms: Collection[int]) -> list[tuple[int, int]]:
    cut = list(stems(word, name, eliding=eliding, asked=False))
    if not cut or cut[0][0] == name:
        return [(0, len(word))] if any(number(tag, stem) in terms for tag, stem in cut) else []
    found = {stem for tag, stem in cut if number(tag, stem) in terms}
    return [(at, at + len(stem)) for stem in sorted(found) for at in range(len(word)) if word.startswith(stem, at)]


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
