"""What a question asks for, in the languages of asking.yaml; in others it is looked up by its words.

The patterns are ours. A language is told from its function words, the reader's own where two fit alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from fumetto.companion.answering.model import Asks, Question
from fumetto.kernel.index.analysis import words_of
from fumetto.kernel.index.stopwords import stop_words
from fumetto.kernel.text.shipped import read_shipped

WRITTEN: Final = {
    "ARABIC": "ar fa ur",
    "CYRILLIC": "ru uk bg sr",
    "GREEK": "el",
    "HEBREW": "he yi",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh ja",
    "HANGUL": "ko",
    "THAI": "th",
    "DEVANAGARI": "hi mr ne",
}
"""By a script, as Unicode names its letters, the languages that are taken for written in it."""
FILE: Final = Path(__file__).with_suffix(".yaml")
QUOTED: Final = re.compile(
    r"“([^”]{2,})”|«\s*([^»]{2,}?)\s*»|\"([^\"]{2,})\"|„([^“”]{2,})[“”]|‘([^’]{2,})’(?!\w)|(?<!\w)'([^']{2,})'(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one language asks. `patterns` are tried in their order."""

    patterns: dict[Asks, re.Pattern[str]]
    here: re.Pattern[str]
    episode: re.Pattern[str]
    asking: frozenset[str]


def understood(text: str, reader_language: str) -> Question:
    """A question with what it asks for, in the language that it is asked in as far as that can be told."""
    said = " ".join(text.split())
    quoted = next((part for match in QUOTED.finditer(said) for part in match.groups() if part), None)
    bare = QUOTED.sub(" ", said) if quoted else said
    language = language_of(bare, reader_language)
    ways = ways_of_asking().get(language)
    if ways is None:
        return Question(said, language, Asks.OTHER, quoted or said)
    numbered = ways.episode.search(bare)
    episode = Decimal(numbered.group(1).replace(",", ".")) if numbered else None
    found = ((asks, match) for asks, pattern in ways.patterns.items() if (match := pattern.search(bare)))
    asks, match = next(found, (Asks.OTHER, None))
    core = quoted or (said if match is None else about(bare, match, asks, language))
    if numbered and not quoted:
        core = " ".join(core.replace(numbered.group(), " ").split())
    return Question(said, language, asks, core, here=bool(ways.here.search(bare)), episode=episode)


def about(text: str, match: re.Match[str], asks: Asks, language: str) -> str:
    """What is asked about, without the words that ask."""
    if asks in (Asks.GREETING, Asks.SAYS, Asks.PRESENT, Asks.RECAP):
        return text
    if asks in (Asks.SAID, Asks.WHO, Asks.HAPPENED):
        text = " ".join((text[: match.start()] + " " + text[match.end() :]).split()).strip(" ?!.,:;¿¡")
    if asks in (Asks.SAID, Asks.WHO):
        return text
    asking = ways_of_asking()[language].asking
    return " ".join(word for word in words_of(text) if word not in asking and word not in stop_words(language))


def asking_words(language: str) -> frozenset[str]:
    """Words that say how a thing is asked for, not what; none of a language without patterns."""
    ways = ways_of_asking().get(language)
    return ways.asking if ways else frozenset()


def language_of(text: str, reader_language: str) -> str:
    """The language whose function words a text has most of; the reader's where no other has more, but for a text in a
    script that theirs is not written in."""
    words = words_of(text)
    own = reader_language.split("-")[0].lower()
    languages = sorted({*ways_of_asking(), own})
    counted = {language: sum(word in stop_words(language) for word in words) for language in languages}
    best = max(counted.values())
    if not best:
        return language_by_script(text, own)
    return own if counted[own] == best else max(languages, key=counted.__getitem__)


def language_by_script(text: str, own: str) -> str:
    """The first language that is written as most letters of a text are: a reader's own where it is one of these."""
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    kana = [script for script in ("HIRAGANA", "KATAKANA") if scripts[script]]
    most = kana or [script for script, _ in scripts.most_common(1)]
    written_so = WRITTEN.get(most[0], "").split() if most else []
    return own if not written_so or own in written_so else written_so[0]


@cache
def ways_of_asking() -> dict[str, Ways]:
    """By language, from asking.yaml."""
    listed: dict[str, dict[str, list[str] | str]] = read_shipped(FILE)
    return {
        language: Ways(
            {asks: either(ways[asks.value]) for asks in Asks if asks.value in ways},
            either(ways["here"]),
            either(ways["episode"]),
            frozenset(str(ways["asking"]).split()),
        )
        for language, ways in listed.items()
    }


def either(patterns: list[str] | str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
