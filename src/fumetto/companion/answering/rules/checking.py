"""The check on the way out: whether a sentence that a model wrote says only what the reader may know.

A model may know the book. So a sentence passes when

1. each of its words is in the evidence, a known name, the question, or the list of its language's common words, of
   which a word that is capitalised inside a sentence gets no help, nor does a number or a lone letter: those name
   things, and letters spell them;
2. its claim is in the evidence: some two sentences that follow one another have each of its words that tell something,
   but for the very commonest, and these make up most of it by weight, rare ones counting more. The question is no
   evidence; a sentence that says nothing of its own, such as "Yes", claims what the question asks; and
3. its other words do not tell by themselves: there is no long run of them, it denies nothing where the evidence does
   not ("Ada is no more"), where it has nothing but names, they are linked by the words of `linking.yaml` alone, and
   what it puts between quotation marks stands so in the evidence, word for word.

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
from fumetto.kernel.text.shipped import read_shipped
from fumetto.library.public import sentences_of

SMALL: Final = Path(__file__).with_name("linking.yaml")
LISTS: Final = Path(__file__).resolve().parent.parent / "words"
ENOUGH: Final = 0.8  # of the weight of what is claimed, that two sentences of the evidence have to have
COMMONEST: Final = 100  # words, which need not be in the evidence: "one", "time"
MOST_EMPTY: Final = 5  # words in a row that tell nothing
SHORT: Final = 4  # words of a sentence that only agrees
SPELLED: Final = 4  # letters, from which the first ones of an answer's sentences may spell a word
UNCOMMON: Final = 1.2  # weight of a word that its language's list has not; the commonest has near 0
AGREEING: Final = frozenset({"yes", "no", "oui", "non", "si", "sì", "sí"})  # say nothing by themselves
QUOTATION: Final = re.compile('["“”„‟«»]')
QUOTED_AT_LEAST: Final = 2  # words between marks; one alone is only held up
SPEAKS: Final = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence. `terms`: its stems, as numbers; `names`: written as a name is, or a number."""

    text: str
    terms: frozenset[int]
    names: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A text that may be known. `also`: what belongs to each of its sentences, as who speaks them and on which page."""

    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The terms of two sentences that follow one another, whether they deny something, and the place of what they are
    from."""

    terms: frozenset[int]
    denies: bool
    of: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passes`, or why not: the words that nobody may know of, or how much of the claim was found (0 to 1).

    `rests_on`: the places of the evidence that has the claim.
    """

    passes: bool
    unknown: tuple[str, ...] = ()
    share: float = 1.0
    rests_on: tuple[int, ...] = ()


class Checker:
    """Checks the sentences of one answer against what may be known: evidence and the names of the roster."""

    def __init__(self, language: str, evidence: Iterable[str | Known], names: Iterable[str], question: str) -> None:
        self.language = base(language)
        self.common = common_words(self.language)
        self.small = small_words().get(self.language, {})
        self.windows: list[Window] = []
        self.spoken = [plain(one if isinstance(one, str) else one.text) for one in evidence] + [plain(question)]
        terms: dict[str, frozenset[int]] = {}  # names belong to many passages

        def said(text: str) -> frozenset[int]:
            if text not in terms:
                terms[text] = frozenset(terms_of(text, language)[0])
            return terms[text]

        for place, one in enumerate(evidence):
            known = Known(one) if isinstance(one, str) else one
            also: frozenset[int] = frozenset().union(*(said(each) for each in known.also))
            for window in windows_of(known.text):
                self.windows.append(Window(said(window) | also, self.denies(word_pattern().findall(window)), place))
        self.known = frozenset().union(*(window.terms for window in self.windows), *(said(name) for name in names))
        self.asked = words_in(question, self.language)
        self.allowed = self.known | {term for word in self.asked for term in word.terms}

    def check(self, sentence: str) -> Verdict:
        """Whether a sentence may be sent."""
        words = words_in(sentence, self.language)
        if not self.common:
            return Verdict(False, tuple(word.text for word in words), 0.0)
        unknown = tuple(word.text for word in words if not self.may_be_said(word))
        if unknown or rambles(words) or not self.quotes(sentence):
            return Verdict(False, unknown, 0.0)
        claim = [word for word in words if word.tells]
        if not claim:
            if not words or words[0].text.lower() not in AGREEING or len(words) > SHORT:
                return Verdict(False, (), 0.0)
            return self.found([word for word in self.asked if word.tells], denies=False)
        if all(word.names for word in claim) and not all(self.links(word) for word in words if not word.tells):
            return Verdict(False, (), 0.0)
        return self.found(claim, denies=self.denies(word.text for word in words))

    def quotes(self, sentence: str) -> bool:
        """Whether what a sentence puts between quotation marks stands so in the evidence, word for word. A mark that
        is not closed quotes to the end."""
        said = (plain(part) for part in QUOTATION.split(unicodedata.normalize("NFKC", sentence))[1::2])
        return all(any(part in text for text in self.spoken) for part in said if part.count(" ") > QUOTED_AT_LEAST)

    def links(self, word: Word) -> bool:
        return word.text.lower() in self.small.get("linking", ())

    def denies(self, words: Iterable[str]) -> bool:
        """Whether something is denied, as by "not" or "nobody"."""
        denying = self.small.get("denying", frozenset())
        return any(
            word.lower().endswith(("n't", "n’t")) or not denying.isdisjoint(re.split("['’]", word.lower()))
            for word in words
        )

    def may_be_said(self, word: Word) -> bool:
        if word.terms & self.allowed:
            return True
        if len(word.text) == 1 and word.tells:
            return False
        return not word.names and word.text.lower() in self.common

    def found(self, claim: Sequence[Word], *, denies: bool) -> Verdict:
        """Where a claim is found, and how much of it in the two sentences that have most of it: all of it where
        nothing is claimed, nothing where one of its names is not there."""
        weights = {word: self.weight(word) for word in claim}
        whole = sum(weights.values())
        if not whole:
            return Verdict(True)
        shares = [(self.share(weights, window.terms) / whole, window) for window in self.windows]
        most = max((share for share, _ in shares), default=0.0)
        resting = [
            (share, window)
            for share, window in shares
            if share >= ENOUGH and self.tells(claim, window.terms) and (window.denies or not denies)
        ]
        resting.sort(key=lambda one: -one[0])
        return Verdict(bool(resting), (), most, tuple(dict.fromkeys(window.of for _, window in resting)))

    def tells(self, claim: Sequence[Word], window: Collection[int]) -> bool:
        """Whether a window has every word of a claim, but for the commonest."""
        return all(
            not word.terms.isdisjoint(window)
            or (not word.names and self.common.get(word.text.lower(), COMMONEST) < COMMONEST)
            for word in claim
        )

    def spells(self, initials: str) -> bool:
        """Whether the last of an answer's first letters spell a word that is not known."""
        ends = (initials[start:].lower() for start in range(len(initials) - SPELLED + 1))
        return any(end in self.common and not set(terms_of(end, self.language)[0]) & self.allowed for end in ends)

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


def plain(text: str) -> str:
    """The words of a text alone, each between spaces."""
    return f" {' '.join(folded(word.lower()) for word in word_pattern().findall(unicodedata.normalize('NFKC', text)))} "


def rambles(words: Sequence[Word]) -> bool:
    """Whether there is a long run of words that tell nothing."""
    return any(
        not tells and sum(1 for _ in run) > MOST_EMPTY
        for tells, run in itertools.groupby(words, lambda word: word.tells)
    )


def windows_of(text: str) -> list[str]:
    """Each two sentences of a text that follow one another; the only one where there is one."""
    sentences = [sentence for sentence in sentences_of(text) if SPEAKS.search(sentence)]
    if len(sentences) < 2:
        return sentences
    return [" ".join(pair) for pair in itertools.pairwise(sentences)]


@cache
def small_words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By language, from linking.yaml: words that only link, and words that deny."""
    listed: dict[str, dict[str, str]] = read_shipped(SMALL)
    return {
        language: {kind: frozenset(words.split()) for kind, words in kinds.items()}
        for language, kinds in listed.items()
    }


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
