"""Passages as the columns of a space's rows, each an array in the binary form that its type's receive function takes.

The formats are those of `array_recv`, of `range_recv`, and of pgvector's `halfvec_recv` and `sparsevec_recv`.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from fumetto.kernel.index.analysis import HIGHEST_COUNT, TERMS
from fumetto.kernel.index.cutting import Cut
from fumetto.kernel.index.parameters import INT, TEXT, UUID, Binary
from fumetto.kernel.index.passages import Passage
from fumetto.kernel.index.places import ALWAYS, HALF, HIGHEST, LOWEST, NEVER, Span, merged, place, spans_literal

NULL = b"\xff\xff\xff\xff"
SIXTEEN = b"\0\0\0\x10"
OPEN = b"\0\0\0\x29\x02" + SIXTEEN  # what a span begins with as an element: its length, and that it has its low end
CLOSED = b"\0\0\0\x29\x06" + SIXTEEN  # and its high end

if TYPE_CHECKING:  # loading numpy takes longer than most searches, and the server starts without any
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Types(NamedTuple):
    """The object identifiers that the database gave to types of its own."""

    span: int
    terms: int
    vector: int


class Whereabouts(NamedTuple):
    """at: the place to scan by, as bytes. span: as an element of an array. others: as text."""

    at: bytes
    span: bytes
    others: str | None


def whereabouts(sources: tuple[tuple[Span, ...], ...], number: int) -> Whereabouts:
    """Raises ValueError for sources that hold no position."""
    if len(sources) == 1 and len(sources[0]) == 1:  # as nearly all are
        ((low, high),) = sources[0]
        if LOWEST <= low < high <= HIGHEST:
            start = (number << 64) + HALF
            first, last = (start + low).to_bytes(16, "big"), (start + high).to_bytes(16, "big")
            return Whereabouts((start + high - 1).to_bytes(16, "big"), OPEN + first + SIXTEEN + last, None)
    at, span, closed, others = sources_of(sources, number)
    if span is None:
        return Whereabouts(at.bytes, NULL, others)
    low_end, high_end = span
    return Whereabouts(at.bytes, (CLOSED if closed else OPEN) + low_end.bytes + SIXTEEN + high_end.bytes, None)


def sources_of(
    sources: Iterable[Iterable[Span]], number: int
) -> tuple[uuid.UUID, tuple[uuid.UUID, uuid.UUID] | None, bool, str | None]:
    """The place to scan by (the last that the nearest alternative needs), and either one span or all alternatives.

    Raises ValueError for an alternative whose spans hold no position: what it needs would be nothing.
    """
    alternatives = [wanted(spans) for spans in sources]
    if not alternatives:
        last = place(number, NEVER)
        return last, (last, last), True, None
    at = place(number, min(spans[-1][1] for spans in alternatives) - 1)
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        low, high = alternatives[0][0]
        return at, (place(number, low), place(number, high)), False, None
    listed = ",".join(f'"{spans_literal(number, spans)}"' for spans in alternatives)
    return at, None, False, "{" + listed + "}"


def wanted(alternative: Iterable[Span]) -> tuple[Span, ...]:
    given = tuple(alternative)
    if not given:
        return ((ALWAYS, ALWAYS + 1),)
    spans = merged(given)
    if not spans:
        raise ValueError("a passage cannot come from spans that hold no position")
    return spans


def span_text(span: tuple[uuid.UUID, uuid.UUID] | None, closed: bool) -> str | None:
    return None if span is None else f"[{span[0]},{span[1]}{']' if closed else ')'}"


def columns(passages: Sequence[Passage], at: Sequence[Whereabouts], cut: Cut, types: Types) -> list[Binary]:
    """All but the vectors, in the order of `writing.COLUMNS`."""
    kinds: dict[str | None, bytes] = {None: NULL}
    for passage in passages:
        for text in (passage.kind, passage.language):
            if text is not None and text not in kinds:
                kinds[text] = field(text.encode())
    return [
        sixteens([passage.id.bytes for passage in passages]),
        sixteens([where.at for where in at]),
        listed(types.span, [where.span for where in at]),
        listed(TEXT, [NULL if where.others is None else field(where.others.encode()) for where in at]),
        listed(TEXT, [kinds[passage.kind] for passage in passages]),
        listed(TEXT, [kinds[passage.language] for passage in passages]),
        listed(TEXT, [field(ids_literal(passage.labels)) if passage.labels else NULL for passage in passages]),
        listed(INT, [b"\0\0\0\4" + count.to_bytes(4, "big") for count in cut.words.tolist()]),
        sparsevecs(cut, types.terms),
    ]


def head(kind: int, count: int) -> bytes:
    """What an array of so many elements begins with, some of which may be NULL."""
    return struct.pack(">iiIii", 1, 1, kind, count, 1)


def listed(kind: int, elements: Sequence[bytes]) -> Binary:
    """elements: with their lengths before them, or NULL."""
    return Binary(head(kind, len(elements)) + b"".join(elements))


def sixteens(values: Sequence[bytes]) -> Binary:
    return Binary(head(UUID, len(values)) + SIXTEEN + SIXTEEN.join(values))


def field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def ids_literal(values: Sequence[uuid.UUID]) -> bytes:
    return f"{{{','.join(map(str, values))}}}".encode()


def sparsevecs(cut: Cut, kind: int) -> Binary:
    """The terms of each text: how many bytes, of how many terms there could be, how many there are, nought, their
    places, and their counts as 32-bit floats."""
    import numpy as np

    lengths = 4 + 2 * cut.sizes
    starts = np.cumsum(lengths) - lengths
    made = np.zeros(int(lengths.sum()), ">i4")
    made[starts], made[starts + 1], made[starts + 2] = 12 + 8 * cut.sizes, TERMS, cut.sizes
    before = np.cumsum(cut.sizes) - cut.sizes
    to = np.repeat(starts + 4 - before, cut.sizes) + np.arange(len(cut.terms))
    as_bits = np.arange(HIGHEST_COUNT + 1, dtype=np.float32).view(np.int32)
    made[to] = cut.terms - 1
    made[to + np.repeat(cut.sizes, cut.sizes)] = as_bits[cut.counts]
    return Binary(head(kind, len(cut.sizes)) + made.tobytes())


def halfvecs(vectors: Sequence[Vectors | None] | Vectors, kind: int) -> Binary:
    """Of vectors of one length; NULL for None."""
    import numpy as np

    if isinstance(vectors, np.ndarray):
        count, numbers = vectors.shape
        made = np.empty(count, [("bytes", ">i4"), ("numbers", ">i2"), ("nought", ">i2"), ("vector", ">f2", numbers)])
        made["bytes"], made["numbers"], made["nought"], made["vector"] = 4 + 2 * numbers, numbers, 0, vectors
        return Binary(head(kind, count) + made.tobytes())
    return listed(
        kind, [NULL if vector is None else field(halfvec(vector.astype(">f2").tobytes())) for vector in vectors]
    )


def halfvec(half_floats: bytes) -> bytes:
    """Of big-endian 16-bit floats."""
    return struct.pack(">hh", len(half_floats) // 2, 0) + half_floats


def sparsevec(values: Mapping[int, int]) -> bytes:
    """Of values by term number, 1 to TERMS."""
    numbers = sorted(values)
    count = len(numbers)
    places = [number - 1 for number in numbers]
    return struct.pack(f">iii{count}i{count}f", TERMS, count, 0, *places, *[values[number] for number in numbers])


def halfvec_literal(vector: Vectors) -> str:
    """Rounded to 16 bits, as `halfvecs` has it."""
    return "[" + ",".join([f"{number:.6g}" for number in vector.astype("float16").tolist()]) + "]"
