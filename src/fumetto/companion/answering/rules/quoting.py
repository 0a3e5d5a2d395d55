"""Which sentences of the evidence answer a question: by the words they share, rare ones more than common ones.

The rarity of a word is counted among the sentences that are weighed, all of which the reader may know.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fumetto.companion.answering.rules.translations import same_balloon
from fumetto.kernel.index.analysis import terms_of
from fumetto.kernel.index.question import slots_of
from fumetto.library.public import PassageKind, Quotable, sentences_of

PHRASE: Final = 0.5  # of two words in the question's order, beside the words themselves
ENOUGH: Final = 0.5  # of the question's weight, that a sentence has to share to answer it alone
NEAR_BEST: Final = 0.6  # of the best one's weight, that others need to be told with it
SAME: Final = 0.6  # of the smaller one's terms, from which two sentences say the same


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of some evidence with how much of the question it shares: `share` from 0 to 1, `weight` to sort by."""

    evidence: Quotable
    text: str
    share: float
    weight: float
    terms: frozenset[int]


def quotes(question: str, evidence: Iterable[Quotable], favoured: frozenset[object] = frozenset()) -> list[Quote]:
    """Every sentence with some word of the question, best first; those on pages `favoured` a little before others."""
    cut = [(one, sentence, terms_of(sentence, one.language)[0]) for one in evidence for sentence in units_of(one)]
    slots = slots_of(question, {one.language for one, _, _ in cut})
    sets = [set(terms) for _, _, terms in cut]
    having = Counter(
        place for terms in sets for place, slot in enumerate(slots.words) if not terms.isdisjoint(slot.terms)
    )
    rarity = [math.log(1 + (len(cut) + 1) / (having[place] + 0.5)) for place in range(len(slots.words))]
    whole = sum(rarity)
    found = []
    for (one, sentence, terms), has in zip(cut, sets, strict=True):
        shared = sum(rarity[place] for place, slot in enumerate(slots.words) if not has.isdisjoint(slot.terms))
        if not shared:
            continue
        shared_phrases = sum(not has.isdisjoint(slot.terms) for slot in slots.phrases)
        weight = shared / whole + PHRASE * shared_phrases / max(1, len(slots.phrases))
        if one.spot is not None and one.spot.page_id in favoured:
            weight *= 1.15
        found.append(Quote(one, sentence, shared / whole, weight / (1 + len(has) / 200), frozenset(terms)))
    return sorted(found, key=lambda quote: -quote.weight)


def units_of(evidence: Quotable) -> Iterable[str]:
    """What is quoted by itself: a balloon as it is, of anything longer each sentence."""
    if evidence.kind is PassageKind.DIALOGUE:
        return (evidence.text,)
    return dict.fromkeys(sentences_of(evidence.text))


def best(found: Sequence[Quote], most: int, enough: float = ENOUGH) -> list[Quote]:
    """The quotes that together answer, none of which says what another does, in the story's order."""
    chosen: list[Quote] = []
    for quote in found:
        if quote.share < enough or (chosen and quote.weight < NEAR_BEST * chosen[0].weight):
            break
        if len(chosen) < most and not any(alike(quote, other) for other in chosen):
            chosen.append(quote)
    return sorted(chosen, key=in_story)


def alike(one: Quote, other: Quote) -> bool:
    """Whether two sentences say the same, or one thing in two languages."""
    if one.evidence.tie is not None and other.evidence.tie is not None:
        return one.evidence.tie == other.evidence.tie
    if same_balloon(one.evidence, other.evidence):
        return True
    common = len(one.terms & other.terms)
    return common >= SAME * max(1, min(len(one.terms), len(other.terms)))


def in_story(quote: Quote) -> tuple[int, float]:
    return (quote.evidence.spot.position if quote.evidence.spot else -1, -quote.weight)
