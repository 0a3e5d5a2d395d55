"""The words that texts are sorted by."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What a text is for, by the first part of its key; all that is nothing else is for the interface."""

    PROMPTS = "prompts"
    PROMPT_SNIPPETS = "prompt_snippets"
    UI_MESSAGES = "ui_messages"
    CONTEXT_QUESTIONS = "context_questions"
    TOOLS = "tools"


class TextState(StrEnum):
    """How a text stands in a language, for some readers."""

    ORIGINAL = "original"  # said as Fumetto's files say it in this language
    OVERRIDDEN = "overridden"
    STALE = "stale"  # overridden, and the text of the files has changed since
    BROKEN = "broken"  # overridden by what does not go with the values any more, and therefore not said
    MISSING = "missing"  # said in another language
