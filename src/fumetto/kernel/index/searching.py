"""Searching: words and meaning ranked together, by one statement that sees nothing but the scope.

The statement is cut to what was last known of the keys (their numbers and languages) and of the space that is searched,
and says whether that is still so; where it is not, it is made and run once more. It sets the scope in the transaction
before it looks at any passage: that is where row-level security finds it.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.analysis import base
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.embedding import question_vector
from fumetto.kernel.index.encoding import halfvec
from fumetto.kernel.index.parameters import INT, TEXT, Binary, array_of, taking_binary, uuid_array
from fumetto.kernel.index.passages import Found, Hit
from fumetto.kernel.index.places import ALWAYS, NEVER, place
from fumetto.kernel.index.question import Slots, slots_of
from fumetto.kernel.index.ranking import DEFAULT_WEIGHTS, Filters, Weights, counting, having, ranking
from fumetto.kernel.index.scope import EVERYTHING, Scope
from fumetto.kernel.index.typos import MOST_WORDS, corrected, may_be_misspelt, meant_by
from fumetto.kernel.index.wide import FEWEST, Wanted, best_of

MOST_HITS = 1000  # that can be asked for at a time
DEEPEST = 100  # hits, up to which blocks help to find them
REMEMBERED = 10_000  # keys
KEPT_GROUNDS = 64  # scopes whose grounds are kept: a large one takes longer to write down than to search
TRUSTED_SECONDS = 30  # after which what was seen is looked at again; a space that was replaced is kept for longer

LEARN = """
SELECT k.key, k.number, array_to_string(k.languages, ','), s.number, s.model, s.approximate
FROM (VALUES (1)) AS one (row) LEFT JOIN rag.spaces s ON s.state = 'active' LEFT JOIN rag.keys k ON k.key = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Space:
    """blocks: whether it is large enough to have them."""

    number: int
    model: str
    blocks: bool = False


@dataclass(slots=True)
class Known:
    """What this process last saw of the index; another may have changed it since. keys: number and languages."""

    keys: dict[uuid.UUID, tuple[int, str]] = field(default_factory=dict)
    space: Space | None = None
    seen_at: float = 0.0
    grounds: dict[Scope, Ground] = field(default_factory=dict)


_known: defaultdict[tuple[str, str], Known] = defaultdict(Known)
"""By the server and the database in it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a search takes place. languages: as `rag.keys` has them, key by key. sent: what statements take of it,
    ready to be sent: `allowed`, the scope as a `rag.spans`; `lows` and `highs`, for each key the places between which
    everything lies that may be visible; `firsts` and `ends`, the scope's ranges, and `stretches`, `lows` and `highs`
    once more, as `Inside` takes them; `reach`, the ranges as the functions take them that hand out blocks: the keys'
    numbers, the first positions and the last; and what is believed of the keys."""

    space: Space
    keys: dict[int, uuid.UUID]
    languages: list[str]
    sent: dict[str, Any]

    def values(self) -> dict[str, Any]:
        return self.sent

    def spoken(self) -> set[str]:
        return {language for listed in set(self.languages) for language in listed.split(",")}


async def search(
    session: ReadSession,
    scope: Scope,
    text: str,
    *,
    k: int = 10,
    kinds: Iterable[str] | None = None,
    languages: Iterable[str] | None = None,
    labels: Iterable[uuid.UUID] | None = None,
    offset: int = 0,
    weights: Weights | None = None,
    forgiving: bool = True,
) -> Found:
    """The k best passages of the scope after the first `offset`, best first; all there are if they are fewer.

    kinds, languages, labels: only passages of one of these kinds, in one of these languages, with one of these labels.
    Equal scores are in the order of the story. forgiving: a word that the scope does not have is taken for one that it
    has and that is one slip of the pen away, unless it is an English word by itself.
    """
    if k < 1 or offset < 0:
        raise ValueError("k must be 1 or more, and offset 0 or more")
    asking = Asking(session, scope, Filters.of(kinds, languages, labels), min(k, MOST_HITS), offset, weights)
    found, missing = await asking.ask(text)
    if forgiving and (instead := await asking.meant(missing)):
        text = corrected(text, instead)
        found, _ = await asking.ask(text)
        return replace(found, corrected=text)
    return found


