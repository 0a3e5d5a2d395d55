"""Shapes of memory on the wire."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from fumetto.companion.memory.model import FactKind

LONGEST_TEXT = 4000


def in_plain_text(text: str) -> str:
    """Raises ValueError for characters that no reader types."""
    if any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise ValueError("it holds control characters")
    return text


PlainText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(in_plain_text),
]


class FactSource(BaseModel):
    """Where it was told. The conversation may have been deleted since."""

    conversation_id: uuid.UUID


class RememberedFact(BaseModel):
    """Something about the reader. `by`: `rules` where it was noticed by rules, `reader` where they wrote it anew."""

    id: uuid.UUID
    kind: FactKind
    text: str
    series_id: uuid.UUID | None
    source: FactSource
    by: str
    created_at: datetime | None


class RememberedConversation(BaseModel):
    """The summary of a conversation, as far as it may be known now; it has the conversation's id. `by`: `rules`,
    `reader`, or the models that wrote it."""

    id: uuid.UUID
    conversation_id: uuid.UUID
    series_id: uuid.UUID | None
    text: str
    by: list[str]


class MemoryList(BaseModel):
    """Everything that is remembered of a reader and that they may see at what they have read."""

    facts: list[RememberedFact]
    summaries: list[RememberedConversation]


class MemoryChange(BaseModel):
    """Words in the place of those that are remembered. At most 500 characters for a fact."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[PlainText, Field(description="What is to be remembered instead.")]
