"""A passage as a row of a space: as text for a few, and in PostgreSQL's binary COPY format for many.

The formats are those of `COPY ... WITH (FORMAT binary)`, of `range_send`, and of pgvector's `halfvec_send` and
`sparsevec_send`.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumetto.kernel.index.analysis import TERMS, terms_of
from fumetto.kernel.index.passages import Passage
from fumetto.kernel.index.places import ALWAYS, NEVER, Span, merged, place, spans_literal

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
FIELDS = struct.pack(">h", 10)
SIXTEEN = b"\0\0\0\x10"
UUID_OID = 2950

if TYPE_CHECKING:  # loading numpy takes longer than most searches, and the server starts without any
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """Everything of a passage but its vector. span: from the first place to the second, which belongs to it where it is
    closed; others: a `rag.spans[]`, where one span does not say it. terms: counts by number."""

    id: uuid.UUID
    place: uuid.UUID
    span: tuple[uuid.UUID, uuid.UUID] | None
    closed: bool
    others: str | None
    kind: str
    language: str | None
    labels: tuple[uuid.UUID, ...]
    words: int
    terms: dict[int, int]


def row_of(passage: Passage, number: int) -> Row:
    """Raises ValueError for sources that hold no position."""
    terms, words = terms_of(passage.text, passage.language)
    at, span, closed, others = sources_of(passage.sources, number)
    return Row(
        passage.id, at, span, closed, others, passage.kind, passage.language, passage.labels, words, terms
    )  # fmt: skip


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


def as_values(row: Row, vector: Vectors | None) -> tuple[object, ...]:
    """For INSERT, all but the first two as PostgreSQL reads them from text where it has no type for them here."""
    return (
        row.id,
        row.place,
        span_text(row.span, row.closed),
        row.others,
        row.kind,
        row.language,
        list(row.labels) or None,
        row.words,
        sparsevec_literal(row.terms),
        None if vector is None else halfvec_literal(vector),
    )


def span_text(span: tuple[uuid.UUID, uuid.UUID] | None, closed: bool) -> str | None:
    return None if span is None else f"[{span[0]},{span[1]}{']' if closed else ')'}"


def as_binary(rows: Sequence[Row], vectors: Sequence[Vectors | None]) -> Iterable[bytes]:
    """For COPY, between HEADER and TRAILER."""
    for row, vector in zip(rows, vectors, strict=True):
        language = NULL if row.language is None else field(row.language.encode())
        yield b"".join(
            (
                FIELDS,
                SIXTEEN,
                row.id.bytes,
                SIXTEEN,
                row.place.bytes,
                NULL if row.span is None else field(span(*row.span, closed=row.closed)),
                NULL if row.others is None else field(row.others.encode()),
                field(row.kind.encode()),
                language,
                field(uuids(row.labels)) if row.labels else NULL,
                b"\0\0\0\4",
                row.words.to_bytes(4, "big"),
                field(sparsevec(row.terms)),
                NULL if vector is None else field(halfvec(vector.astype(">f2").tobytes())),
            )
        )


def field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def span(low: uuid.UUID, high: uuid.UUID, *, closed: bool) -> bytes:
    return (b"\x06" if closed else b"\x02") + SIXTEEN + low.bytes + SIXTEEN + high.bytes


def uuids(values: Sequence[uuid.UUID]) -> bytes:
    return struct.pack(">iiiii", 1, 0, UUID_OID, len(values), 1) + b"".join(SIXTEEN + each.bytes for each in values)


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
    """Rounded to 16 bits, as COPY has it."""
    return "[" + ",".join([f"{number:.6g}" for number in vector.astype("float16").tolist()]) + "]"


def sparsevec_literal(values: Mapping[int, int]) -> str:
    return "{" + ",".join([f"{number}:{values[number]}" for number in sorted(values)]) + f"}}/{TERMS}"
