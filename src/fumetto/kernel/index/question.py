"""A question as the index asks it: its words as slots of terms, and its vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fumetto.kernel.index.analysis import ELIDING, analyser, base, is_stop_word, number, stems, words_of

MOST_SLOTS = 32  # words of a question that are looked for; what goes on only counts for its vector


@dataclass(frozen=True, slots=True)
class Slot:
    """One word that is looked for, by the numbers that it has in each language."""

    word: str
    terms: tuple[int, ...]


def slots_of(text: str, languages: Iterable[str | None]) -> list[Slot]:
    """The words of a question, each once, without those that say nothing, unless there are no others."""
    found = _slots(text, languages, stopped=True)
    return (found or _slots(text, languages, stopped=False))[:MOST_SLOTS]


def _slots(text: str, languages: Iterable[str | None], *, stopped: bool) -> list[Slot]:
    ways = sorted({(analyser(language), base(language)) for language in languages} or {(analyser(None), "")})
    taken: set[int] = set()
    found: list[Slot] = []
    for word in words_of(text):
        terms: dict[int, None] = {}
        parts: dict[int, list[int]] = {}
        for name, language in ways:
            if stopped and is_stop_word(word, language):
                continue
            cut = list(stems(word, name, eliding=language in ELIDING, asked=True))
            for place, (tag, stem) in enumerate(cut):
                if not (stopped and len(cut) > 1 and is_stop_word(stem, language)):
                    parts.setdefault(place, []).append(number(tag, stem))
        for numbers in parts.values():
            terms = dict.fromkeys(term for term in numbers if term not in taken)
            if terms:
                taken.update(terms)
                found.append(Slot(word, tuple(terms)))
    return found
