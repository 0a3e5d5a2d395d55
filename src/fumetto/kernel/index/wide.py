"""Searching a scope of very many passages, of which few are looked at.

How many passages the scope has, how long they are and how many have each word is exact: from the bits of blocks, over
which the scope was laid, and from the passages outside of blocks, one by one. A question's rarer words then name
candidates. Those that score best by all words are looked at, and ranked as the passages of a series are, by words,
phrases and meaning.

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
from fumetto.kernel.index.blocks import BITS, LONGEST
from fumetto.kernel.index.inside import Inside, Kept, Rows, Stretch, Word, capped, int_array
from fumetto.kernel.index.parameters import uuid_array
from fumetto.kernel.index.question import Slot, Slots
from fumetto.kernel.index.ranking import SIZES, Weights
from fumetto.kernel.index.wide_statements import (
    found_statement,
    looking_statement,
    loose_statement,
    seen_statement,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

FEWEST = 10_000  # passages that a scope has, up to which each of them is looked at
FIRST = 320  # candidates that are looked at, or
PER_ROOT = 2.0  # so many for each in the square root of the scope's passages, if that is more
WEIGHED = 4  # times as many of those that rarer words name are weighed by all words
ADJACENT = 2.0  # what a candidate gets in advance for having both words of a phrase
TOLD = 60_000  # passages that words have, rarer ones first, by which candidates are chosen

kept = Kept()
_scratch: list[Any] = []


def scratch(size: int) -> tuple[Floats, Any, Any]:
    """Noughts for so many passages, which whoever takes them makes noughts again before anybody else runs: making new
    ones takes longer than a search needs them for."""
    import numpy as np

    if not _scratch or len(_scratch[0]) < size:
        _scratch[:] = [np.zeros(size), np.zeros(size, np.uint32), np.zeros(size, np.uint8)]
    return _scratch[0], _scratch[1], _scratch[2]


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
    inside = Inside([], wanted.values)
    told: dict[int, Word] = {}
    if wanted.with_blocks:
        terms = int_array([term for slot in wanted.slots.words for term in slot.terms])
        rows = await (
            await found_statement(wanted.space).execute(connection, wanted.values | {"terms": terms})
        ).fetchall()
        if not any(valid for term, valid, *_ in rows if term is None):
            return None
        stamps = next((told for term, _, _, told in rows if term == 0), None)
        inside = await inside_of(connection, wanted, stamps)
        told = words_of(inside, rows)
    loose = b""
    if (gaps := inside.gaps()) is not None:
        statement = loose_statement(wanted.space, wanted.products)
        row = await (await statement.execute(connection, wanted.values | gaps)).fetchone()
        loose = row[0] if row else b""
    search = Search(wanted, inside, told, Rows(loose, wanted.products))
    return None if search.n <= FEWEST else await search.run(connection)


async def inside_of(connection: Connection, wanted: Wanted, stamps: bytes | None) -> Inside:
    """What the scope has of the blocks that there are, by their stamps; most of it is known from the search before."""
    there = {(stamps or b"")[at : at + 16] for at in range(0, len(stamps or b""), 16)}
    whose = (connection.info.host, connection.info.dbname, wanted.space, wanted.values["allowed"])
    known = kept.get(whose)
    if known is not None and known.stamps == there:
        return known
    stretches = [each for each in known.stretches if each.stamp in there] if known is not None else []
    values = wanted.values | {"known": uuid_array([uuid.UUID(bytes=each.stamp) for each in stretches])}
    rows = await (await seen_statement(wanted.space).execute(connection, values)).fetchall()
    inside = Inside([*stretches, *(Stretch(*row) for row in rows)], wanted.values)
    kept.keep(whose, inside)
    return inside


def words_of(inside: Inside, rows: Iterable[tuple[Any, ...]]) -> dict[int, Word]:
    told: dict[int, Word] = {}
    for term, times, blocks, bits in rows:
        if term:
            told.setdefault(term, Word(inside)).rows[times] = inside.seen(blocks, bits)
    return told


class Search:
    """The search of a scope. told: the words' terms, as blocks have them. loose: what is outside of blocks."""

    def __init__(self, wanted: Wanted, inside: Inside, told: dict[int, Word], loose: Rows) -> None:
        self.wanted = wanted
        self.inside = inside
        self.told = told
        self.loose = loose
        self.n = inside.passages + len(loose)
        average = max((inside.words + int(loose.words.clip(0, LONGEST).sum())) / max(self.n, 1), 1.0)
        self.most = max(FIRST, int(PER_ROOT * math.sqrt(self.n)))
        weights = wanted.weights
        self.damped_by = weights.saturation * (1 - weights.length), weights.saturation * weights.length / average
        self.words = dict(enumerate(wanted.slots.words))
        self.frequency = {
            digit: sum(len(told[term]) for term in slot.terms if term in told) + int((loose.digit(digit) > 0).sum())
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
        scores, within, without, every = self.candidates(telling, others)
        looked = await self.looked_at(connection, self.best_by(scores, within, without), within, without)
        found = self.ranked(looked) if looked is not None else []
        if len(found) < self.wanted.last:
            return None
        if every <= self.most and found[-1][3] <= self.most_of(others):
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

    def candidates(self, digits: list[int], others: list[int]) -> tuple[Floats, Numbers, Numbers, int]:
        """Passages that have any of some words, and what the best of them score by those and by others: scores, those
        in blocks before the rest; which passages they are, as `Inside` counts them, and which of the rest; and how many
        have any of the words."""
        import numpy as np

        scores, words_there, counts = scratch(len(self.inside.blocks) * BITS)
        touched = [np.empty(0, np.int64)]
        beside = np.zeros(len(self.loose))
        for digit in digits:
            for term in self.words[digit].terms:
                if term in self.told:
                    at, said = self.told[term].counted(counts)
                    before = scores[at]
                    touched.append(at[before == 0])
                    scores[at] = before + self.by_word(digit, said, self.inside.long[at])
                    words_there[at] |= np.uint32(1 << digit)
            beside += self.beside(digit, np.arange(len(self.loose)))
        within, without = np.concatenate(touched), np.flatnonzero(beside)
        found, there = np.concatenate([scores[within], beside[without]]), words_there[within]
        scores[within] = words_there[within] = 0
        for one, other in self.pairs.values():
            if one in digits and other in digits:
                both = np.uint32(1 << one | 1 << other)
                beyond = (self.loose.digit(one) > 0) & (self.loose.digit(other) > 0)
                self.together[one, other] = int((there & both == both).sum()) + int(beyond.sum())
        every, most = len(found), WEIGHED * self.most
        if every > most:
            taken = found >= np.partition(found, every - most)[every - most]
            found, beyond = found[taken], taken[len(within) :]
            within, there, without = within[taken[: len(within)]], there[taken[: len(within)]], without[beyond]
        for digit in others:
            added = np.zeros(len(within))
            for term in self.words[digit].terms:
                if term in self.told:
                    said = self.told[term].said(within)
                    added += self.by_word(digit, said, self.inside.long[within])
                    there |= np.where(said > 0, np.uint32(1 << digit), np.uint32(0))
            found = found + np.concatenate([added, self.beside(digit, without)])
        for one, other in self.pairs.values():
            both = np.uint32(1 << one | 1 << other)
            beyond = (self.loose.digit(one)[without] > 0) & (self.loose.digit(other)[without] > 0)
            found = found + ADJACENT * np.concatenate([there & both == both, beyond])
        return found, within, without, every

    def beside(self, digit: int, which: Numbers) -> Floats:
        """What a word adds to passages outside of blocks, as far as blocks would tell."""
        import numpy as np

        said, words = capped(self.loose.digit(digit)[which]), np.minimum(self.loose.words[which], LONGEST)
        made: Floats = self.by_word(digit, said, words)
        return made

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
            if start < most < end:
                order[start:end] = self.in_story_order(order[start:end], within, without)
        return order[:most]

    def in_story_order(self, equal: Numbers, within: Numbers, without: Numbers) -> Numbers:
        """Passages of blocks are counted in the story's order, and none of the others lies at the place of one."""
        import numpy as np

        inside = equal < len(within)
        members, beside = within[equal[inside]], without[equal[~inside] - len(within)]
        number, position, among = np.empty((3, len(equal)), np.uint64)
        _, number[inside], position[inside] = self.inside.places(members)
        places = self.loose.places[beside].view(">u8").reshape(-1, 2)
        number[~inside], position[~inside] = places[:, 0], places[:, 1]
        among[inside] = members
        among[~inside] = np.argsort(np.argsort(self.loose.ids[beside].view("S16"), kind="stable"))
        made: Numbers = equal[np.lexsort((among, position, number))]
        return made

    async def looked_at(
        self, connection: Connection, chosen: Numbers, within: Numbers, without: Numbers
    ) -> Rows | None:
        """Candidates; None where one is not there, which the caller must have been wrong about."""
        import numpy as np

        wanted = self.wanted
        members, loose = within[chosen[chosen < len(within)]], without[chosen[chosen >= len(within)] - len(within)]
        _, numbers, _ = self.inside.places(members)
        beside = self.loose.places[loose].view(">u8").reshape(-1, 2)[:, 0].astype(np.uint64)
        values = {
            "allowed": self.inside.narrowed(np.concatenate([numbers, beside])),
            "blocks": int_array(self.inside.blocks[members // BITS]),
            "members": int_array(members % BITS),
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
