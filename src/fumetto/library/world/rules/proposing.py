"""Reading names, statements and ties out of dialogue and wiki by their form alone. All of it is only proposed.

Comics letter in capitals, German writes every noun with one, and sentences begin with one: so a capital letter counts
only in lower-case lettering, outside of German, and inside a sentence. What counts most is that a word stays the same
in two languages on one page, as names do, or is called out ("Carrot!", "no, Pepper, wait").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, Generic, TypeVar

from fumetto.library.world.kinds import EntityKind
from fumetto.library.world.rules.names import NameFinder
from fumetto.library.world.rules.placing import STOPWORDS, Line
from fumetto.library.world.rules.words import folded, sentences_of

Place = TypeVar("Place", bound=Hashable)
Owner = TypeVar("Owner", bound=Hashable)

_LETTER: Final = r"[^\W\d_\u0e00-\u0eff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
CAPITALISED: Final = re.compile(rf"(?<![\w'’-])(?:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я])(?:{_LETTER}|['’-](?={_LETTER})){{1,30}}")
CALLED: Final = re.compile(
    rf"(?:^|[,;:.!?…—–-]\s*|\b(?:hey|oh|ah|dear|hello|hi|mon|ma|cher|chère|liebe[rs]?|querid[oa]|car[oa])\s+)"
    rf"({_LETTER}[\w'’-]{{1,30}})\s*(?:[!?…,]|\.\.\.)",
    re.IGNORECASE,
)
HONOURED: Final = re.compile(
    r"([\u30a1-\u30fa\u30fc・]{2,20}|[\u3400-\u9fff]{2,4})(?:さん|ちゃん|様|さま|くん|君|先生|殿)"
)
KATAKANA_CALLED: Final = re.compile(r"(?:^|[、。！？\s])([\u30a1-\u30fa\u30fc・]{2,20})(?=[！!？?、…])")
SPELT_ALIKE: Final = frozenset({"de"})
"""Languages that give capitals to other words than names."""

EXCLAIMED: Final = """
yes yeah yep no nope okay ok oh ah eh hey hello hi bye thanks thank please sorry well now look wait stop help what
why how who where when never always good great nice perfect damn god come let listen here there hmm mmm hum huh wow
oops ouch argh aah ooh haha hihi hehe shh shhh pff zzz grr grrr fin end episode chapter to be continued best ever sir
oui non bon bien merci pardon attends allez voilà tiens quoi donc alors bah ben hein bravo super fantastique
ja nein doch danke bitte gut toll halt warte nun nur hallo komm los mann ach fantastisch
sí bueno gracias hola vale claro mira espera sì grazie ciao bene allora ecco aspetta dai fantastic
"""
NO_NAMES: Final = STOPWORDS | frozenset(EXCLAIMED.split())
FEWEST_TIMES: Final = 2
LEAST_SURE: Final = 0.5
LONG_SOUND: Final = re.compile(r"(.)\1\1|ـ")
"""Letters drawn out: a cry, no name."""

MOST_NAMES: Final = 300

IS: Final = re.compile(
    r"\b(?:is|was|are|were|est|était|sont|ist|war|sind|es|era|son|è|sono|é)\s+"
    r"(?:l['’]|(?:an?|the|my|our|his|her|your|une?|le|la|les|mon|ma|notre|ein(?:e[rn]?)?|der|die|das|meine?|un[ao]?|el|il"
    r"|lo)\s+)\w",
    re.IGNORECASE,
)
IS_JAPANESE: Final = re.compile(r"は.{1,60}(?:だ|です|である)(?:[よねな]*)[。！!]?$")

TIES: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("lives_in", r"\b(?:lives?|lived|resides?|dwells?|habite|vit|wohnt|lebt|vive)\s+(?:in|at|near|à|en|dans|a)\b"),
        (
            "member_of",
            r"\b(?:witch|member|student|heir|wizard|disciple|pupil|sorcière|hexe|mitglied|membre)"
            r"\s+(?:of|de|d['’]|von)\b",
        ),
        ("familiar_of", r"\bfamiliar\b"),
        ("friend_of", r"\b(?:friends?|ami[es]*|freund(?:in)?|amig[oa]|amic[oa])\b"),
        ("rival_of", r"\b(?:rivals?|enem(?:y|ies)|rivales?|ennemie?s?|feind(?:in)?)\b"),
        ("located_in", r"\b(?:located|situated|found|lies|built)\s+(?:in|at|near|on|around)\b"),
        ("parent_of", r"\b(?:mother|father|parent|mère|père|mutter|vater|madre|padre)\s+(?:of|de|von|di)\b"),
    )
)
KIND_OF_ARTICLE: Final = (
    (EntityKind.CHARACTER, re.compile(r"charact|person|personn|figur|people|cast|personagg", re.IGNORECASE)),
    (EntityKind.CREATURE, re.compile(r"creatur|créature|monster|animal|bestiar|kreatur", re.IGNORECASE)),
    (EntityKind.PLACE, re.compile(r"place|lieu|location|geograph|\bort|luog|world|map", re.IGNORECASE)),
    (EntityKind.GROUP, re.compile(r"group|faction|coven|school|organi[sz]|clan|guild", re.IGNORECASE)),
    (EntityKind.OBJECT, re.compile(r"object|item|artefact|artifact|potion|objet", re.IGNORECASE)),
    (EntityKind.CONCEPT, re.compile(r"magic|system|concept|law|lore|histor|time", re.IGNORECASE)),
)
TOGETHER_ON: Final = 3
"""Pages two must share before a tie between them is proposed."""


@dataclass(frozen=True, slots=True)
class Spoken(Line[Place]):
    """A balloon: what it says, and in which language."""

    language: str = ""


@dataclass(slots=True)
class ProposedName(Generic[Place]):
    """A word that is used as a name: how often, on which pages, and a line that says it."""

    name: str
    count: int = 0
    places: dict[Place, int] = field(default_factory=dict)
    languages: set[str] = field(default_factory=set)
    called: int = 0
    line: Line[Place] | None = None

    @property
    def confidence(self) -> float:
        alike = min(len(self.languages) - 1, 3) * 0.2 if self.languages else 0.0
        return round(min(0.95, 0.2 + alike + min(self.called, 4) * 0.08 + min(len(self.places), 5) * 0.04), 3)


def propose_names(lines: Iterable[Spoken[Place]], known: NameFinder[Owner]) -> list[ProposedName[Place]]:
    """Words that are used as names and are not known as one yet, the surest first."""
    met: dict[str, ProposedName[Place]] = {}
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lowered: dict[str, int] = defaultdict(int)
    for line in lines:
        for word in re.findall(rf"\b{_LETTER}+", line.text):
            if word.islower():
                lowered[folded(word)] += 1
        for word, called in candidates(line):
            key = folded(word)
            if key in NO_NAMES or len(key) < 2 or known.find(word):
                continue
            each = met.setdefault(key, ProposedName(word))
            each.count += 1
            each.places[line.place] = min(each.places.get(line.place, line.position), line.position)
            each.languages.add(line.language)
            each.called += called
            spellings[key][word] += 1
            if each.line is None or line.position < each.line.position:
                each.line = line
    found = []
    for key, each in met.items():
        each.name = max(spellings[key], key=lambda word: (not word.isupper(), spellings[key][word]))
        often = each.count >= FEWEST_TIMES and (len(each.languages) > 1 or each.called)
        if often and lowered[key] <= each.count // 2 and each.confidence >= LEAST_SURE and not LONG_SOUND.search(key):
            found.append(each)
    return sorted(found, key=lambda one: (-one.confidence, -one.count, one.name))[:MOST_NAMES]


def candidates(line: Spoken[Place]) -> Iterator[tuple[str, bool]]:
    """Words of a line that look like names, each with whether somebody is called by it."""
    text = line.text
    called = {found.group(1) for found in CALLED.finditer(text)}
    called |= {found.group(1) for pattern in (HONOURED, KATAKANA_CALLED) for found in pattern.finditer(text)}
    shouting = text.upper() == text
    for word in called:
        if shouting or word[:1].isupper() or not word[:1].isascii():
            yield word, True
    if shouting or line.language.split("-")[0] in SPELT_ALIKE:
        return
    for sentence in sentences_of(text):
        for index, found in enumerate(CAPITALISED.finditer(sentence)):
            word = found.group(0)
            begins = index == 0 and not sentence[: found.start()].strip(" \"'“”‘’«»¡¿-—–(…")
            if not begins and word not in called and not word.isupper():
                yield word, False


def statements_about(
    lines: Iterable[Line[Place]], names: NameFinder[Owner]
) -> Iterator[tuple[Owner, str, Line[Place]]]:
    """Sentences of dialogue that begin with somebody known and say what they are: "Carrot is my familiar"."""
    for line in lines:
        for sentence in sentences_of(line.text):
            if len(sentence) > 300 or sentence.endswith("?"):
                continue
            who = names.find(sentence)
            if who and who[0].start <= 4 and (IS.search(sentence) or IS_JAPANESE.search(sentence)):
                yield who[0].owner, sentence, line


def ties_in(sentence: str, names: NameFinder[Owner]) -> list[tuple[Owner, str, Owner]]:
    """`(source, kind, target)` where a sentence says how two whom it names stand to each other."""
    who = list(dict.fromkeys(found.owner for found in names.find(sentence)))
    if len(who) != 2:
        return []
    return [(who[0], kind, who[1]) for kind, pattern in TIES if pattern.search(sentence)][:1]


def often_together(
    present: Iterable[tuple[Place, int, Collection[Owner]]], known: Collection[tuple[Owner, Owner]]
) -> list[tuple[Owner, Owner, list[Place]]]:
    """Pairs who share at least `TOGETHER_ON` pages and have no tie yet, with the first of those pages."""
    met: dict[tuple[Owner, Owner], list[tuple[int, Place]]] = defaultdict(list)
    for place, position, owners in present:
        if len(owners) <= 12:  # a crowd ties nobody
            for pair in combinations(sorted(owners, key=str), 2):
                met[pair].append((position, place))
    tied = {frozenset(pair) for pair in known}
    return [
        (*pair, [place for _, place in sorted(at, key=lambda one: one[0])][:TOGETHER_ON])
        for pair, at in met.items()
        if len(at) >= TOGETHER_ON and frozenset(pair) not in tied
    ]


def kind_of_article(title: str, headings: Sequence[str]) -> EntityKind | None:
    """What an article's headings name, as far as its title or the heading above tells."""
    for text in (*reversed(headings), title):
        for kind, pattern in KIND_OF_ARTICLE:
            if pattern.search(text):
                return kind
    return None
