"""What blocks tell of a scope, and the passages that statements send, in columns."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from fumetto.kernel.index.blocks import ABOUT, LONGEST
from fumetto.kernel.index.parameters import INT, Binary, uuid_array
from fumetto.kernel.index.ranking import SLOTS_PER_PRODUCT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

RANGE = 76  # characters of each range in a scope's text, and what parts it from the next


@dataclass(slots=True)
class Entries:
    """Where a term is: how many passages have it, in which blocks and in how many of each; and the entries."""

    passages: int
    blocks: bytes
    sizes: bytes
    found: bytes | None


class Inside:
    """The blocks that a scope has all of, in the order of the story. Row-level security has shown them, and they are
    compared with the scope once more. Their passages are counted on from one block to the next."""

    def __init__(self, told: Entries | None, ground: Mapping[str, Any]) -> None:
        import numpy as np

        self.allowed: str = ground["allowed"]
        self.firsts = np.frombuffer(ground["firsts"], "S16")
        self.ends = np.frombuffer(ground["ends"], "S17")
        self.stretches: bytes = ground["stretches"]
        numbers, counts, about = (told.blocks, told.sizes, told.found or b"") if told else (b"", b"", b"")
        rows = np.frombuffer(about, ABOUT)
        taken = np.flatnonzero(self.whole(rows))
        taken = taken[np.argsort(rows["low"][taken])]
        self.shown, self.about = len(rows), rows[taken]
        self.blocks = np.frombuffer(numbers, ">i4")[taken].astype(np.int64)
        sizes = np.frombuffer(counts, ">i4")[taken].astype(np.int64)
        self.starts: Numbers = np.cumsum(sizes) - sizes
        self.passages, self.words = int(sizes.sum()), int(self.about["words"].sum())
        self.by_number = np.argsort(self.blocks)

    def whole(self, rows: Any) -> Any:
        """Which blocks the scope has all of."""
        import numpy as np

        at = np.searchsorted(self.firsts, rows["first"], "right") - 1
        return (at >= 0) & (rows["end"] <= self.ends[at])

    def only(self, told: Entries) -> Entries:
        """The same of the blocks that the scope has all of."""
        import numpy as np

        if self.shown == len(self.blocks):
            return told
        taken = np.isin(np.frombuffer(told.blocks, ">i4"), self.blocks)
        sizes = np.frombuffer(told.sizes, ">i4")
        found = None
        if told.found is not None:
            found = np.frombuffer(told.found, "<i4")[np.repeat(taken, sizes)].tobytes()
        blocks = np.frombuffer(told.blocks, ">i4")[taken].tobytes()
        return Entries(int(sizes[taken].sum()), blocks, sizes[taken].tobytes(), found)

    def numbered(self, told: Entries) -> tuple[Numbers, Numbers, Numbers]:
        """The passages that entries are about, how often they have the term, and how long they are."""
        import numpy as np

        blocks = np.searchsorted(self.blocks, np.frombuffer(told.blocks, ">i4"), sorter=self.by_number)
        found = np.frombuffer(told.found or b"", "<i4").astype(np.int64)
        at = np.repeat(self.starts[self.by_number[blocks]], np.frombuffer(told.sizes, ">i4")) + (found >> 19)
        return at, found >> 16 & 7, found & LONGEST

    def parted(self, passages: Numbers) -> tuple[Numbers, Numbers]:
        """Each passage's block, by its place among these, and the passage's own place in that."""
        import numpy as np

        at = np.searchsorted(self.starts, passages, "right") - 1
        return at, passages - self.starts[at]

    def counted_before(self, places: Any) -> Numbers:
        """How many passages of blocks come before some places that are in no block."""
        import numpy as np

        made: Numbers = np.append(self.starts, self.passages)[np.searchsorted(self.about["low"], places)]
        return made

    def gaps(self) -> dict[str, Any] | None:
        """The places of the scope's keys that are in none of the blocks, and the scope there; None when there are
        none."""
        import numpy as np

        def pairs(given: Any) -> Any:
            return np.ascontiguousarray(given).view(">u8").reshape(-1, 2).astype(np.uint64)

        keys = np.frombuffer(self.stretches, [("low", "S16"), ("high", "S16")])
        key_low, key_high = pairs(keys["low"]), pairs(keys["high"])
        low, high = pairs(self.about["low"]), pairs(self.about["high"])
        beyond = np.concatenate([np.zeros(len(keys), bool), high[:, 0] > low[:, 0]])  # to where the next key begins
        number = np.concatenate([key_low[:, 0], low[:, 0]])
        start = np.where(beyond, np.uint64(0xFFFF_FFFF_FFFF_FFFF), np.concatenate([key_low[:, 1], high[:, 1]]))
        last = np.concatenate([np.ones(len(keys), bool), np.zeros(len(low), bool)])
        end = np.concatenate([key_high[:, 1], low[:, 1]])
        # As many gaps begin in a key as end there, in turn.
        begun, ended = np.lexsort((beyond, start, number)), np.lexsort((last, end, number))
        number, start, beyond = number[begun], start[begun], beyond[begun]
        end, last = end[ended], last[ended]
        open_ = ~beyond & ((start < end) | (last & (start == end)))
        if not open_.any():
            return None
        number, start, end = number[open_], start[open_], end[open_] - ~last[open_]
        return {
            "lows": places_of(number, start),
            "highs": places_of(number, end),
            "allowed": "{" + ",".join(self.spans_of(number)) + "}",
        }

    def spans_of(self, numbers: Any) -> list[str]:
        """The scope's ranges in some keys, by their numbers."""
        import numpy as np

        at = np.flatnonzero(np.isin(np.ascontiguousarray(self.firsts).view(">u8")[::2], numbers)).tolist()
        return [self.allowed[1 + RANGE * each : RANGE * (each + 1)] for each in at]

    def narrowed(self, blocks: Numbers, places: Any) -> str:
        """The scope in some of these blocks, and in the keys of some places."""
        import numpy as np

        about = self.about[np.unique(blocks)]
        spans = [
            f"[{full(first).hex()},{full(end[:16]).hex()}{']' if end[16:] else ')'}"
            for first, end in zip(about["first"].tolist(), about["end"].tolist(), strict=True)
        ]
        if len(places):
            spans += self.spans_of(np.ascontiguousarray(places).view(">u8")[::2])
        return "{" + ",".join(spans) + "}"


def places_of(numbers: Any, at: Any) -> Binary:
    pairs = zip(numbers.tolist(), at.tolist(), strict=True)
    return uuid_array([uuid.UUID(int=(number << 64) + low) for number, low in pairs])


def full(place: bytes) -> bytes:
    """A place of which numpy has left out the noughts at its end."""
    return place.ljust(16, b"\0")


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

    def with_(self, more: Self) -> Rows:
        return Rows(self.told + more.told, self.products, (self.kinds or b"") + (more.kinds or b""))

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


def int_array(numbers: Numbers) -> Binary:
    """As `array_of` makes it of many."""
    import numpy as np

    rows = np.empty(len(numbers), [("size", ">i4"), ("number", ">i4")])
    rows["size"], rows["number"] = 4, numbers
    return Binary(np.array([1, 0, INT, len(numbers), 1], ">i4").tobytes() + rows.tobytes())
