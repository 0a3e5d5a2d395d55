"""What is remembered for a turn: the last messages, the summary of those before, and facts about the reader.

Each is used only where all the pages that it needs are within the horizon of the look. What is recalled is bounded in
count and in characters, so that a long conversation asks no more of a model than a short one.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from fumetto.companion.answering.ports import Look, Recollection, Remembered, Turn
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.kinds import Author
from fumetto.companion.memory import repository
from fumetto.companion.memory.model import Exchange, Fact, FactKind, Pages, Summary
from fumetto.companion.memory.rules.summing import MARK, shortened
from fumetto.library.public import evidence

LOOKED_THROUGH: Final = 40  # exchanges, of which some may not be known
MOST_EXCHANGES: Final = 6
LONGEST_MESSAGE: Final = 1000  # characters
LONGEST_HISTORY: Final = 6000
LONGEST_SUMMARY: Final = 2000
MOST_FACTS: Final = 16
LONGEST_FACTS: Final = 1000


class Recalling:
    """Implements answering.ports.Memory."""

    async def recall(self, look: Look, turn: Turn) -> Recollection:
        """What may be known at the look's horizon; nothing for the operator, of whom nothing is remembered."""
        reader_id = turn.standpoint.reader_id
        if reader_id is None:
            return Recollection()
        before: list[Exchange] = []
        if turn.conversation_id is not None:
            wanted = (ChatMessage.conversation_id == turn.conversation_id) & (ChatMessage.id != turn.answer_id)
            before = await repository.exchanges(look.session, reader_id, wanted, LOOKED_THROUGH)
        facts, summary = await repository.facts_and_summary(look.session, reader_id, turn.conversation_id)
        facts = [fact for fact in facts if fact.series_id in (None, look.horizon.series_id)]
        needed = frozenset().union(
            *(one.pages for one in before), *(fact.pages for fact in facts), summary.pages if summary else ()
        )
        known = await evidence.pages_known(look.session, look.horizon, needed)
        recent = last_of([one for one in before if one.pages <= known])
        return Recollection(
            history=tuple(itertools.chain.from_iterable(messages_of(one) for one in recent)),
            summary=None if summary is None else told_before(summary.within(known), recent),
            facts=told_of_reader(facts, known),
        )


def last_of(visible: Sequence[Exchange]) -> list[Exchange]:
    """The last exchanges that fit, oldest first, of some that are newest first."""
    kept: list[Exchange] = []
    room = LONGEST_HISTORY
    for one in visible[:MOST_EXCHANGES]:
        room -= sum(len(message.text) for message in messages_of(one))
        if room < 0:
            break
        kept.append(one)
    return kept[::-1]


def messages_of(one: Exchange) -> tuple[Remembered, Remembered]:
    """A question and its answer. Both need the pages of both: the one tells what the other is about."""
    answer = " ".join(MARK.sub("", sentence) for sentence in one.sentences)
    return (
        Remembered(str(one.question_id), shortened(one.question, LONGEST_MESSAGE), one.pages, Author.USER),
        Remembered(str(one.answer_id), shortened(answer, LONGEST_MESSAGE), one.pages, Author.ASSISTANT),
    )


def told_before(summary: Summary, recent: Iterable[Exchange]) -> Remembered | None:
    """The last segments that fit, of what is not in the history already."""
    told = {one.answer_id for one in recent}
    kept: list[str] = []
    pages: Pages = frozenset()
    room = LONGEST_SUMMARY
    for segment in reversed(summary.segments):
        if told & set(segment.messages):
            continue
        room -= len(segment.text) + 1
        if room < 0:
            break
        kept.append(segment.text)
        pages |= segment.pages
    if not kept:
        return None
    return Remembered(f"summary:{summary.conversation_id}", "\n".join(reversed(kept)), pages)


def told_of_reader(facts: Iterable[Fact], known: frozenset[uuid.UUID]) -> tuple[Remembered, ...]:
    """The facts that fit, the last ones first; of the languages that somebody asks in, the one they ask in most."""
    seen = [(fact, source.pages) for fact in facts if (source := fact.source_within(known)) is not None]
    spoken = [one for one in seen if one[0].kind is FactKind.ASKS_IN]
    most = max(spoken, key=lambda one: one[0].times, default=None)
    others = [one for one in seen if one[0].kind is not FactKind.ASKS_IN]
    chosen: list[Remembered] = []
    room = LONGEST_FACTS
    for fact, pages in [*([most] if most else []), *others][:MOST_FACTS]:
        room -= len(fact.text)
        if room < 0:
            break
        chosen.append(Remembered(str(fact.id), fact.text, pages))
    return tuple(chosen)