@dataclass(slots=True)
class Asking:
    """One search: the ground is found once, and the question asked again where the first answer says why."""

    session: ReadSession
    scope: Scope
    filters: Filters
    limit: int
    offset: int
    weights: Weights | None
    ground: Ground | None = None

    async def ask(self, text: str) -> tuple[Found, list[str]]:
        """What is found, and the words of the question that are nowhere in the scope."""
        connection = self.session.raw()
        ground = self.ground or await ground_of(self.session, self.scope, fresh=False)
        while ground is not None:
            slots = slots_of(text, self.filters.languages or ground.spoken())
            made = await question_vector(self.session, ground.space.number, ground.space.model, text)
            vector = None if made is None else Binary(halfvec(made.astype(">f2").tobytes()))
            statement, values = ranking(
                ground.space.number, slots, vector, self.filters, self.weights or DEFAULT_WEIGHTS
            )
            values |= ground.values() | {"limit": self.limit + 1, "offset": self.offset}
            wanted = self.among_many(ground, slots, values)
            best = await best_of(self.session, wanted) if wanted and wanted.with_blocks else None
            rows = [] if best else await (await statement.execute(connection, values)).fetchall()
            if rows and rows[0][-1] and rows[0][-3] > FEWEST and wanted and not wanted.with_blocks:
                best = await best_of(self.session, wanted)
            if best is not None:
                self.ground = ground
                hits = [Hit(row[0], ground.keys[row[1].int >> 64], *row[2:]) for row in best.hits[self.offset :]]
                found = Found(tuple(hits[: self.limit]), len(hits) > self.limit, words_alone=vector is None)
                return found, best.missing
            if rows and rows[0][-1]:
                self.ground = ground
                hits = [
                    Hit(identifier, ground.keys[at.int >> 64], kind, score, lexical, dense)
                    for identifier, at, kind, score, lexical, dense, *_ in rows
                ]
                missing = [slot.word for place, slot in enumerate(slots.words) if rows[0][-2] >> place & 1]
                found = Found(tuple(hits[: self.limit]), len(hits) > self.limit, words_alone=vector is None)
                return found, missing
            again = await ground_of(self.session, self.scope, fresh=True)
            if again == ground:
                break
            ground = again
        return Found((), more=False), []

    def among_many(self, ground: Ground, slots: Slots, values: dict[str, Any]) -> Wanted | None:
        """What is looked for where there may be very many passages; None where each is to be looked at."""
        last = self.offset + self.limit + 1
        if len(ground.keys) < 2 or last > DEEPEST or any(self.filters.given()):
            return None
        weights = self.weights or DEFAULT_WEIGHTS
        return Wanted(ground.space.number, slots, weights, values, last, with_blocks=ground.space.blocks)

    async def meant(self, missing: Iterable[str]) -> dict[str, str]:
        """For words that are nowhere in the scope, those that may have been meant and are there."""
        if self.ground is None:
            return {}
        languages = self.filters.languages or self.ground.spoken()
        english = any(base(language) == "en" for language in languages)
        misspelt = [
            word
            for word in dict.fromkeys(missing)
            if may_be_misspelt(word) and not (english and built_in().knows(word))
        ]
        meant = {word: meant_by(word, languages) for word in misspelt[:MOST_WORDS]}
        terms = {term for terms in meant.values() for term in terms}
        if not terms:
            return {}
        statement, values = having(self.ground.space.number, terms, self.filters)
        rows = await self.session.raw().execute(statement, values | self.ground.values(), prepare=True)
        there = Counter(
            term
            for (listed,) in await rows.fetchall()
            for term in (int(pair.partition(":")[0]) for pair in listed[1 : listed.index("}")].split(","))
            if term in terms
        )
        instead: dict[str, str] = {}
        for word, spellings in meant.items():
            if best := max((term for term in spellings if term in there), key=there.__getitem__, default=None):
                instead[word] = spellings[best]
        return instead


