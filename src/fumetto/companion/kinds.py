"""Words that several rooms of the companion share."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What an answer is drawn from: the page and what came before it, what is known of the story's world, or, in a
    conversation that is about no story, what helps a young person."""

    PAGE = "page"
    WIKI = "wiki"
    SUPPORT = "support"


class ConversationKind(StrEnum):
    READING = "reading"
    GENERAL = "general"
    INCIDENT = "incident"
    AGENT = "agent"


OF_THE_HELPER = (ConversationKind.GENERAL, ConversationKind.INCIDENT)
"""Conversations that are about no story, and are nowhere among those that are."""


class Author(StrEnum):
    """Who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


class TurnState(StrEnum):
    """How far a question is on its way to its answer. All but `running` are ends."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # the reader said stop
    CUT_OFF = "cut_off"  # the reader was gone, or the server ended: what had come is kept
    FAILED = "failed"  # no answer came
