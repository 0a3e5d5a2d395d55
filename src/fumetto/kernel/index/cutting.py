"""Many texts cut up at once, to what `terms_of` makes of each: words are looked up one by one, and everything after
that is done for all texts together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from fumetto.kernel.index.analysis import (
    HIGHEST_COUNT,
    KNOWN_WORDS,
    MOST_TERMS,
    WORDS,
    KnownWords,
    analyser,
    base,
    known_words,
    phrase,
    terms_of,
    words_of,
)
from fumetto.kernel.index.rows import Rows

if TYPE_CHECKING:
    from fumetto.kernel.index.rows import Numbers

BITS = 30  # that hold any term


class Cut(NamedTuple):
    """words: how many each text has. sizes: how many different terms each has. terms: text after text, and sorted in
    each. counts: how often each of these is there."""

    words: Numbers
    sizes: Numbers
    terms: Numbers
    counts: Numbers


class Lexicon:
    """The words met so far by the row of their terms: all that stand for them, and those that phrases are made of."""

    def __init__(self) -> None:
        self.languages: dict[str, Words] = {}
        self.terms = Rows()
        self.telling = Rows()

    def words_of(self, language: str | None) -> Words:
        name = base(language)
        found = self.languages.get(name)
        if found is None:
            found = self.languages[name] = Words(self, known_words(analyser(language), name))
        return found


class Words(dict[str, int]):
    """The rows of a language's words, added when a word is first met."""

    def __init__(self, lexicon: Lexicon, known: KnownWords) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.known = known

    def __missing__(self, word: str) -> int:
        terms, telling = self.known[word]
        row = self[word] = len(self.lexicon.terms)
        self.lexicon.terms.append(terms)
        self.lexicon.telling.append(telling)
        return row


_lexicon = Lexicon()


def lexicon() -> Lexicon:
    """The one in use, begun anew when it has become large."""
    global _lexicon
    if len(_lexicon.terms) > KNOWN_WORDS:
        _lexicon = Lexicon()
    return _lexicon


def cut_up(texts: Sequence[str], languages: Sequence[str | None]) -> Cut:
    """languages: one for each text."""
    import numpy as np

    found = lexicon()
    flat: list[int] = []
    sizes = []
    long: dict[int, tuple[dict[int, int], int]] = {}
    for at, (text, language) in enumerate(zip(texts, languages, strict=True)):
        before = len(flat)
        flat += map(found.words_of(language).__getitem__, words_of(text))
        if len(flat) - before > MOST_TERMS:
            del flat[before:]
            long[at] = terms_of(text, language)
        sizes.append(len(flat) - before)
    rows = np.array(flat, np.int64)
    owners = np.repeat(np.arange(len(texts)), sizes)
    words, by = found.terms.taken(rows, owners)
    telling, said_by = found.telling.taken(rows, owners)
    lengths = np.bincount(by, minlength=len(texts))
    first, second = telling[:-1], telling[1:]
    together = said_by[:-1] == said_by[1:]
    phrases = phrase(first[together], second[together])
    keys, counts = np.unique(
        np.concatenate([by << BITS | words, said_by[1:][together] << BITS | phrases]), return_counts=True
    )
    counts = np.where(keys & (1 << BITS) - 1 > WORDS, 1, np.minimum(counts, HIGHEST_COUNT))
    for at, (terms, length) in long.items():
        numbers = sorted(terms)
        start = int(np.searchsorted(keys, at << BITS))
        keys = np.insert(keys, start, np.array(numbers) | at << BITS)
        counts = np.insert(counts, start, [terms[number] for number in numbers])
        lengths[at] = length
    return Cut(lengths, np.bincount(keys >> BITS, minlength=len(texts)), keys & (1 << BITS) - 1, counts)
