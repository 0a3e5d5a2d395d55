"""Keeping what was answered: the answer, what was told so far, that a rule fired, and counts, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fumetto.companion.answering.ports import Answered
from fumetto.companion.conversations import presenting
from fumetto.companion.conversations import repository as conversations
from fumetto.companion.conversations.keeping import answer_to
from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.conversations.rules import storable
from fumetto.companion.feedback import service as feedback
from fumetto.companion.kinds import ConversationKind, TurnState
from fumetto.companion.support import repository
from fumetto.companion.support.composing import Told
from fumetto.companion.support.kinds import AnswerType, Bullying, Finder, Kept, Mood, Strategy
from fumetto.companion.support.models import Incident, SafetySignal
from fumetto.companion.support.rules.danger import Recognised
from fumetto.companion.support.rules.reading import Heard
from fumetto.companion.support.standpoint import Apart
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.text.catalogues import say

VERSION = "rules-1"
"""Of the helper's rules, as analytics has it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to, beside its answer. `kept`: guardians are not shown a signal of it."""

    told: Told
    summary: str
    incident: bool
    found: Recognised | None
    finder: Finder
    kept: bool
    about_home: bool
    disclosed: bool
    offered: Collection[str]
    heard: Heard
    types: frozenset[AnswerType]


async def keep(stand: Apart, answered: Answered, outcome: Outcome) -> bool:
    """False where the question was deleted, or has an end already: then nothing is kept but a signal."""
    turn = answered.turn
    async with stand.database.write(stand.reader_id, patient=True) as session:
        await conversations.one_at_a_time(session, stand.reader_id)
        question = await conversations.question(session, stand.reader_id, turn.question_id)
        going_on = question is not None and question.state is TurnState.RUNNING
        if outcome.about_home:
            await repository.keep_all_from_guardians(session, stand.reader_id)
        if outcome.found is not None:
            await note_signal(session, stand, outcome, question.conversation_id if question else None)
        if question is None or not going_on:
            return False
        conversation = await repository.conversation(session, stand.reader_id, question.conversation_id)
        if conversation is None:
            return False
        cited = [presenting.citation(number, one) for number, one in enumerate(answered.citations, 1)]
        session.add(
            ChatMessage(
                **answer_to(question),
                content=storable(answered.text),
                state=answered.state,
                sentences=storable(presenting.kept(presenting.sentence(one) for one in answered.sentences)),
                citations=presenting.kept(cited),
                suggestions=presenting.kept(presenting.suggestions(answered.suggestions)),
                found=answered.found,
                model=answered.model,
                note=answered.note,
                withheld=answered.withheld,
                latency_ms=answered.latency_ms,
            )
        )
        question.state = answered.state
        if outcome.disclosed:
            conversation.disclosed_at = datetime.now(UTC)
        if outcome.incident:
            conversation.kind = ConversationKind.INCIDENT
            await note_incident(session, stand, conversation.id, outcome)
        await session.flush()
        if stand.analytics:
            await count(session, stand, turn.language, conversation.id, outcome)
        await feedback.measure(session, answered, "panel")
        await conversations.touch_conversation(session, conversation.id)
    return True


async def note_signal(session: WriteSession, stand: Apart, outcome: Outcome, conversation_id: Any) -> None:
    if outcome.found is None:
        return
    session.add(
        SafetySignal(
            id=uuid7(),
            user_id=stand.reader_id,
            conversation_id=conversation_id,
            danger=outcome.found.danger,
            level=outcome.found.level,
            finder=outcome.finder,
            rule=outcome.found.rule,
            offered=list(dict.fromkeys(outcome.offered)),
            kept_from=Kept.ALL if outcome.kept else Kept.NONE,
        )
    )
    await session.flush()


async def note_incident(session: WriteSession, stand: Apart, conversation_id: Any, outcome: Outcome) -> None:
    """What was told so far; a summary in somebody's own words stays as they wrote it."""
    row = await repository.incident(session, stand.reader_id, conversation_id)
    if row is None:
        row = Incident(id=uuid7(), user_id=stand.reader_id, conversation_id=conversation_id, edited=False)
        session.add(row)
    row.answers = storable(outcome.told.answers)
    row.skipped = outcome.told.skipped
    row.asking = outcome.told.asking
    if not row.edited:
        row.summary = storable(outcome.summary)[:8000]
    row.updated_at = datetime.now(UTC)


async def count(session: WriteSession, stand: Apart, language: str, conversation_id: Any, outcome: Outcome) -> None:
    """Categories and never words."""
    heard = outcome.heard
    bullying = heard.bullying[0] if heard.bullying else None
    values: dict[str, Any] = {"variant": stand.variant, "chatbot_version": VERSION, "language": language[:35]}
    if bullying is not None:
        values |= {"bullying_message": bullying, "summary": say("en", f"support.about.{bullying}")}
    if heard.moods:
        values["mood"] = heard.moods[0]
    if heard.strategies:
        values["strategy"] = heard.strategies[0]
    defaults: dict[str, Any] = {
        "bullying_message": Bullying.NONE,
        "summary": say("en", f"support.about.{Bullying.NONE}"),
        "mood": Mood.UNCLEAR,
        "strategy": Strategy.NONE_YET,
    }
    categories: dict[str, Collection[Bullying | Mood | Strategy | AnswerType]] = {
        "messages": heard.bullying,
        "moods": heard.moods,
        "strategies": heard.strategies,
        "answer_types": outcome.types,
    }
    await repository.count_up(session, stand.reader_id, conversation_id, values, defaults, categories)
