"""How an answer is said in OpenAI's protocol, and what a client's messages come to."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from fumetto.companion.answering.model import Sentence
from fumetto.companion.answering.ports import Answered
from fumetto.companion.kinds import Author
from fumetto.companion.programs.errors import NoQuestion
from fumetto.companion.programs.model import told
from fumetto.companion.programs.openai.schemas import ChatMessage, Usage
from fumetto.companion.programs.service import Said

PREFIX = "fumetto/"
AUTHORS = {"user": Author.USER, "assistant": Author.ASSISTANT}


def question_in(messages: Sequence[ChatMessage]) -> tuple[str, list[Said]]:
    """The last message of the user's, and what was said before it. What a system or developer says is not heard: it
    could only ask for what the reader may not know. Raises NoQuestion."""
    heard = [(AUTHORS[one.role], one.text) for one in messages if one.role in AUTHORS and one.text.strip()]
    if not heard or heard[-1][0] is not Author.USER:
        raise NoQuestion
    return heard[-1][1], [Said(author, text) for author, text in heard[:-1]]


def slug_and_persona(model: str) -> tuple[str, str | None]:
    """`fumetto/pepper-carrot@carrot` is the series pepper-carrot, in the voice of carrot."""
    slug, _, persona = model.removeprefix(PREFIX).partition("@")
    return slug, persona or None


def line_of(sentence: Sentence) -> str:
    """A sentence with the numbers of its citations, as `Answered.text` has it."""
    return " ".join([sentence.text, *(f"[{number}]" for number in sentence.citations)])


def usage_of(answered: Answered) -> Usage:
    """Tokens of the model that spoke; the built-in answerer uses none."""
    tokens = answered.trace.token_counts
    asked, answer = tokens.get("input", 0), tokens.get("output", 0)
    return Usage(prompt_tokens=asked, completion_tokens=answer, total_tokens=asked + answer)


def ours(answered: Answered) -> dict[str, Any]:
    return {
        "citations": [dict(told(citation)) for citation in answered.citations],
        "found": answered.found,
        "model": answered.model,
        "note": answered.note,
        "suggestions": [one.text for one in answered.suggestions],
    }


def chunk(identifier: str, created: int, model: str, delta: dict[str, Any], end: str | None = None) -> dict[str, Any]:
    """One of the pieces that a streamed answer comes in."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": end}
    return {
        "id": identifier,
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": [choice],
    }


def packed(vector: Sequence[float]) -> str:
    """Little-endian 32-bit floats in base64, which OpenAI's own client asks for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def words_in(texts: Sequence[str]) -> Iterator[int]:
    """About how many tokens each text has, for the bill that nobody gets."""
    return (max(1, len(text) // 4) for text in texts)
