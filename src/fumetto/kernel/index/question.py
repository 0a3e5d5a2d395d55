"""A question as the index asks it: its words and phrases as slots of terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from fumetto.kernel.index.analysis import (
    ELIDING,
    LONGEST_WORD,
    PAIRS,
    analyser,
    base,
    is_stop_word,
    number,
    phrase,
    stems,
    words_of,
)

KEPT = 10_000  # words of questions whose parts are remembered
MOST_WORDS = 32  # of a question that are looked for; what goes on only counts for its vector


@dataclass(frozen=True, slots=True)
class Slot:
    """One word that is looked for, or two as a phrase, by the terms that stand for it in each language."""

    word: str
    terms: tuple[int, ...]


@dataclass(slots=True)
class Slots:
    """A question cut up. `words` and `phrases` are in its order, each once."""

    words: list[Slot] = field(default_factory=list)
    phrases: list[Slot] = field(default_factory=list)


def slots_of(text: str, languages: Iterable[str | None]) -> Slots:
    """The words of a question without those that say nothing, unless there are no others, and its phrases."""
    ways = tuple(sorted({(analyser(language), base(language)) for language in languages} or {(analyser(None), "")}))
    words = words_of(text)[: 4 * MOST_WORDS]
    told = [told_by(word, ways, stopped=True) for word in words]
    phrases = phrases_of(told)
    if not any(told):
        told = [told_by(word, ways, stopped=False) for word in words]
    found = Slots()
    taken: set[int] = set()
    for word, parts in zip(words, told, strict=True):
        for part in parts:
            add(found.words, word, part.values(), taken)
    found.words = found.words[:MOST_WORDS]
    for pair in phrases[:MOST_WORDS]:
        add(found.phrases, "", pair, taken)
    return found


def add(slots: list[Slot], word: str, terms: Iterable[int], taken: set[int]) -> None:
    fresh = tuple(dict.fromkeys(term for term in terms if term not in taken))
    if fresh:
        taken.update(fresh)
        slots.append(Slot(word, fresh))


def told_by(word: str, ways: tuple[tuple[str, str], ...], *, stopped: bool) -> Sequence[Mapping[str, int]]:
    """As `parts_of`, remembered for words of a usual length."""
    return (remembered if len(word) <= LONGEST_WORD else parts_of)(word, ways, stopped)


def parts_of(word: str, ways: tuple[tuple[str, str], ...], stopped: bool) -> Sequence[Mapping[str, int]]:
    """A word's parts (an elided article and its noun are two), each as its term by way of cutting it up."""
    parts: dict[int, dict[str, int]] = {}
    for name, language in ways:
        if stopped and is_stop_word(word, language):
            continue
        for place, (tag, stem) in enumerate(stems(word, name, eliding=language in ELIDING, asked=True)):
            if not (stopped and is_stop_word(stem, language)):
                parts.setdefault(place, {})[tag if tag == PAIRS else name] = number(tag, stem)
    return list(parts.values())


remembered = lru_cache(KEPT)(parts_of)


def phrases_of(told: Iterable[Iterable[Mapping[str, int]]]) -> list[list[int]]:
    """Each two parts that follow one another in some way of cutting the question up, as their terms in all of them."""
    before: dict[str, tuple[int, int]] = {}
    found: dict[tuple[int, int], list[int]] = {}
    for place, part in enumerate(part for parts in told for part in parts):
        for name, term in part.items():
            if name == PAIRS:
                continue
            if name in before:
                earlier, at = before[name]
                found.setdefault((at, place), []).append(phrase(earlier, term))
            before[name] = (term, place)
    return list(found.values())
