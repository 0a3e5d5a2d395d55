"""Questions and answers, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fumetto.companion.kinds import Mode as Mode
from fumetto.library.public import Box, Spot


class Asks(StrEnum):
    """What a question is after; what is asked for most particularly comes first, since it is looked for first."""

    GREETING = "greeting"  # nothing
    SAID = "said"  # who said this
    SAYS = "says"  # what somebody says
    PRESENT = "present"  # who is on this page
    RECAP = "recap"  # what there was so far, or in an episode
    HAPPENED = "happened"
    FIRST = "first"  # where or when for the first time
    LAST = "last"
    WHO = "who"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood. `core` is what it is about: the words that are quoted, or its own without those
    that only ask. `here`: it points at the present page. `episode`: at the one with this number."""

    text: str
    language: str
    asks: Asks
    core: str
    here: bool = False
    episode: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer. `citations` are places in the answer's list, from 1; `language` is a quotation's."""

    text: str
    citations: tuple[int, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where in a document of the house something stands: `section` as "A › B", `page` from 1 in a PDF."""

    id: uuid.UUID
    title: str
    section: str
    page: int | None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence rests on: a page, and where something is said or shown there, its words. `kind` is `page` for
    what the story's structure tells, else the passage's."""

    id: uuid.UUID
    kind: str
    quote: str | None
    language: str | None
    spot: Spot | None
    speaker: str | None = None
    about: str | None = None
    box: Box | None = None
    panel: int | None = None
    document: DocumentPlace | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told, in sentences, and what it rests on. `found` is False when nothing within the horizon answers."""

    question: Question
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    found: bool

    @property
    def text(self) -> str:
        return "\n".join(" ".join([one.text, *(f"[{number}]" for number in one.citations)]) for one in self.sentences)
