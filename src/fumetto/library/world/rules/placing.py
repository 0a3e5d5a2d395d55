"""Proposing from which pages on a statement may be known. A person decides: nothing here makes anything visible.

A statement that names its episodes ("(ep08)", "in episode 3") is proposed for the last page of the latest of them.
Others are matched by their words against what is said and shown on the pages, weighed by how rare a word is.
Whatever page that gives, the pages on which those it names are first there are needed as well.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Generic, TypeVar

from fumetto.library.world.rules.words import folded, is_unspaced, words_of

Place = TypeVar("Place", bound=Hashable)

EPISODES: Final = re.compile(
    r"\b(?:ep(?:s|isodes?|isodi[oa]|\.)?|épisodes?|folgen?|capítulos?)\s*\.?\s*#?0*(\d{1,4}(?:\.\d{1,3})?)"
    r"((?:\s*(?:,|and|et|und|e|y|&|to|through|à|bis|a|[-–—])\s*(?:ep\.?\s*)?0*\d{1,4}(?:\.\d{1,3})?\b){0,20})",
    re.IGNORECASE,
)
JAPANESE_EPISODES: Final = re.compile(r"第\s*(\d{1,4})\s*[話回章集]")
NUMBER: Final = re.compile(r"\d{1,4}(?:\.\d{1,3})?")
ENOUGH: Final = 0.34
"""Least share of a statement's weight that a page must hold to be proposed; found on the wiki of Pepper & Carrot."""

FEWEST_WORDS: Final = 2
MANY_WORDS: Final = 4
"""Statements with fewer words that count are that much less sure."""

LABEL: Final = re.compile(r"^[^\s:：][^:：\n]{0,30}[:：]\s+(?=\S)")
COMMON_ON: Final = 0.25
"""A word on more than this share of the pages says nothing about where a statement belongs."""

LONGEST_QUOTE: Final = 500
COMMON_WORDS: Final = """
the and for with that this from was were are his her she him they them their you your our not but have has had its
who whom which what when where why how all any one out off into than then there here also just very can could will
would should may might been being does did about after before over under again only more most other some
such let me it look
les des une est que qui dans pour par sur avec son ses leur elle ils mais pas plus cette comme tout fait
der die das und ist nicht ein eine einen dem den mit auf für von sich aus bei nach wie war sind hat wird noch auch
che non per con una del della dei delle gli sono nel alla come anche suo sua questo essere
los las por para como más pero sus este esta todo son fue
"""
STOPWORDS: Final = frozenset(COMMON_WORDS.split())


def episodes_named(text: str) -> list[Decimal]:
    """Numbers of the episodes a statement names, each once, in order: the ends of a range, not what lies between."""
    found: list[Decimal] = []
    for first, rest in EPISODES.findall(text):
        found += [Decimal(first), *(Decimal(number) for number in NUMBER.findall(rest))]
    found += [Decimal(number) for number in JAPANESE_EPISODES.findall(text)]
    return list(dict.fromkeys(found))


def features_of(text: str) -> list[str]:
    """What a text is compared by: folded words of three letters and more, and pairs of characters without spaces."""
    found: list[str] = []
    for word in words_of(folded(text)):
        if is_unspaced(word.text):
            found += [word.text[at : at + 2] for at in range(len(word.text) - 1)]
        elif len(word.text) > 2 and word.text not in STOPWORDS:
            found.append(stem_of(word.text))
    return found


def stem_of(word: str) -> str:
    """A word without the endings of number: enough to match, in the languages that do so, without a dictionary."""
    for ending in ("ies", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


@dataclass(frozen=True, slots=True)
class Line(Generic[Place]):
    """A piece of text on a page: `source` is its id, `position` the page's place in reading order."""

    place: Place
    position: int
    text: str
    source: Hashable = None


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Place]):
    """The pages a statement is proposed for, with the words that speak for it; how much of it they hold, 0 to 1."""

    places: tuple[Place, ...]
    quote: str | None = None
    source: Hashable = None
    confidence: float = 0.0


