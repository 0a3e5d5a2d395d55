"""Summing up a conversation by rules: what was asked and the first of what was answered, exchange by exchange.

Nothing is worded anew, so nothing can be made up. Of a long conversation the parts that need the same pages grow
together, so that one who has turned back keeps as many of the earlier ones as can be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fumetto.companion.memory.model import BY_RULES, Exchange, Segment
from fumetto.kernel.text.catalogues import say

MOST_SEGMENTS: Final = 48
LONGEST_QUESTION: Final = 160  # characters
LONGEST_ANSWER: Final = 240
LONGEST_SEGMENT: Final = 500
MARK: Final = re.compile(r"\s*\[\d+\]")


def segment_of(exchange: Exchange) -> Segment:
    """An exchange as a line: the question, and how its answer begins."""
    answer = ""
    for sentence in exchange.sentences:
        more = f"{answer} {MARK.sub('', sentence)}".strip()
        if answer and len(more) > LONGEST_ANSWER:
            break
        answer = more
    key = "memory.exchange" if exchange.found and answer else "memory.exchange_without_answer"
    text = say(
        exchange.language,
        key,
        question=shortened(exchange.question, LONGEST_QUESTION),
        answer=shortened(answer, LONGEST_ANSWER),
    )
    return Segment(text, exchange.pages, (exchange.question_id, exchange.answer_id), exchange.language, BY_RULES)


def with_segment(segments: Sequence[Segment], new: Segment) -> tuple[Segment, ...]:
    """The segments with one more, in the order of their messages; once, however often it is added."""
    if any(set(new.messages) <= set(one.messages) for one in segments):
        return tuple(segments)
    ordered = sorted([*segments, new], key=lambda one: max(one.messages))
    while len(ordered) > MOST_SEGMENTS:
        at = least_apart(ordered[: MOST_SEGMENTS // 2])
        ordered[at : at + 2] = [joined(ordered[at], ordered[at + 1])]
    return tuple(ordered)


def least_apart(segments: Sequence[Segment]) -> int:
    """Which of the segments needs the fewest pages more when it becomes one with the next."""

    def apart(at: int) -> int:
        here, there = segments[at], segments[at + 1]
        return 2 * len(here.pages | there.pages) - len(here.pages) - len(there.pages)

    return min(range(len(segments) - 1), key=apart)


def joined(one: Segment, other: Segment) -> Segment:
    return Segment(
        shortened(f"{one.text} {other.text}", LONGEST_SEGMENT),
        one.pages | other.pages,
        (*one.messages, *other.messages),
        other.language,
        one.by if one.by == other.by else BY_RULES,
    )


def shortened(text: str, most: int) -> str:
    """A text in one line, cut at a word where it is longer than so many characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head[: head.rfind(' ')] if ' ' in head[most // 2 :] else head}…"
