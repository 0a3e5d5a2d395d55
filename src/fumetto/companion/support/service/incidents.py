"""Use cases of what is kept of what was told."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from fumetto.companion.kinds import ConversationKind
from fumetto.companion.support import repository
from fumetto.companion.support.errors import IncidentNotFound
from fumetto.companion.support.kinds import HOUSE_PERSONAS
from fumetto.companion.support.models import Incident
from fumetto.companion.support.rules.reading import QUESTIONS
from fumetto.companion.support.saying import Speech
from fumetto.companion.support.schemas import IncidentAnswer, IncidentChange, IncidentView
from fumetto.companion.support.service.conversations import require
from fumetto.companion.support.service.monsters import speech_of
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.public import Reader


async def require_incident(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> Incident:
    found = await repository.incident(session, reader_id, one)
    if found is None:
        raise IncidentNotFound
    return found


def incident_view(row: Incident, speech: Speech) -> IncidentView:
    return IncidentView(
        answers=[
            IncidentAnswer(question=question, label=speech.label(question), answer=row.answers[question])
            for question in QUESTIONS
            if question in row.answers
        ],
        skipped=[question for question in row.skipped if question in QUESTIONS],
        summary=row.summary,
        edited=row.edited,
        updated_at=row.updated_at,
    )


async def change_incident(
    session: WriteSession, reader: Reader, one: uuid.UUID, wanted: IncidentChange
) -> IncidentView:
    """Raises IncidentNotFound."""
    row = await require_incident(session, reader.id, one)
    speech = speech_of(reader, HOUSE_PERSONAS[0])
    if wanted.answers is not None:
        given = {name: " ".join(text.split()) for name, text in wanted.answers.items() if name in QUESTIONS}
        whole = {**row.answers, **given}
        row.answers = {name: text for name, text in whole.items() if text}
        row.skipped = list(dict.fromkeys([*row.skipped, *(name for name, text in given.items() if not text)]))
    if wanted.summary is not None:
        row.edited = bool(wanted.summary.strip())
        row.summary = wanted.summary.strip()
    if not row.edited:
        row.summary = speech.summary(row.answers)[:8000]
    row.updated_at = datetime.now(UTC)
    await session.flush()
    return incident_view(row, speech)


async def delete_incident(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """What was told is forgotten; the conversation stays. Raises IncidentNotFound."""
    row = await require_incident(session, reader_id, one)
    conversation = await require(session, reader_id, one)
    conversation.kind = ConversationKind.GENERAL
    await session.delete(row)
    await session.flush()
