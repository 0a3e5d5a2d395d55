"""Searching a scope of very many passages: the same ranking, to the last digit, without looking at each of them.

What is counted comes from the blocks that lie wholly inside the scope, and from the passages outside them, one by one.
Each word's and phrase's entries then give the lexical score of every passage in those blocks, and since a cosine is at
most 1, how much a passage can score at all. The best are looked at, and more of them until none that was left out could
be among the hits: the answer is that of looking at every passage, or there is none and the caller does that.

Terms that nearly every passage has are left for last: their entries are only fetched where what remains could still
reach the hits by them.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fumetto.kernel.db.pools import Connection
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.analysis import HIGHEST_COUNT, WORDS, phrase
from fumetto.kernel.index.blocks import LONGEST, shared
from fumetto.kernel.index.parameters import INT, Binary
from fumetto.kernel.index.question import Slot, Slots
from fumetto.kernel.index.ranking import SIZES, SLOTS_PER_PRODUCT, Weights
from fumetto.kernel.index.wide_statements import (
    counting_statement,
    entries_statement,
    kinds_statement,
    looking_statement,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

FEWEST = 50_000  # passages that a scope has, up to which each of them is looked at
LOOSE = 20_000  # of them outside blocks, up to which they are told one by one
FIRST = 128  # passages that are looked at first
MOST = 8_000  # that are looked at at all
EASY = 20_000  # entries that are fetched without asking whether it takes them
SLACK = 1e-9  # what sums of 64-bit floats may differ by


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. values: of the ranking's statement, as `ranking` gives them with those of the ground. last:
    the number of hits up to which they must be known, those before the first wanted one with them."""

    space: int
    slots: Slots
    weights: Weights
    values: dict[str, Any]
    last: int

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


@dataclass(slots=True)
class Weighed:
    """How much each digit counts: `rarity`, as BM25 has it, by digit; and what damps counts by a passage's length."""

    rarity: dict[int, float]
    first: float
    each_word: float

    def damping(self, words: Any) -> Any:
        return self.first + self.each_word * words


async def best_of(session: ReadSession, wanted: Wanted) -> Best | None:
    """The best passages of a scope; None where the scope is small, where blocks tell too little of it, where they are
    not what the caller believes, or where too many passages could be among the hits: then each has to be looked at."""
    import numpy as np

    connection = session.raw()
    words = [slot for _, slot in wanted.placed if slot in wanted.slots.words]
    values = wanted.values | {
        "terms": [term for slot in words for term in slot.terms], "told": LOOSE
    }  # fmt: skip
    counting = counting_statement(wanted.space, wanted.products)
    row = await (await counting.execute(connection, values)).fetchone()
    if row is None or not row[-1] or row[4] is None:
        return None
    passages, length, blocks, counts, told, _ = row
    loose = Looked.of(told, wanted.products)
    n = passages + len(loose)
    if n <= FEWEST:
        return None
    search = Search(
        wanted, np.frombuffer(blocks, ">i4"), loose, n, (length + int(loose.words.sum())) / n, dict(counts or [])
    )
    return await search.run(connection)


@dataclass(slots=True)
class Looked:
    """Passages that were looked at, in columns. found: the octal digits, product by product."""

    ids: Any
    places: Any
    words: Numbers
    distance: Floats
    found: list[Numbers]

    @classmethod
    def of(cls, told: bytes, products: int) -> Looked:
        import numpy as np

        fields = [("id", "V16"), ("place", "V16"), ("words", ">i4"), ("distance", ">f8")]
        rows = np.frombuffer(told, np.dtype([*fields, *[(f"found{at}", ">i4") for at in range(products)]]))
        found = [rows[f"found{at}"].astype(np.int64) for at in range(products)]
        return cls(rows["id"], rows["place"], rows["words"].astype(np.int64), rows["distance"].astype(float), found)

    def __len__(self) -> int:
        return len(self.words)

    def with_(self, more: Looked) -> Looked:
        import numpy as np

        def both(one: Any, other: Any) -> Any:
            return np.concatenate([one, other])

        found = [both(one, other) for one, other in zip(self.found, more.found, strict=True)]
        return Looked(
            both(self.ids, more.ids), both(self.places, more.places), both(self.words, more.words),
            both(self.distance, more.distance), found,
        )  # fmt: skip

    def digit(self, at: int) -> Numbers:
        product, place = divmod(at, SLOTS_PER_PRODUCT)
        made: Numbers = self.found[product] >> 3 * place & 7
        return made


