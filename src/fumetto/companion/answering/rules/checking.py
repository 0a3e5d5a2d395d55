"""The check on the way out: whether a sentence that a model wrote says only what the reader may know.

A model may know the book. So a sentence passes when

1. each of its words is in the evidence, a known name, the question, or the list of its language's common words, of
   which a word that is capitalised inside a sentence gets no help, nor does a number: those name things; and
2. its claim is in the evidence: in some two sentences that follow one another there are enough of its words, rare ones
   counting more, and all of its names. The question is no evidence; a sentence that says nothing of its own, such as
   "Yes", claims what the question asks.

Nothing here consults what lies beyond. A language without a list gets quotations only. Rates of what is let through and
withheld wrongly: docs/reference/answering.md.
"""

from __future__ import annotations

import gzip
import itertools
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from fumetto.kernel.index.analysis import base, folded, is_stop_word, terms_of, word_pattern
from fumetto.library.public import sentences_of

LISTS: Final = Path(__file__).resolve().parent.parent / "words"
ENOUGH: Final = 0.8  # of the weight of what is claimed, that two sentences of the evidence have to have
UNCOMMON: Final = 1.2  # weight of a word that its language's list has not; the commonest has near 0
AGREEING: Final = frozenset({"yes", "no", "oui", "non", "si", "sì", "sí"})  # say nothing by themselves
SPEAKS: Final = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence. `terms`: its stems, as numbers; `names`: written as a name is, or a number."""

    text: str
    terms: frozenset[int]
    names: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passes`, or why not: the words that nobody may know of, or how much of the claim was found (0 to 1)."""

    passes: bool
    unknown: tuple[str, ...] = ()
    share: float = 1.0


class Checker:
    """Checks the sentences of one answer against what may be known: evidence and the names of the roster."""

    def __init__(self, language: str, evidence: Iterable[str], names: Iterable[str], question: str) -> None:
        self.language = base(language)
        self.common = common_words(self.language)
        windows = [window for text in evidence for window in windows_of(text)]
        self.windows = [frozenset(terms_of(window, language)[0]) for window in windows]
        self.known = frozenset().union(*self.windows, *(terms_of(name, language)[0] for name in names))
        self.asked = words_in(question, self.language)
        self.allowed = self.known | {term for word in self.asked for term in word.terms}

    def check(self, sentence: str) -> Verdict:
        """Whether a sentence may be sent."""
        words = words_in(sentence, self.language)
        if not self.common:
            return Verdict(False, tuple(word.text for word in words), 0.0)
        unknown = tuple(word.text for word in words if not self.may_be_said(word))
        if unknown:
            return Verdict(False, unknown, 0.0)
        claim = [word for word in words if word.tells] or [word for word in self.asked if word.tells]
        share = self.found(claim)
        return Verdict(share >= ENOUGH, (), share)

    def may_be_said(self, word: Word) -> bool:
        if word.terms & self.allowed:
            return True
        return not word.names and word.text.lower() in self.common

    def found(self, claim: Sequence[Word]) -> float:
        """How much of a claim the two sentences of the evidence have that have most of it: 1 where nothing is claimed
        at all, 0 where one of its names is not there."""
        weights = {word: self.weight(word) for word in claim}
        whole = sum(weights.values())
        if not whole:
            return 1.0
        return max((self.share(weights, window) / whole for window in self.windows), default=0.0)

    def share(self, weights: Mapping[Word, float], window: Collection[int]) -> float:
        has = {word: not word.terms.isdisjoint(window) for word in weights}
        if any(word.names and not has[word] for word in weights):
            return 0.0
        return sum(weight for word, weight in weights.items() if has[word])

    def weight(self, word: Word) -> float:
        rank = self.common.get(word.text.lower())
        return UNCOMMON if rank is None or word.names else math.log(2 + rank) / math.log(2 + len(self.common))


def words_in(sentence: str, language: str) -> list[Word]:
    """The words of a sentence. One that begins it may be capitalised for that alone."""
    text = unicodedata.normalize("NFKC", sentence)
    found = []
    for place, match in enumerate(word_pattern().finditer(text)):
        word = match.group()
        capital = word[0].isupper() and (place > 0 or word[1:].lower() != word[1:]) and word != "I"
        names = capital or any(letter.isdigit() for letter in word)
        tells = names or not (word.lower() in AGREEING or is_stop_word(word.lower(), language))
        found.append(Word(word, frozenset(terms_of(word, language)[0]), names, tells))
    return found


def windows_of(text: str) -> list[str]:
    """Each two sentences of a text that follow one another; the only one where there is one."""
    sentences = [sentence for sentence in sentences_of(text) if SPEAKS.search(sentence)]
    if len(sentences) < 2:
        return sentences
    return [" ".join(pair) for pair in itertools.pairwise(sentences)]


@lru_cache(maxsize=8)
def common_words(language: str) -> Mapping[str, int]:
    """The commonest words of a language with their ranks, from 0; none for a language without a list."""
    file = LISTS / f"{language}.txt.gz"
    if language not in languages_with_lists():
        return {}
    words = gzip.decompress(file.read_bytes()).decode().splitlines()
    return {word: rank for rank, word in enumerate(words)} | {
        folded(word): rank for rank, word in reversed(list(enumerate(words)))
    }


@cache
def languages_with_lists() -> frozenset[str]:
    return frozenset(file.name.partition(".")[0] for file in LISTS.glob("*.txt.gz"))
