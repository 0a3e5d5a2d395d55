"""Proposing from which pages on a statement may be known. A person decides: nothing here makes anything visible.

A statement that names its episodes ("(ep08)", "in episode 3") is proposed for the last page of the latest of them.
One that quotes a line is proposed for the page that says it. Others are matched by their words against what is said and
shown on the pages, weighed by how rare a word is. Whatever page that gives, the pages on which those it names are first
there are needed as well, and so is the episode in which what it stands under is first met, where a line under the same
heading tells ("First episode: ep06").
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
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
ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "premier": 1, "deuxième": 2, "second épisode": 2, "troisième": 3, "quatrième": 4, "cinquième": 5,
    "primo": 1, "secondo": 2, "terzo": 3, "quarto": 4, "quinto": 5, "ersten": 1, "zweiten": 2, "dritten": 3,
}  # fmt: skip
CARDINALS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
EPISODE_IN_WORDS: Final = re.compile(
    rf"\b({'|'.join(ORDINALS)})\s+(?:episode|épisode|episodio|folge)\b(?!\s*[:：])|\bepisode\s+({'|'.join(CARDINALS)})\b",
    re.IGNORECASE,
)
FIRST_MET: Final = re.compile(
    r"^(?:first\s+)?(?:episodes?|appearances?|appears\s+in|épisodes?|première\s+apparition|episodi[oa]?|"
    r"prima\s+apparizione|erster\s+auftritt|folgen?)\s*[:：]",
    re.IGNORECASE,
)
"""A line that tells in which episodes what its heading names is met."""

QUOTED: Final = re.compile(r"[\"“«„「『]([^\"”»“」』\n]{8,300})[\"”»“」』]")
QUOTE_WORDS: Final = 3
SURE_OF_QUOTE: Final = 0.8
SURE_OF_FIELD: Final = 0.2
"""A short field under a heading ("Type: Dragon") describes what is met there: at the end of its first episode."""

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
    for ordinal, cardinal in EPISODE_IN_WORDS.findall(text):
        found.append(Decimal(ORDINALS[ordinal.casefold()] if ordinal else CARDINALS[cardinal.casefold()]))
    return list(dict.fromkeys(found))


def first_met(text: str) -> Decimal | None:
    """The earliest episode that a line such as "First episode: ep06" tells; None for any other line."""
    return min(episodes_named(text), default=None) if FIRST_MET.match(text) else None


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

    def said_in(self, text: str) -> Proposal[Place] | None:
        """The page that says what a statement quotes, the latest of those that do."""
        found: Line[Place] | None = None
        for quote in QUOTED.findall(text):
            wanted = " ".join(word.text for word in words_of(folded(quote)))
            if len(wanted.split()) < QUOTE_WORDS:
                continue
            for line in self.saying(wanted):
                if found is None or line.position > found.position:
                    found = line
        return (
            None if found is None else Proposal((found.place,), found.text[:LONGEST_QUOTE], found.source, SURE_OF_QUOTE)
        )

    def saying(self, wanted: str) -> Iterator[Line[Place]]:
        """The lines that hold these words one after another."""
        rarest = min(features_of(wanted), key=lambda each: len(self.postings.get(each, ())), default=None)
        for place in self.postings.get(rarest, ()) if rarest else ():
            for line in self.lines[place]:
                if f" {wanted} " in f" {' '.join(word.text for word in words_of(folded(line.text)))} ":
                    yield line

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
    met_in: Decimal | None = None,
) -> tuple[Proposal[Place] | None, Decimal | None]:
    """Where a statement may be placed, and the number of an episode that it takes and the series lacks.

    `debuts` are the pages on which those whom it names are first there, `met_in` the episode in which what it stands
    under is first met: a statement needs them all.
    """
    named = episodes_named(text)
    missing = max((number for number in (*named, met_in) if number is not None and number not in books), default=None)
    if missing is not None:
        return None, missing
    first = [books[met_in].pages[-1]] if met_in is not None and books[met_in].pages else []
    found: Proposal[Place] | None = None
    if named:
        last = books[max(named)].pages
        match = matcher.best(text, within=set(last))
        if last:
            found = Proposal(
                (last[-1],), match.quote if match else None, match.source if match else None, 0.9 if match else 0.6
            )
    else:
        found = matcher.said_in(text) or matcher.best(text)
        if found is None and first and LABEL.match(text):
            found = Proposal((), confidence=SURE_OF_FIELD)
    if found is None:
        return None, None
    # The end of the episode where it is first met says nothing more where a page of that or a later one is needed
    ends = [place for place in first if not any(reaches(books, each, met_in) for each in found.places)]
    places = tuple(dict.fromkeys([*found.places, *ends, *debuts]))
    return Proposal(places, found.quote, found.source, found.confidence), None


def reaches(books: Mapping[Decimal, Book[Place]], place: Place, number: Decimal | None) -> bool:
    """Whether a page is of an episode with at least this number."""
    return any(number is not None and book.number >= number and place in book.pages for book in books.values())
