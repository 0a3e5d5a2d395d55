"""What goes into the index and what comes out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from fumetto.kernel.index.places import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be found. `id` is that of the row which holds the text; the index keeps none of it.

    key: what it belongs to, a series or a collection of documents. sources: alternatives, each the spans of positions
    that it takes to know the passage; it is visible where any one alternative lies wholly inside the scope. An
    alternative without spans needs nothing, and is visible in every scope that has the key. Without an alternative a
    passage is unplaced, and found by scopes of everything only. labels: ids to filter by, such as characters'.
    """

    id: uuid.UUID
    key: uuid.UUID
    kind: str
    language: str | None
    text: str
    sources: tuple[tuple[Span, ...], ...]
    labels: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` is what hits are sorted by: `lexical` (BM25 inside the scope) plus the weighted
    `dense` (cosine similarity, None for a passage whose vector is still to be made)."""

    id: uuid.UUID
    key: uuid.UUID
    kind: str
    score: float
    lexical: float
    dense: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """more: whether there are hits after these. corrected: the question that was asked in the place of one with words
    that are nowhere in the scope, where others one slip away from them are. words_alone: the model that makes vectors
    did not answer, so that nothing was found by its meaning."""

    hits: tuple[Hit, ...]
    more: bool
    corrected: str | None = None
    words_alone: bool = False
