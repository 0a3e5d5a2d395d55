"""What is remembered, as plain values, and as the JSON that the LangGraph store keeps of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

BY_RULES: Final = "rules"
BY_READER: Final = "reader"

Pages = frozenset[uuid.UUID]


class FactKind(StrEnum):
    """What is noticed about a reader, and nothing else is."""

    ASKS_IN = "asks_in"  # the language of their questions
    READS_IN = "reads_in"  # the one they say that they read in
    LIKES = "likes"
    DISLIKES = "dislikes"
    CALLS = "calls"  # what they call somebody
    IS_CALLED = "is_called"  # what they want to be called


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, to be taken in. `pages` are all those that either needs."""

    question_id: uuid.UUID
    answer_id: uuid.UUID
    conversation_id: uuid.UUID
    series_id: uuid.UUID | None
    language: str
    question: str
    sentences: tuple[str, ...]
    found: bool
    pages: Pages
    at: datetime
    model: str = ""  # that answered; empty for the built-in answerer


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a summary, of one exchange or a few that followed one another. `by`: `rules`, `reader`, or a model."""

    text: str
    pages: Pages
    messages: tuple[uuid.UUID, ...]
    language: str
    by: str = BY_RULES

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "pages": texts_of(self.pages),
            "messages": [str(one) for one in self.messages],
            "language": self.language,
            "by": self.by,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Segment:
        return cls(told["text"], pages_of(told), messages_of(told), told["language"], told["by"])


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation so far, oldest segment first, each to be used only where all its pages may be known."""

    conversation_id: uuid.UUID
    series_id: uuid.UUID | None
    segments: tuple[Segment, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "conversation_id": str(self.conversation_id),
            "series_id": str(self.series_id) if self.series_id else None,
            "segments": [segment.as_json() for segment in self.segments],
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Summary:
        return cls(
            uuid.UUID(told["conversation_id"]), id_or_none(told["series_id"]), tuple(map(Segment.of, told["segments"]))
        )

    @property
    def pages(self) -> Pages:
        return frozenset().union(*(segment.pages for segment in self.segments))

    def within(self, known: Collection[uuid.UUID]) -> Summary:
        """What of it may be known to one who may know these pages."""
        return replace(self, segments=tuple(one for one in self.segments if one.pages <= set(known)))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was told: the exchange's messages, its conversation, and the pages that they need."""

    conversation_id: uuid.UUID
    messages: tuple[uuid.UUID, ...]
    pages: Pages

    def as_json(self) -> dict[str, Any]:
        return {
            "conversation_id": str(self.conversation_id),
            "messages": [str(one) for one in self.messages],
            "pages": texts_of(self.pages),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Source:
        return cls(uuid.UUID(told["conversation_id"]), messages_of(told), pages_of(told))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the reader that lasts. It may have been told several times: one source that may be known is
    enough to know it. `times`: how often it was told. `by`: `rules`, or `reader` where they have written it anew."""

    id: uuid.UUID
    kind: FactKind
    text: str
    series_id: uuid.UUID | None
    sources: tuple[Source, ...]
    times: int = 1
    by: str = BY_RULES
    created_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "text": self.text,
            "series_id": str(self.series_id) if self.series_id else None,
            "sources": [source.as_json() for source in self.sources],
            "times": self.times,
            "by": self.by,
        }

    @classmethod
    def of(cls, key: str, told: Mapping[str, Any], created_at: datetime) -> Fact:
        return cls(
            uuid.UUID(key),
            FactKind(told["kind"]),
            told["text"],
            id_or_none(told["series_id"]),
            tuple(map(Source.of, told["sources"])),
            told["times"],
            told["by"],
            created_at,
        )

    @property
    def pages(self) -> Pages:
        return frozenset().union(*(source.pages for source in self.sources))

    def source_within(self, known: Collection[uuid.UUID]) -> Source | None:
        """The latest source of which all pages are among these."""
        return next((one for one in reversed(self.sources) if one.pages <= set(known)), None)


def texts_of(pages: Pages) -> list[str]:
    return sorted(str(page) for page in pages)


def pages_of(told: Mapping[str, Any]) -> Pages:
    return frozenset(map(uuid.UUID, told["pages"]))


def messages_of(told: Mapping[str, Any]) -> tuple[uuid.UUID, ...]:
    listed: Sequence[str] = told["messages"]
    return tuple(map(uuid.UUID, listed))


def id_or_none(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
