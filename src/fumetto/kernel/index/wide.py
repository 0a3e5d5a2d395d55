"""Searching a scope of very many passages, of which few are looked at.

How many passages the scope has, how long they are and how many have each word is exact: from the blocks that lie wholly
inside the scope, and from the passages outside them, one by one. A question's rarer words then name candidates, those
that score best by these words alone; they are looked at, and as many again where the next could still be among the
hits by what it means. They are ranked as the passages of a series are, by words, phrases and meaning.

So hits are made of what the scope allows and of nothing else: which blocks there are decides how long it takes, and
moves no hit and no digit of a score. Where words name so few passages that others could be among the hits by their
meaning, every passage is looked at, and the caller does that.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fumetto.kernel.db.pools import Connection
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.analysis import HIGHEST_COUNT, phrase
from fumetto.kernel.index.blocks import LONGEST
from fumetto.kernel.index.inside import Entries, Inside, Rows, int_array
from fumetto.kernel.index.parameters import uuid_array
from fumetto.kernel.index.question import Slot, Slots
from fumetto.kernel.index.ranking import SIZES, Weights
from fumetto.kernel.index.wide_statements import (
    counting_statement,
    entries_statement,
    looking_statement,
    loose_statement,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

FEWEST = 10_000  # passages that a scope has, up to which each of them is looked at
FIRST = 640  # candidates that are looked at, or
PER_ROOT = 2.0  # so many for each in the square root of the scope's passages, if that is more
FURTHER = 2  # times as many, where those left out could still be among the hits
LIKELY = 0.75  # cosine, above which hardly any passage is to a question
ADJACENT = 2.0  # what a candidate gets in advance for having both words of a phrase
TOLD = 60_000  # entries of words, rarer ones first, by which candidates are chosen
FEW = 64  # entries of a word in a block, up to which they are sent along with the counts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. values: of the ranking's statement, as `ranking` gives them with those of the ground. last:
    the number of hits up to which they must be known, those before the first wanted one with them. with_blocks: whether
    the space has any."""

    space: int
    slots: Slots
    weights: Weights
    values: dict[str, Any]
    last: int
    with_blocks: bool = True

    @property
    def words(self) -> int:
        """How many words the statement has places for; phrases come after them."""
        return next(size for size in SIZES if size >= len(self.slots.words))

    @property
    def placed(self) -> list[tuple[int, Slot]]:
        """Words and phrases by the digit that tells how often a passage has them."""
        phrases = self.slots.phrases[: max(self.words - 1, 0)]
        return [*enumerate(self.slots.words), *enumerate(phrases, self.words)]

    @property
    def products(self) -> int:
        return sum(name.startswith("product") for name in self.values)


@dataclass(frozen=True, slots=True)
class Best:
    """The best passages, as rows of the ranking's statement are: id, place, kind, score, lexical, dense. missing: the
    words that no passage of the scope has."""

    hits: list[tuple[uuid.UUID, uuid.UUID, str, float, float, float | None]]
    missing: list[str]


async def best_of(session: ReadSession, wanted: Wanted) -> Best | None:
    """The best passages of a scope; None where each is to be looked at, because there are so few, because words tell
    too little, or because the caller does not know the keys as they are."""
    connection = session.raw()
    told: dict[int, Entries] = {}
    if wanted.with_blocks:
        terms = [0, *(term for slot in wanted.slots.words for term in slot.terms)]
        values = wanted.values | {"few": FEW, "most": TOLD, "terms": terms}
        rows = await (await counting_statement(wanted.space).execute(connection, values)).fetchall()
        valid = [passages for term, passages, *_ in rows if term is None]
        if not valid or not valid[0]:
            return None
        told = {term: Entries(*each) for term, *each in rows if term is not None}
    inside = Inside(told.pop(0, None), wanted.values)
    told = {term: inside.only(each) for term, each in told.items()}
    loose = b""
    if (gaps := inside.gaps()) is not None:
        statement = loose_statement(wanted.space, wanted.products)
        row = await (await statement.execute(connection, wanted.values | gaps)).fetchone()
        loose = row[0] if row else b""
    search = Search(wanted, inside, told, Rows(loose, wanted.products))
    return None if search.n <= FEWEST else await search.run(connection)


