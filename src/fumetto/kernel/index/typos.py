"""Words that are nowhere in a scope, and what may have been meant by them: words of the scope one slip away.

A slip is a letter too many or too few, another in its place, or two that changed places. The slips are made of the
question's word, and the scope is asked which of them it has: no list of words is kept, so there is none that could name
what lies beyond the scope, and nothing to keep current.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from fumetto.kernel.index.analysis import PLAIN, analyser, folded, number, stemmed, words_of

SHORTEST = 4  # letters, below which too many words are one slip away
LONGEST = 32
MOST_WORDS = 4  # of a question that are looked into

ALPHABETS = {
    "LATIN": string.ascii_lowercase,
    "GREEK": "αβγδεζηθικλμνξοπρστυφχψως",
    "CYRILLIC": "абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґљњћђџјў",
    "HEBREW": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "ARABIC": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپچژگکی",
    "ARMENIAN": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "GEORGIAN": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
}


def may_be_misspelt(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and alphabet_of(word) is not None


def alphabet_of(word: str) -> str | None:
    """The letters of the script that a word's first letter is of; None for scripts not spelt letter by letter."""
    return ALPHABETS.get(unicodedata.name(word[0], "").partition(" ")[0])


def slips(word: str) -> Iterator[str]:
    """Every word one slip away, some of them twice."""
    alphabet = alphabet_of(word) or ""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1 and after[0] != after[1]:
            yield before + after[1] + after[0] + after[2:]
        for letter in alphabet:
            yield before + letter + after
            if after and letter != after[0]:
                yield before + letter + after[1:]


def meant_by(word: str, languages: Iterable[str | None]) -> dict[int, str]:
    """The terms that may have been meant, likeliest first, each with how it is spelt: letters that are others, or in
    another order, come before letters too many or too few."""
    ways = sorted({analyser(language) for language in languages} or {PLAIN})
    own = {number(name, folded(stemmed(word, name))) for name in ways}
    found: dict[int, str] = {}
    for spelling in sorted(set(slips(word)), key=lambda slip: (abs(len(slip) - len(word)), slip)):
        for name in ways:
            term = number(name, folded(stemmed(spelling, name)))
            if term not in own:
                found.setdefault(term, spelling)
    return found


def corrected(text: str, instead: Mapping[str, str]) -> str:
    """A text with some of its words replaced, and as the index reads it otherwise."""
    return " ".join(instead.get(word, word) for word in words_of(text))
