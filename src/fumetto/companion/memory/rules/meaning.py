"""Whether two questions mean the same, as far as rules can tell, so that one may be given what was found for the other.

A question is brought into a form that is the same for those that differ in wording only: what leads into it goes, what
asks comes first, a sentence that is turned round ("brewed by") is turned back, an owner follows what they own, words
are stemmed, and a few that mean the same become one. Whatever else is in it stays, in its order: negations, numbers,
names, and who does what to whom. So two with the same form hardly ever mean different things; many that mean the same
have different forms, and are searched for again, which costs a few milliseconds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fumetto.kernel.index.analysis import analyser, stemmed
from fumetto.kernel.text.shipped import read_shipped

FILE: Final = Path(__file__).with_suffix(".yaml")
PAIRS: Final = Path(__file__).with_name("pairs.yaml")
APOSTROPHES: Final = re.compile("[’ʼ＇]")
WORD: Final = re.compile(r"[^\W_]+(?:'s)?", re.UNICODE)
OWNER: Final = re.compile(r"^(.+)'s$")
ENDING: Final = " \t\n?!.…,;:¿¡"
LONGEST: Final = 300  # characters of a question that others are compared with
NUMBERS: Final = {
    word: str(number)
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    )
    for number, word in enumerate(words.split())
    if word != "un"
}


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language words questions."""

    language: str
    instead: tuple[tuple[re.Pattern[str], str], ...]
    empty: frozenset[str]
    be: frozenset[str]
    same: dict[str, str]
    asks: dict[str, str]
    passive: frozenset[str]
    by: frozenset[str]


def normalised(text: str) -> str:
    """A question without what makes no difference to a search: case, spaces, and how it ends."""
    plain = APOSTROPHES.sub("'", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(plain.split()).strip(ENDING)


def hash_of(text: str) -> str:
    return hashlib.sha256(normalised(text).encode("utf-8", "surrogatepass")).hexdigest()


def form_of(text: str, language: str) -> tuple[str, ...]:
    """A question's form; nothing in a language whose wording is not known, and of one that is too long."""
    wording = wordings().get(language.partition("-")[0].lower())
    plain = normalised(text)
    if wording is None or len(plain) > LONGEST:
        return ()
    for pattern, instead in wording.instead:
        plain = pattern.sub(instead, plain)
    words = WORD.findall(plain)
    turned = any(word in wording.by for word in words) and any(word in wording.passive for word in words)
    words = owners_last(words, wording)
    asked = sorted({wording.asks[word] for word in words if word in wording.asks})
    is_something = not turned and any(word in wording.be for word in words)
    left_out = wording.asks.keys() | wording.empty | wording.be
    told = [word for word in words if word not in left_out]
    if turned:
        told = [word for word in told if word not in wording.by][::-1]
    flags = [f"?{one}" for one in asked] + ["=be"] * is_something
    return (wording.language, *flags, *(reduced(word, wording) for word in told))


def owners_last(words: Sequence[str], wording: Wording) -> list[str]:
    """ "Pepper's cat" as "the cat of Pepper"."""
    ordered = list(words)
    for at in range(len(ordered) - 1):
        if match := OWNER.match(ordered[at]):
            ordered[at : at + 2] = [ordered[at + 1], match[1]]
    return [match[1] if (match := OWNER.match(word)) else word for word in ordered]


def reduced(word: str, wording: Wording) -> str:
    if word in NUMBERS:
        return NUMBERS[word]
    return wording.same.get(stem := stemmed(word, analyser(wording.language)), stem)


@cache
def wordings() -> dict[str, Wording]:
    """By language, from meaning.yaml."""
    listed: dict[str, dict[str, Any]] = read_shipped(FILE)
    found = {}
    for language, told in listed.items():
        stems = [[stemmed(word, analyser(language)) for word in group.split()] for group in told["same"]]
        found[language] = Wording(
            language,
            tuple((re.compile(pattern), instead) for pattern, instead in told["instead"]),
            frozenset(told["empty"].split()),
            frozenset(told["be"].split()),
            {stem: group[0] for group in stems for stem in group},
            {word: kind for kind, words in told["asks"].items() for word in words.split()},
            frozenset(told["passive"].split()),
            frozenset(told["by"].split()),
        )
    return found


def pairs() -> dict[str, list[tuple[str, str]]]:
    """Questions in pairs, of which only those of `paraphrase` mean the same."""
    listed: dict[str, list[list[str]]] = read_shipped(PAIRS)
    return {kind: [(one, other) for one, other in listed[kind]] for kind in listed}