async def count(
    session: ReadSession,
    scope: Scope,
    *,
    kinds: Iterable[str] | None = None,
    languages: Iterable[str] | None = None,
    labels: Iterable[uuid.UUID] | None = None,
) -> int:
    """How many passages the scope has."""
    filters = Filters.of(kinds, languages, labels)
    ground = await ground_of(session, scope, fresh=True)
    if ground is None:
        return 0
    statement, values = counting(ground.space.number, filters)
    rows = await session.raw().execute(statement, values | ground.values())
    return int((await rows.fetchone() or (0,))[0])


async def ground_of(session: ReadSession, scope: Scope, *, fresh: bool) -> Ground | None:
    """Where to search, as it was last seen, or as it is now where that is wanted; None when there is nothing there."""
    taking_binary(session.raw())
    info = session.raw().info
    known = _known[info.host, info.dbname]
    stale = time.monotonic() - known.seen_at > TRUSTED_SECONDS
    if not (fresh or stale) and (before := known.grounds.get(scope)) is not None:
        return before
    allowed = scope.allowed()
    if fresh or stale or known.space is None or not known.keys.keys() >= allowed.keys():
        await learn(session, known, list(allowed))
    numbered = sorted((known.keys[key], key) for key in allowed if key in known.keys)
    if known.space is None or not numbered:
        return None
    spans: list[str] = []
    firsts, ends = bytearray(), bytearray()
    lows: list[uuid.UUID] = []
    highs: list[uuid.UUID] = []
    reach: list[tuple[int, int, int]] = []
    for (number, _), key in numbered:
        first, seen = place(number, ALWAYS), allowed[key]
        lows.append(first)
        if seen is EVERYTHING:
            highs.append(place(number, NEVER))
            spans.append(f"[{first},{highs[-1]}]")
            firsts += first.bytes
            ends += highs[-1].bytes + b"\1"
            reach.append((number, ALWAYS, NEVER))
            continue
        for low, high in ((ALWAYS, ALWAYS + 1), *seen):
            begin, end = place(number, low), place(number, high)
            spans.append(f"[{begin},{end})")
            firsts += begin.bytes
            ends += end.bytes + b"\0"
            reach.append((number, low, high - 1))
        highs.append(place(number, max((high - 1 for _, high in seen), default=ALWAYS)))
    languages = [languages for (_, languages), _ in numbered]
    sent = {
        "allowed": "{" + ",".join(spans) + "}",
        "reach": ";".join("{" + ",".join(map(str, each)) + "}" for each in zip(*reach, strict=True)),
        "lows": uuid_array(lows),
        "highs": uuid_array(highs),
        "firsts": bytes(firsts),
        "ends": bytes(ends),
        "stretches": b"".join(low.bytes + high.bytes for low, high in zip(lows, highs, strict=True)),
        "numbers": array_of(INT, [number.to_bytes(4, "big") for (number, _), _ in numbered]),
        "keys": uuid_array([key for _, key in numbered]),
        "languages_of_keys": array_of(TEXT, [each.encode() for each in languages]),
        "space": known.space.number,
    }
    ground = Ground(known.space, {number: key for (number, _), key in numbered}, languages, sent)
    if len(known.grounds) >= KEPT_GROUNDS:
        known.grounds.pop(next(iter(known.grounds)))
    known.grounds[scope] = ground
    return ground


async def learn(session: ReadSession, known: Known, keys: list[uuid.UUID]) -> None:
    """Looks at the keys and the active space again."""
    if len(known.keys) > REMEMBERED:
        known.keys.clear()
    for key in keys:
        known.keys.pop(key, None)
    known.grounds.clear()
    known.space = None
    known.seen_at = time.monotonic()
    rows = await session.raw().execute(LEARN, [keys], prepare=True)
    for key, number, languages, space, model, blocks in await rows.fetchall():
        if space is not None:
            known.space = Space(space, model, blocks)
        if key is not None:
            known.keys[key] = (number, languages)
