"""Text as names and statements are looked for in it: folded, in words or in characters, and cut into sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

MARKS: Final = re.compile(
    "[\u0300-\u036f\u064b-\u065f\u0670\u0640\u05b0-\u05c7\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Accents, vowel points, and what only steers how a text is set: no two names differ by them alone."""

UNSPACED: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uac00-\ud7a3"  # Hangul: spaced, but its particles cling to names
    "\U00020000-\U0003ffff"
)
_WORD: Final = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+(?:['’ʼ][^\W\d_{UNSPACED}]+)*")
_UNSPACED: Final = re.compile(rf"[{UNSPACED}]")
_ARABIC_PREFIX: Final = re.compile("^[وفبلك](?=.{3})")  # and, so, by, for, as
_ELISION: Final = re.compile(r"^(?:[cdjlmnst]|qu|gl|dell|all|nell|dall|sull|un)['’ʼ](?=\w{2})", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"['’ʼ]s?$")


def folded(text: str) -> str:
    """Without case, accents, width and vowel points. Kana keep their voicing marks: they tell words apart."""
    decomposed = MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", decomposed).casefold()


class Word(NamedTuple):
    """A folded word, or a run of a script without spaces, with where it begins and ends in the folded text."""

    text: str
    start: int
    end: int


def is_unspaced(text: str) -> bool:
    """Whether a word is of a script whose words are not set apart, so that names are looked for inside of it."""
    return bool(_UNSPACED.match(text))


def words_of(text: str) -> Iterator[Word]:
    """The words of a folded text in their order; possessives and elided articles are left off."""
    for found in _WORD.finditer(text):
        word, start = found.group(), found.start()
        if elided := _ELISION.match(word):
            start += elided.end()
            word = word[elided.end() :]
        bare = _POSSESSIVE.sub("", word)
        if bare:
            yield Word(bare, start, start + len(bare))


def without_arabic_prefix(word: str) -> str:
    """An Arabic word without the conjunction or preposition written onto it; others as they are."""
    return _ARABIC_PREFIX.sub("", word)


STOPS: Final = re.compile(
    r"""(?P<end>[.!?…]+['"”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*|\n{2,}|[؟۔]+(?=\s))\s*""",
)
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(\"'“‘«])(?:mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|e\.g|i\.e|cf|ep|eps|episode|vol|no|nr|p|pp|fig|approx|ca|"
    r"m|mme|mlle|p\.ex|z\.b|d\.h|bzw|usw|sig|ecc|núm|[a-z])\.$",
    re.IGNORECASE,
)
LONGEST: Final = 1000


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, in any language that ends them with a mark; what has none is cut after 1,000 letters."""
    begin = 0
    for stop in STOPS.finditer(text):
        end = stop.end("end")
        following = text[stop.end() : stop.end() + 1]
        dotted = stop.group("end").strip("'\"”’»)]") == "."
        if dotted and (following.islower() or _ABBREVIATED.search(text[max(begin, end - 12) : end])):
            continue
        yield from pieces_of(text[begin:end])
        begin = stop.end()
    yield from pieces_of(text[begin:])


def pieces_of(sentence: str) -> list[str]:
    """A sentence, in several pieces where it is longer than anybody would want to place as one."""
    rest = " ".join(sentence.split())
    pieces = []
    while len(rest) > LONGEST:
        at = max(rest.rfind("; ", 0, LONGEST), rest.rfind(", ", 0, LONGEST), rest.rfind("、", 0, LONGEST))
        if at < LONGEST // 3:
            at = rest.rfind(" ", LONGEST // 3, LONGEST)
        cut = at + 1 if at > 0 else LONGEST
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in [*pieces, rest] if piece and any(letter.isalnum() for letter in piece)]