class Search:
    """The search through blocks, of a scope with so many passages in all.

    n: how many. average: their length. counts: how many passages of the blocks have each of the words' terms.
    """

    def __init__(
        self, wanted: Wanted, blocks: Numbers, loose: Looked, n: int, average: float, counts: dict[int, int]
    ) -> None:
        self.wanted = wanted
        self.words = wanted.words
        self.placed = wanted.placed
        self.blocks = blocks
        self.loose = loose
        self.n = n
        weights = wanted.weights
        self.k1 = weights.saturation
        self.weighed = Weighed(
            {}, self.k1 * (1 - weights.length), self.k1 * weights.length / max(average, 1.0)
        )  # fmt: skip
        self.frequency = {
            digit: sum(counts.get(term, 0) for term in slot.terms) for digit, slot in self.placed if self.is_word(digit)
        }
        self.entries: dict[int, Numbers] = {}
        """By digit: what blocks tell of a word or phrase. Its first 44 bits are the passage."""

    def is_word(self, digit: int) -> bool:
        return digit < self.words

    async def run(self, connection: Connection) -> Best | None:
        rare, common = self.parted()
        await self.fetch(connection, [*rare, *self.phrases()])
        self.count()
        while True:
            passages, scores = self.lexical()
            # The most that can be added to what was summed: by words left for last, and by meaning.
            rest = sum(self.most_by(digit) for digit in common)
            meaning = abs(self.wanted.weights.dense) if self.wanted.values["vector"] is not None else 0.0
            looked = await self.looked_at(connection, passages, scores, rest + meaning)
            if looked is None:
                return None
            found = self.scored(looked)
            if len(found) >= self.wanted.last and found[self.wanted.last - 1][0] < -(rest + meaning) - SLACK:
                return await self.told(connection, found)
            if not common:
                return None
            rare, common = [*rare, common[0]], common[1:]
            await self.fetch(connection, [rare[-1]])

    def parted(self) -> tuple[list[int], list[int]]:
        """The words whose entries are fetched at once, and those left for last, the rarer first."""
        order = sorted((digit for digit in self.frequency if self.frequency[digit]), key=self.frequency.__getitem__)
        total = 0
        rare: list[int] = []
        for digit in order:
            total += self.frequency[digit]
            if rare and total > EASY:
                break
            rare.append(digit)
        return rare, order[len(rare) :]

    def phrases(self) -> list[int]:
        """Those of which every word is in a block."""
        words = {digit: slot.terms for digit, slot in self.placed if self.is_word(digit)}
        made_of = {
            phrase(first, second): (one, other)
            for one, firsts in words.items()
            for other, seconds in words.items()
            for first in firsts
            for second in seconds
        }
        possible = []
        for digit, slot in self.placed:
            if not self.is_word(digit):
                pairs = [made_of.get(term) for term in slot.terms]
                if any(pair is None or (self.frequency[pair[0]] and self.frequency[pair[1]]) for pair in pairs):
                    possible.append(digit)
        return possible

    async def fetch(self, connection: Connection, digits: list[int]) -> None:
        """The entries of some words and phrases."""
        import numpy as np

        slots = dict(self.placed)
        terms = np.array([term for digit in digits for term in slots[digit].terms], np.int64)
        rows, rest = shared(terms)
        keys = np.where(terms > WORDS, rows, terms)
        values = {"blocks": int_array(self.blocks), "terms": sorted(set(keys.tolist())), **self.wanted.values}
        fetched = await entries_statement(self.wanted.space).execute(connection, values)
        told = {term: np.frombuffer(found, "<i8") for term, found in await fetched.fetchall()}
        nothing = np.empty(0, np.int64)
        at = dict(zip(terms.tolist(), zip(keys.tolist(), rest.tolist(), strict=True), strict=True))
        for digit in digits:
            parts = []
            for term in slots[digit].terms:
                key, last = at[term]
                found = told.get(key, nothing)
                parts.append(found if self.is_word(digit) else found[found & 0xFFFFF == last])
            self.entries[digit] = np.concatenate(parts) if len(parts) > 1 else parts[0]

    def count(self) -> None:
        """How rare everything is, which takes the phrases' entries."""
        weights = self.wanted.weights
        for digit, _ in self.placed:
            told = self.frequency[digit] if self.is_word(digit) else len(self.entries.get(digit, ()))
            df = told + int((self.loose.digit(digit) > 0).sum())
            self.frequency[digit] = df
            self.weighed.rarity[digit] = math.log(1 + (self.n - df + 0.5) / (df + 0.5)) * (
                (self.k1 + 1) if self.is_word(digit) else weights.phrase
            )

    def most_by(self, digit: int) -> float:
        """The most that a word can add to a score."""
        return self.weighed.rarity[digit] * HIGHEST_COUNT / (HIGHEST_COUNT + self.weighed.first)

    def lexical(self) -> tuple[Numbers, Floats]:
        """The passages of blocks that have any of what was fetched, sorted, and what that makes of their scores."""
        import numpy as np

        fetched = {digit: entries for digit, entries in self.entries.items() if len(entries)}
        if not fetched:
            return np.empty(0, np.int64), np.empty(0)
        passages, where = np.unique(np.concatenate([told >> 20 for told in fetched.values()]), return_inverse=True)
        added = [self.added(digit, told) for digit, told in fetched.items()]
        scores: Floats = np.bincount(where, np.concatenate(added), len(passages)).astype(float)
        return passages, scores

    def added(self, digit: int, told: Numbers) -> Floats:
        import numpy as np

        rarity = self.weighed.rarity[digit]
        if not self.is_word(digit):
            return np.full(len(told), rarity)
        said, words = told >> 16 & 15, told & LONGEST
        made: Floats = rarity * said / (said + self.weighed.damping(words))
        return made

    async def looked_at(
        self, connection: Connection, passages: Numbers, scores: Floats, further: float
    ) -> Looked | None:
        """Looks at all that can be among the hits when as much as `further` is added to their scores, the likeliest
        first. None where they are too many."""
        import numpy as np

        kept = min(MOST + 1, len(scores))
        # Those that can be looked at; among equal scores, any may be.
        likeliest = np.argpartition(-scores, kept - 1)[:kept] if kept < len(scores) else np.arange(kept)
        order = likeliest[np.argsort(-scores[likeliest], kind="stable")]
        looked, start, size = self.loose, 0, FIRST
        while start < len(order):
            best = self.scores_of(looked)
            least = (
                -math.inf if len(best) < self.wanted.last else np.partition(best, -self.wanted.last)[-self.wanted.last]
            )
            end = min(start + size, len(order))
            if start:
                end = min(end, int(np.searchsorted(-scores[order], further - least + SLACK, "right")))
            if start >= end:
                break
            if end > MOST:
                return None
            these = passages[order[start:end]]
            values = {**self.wanted.values, "at": int_array(these >> 12), "members": int_array(these & 0xFFF)}
            statement = looking_statement(self.wanted.space, self.wanted.products)
            (told,) = await (await statement.execute(connection, values)).fetchone() or (None,)
            more = Looked.of(told or b"", self.wanted.products)
            if len(more) != end - start:
                return None
            looked = looked.with_(more)
            start, size = end, 4 * size
        return looked

    def scores_of(self, looked: Looked) -> Floats:
        import numpy as np

        scores: Floats = self.lexical_of(looked) - self.wanted.weights.dense * np.nan_to_num(looked.distance)
        return scores

    def lexical_of(self, looked: Looked) -> Floats:
        """As the ranking's statement has it, operation by operation, so that no digit differs."""
        import numpy as np

        damping = self.weighed.damping(looked.words)
        lexical = np.zeros(len(looked))
        for digit, _ in self.placed:
            said = looked.digit(digit)
            rarity = self.weighed.rarity[digit]
            lexical = lexical + (
                rarity * said / (said + damping) if self.is_word(digit) else np.where(said > 0, rarity, 0.0)
            )
        return lexical

    def scored(self, looked: Looked) -> list[tuple[float, bytes, bytes, float, float]]:
        """The best as (score negated, place, id, lexical, distance), in the order of hits."""
        import numpy as np

        lexical, scores = self.lexical_of(looked), self.scores_of(looked)
        if not len(scores):
            return []
        kept = min(self.wanted.last, len(scores))
        rows = np.flatnonzero(scores >= np.partition(scores, -kept)[-kept])
        columns = (-scores, looked.places, looked.ids, lexical, looked.distance)
        made = [
            (float(score), at.tobytes(), name.tobytes(), float(words), float(distance))
            for score, at, name, words, distance in zip(*(column[rows] for column in columns), strict=True)
        ]
        return sorted(made)[:kept]

    async def told(self, connection: Connection, found: list[tuple[float, bytes, bytes, float, float]]) -> Best:
        values = {**self.wanted.values, "ids": [uuid.UUID(bytes=row[2]) for row in found]}
        rows = await kinds_statement(self.wanted.space).execute(connection, values)
        kinds: dict[uuid.UUID, str] = dict(await rows.fetchall())
        hits = []
        for score, at, identifier, lexical, distance in found:
            name = uuid.UUID(bytes=identifier)
            dense = None if math.isnan(distance) else -distance
            hits.append((name, uuid.UUID(bytes=at), kinds[name], -score, lexical, dense))
        return Best(
            hits, [slot.word for digit, slot in self.placed if self.is_word(digit) and not self.frequency[digit]]
        )


def int_array(numbers: Numbers) -> Binary:
    """As `array_of` makes it of many."""
    import numpy as np

    rows = np.empty(len(numbers), [("size", ">i4"), ("number", ">i4")])
    rows["size"], rows["number"] = 4, numbers
    return Binary(np.array([1, 0, INT, len(numbers), 1], ">i4").tobytes() + rows.tobytes())