@dataclass(slots=True)
class Matcher(Generic[Place]):
    """A series' words by page. Build it once, then ask for each statement."""

    postings: dict[str, dict[Place, int]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[Place, list[Line[Place]]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[Place, int] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line[Place]]) -> Matcher[Place]:
        made: Matcher[Place] = cls()
        for line in lines:
            made.lines[line.place].append(line)
            made.positions[line.place] = line.position
            for feature, count in Counter(features_of(line.text)).items():
                at = made.postings[feature]
                at[line.place] = at.get(line.place, 0) + count
        return made

    def weight(self, feature: str) -> float:
        pages = len(self.postings.get(feature, ()))
        return math.log(1 + (len(self.positions) - pages + 0.5) / (pages + 0.5)) if pages else self.unknown

    @property
    def unknown(self) -> float:
        """What a word weighs that is on no page: as much as the rarest, since the statement says it all the same."""
        return math.log(1 + (len(self.positions) + 0.5) / 0.5) if self.positions else 1.0

    def best(self, text: str, within: Collection[Place] | None = None) -> Proposal[Place] | None:
        """The earliest of the pages that hold most of a statement's weight, or None where none holds enough."""
        features = set(features_of(LABEL.sub("", text)))
        if not features or not self.positions:
            return None
        scores: dict[Place, float] = defaultdict(float)
        words: Counter[Place] = Counter()
        most = max(3.0, COMMON_ON * len(self.positions))
        for feature in features:
            at = self.postings.get(feature, {})
            if len(at) > most:
                continue
            for place in at:
                if within is None or place in within:
                    scores[place] += self.weight(feature)
                    words[place] += 1
        total = sum(self.weight(feature) for feature in features)
        enough = {place: score for place, score in scores.items() if words[place] >= FEWEST_WORDS}
        if not enough or total <= 0:
            return None
        highest = max(enough.values())
        share = highest / total * min(1.0, len(features) / MANY_WORDS)
        if share < ENOUGH:
            return None
        # Among equals the later page: what is proposed too late is only late
        place = max(enough, key=lambda one: (round(enough[one], 6), self.positions[one]))
        line = self.quoted(place, features)
        return Proposal((place,), line.text[:LONGEST_QUOTE], line.source, round(share, 3))

    def quoted(self, place: Place, features: Collection[str]) -> Line[Place]:
        """Of a page's lines the one that shares most with a statement."""
        wanted = set(features)
        return max(
            self.lines[place], key=lambda line: sum(self.weight(each) for each in wanted & set(features_of(line.text)))
        )


@dataclass(frozen=True, slots=True)
class Book(Generic[Place]):
    """What a series has of an episode: its pages in order, the last of them being the end of its story."""

    number: Decimal
    pages: tuple[Place, ...]


def propose(
    text: str,
    matcher: Matcher[Place],
    books: Mapping[Decimal, Book[Place]],
    debuts: Sequence[Place],
) -> tuple[Proposal[Place] | None, Decimal | None]:
    """Where a statement may be placed, and the number of an episode that it names and the series lacks.

    `debuts` are the pages on which those whom it names are first there; a statement needs them all.
    """
    named = episodes_named(text)
    missing = max((number for number in named if number not in books), default=None)
    if missing is not None:
        return None, missing
    found: Proposal[Place] | None = None
    if named:
        last = books[max(named)].pages
        match = matcher.best(text, within=set(last))
        if last:
            found = Proposal(
                (last[-1],), match.quote if match else None, match.source if match else None, 0.9 if match else 0.6
            )
    else:
        found = matcher.best(text)
    if found is None:
        return None, None
    places = dict.fromkeys([*found.places, *debuts])
    return Proposal(tuple(places), found.quote, found.source, found.confidence), None
