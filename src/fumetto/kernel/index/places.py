"""Where passages lie: one order over everything indexed, in which each key has a stretch of its own.

A *place* is a UUID made of a key's number (upper 64 bits) and a position in that key (lower 64, offset by 2^63), so
that a scope over any number of keys is one multirange, which PostgreSQL searches by halving. The first place of a key
is for what needs no position, and in every scope that has the key; the last is for what has none, and only in a scope
of everything.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

Span = tuple[int, int]
"""Positions from the first (inclusive) to the second (exclusive)."""

HALF = 1 << 63
LOWEST, HIGHEST = 1 - HALF, HALF - 2  # positions that there can be; those beyond come to lie at the nearest end
ALWAYS, NEVER = -HALF, HALF - 1


def place(number: int, position: int) -> uuid.UUID:
    return uuid.UUID(int=(number << 64) + position + HALF)


def bounded(span: Span) -> Span:
    """The part of a span that there can be positions in."""
    return max(span[0], LOWEST), min(span[1], NEVER)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same positions in the fewest spans, sorted, without empty ones."""
    found: list[Span] = []
    for low, high in sorted(map(bounded, spans)):
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def span_literal(number: int, span: Span) -> str:
    """A `rag.span`, as text."""
    return f"[{place(number, span[0])},{place(number, span[1])})"


def spans_literal(number: int, spans: Iterable[Span]) -> str:
    """A `rag.spans`, as text."""
    return "{" + ",".join(span_literal(number, span) for span in spans) + "}"
