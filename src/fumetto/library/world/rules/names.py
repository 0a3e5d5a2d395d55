"""Finding names in dialogue: whole words in scripts with spaces, runs of characters in those without.

Twenty thousand names cost no more than a few: they are looked up by their first word or character, not tried in turn.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from fumetto.library.world.rules.words import Word, folded, is_unspaced, without_arabic_prefix, words_of

Owner = TypeVar("Owner", bound=Hashable)

MOST_WORDS: Final = 8
SHORTEST_UNSPACED: Final = 2  # one Han character is a word of its own in too many sentences
_KATAKANA: Final = re.compile("[\u30a1-\u30fa\u30fc-\u30ff]")
_NAME_DOT: Final = str.maketrans("", "", "・·=＝")


class Found(NamedTuple, Generic[Owner]):
    """Whose name it is, the folded name, and where it begins in the folded text."""

    owner: Owner
    name: str
    start: int


class NameFinder(Generic[Owner]):
    """Who is named in a text. A name that two have is nobody's: it cannot be told whom it means."""

    def __init__(self, names: Iterable[tuple[str, Owner]]) -> None:
        self._spaced: dict[tuple[str, ...], set[Owner]] = {}
        self._unspaced: dict[str, set[Owner]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._longest = 0
        for name, owner in names:
            self._learn(folded(name), owner)
        self._by_first = {first: sorted(lengths, reverse=True) for first, lengths in self._lengths.items()}

    def _learn(self, name: str, owner: Owner) -> None:
        words = [word.text for word in words_of(name)]
        if not words or len(words) > MOST_WORDS:
            return
        if any(is_unspaced(word) for word in words):
            run = "".join(words).translate(_NAME_DOT)
            if len(run) >= SHORTEST_UNSPACED:
                self._unspaced.setdefault(run, set()).add(owner)
                self._lengths.setdefault(run[0], set()).add(len(run))
        elif len(words) > 1 or len(words[0]) > 1:
            self._spaced.setdefault(tuple(words), set()).add(owner)
            self._longest = max(self._longest, len(words))

    def find(self, text: str) -> list[Found[Owner]]:
        """Every name in a text, the longest where several begin at one word, none inside another."""
        words = list(words_of(folded(text)))
        found: list[Found[Owner]] = []
        index = 0
        while index < len(words):
            if is_unspaced(words[index].text):
                found += self._inside(words[index])
                index += 1
                continue
            taken = self._at(words, index, found)
            index += max(taken, 1)
        return found

    def _at(self, words: list[Word], index: int, found: list[Found[Owner]]) -> int:
        """How many words from `index` on are a name."""
        for count in range(min(self._longest, len(words) - index), 0, -1):
            texts = tuple(word.text for word in words[index : index + count])
            for name in (texts, (without_arabic_prefix(texts[0]), *texts[1:])):
                owners = self._spaced.get(name)
                if owners is not None:
                    if len(owners) == 1:
                        found.append(Found(next(iter(owners)), " ".join(name), words[index].start))
                    return count
        return 0

    def _inside(self, run: Word) -> list[Found[Owner]]:
        text, found, at = run.text, [], 0
        while at < len(text):
            for length in self._by_first.get(text[at], ()):
                name = text[at : at + length]
                owners = self._unspaced.get(name)
                if owners is None or cuts_katakana(text, at, at + length):
                    continue
                if len(owners) == 1:
                    found.append(Found(next(iter(owners)), name, run.start + at))
                at += length - 1
                break
            at += 1
        return found


def cuts_katakana(text: str, start: int, end: int) -> bool:
    """Whether a piece ends within a run of katakana, which is one word: ペッパー is not named in ペッパーズ."""

    def within(at: int) -> bool:
        return 0 < at < len(text) and bool(_KATAKANA.match(text[at - 1]) and _KATAKANA.match(text[at]))

    return within(start) or within(end)


def owners_by_name(names: Mapping[Owner, Iterable[str]]) -> NameFinder[Owner]:
    """A finder of everybody's names."""
    return NameFinder((name, owner) for owner, several in names.items() for name in several)
