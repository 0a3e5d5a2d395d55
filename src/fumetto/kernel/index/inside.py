"""What blocks tell of a scope, and the passages that statements send, in columns."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fumetto.kernel.index.blocks import BITS, OFTEN
from fumetto.kernel.index.parameters import INT, Binary, uuid_array
from fumetto.kernel.index.places import HALF
from fumetto.kernel.index.ranking import SLOTS_PER_PRODUCT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

RANGE = 76  # characters of each range in a scope's text, and what parts it from the next
RUN = [("part", ">i4"), ("first", ">i4"), ("last", ">i4"), ("number", ">i8"), ("base", ">i8")]
"""Passages of a part that a scope has one after another: where in the block the part begins, from which of its passages
on to before which, the key's number, and the position that the part's are counted from."""
KEPT_BITS = 8_000_000  # of scopes, seven bytes for each: some of a million passages, or many of smaller libraries


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a scope has of a block. runs: as RUN. offsets: the positions of its passages, counted from their parts'
    bases. words: how long they are. apart: ids of passages that are looked at one by one."""

    block: int
    stamp: bytes
    low: bytes
    high: bytes
    apart: bytes
    runs: bytes | None
    offsets: bytes | None
    words: bytes | None


class Inside:
    """What a scope has of all blocks, in the order of the story. PostgreSQL has laid the scope over them, and it is
    compared with the scope once more. Passages are counted on from one block to the next, each of which has BITS."""

    def __init__(self, stretches: Iterable[Stretch], ground: Mapping[str, Any]) -> None:
        import numpy as np

        self.allowed: str = ground["allowed"]
        self.firsts = np.frombuffer(ground["firsts"], "S16")
        self.ends = np.frombuffer(ground["ends"], "S17")
        self.numbers = np.ascontiguousarray(self.firsts).view(">u8")[::2].astype(np.uint64)
        self.spans: list[str] = []
        self.keys: bytes = ground["stretches"]
        self.stretches = sorted(stretches, key=lambda each: each.low)
        self.stamps = {each.stamp for each in self.stretches}
        self.blocks = np.array([each.block for each in self.stretches], np.int64)
        self.by_number = np.argsort(self.blocks)
        self.apart = b"".join(each.apart for each in self.stretches)
        size = len(self.stretches) * BITS
        self.mask = np.zeros((len(self.stretches), BITS // 8), np.uint8)
        self.long = np.zeros(size, np.uint16)
        self.offsets = np.zeros(size, np.int32)
        runs = []
        for at, each in enumerate(self.stretches):
            if each.runs:
                runs.append(self.take(at, each, np.frombuffer(each.runs, RUN)))
        self.runs = np.concatenate(runs) if runs else np.zeros(0, [*RUN, ("at", "i8")])
        self.passages = int(np.bitwise_count(self.mask).sum(dtype=np.int64))
        self.words = int(self.long.sum(dtype=np.int64))

    def take(self, at: int, stretch: Stretch, told: Any) -> Any:
        """Takes down what the scope has of one block."""
        import numpy as np

        offsets = np.frombuffer(stretch.offsets or b"", ">i4").astype(np.int64)
        words = np.frombuffer(stretch.words or b"", ">u2")
        sizes = (told["last"] - told["first"]).astype(np.int64)
        begins = np.cumsum(sizes) - sizes
        own = np.repeat(told["part"].astype(np.int64) + told["first"] - begins, sizes) + np.arange(len(offsets))
        numbers, bases = told["number"].astype(np.int64), told["base"].astype(np.int64)
        first = self.range_of(numbers, bases + offsets[begins])
        last = self.range_of(numbers, bases + offsets[begins + sizes - 1])
        taken = np.repeat((first >= 0) & (first == last), sizes)
        if not taken.all():
            of = np.repeat(np.arange(len(told)), sizes)[~taken]
            taken[~taken] = self.range_of(numbers[of], bases[of] + offsets[~taken]) >= 0
        seen = np.zeros(BITS, np.uint8)
        seen[own[taken]] = 1
        self.mask[at] = np.packbits(seen)
        own += at * BITS
        self.long[own[taken]] = words[taken]
        self.offsets[own] = offsets
        runs = np.zeros(len(told), [*RUN, ("at", "i8")])
        for name, _ in RUN:
            runs[name] = told[name]
        runs["at"] = at * BITS + told["part"].astype(np.int64) + told["first"]
        return runs

    def range_of(self, numbers: Numbers, positions: Numbers) -> Numbers:
        """Which of the scope's ranges has a place; -1 for those that it has not."""
        import numpy as np

        if not len(self.firsts):
            return np.full(len(numbers), -1)
        places = np.empty(len(numbers), [("number", ">u8"), ("position", ">u8"), ("end", "u1")])
        places["number"], places["position"], places["end"] = numbers, shifted(positions), 1
        ends = places.view("S17").reshape(-1)
        at = np.searchsorted(self.firsts, ends, "right") - 1
        return np.where((at >= 0) & (ends <= self.ends[at]), at, -1)

    def seen(self, blocks: bytes, told: bytes) -> tuple[Numbers, Bytes]:
        """Which blocks a word's bits are of, as they are counted here, and the bits that the scope has."""
        import numpy as np

        numbers = np.frombuffer(blocks, ">i4").astype(np.int64)
        at = self.by_number[np.searchsorted(self.blocks, numbers, sorter=self.by_number)]
        rows = np.frombuffer(told, np.uint8).reshape(-1, 4 + BITS // 8)[:, 4:]
        return at, rows & self.mask[at]

    def places(self, passages: Numbers) -> tuple[Numbers, Any, Any]:
        """Each passage's run, and its place in two numbers."""
        import numpy as np

        run = np.searchsorted(self.runs["at"], passages, "right") - 1
        position = shifted(self.runs["base"][run] + self.offsets[passages])
        return run, self.runs["number"][run].astype(np.uint64), position

    def gaps(self) -> dict[str, Any] | None:
        """The places of the scope's keys that are in none of the blocks, passages that blocks have apart, and the scope
        there; None when there is nothing of it."""
        import numpy as np

        keys = np.frombuffer(self.keys, [("low", "S16"), ("high", "S16")])
        lows: list[bytes] = []
        highs: list[bytes] = []
        before = b""
        for low, high in [*((full(each.low), full(each.high)) for each in self.stretches), (b"\xff" * 17, b"")]:
            if before < low:  # every key has to begin before where the next block does, and to end where the last ended
                some = keys[np.searchsorted(keys["high"], before) : np.searchsorted(keys["low"], low)]
                lows += [max(full(each), before) for each in some["low"].tolist()]
                highs += [min(full(each), previous(low)) for each in some["high"].tolist()]
            before = high
        if not lows and not self.apart:
            return None
        there = np.frombuffer(b"".join(lows), ">u8")[::2].astype(np.uint64)
        return {
            "lows": uuid_array([uuid.UUID(bytes=each) for each in lows]),
            "highs": uuid_array([uuid.UUID(bytes=each) for each in highs]),
            "apart": uuid_array([uuid.UUID(bytes=self.apart[at : at + 16]) for at in range(0, len(self.apart), 16)]),
            "allowed": self.allowed if self.apart else self.narrowed(there),
        }

    def narrowed(self, numbers: Any) -> str:
        """The scope in some keys, by their numbers."""
        import numpy as np

        if not self.spans:
            self.spans = [self.allowed[at : at + RANGE - 1] for at in range(1, len(self.allowed) - 1, RANGE)]
        numbers = np.unique(numbers)
        begin = np.searchsorted(self.numbers, numbers)
        end = np.searchsorted(self.numbers, numbers, "right")
        pairs = zip(begin.tolist(), end.tolist(), strict=True)
        return "{" + ",".join([span for start, after in pairs for span in self.spans[start:after]]) + "}"


class Kept:
    """What scopes have of blocks, as it was last told. Blocks never change, and each has a stamp of its own."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[object, ...], Inside] = OrderedDict()

    def get(self, whose: tuple[object, ...]) -> Inside | None:
        found = self.kept.get(whose)
        if found is not None:
            self.kept.move_to_end(whose)
        return found

    def keep(self, whose: tuple[object, ...], inside: Inside) -> None:
        self.kept[whose] = inside
        self.kept.move_to_end(whose)
        while len(self.kept) > 1 and sum(each.mask.size for each in self.kept.values()) * 8 > KEPT_BITS:
            self.kept.popitem(last=False)


class Word:
    """In which passages of blocks a word is: rows of bits, by how often it is there at least."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        self.rows: dict[int, tuple[Numbers, Bytes]] = {}

    def __len__(self) -> int:
        import numpy as np

        return int(np.bitwise_count(self.rows[1][1]).sum(dtype=np.int64)) if 1 in self.rows else 0

    def passages(self, times: int = 1) -> Numbers:
        """The passages that have the word as often as this at least."""
        import numpy as np

        if times not in self.rows:
            return np.empty(0, np.int64)
        at, bits = self.rows[times]
        eights = bits.reshape(-1).view(np.uint64)
        there = np.flatnonzero(eights)
        found = np.flatnonzero(np.unpackbits(eights[there].view(np.uint8)).view(bool))
        own = (there[found >> 6] << 6) + (found & 63)
        made: Numbers = at[own // BITS] * BITS + own % BITS
        return made

    def counted(self, counts: Bytes) -> tuple[Numbers, Numbers]:
        """All its passages, and how often each has it, as far as blocks count. counts: noughts for every passage, which
        they are again afterwards."""
        import numpy as np

        passages = self.passages()
        for times in self.rows:
            if times > 1:
                counts[self.passages(times)] += 1
        said = counts[passages].astype(np.int64) + 1
        counts[passages] = 0
        return passages, said

    def said(self, passages: Numbers) -> Numbers:
        """How often the word is in each of these, as far as blocks count."""
        import numpy as np

        made = np.zeros(len(passages), np.int64)
        block, byte, shift = passages // BITS, passages % BITS >> 3, (7 - (passages & 7)).astype(np.uint8)
        for at, bits in self.rows.values():
            row = np.full(len(self.inside.blocks), -1)
            row[at] = np.arange(len(at))
            there = row[block]
            made += ((bits[there, byte] >> shift) & 1) * (there >= 0)
        return made


def capped(said: Numbers) -> Numbers:
    """As often as blocks count."""
    import numpy as np

    return np.minimum(said, OFTEN)


def shifted(positions: Any) -> Any:
    """Positions as the lower halves of places are counted."""
    import numpy as np

    return positions.astype(np.uint64) + np.uint64(HALF)  # goes round, as it should


def full(place: bytes) -> bytes:
    """A place of which numpy has left out the noughts at its end."""
    return place.ljust(16, b"\0")


def previous(place: bytes) -> bytes:
    """The place before one that nothing comes after is the last there is."""
    return (int.from_bytes(place, "big") - 1).to_bytes(16, "big") if len(place) == 16 else b"\xff" * 16


class Rows:
    """Passages as a statement sends them, in columns. found: the octal digits, product by product. kinds: those of
    passages that were looked at, one after another."""

    def __init__(self, told: bytes, products: int, kinds: bytes | None = None) -> None:
        import numpy as np

        self.told, self.products, self.kinds = told, products, kinds
        fields = [("id", "V16"), ("place", "V16"), ("words", ">i4"), *((f"found{at}", ">i4") for at in range(products))]
        looked_at = [("distance", ">f8"), ("kind", ">i4")] if kinds is not None else []
        rows = np.frombuffer(told, [*fields, *looked_at])
        self.ids, self.places, self.words = rows["id"], rows["place"], rows["words"].astype(np.int64)
        self.found = [rows[f"found{at}"].astype(np.int64) for at in range(products)]
        if looked_at:
            self.distance: Floats = rows["distance"].astype(float)
            self.kinds_end: Numbers = np.cumsum(rows["kind"], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.words)

    def digit(self, at: int) -> Numbers:
        product, place = divmod(at, SLOTS_PER_PRODUCT)
        made: Numbers = self.found[product] >> 3 * place & 7
        return made

    def id(self, row: int) -> uuid.UUID:
        return uuid.UUID(bytes=self.ids[row].tobytes())

    def place(self, row: int) -> uuid.UUID:
        return uuid.UUID(bytes=self.places[row].tobytes())

    def kind(self, row: int) -> str:
        start = int(self.kinds_end[row - 1]) if row else 0
        return (self.kinds or b"")[start : int(self.kinds_end[row])].decode()


def int_array(numbers: Numbers | list[int]) -> Binary:
    """As `array_of` makes it of many."""
    import numpy as np

    rows = np.empty(len(numbers), [("size", ">i4"), ("number", ">i4")])
    rows["size"], rows["number"] = 4, numbers
    return Binary(np.array([1, 0, INT, len(numbers), 1], ">i4").tobytes() + rows.tobytes())
