"""From text to terms: words are folded and stemmed as their language has it, unspaced scripts are cut into pairs.

Terms are kept as numbers, words' in the lower half of a thousand million, phrases' in the upper: in a scope of V
different words, a word of a question is taken for another one with probability V/(5*10^8) (one in five thousand at
V = 100,000), and it then merely counts as found where it is not. A number is made of the stemmer's name and the stem,
so that a question cut up in several languages meets passages in each by that language's own stems.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeVar

from fumetto.kernel.index.irregular import irregular
from fumetto.kernel.index.stopwords import stop_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TERMS = 1_000_000_000
"""How many numbers there are for terms, as `sparsevec` allows."""
WORDS = TERMS // 2  # of which the first so many are words', and the rest phrases'

LONGEST_TEXT = 1_000_000  # characters that are looked at
MOST_TERMS = 8_000  # different ones of a passage; `sparsevec` holds 16,000, a page of PostgreSQL about 900
KNOWN_WORDS = 100_000  # of a language, kept with their numbers
LONGEST_WORD = 64  # characters; what goes on is cut off
SPREAD = 2_654_435_761  # odd, and far from any ratio of small numbers to TERMS
HIGHEST_COUNT = 7  # of a term in a passage: three bits, see ranking.py

PLAIN = "plain"
PAIRS = "pairs"
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
FOLDED_FIRST = {"catalan", "french", "italian", "portuguese", "spanish"}
"""Stemmers that do nearly as well without accents. They are left out first, so that a question without them finds words
that have them; elsewhere they are left out of the stem."""
ELIDING = {"ca", "fr", "ga", "it"}  # languages in which what stands before an apostrophe is another word

UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003134f"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese characters, and Hangul, whose words take endings without number."""
HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
ASCII_WORDS = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
APOSTROPHES = re.compile("['’ʼ＇]")
# Accents, Hebrew points, Arabic vowels and its stretching mark. Marks of other scripts are letters in all but name.
MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's own name


def analyser(language: str | None) -> str:
    """The Snowball algorithm for a BCP 47 language, or PLAIN."""
    return STEMMERS.get(base(language), PLAIN)


def base(language: str | None) -> str:
    return (language or "").partition("-")[0].partition("_")[0].lower()


def words_of(text: str) -> list[str]:
    """Words as they are, folded to lower case, with what takes no space between them in one piece."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return ASCII_WORDS.findall(text.lower())
    return word_pattern().findall(unicodedata.normalize("NFKC", text).casefold())


def terms_of(text: str, language: str | None) -> tuple[dict[int, int], int]:
    """How often each term is in a text, up to HIGHEST_COUNT, and how many words there are in all.

    Stop words are terms too. Phrases, pairs of words with nothing but stop words between them, are counted once.
    """
    known = known_words(analyser(language), base(language))
    cut = [known[word] for word in words_of(text)]
    counts = Counter(chain.from_iterable([terms for terms, _ in cut]))
    said = list(chain.from_iterable([telling for _, telling in cut]))
    terms = dict.fromkeys(map(phrase, said[:MOST_TERMS], said[1:]), 1)
    terms.update(counts.most_common(MOST_TERMS) if len(counts) > MOST_TERMS else counts)
    terms.update([(term, HIGHEST_COUNT) for term, count in terms.items() if count > HIGHEST_COUNT])
    return terms, counts.total()


Term = TypeVar("Term", int, "NDArray[np.int64]")


def phrase(first: Term, second: Term) -> Term:
    """The term that stands for two others in this order; of arrays, one by one."""
    return (first * SPREAD + second) % WORDS + WORDS + 1


class KnownWords(dict[str, tuple[tuple[int, ...], tuple[int, ...]]]):
    """The terms of words, and those among them that phrases are made of, worked out when a word is first met."""

    def __init__(self, name: str, language: str) -> None:
        super().__init__()
        self.name = name
        self.language = language

    def __missing__(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if len(self) >= KNOWN_WORDS:
            self.clear()
        cut = list(stems(word, self.name, eliding=self.language in ELIDING, asked=False))
        telling = (
            ()
            if is_stop_word(word, self.language)
            else tuple(number(tag, stem) for tag, stem in cut if tag != PAIRS and not is_stop_word(stem, self.language))
        )
        found = self[word] = (tuple(number(tag, stem) for tag, stem in cut), telling)
        return found


@cache
def known_words(name: str, language: str) -> KnownWords:
    """Of a language by its two letters, as the stemmer of this name cuts them."""
    return KnownWords(name, language)


def stems(word: str, name: str, *, eliding: bool, asked: bool) -> Iterator[tuple[str, str]]:
    """The stems of one word of `words_of`, each with the tag that its number is made with.

    asked: of a question, in which single characters are looked for only where they stand alone.
    """
    if unspaced().match(word):
        if len(word) == 1 or not asked:
            yield from ((PAIRS, character) for character in word if len(word) == 1 or HAN.match(character))
        yield from ((PAIRS, word[at : at + 2]) for at in range(len(word) - 1))
        return
    parts = APOSTROPHES.split(word) if eliding else [APOSTROPHES.sub("'", word)]
    for part in parts:
        if part:
            yield name, folded(stemmed(part[:LONGEST_WORD], name))


def stemmed(word: str, name: str) -> str:
    if name == PLAIN:
        return word
    if name == "english":
        word = irregular().get(word, word)
    return _stemmer(name).stemWord(folded(word) if name in FOLDED_FIRST else word)


@cache
def _stemmer(name: str) -> _Stemmer:
    import Stemmer

    made: _Stemmer = Stemmer.Stemmer(name)
    return made


def folded(word: str) -> str:
    """Without accents, which people leave out when they look for something."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFD", word)))


def number(tag: str, stem: str) -> int:
    """The number of a word's term, from 1 to WORDS."""
    digest = hashlib.blake2b(f"{tag}:{stem}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % WORDS + 1


def is_stop_word(word: str, language: str | None) -> bool:
    return word in stop_words(base(language))


@cache
def word_pattern() -> re.Pattern[str]:
    """Runs of an unspaced script, or of letters, digits and the marks that belong to them, with apostrophes inside."""
    marks = "".join(ranges_of({"Mn", "Mc"}))
    letter = rf"(?![{UNSPACED}])[^\W_]"
    inside = rf"(?:{letter}|[{marks}])"
    return re.compile(rf"[{UNSPACED}]+|{letter}{inside}*(?:['’ʼ＇]{inside}+)*")


@cache
def unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


def ranges_of(categories: set[str]) -> Iterator[str]:
    """The characters of some Unicode categories in the Basic Multilingual Plane, as ranges for a regular expression."""
    start = None
    for code in range(0x10000):
        inside = unicodedata.category(chr(code)) in categories
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            yield f"\\u{start:04x}-\\u{code - 1:04x}"
            start = None