class Search:
    """The search of a scope. told: the words' terms, as blocks have them. loose: what is outside of blocks."""

    def __init__(self, wanted: Wanted, inside: Inside, told: dict[int, Entries], loose: Rows) -> None:
        self.wanted = wanted
        self.inside = inside
        self.told = told
        self.loose = loose
        self.n = inside.passages + len(loose)
        average = max((inside.words + int(loose.words.sum())) / max(self.n, 1), 1.0)
        self.first = max(FIRST, int(PER_ROOT * math.sqrt(self.n)))
        self.most = FURTHER * self.first
        weights = wanted.weights
        self.damped_by = weights.saturation * (1 - weights.length), weights.saturation * weights.length / average
        self.words = dict(enumerate(wanted.slots.words))
        self.frequency = {
            digit: sum(told[term].passages for term in slot.terms if term in told) + int((loose.digit(digit) > 0).sum())
            for digit, slot in self.words.items()
        }
        self.rarity = {digit: self.rarity_of(df) * (weights.saturation + 1) for digit, df in self.frequency.items()}
        self.together: dict[tuple[int, int], int] = {}
        """How many passages have both of two words that candidates are chosen by."""
        self.pairs = self.pairs_of(wanted.slots.phrases)
        self.dense = abs(weights.dense) if wanted.values["vector"] is not None else 0.0

    def pairs_of(self, phrases: Iterable[Slot]) -> dict[tuple[int, ...], tuple[int, int]]:
        """The words of phrases, by the phrases' terms."""
        made_of = {
            phrase(first, second): (one, other)
            for one, firsts in self.words.items()
            for other, seconds in self.words.items()
            for first in firsts.terms
            for second in seconds.terms
        }
        return {slot.terms: made_of[term] for slot in phrases for term in slot.terms if term in made_of}

    def rarity_of(self, among: float) -> float:
        return math.log(1 + (self.n - among + 0.5) / (among + 0.5))

    async def run(self, connection: Connection) -> Best | None:
        telling, others = self.parted()
        await self.fetch(connection, telling)
        scores, within, without = self.candidates(telling)
        chosen = self.best_by(scores, within, without)
        looked, found = await self.looked_at(connection, chosen[: self.first], within, without), []
        if looked is not None:
            found = self.ranked(looked)
        if looked is not None and len(chosen) > self.first:
            least = found[-1][3] if len(found) == self.wanted.last else -math.inf
            if scores[chosen[self.first]] + self.likely_of(others) > least:
                more = await self.looked_at(connection, chosen[self.first :], within, without)
                looked = looked.with_(more) if more is not None else None
                found = self.ranked(looked) if looked is not None else []
        if looked is None or len(found) < self.wanted.last:
            return None
        if len(scores) <= self.most and found[-1][3] <= self.most_of(others):
            return None
        return Best(found, [slot.word for digit, slot in self.words.items() if not self.frequency[digit]])

    def parted(self) -> tuple[list[int], list[int]]:
        """The rarer words, by which candidates are chosen, in the question's order, and those too common for it."""
        order = sorted((digit for digit in self.frequency if self.frequency[digit]), key=self.frequency.__getitem__)
        total = 0
        for at, digit in enumerate(order):
            more = total + self.frequency[digit]
            if total >= self.most and more > TOLD:
                return sorted(order[:at]), order[at:]
            total = more
        return sorted(order), []

    async def fetch(self, connection: Connection, digits: list[int]) -> None:
        """The entries of these words that did not come with their counts."""
        terms = [term for digit in digits for term in self.words[digit].terms if term in self.told]
        lacking = [term for term in terms if self.told[term].found is None]
        if lacking:
            statement = entries_statement(self.wanted.space)
            rows = await (await statement.execute(connection, self.wanted.values | {"terms": lacking})).fetchall()
            self.told |= {term: self.inside.only(Entries(*each)) for term, *each in rows}

    def candidates(self, digits: list[int]) -> tuple[Floats, Numbers, Numbers]:
        """What passages score by some words, those in blocks before the others; which they are, as `Inside` counts
        them, and which of the others."""
        import numpy as np

        scores = np.zeros(self.inside.passages)
        words_there = np.zeros(self.inside.passages, np.int64)
        touched = [np.empty(0, np.int64)]
        beside = np.zeros(len(self.loose))
        for digit in digits:
            for term in self.words[digit].terms:
                if term in self.told:
                    at, said, words = self.inside.numbered(self.told[term])
                    before = scores[at]
                    touched.append(at[before == 0])
                    scores[at] = before + self.by_word(digit, said, words)
                    words_there[at] |= 1 << digit
            beside += self.by_word(digit, self.loose.digit(digit), np.minimum(self.loose.words, LONGEST))
        within, without = np.concatenate(touched), np.flatnonzero(beside)
        found = np.concatenate([scores[within], beside[without]])
        for one, other in self.pairs.values():
            if one in digits and other in digits:
                both = words_there[within] & (1 << one | 1 << other) == (1 << one | 1 << other)
                beyond = (self.loose.digit(one) > 0) & (self.loose.digit(other) > 0)
                self.together[one, other] = int(both.sum()) + int(beyond.sum())
                found += ADJACENT * np.concatenate([both, beyond[without]])
        return found, within, without

    def best_by(self, scores: Floats, within: Numbers, without: Numbers) -> Numbers:
        """The best, best first; equal ones in the order of the story."""
        import numpy as np

        kept, most = np.arange(len(scores)), self.most
        if len(scores) > most:
            kept = np.flatnonzero(scores >= np.partition(scores, len(scores) - most)[len(scores) - most])
        order = kept[np.argsort(-scores[kept], kind="stable")]
        starts = np.flatnonzero(np.diff(scores[order], prepend=math.inf))
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=bool(len(starts))):
            # Those that are all taken, or all left, need no order.
            if start < self.first < end or start < most < end:
                order[start:end] = self.in_story_order(order[start:end], within, without)
        return order[:most]

    def in_story_order(self, equal: Numbers, within: Numbers, without: Numbers) -> Numbers:
        """Passages of blocks are counted in the story's order; of the others, none lies within a block's stretch."""
        import numpy as np

        inside = equal < len(within)
        beside = without[equal[~inside] - len(within)]
        places, ids = self.loose.places[beside].view("S16"), self.loose.ids[beside].view("S16")
        before, among = np.empty(len(equal), np.int64), np.zeros(len(equal), np.int64)
        before[inside] = within[equal[inside]]
        before[~inside] = self.inside.counted_before(places)
        among[~inside] = np.argsort(np.lexsort((ids, places)))
        made: Numbers = equal[np.lexsort((among, inside, before))]
        return made

    async def looked_at(
        self, connection: Connection, chosen: Numbers, within: Numbers, without: Numbers
    ) -> Rows | None:
        """Candidates; None where one is not there, which the caller must have been wrong about."""
        wanted = self.wanted
        members, loose = within[chosen[chosen < len(within)]], without[chosen[chosen >= len(within)] - len(within)]
        blocks, members = self.inside.parted(members)
        values = {
            "allowed": self.inside.narrowed(blocks, self.loose.places[loose]),
            "at": int_array(self.inside.blocks[blocks]),
            "members": int_array(members),
            "ids": uuid_array([uuid.UUID(bytes=each.tobytes()) for each in self.loose.ids[loose]]),
        }
        statement = looking_statement(wanted.space, wanted.products, wanted.with_blocks)
        row = await (await statement.execute(connection, wanted.values | values)).fetchone()
        looked = Rows(row[0], wanted.products, row[1]) if row else None
        return looked if looked is not None and len(looked) == len(chosen) else None

    def by_word(self, digit: int, said: Any, words: Any) -> Any:
        """What a word adds to scores, operation by operation as the ranking's statement has it."""
        first, each_word = self.damped_by
        return self.rarity[digit] * said / (said + (first + each_word * words))

    def most_of(self, others: list[int]) -> float:
        """The most that a passage scores which has none of the words that candidates were chosen by."""
        most = sum(self.rarity[digit] * HIGHEST_COUNT / (HIGHEST_COUNT + self.damped_by[0]) for digit in others)
        phrases = len(self.wanted.slots.phrases) if others else 0
        return self.dense + most + self.wanted.weights.phrase * self.rarity_of(0) * phrases

    def likely_of(self, others: list[int]) -> float:
        """What hardly any passage scores by all that candidates are not chosen by."""
        once = sum(self.rarity[digit] / (1 + self.wanted.weights.saturation) for digit in others)
        return LIKELY * self.dense + once

    def rarity_of_phrase(self, digit: int, slot: Slot, looked: Rows) -> float:
        """How rare a phrase is, by how many have it of the candidates that have both its words."""
        said = int((looked.digit(digit) > 0).sum())
        pair = self.pairs.get(slot.terms)
        if not said or pair is None:
            return self.rarity_of(said)
        first, second = pair
        both = int(((looked.digit(first) > 0) & (looked.digit(second) > 0)).sum())
        everywhere = self.together.get(pair, self.frequency[first] * self.frequency[second] / self.n)
        return self.rarity_of(max(said, said / both * everywhere) if both else said)

    def ranked(self, looked: Rows) -> list[tuple[uuid.UUID, uuid.UUID, str, float, float, float | None]]:
        """The best of what was looked at, in the order of hits."""
        import numpy as np

        lexical = np.zeros(len(looked))
        for digit, slot in self.wanted.placed:
            said = looked.digit(digit)
            if digit in self.words:
                lexical = lexical + self.by_word(digit, said, looked.words)
            else:
                rarity = self.rarity_of_phrase(digit, slot, looked) * self.wanted.weights.phrase
                lexical = lexical + np.where(said > 0, rarity, 0.0)
        scores = lexical - self.wanted.weights.dense * np.nan_to_num(looked.distance)
        kept = min(self.wanted.last, len(looked))
        if not kept:
            return []
        rows = np.flatnonzero(scores >= np.partition(scores, len(scores) - kept)[len(scores) - kept]).tolist()
        order = sorted((-float(scores[row]), looked.place(row).int, looked.id(row).int, row) for row in rows)
        made = []
        for *_, row in order[:kept]:
            distance = float(looked.distance[row])
            dense = None if math.isnan(distance) else -distance
            told = (looked.kind(row), float(scores[row]), float(lexical[row]), dense)
            made.append((looked.id(row), looked.place(row), *told))
        return made
