"""Use cases of feedback, and of counting how answers do."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import UTC, date, datetime, timedelta

from fumetto.companion.answering.ports import Answered
from fumetto.companion.feedback import repository
from fumetto.companion.feedback.errors import DaysBackwards
from fumetto.companion.feedback.models import AnswerMeasure
from fumetto.companion.feedback.schemas import Analytics, Quality, QualityOf, QualityOn
from fumetto.companion.kinds import Mode, TurnState
from fumetto.kernel.db.sessions import ReadSession, WriteSession

DAYS_SHOWN = 30
MOST_DAYS = 366


async def measure(session: WriteSession, answered: Answered, source: str) -> None:
    """Keep how an answer did. `source` is where it was asked: panel, openai, mcp, command line."""
    tokens, timings = answered.trace.token_counts, answered.trace.timings
    session.add(
        AnswerMeasure(
            answer_id=answered.turn.answer_id,
            mode=answered.turn.mode,
            state=answered.state,
            language=answered.turn.language,
            model=answered.model,
            source=source,
            latency_ms=answered.latency_ms,
            first_sentence_ms=answered.first_sentence_ms,
            retrieval_ms=timings.get("retrieve"),
            tokens_in=tokens.get("input", 0),
            tokens_out=tokens.get("output", 0),
            cache=answered.trace.cache,
            evidence_count=len(answered.trace.hits),
            sentence_count=len(answered.sentences),
            withheld=answered.withheld,
            regenerated=answered.regenerated,
            fell_back=answered.note.startswith("fallback"),
        )
    )
    await session.flush()


async def measure_stopped(
    session: WriteSession,
    answer_id: uuid.UUID,
    mode: Mode,
    language: str,
    model: str,
    state: TurnState,
    sentences: int,
) -> None:
    """Keep of an answer that did not come to its end, and of which nobody knows more, that there was one."""
    session.add(
        AnswerMeasure(
            answer_id=answer_id, mode=mode, state=state, language=language, model=model, sentence_count=sentences
        )
    )
    await session.flush()


def days(since: date | None, until: date | None) -> tuple[date, date]:
    """The days that are looked at, the last thirty unless others are named. Raises DaysBackwards."""
    last = until or datetime.now(UTC).date()
    first = since or last - timedelta(days=DAYS_SHOWN - 1)
    if first > last or (last - first).days >= MOST_DAYS:
        raise DaysBackwards(since=first.isoformat(), until=last.isoformat(), most=MOST_DAYS)
    return first, last


async def analytics(session: ReadSession, since: date, until: date) -> Analytics:
    """How answers did on some days, by mode and model, and by day."""
    whole = await repository.whole(session, since, until)
    return Analytics(
        since=since,
        until=until,
        whole=Quality(**whole._mapping),
        by_model=[QualityOf(**row._mapping) for row in await repository.by_model(session, since, until)],
        by_day=[QualityOn(**row._mapping) for row in await repository.by_day(session, since, until)],
    )


async def analytics_csv(session: ReadSession, since: date, until: date) -> str:
    """The same as a table, a line for each day, mode and model."""
    file = io.StringIO()
    columns = ["day", "mode", "model", *Quality.model_fields]
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in await repository.by_day_and_model(session, since, until):
        writer.writerow([safe(row._mapping[name]) for name in columns])
    return file.getvalue()


def safe(value: object) -> object:
    """No cell that a spreadsheet takes for a formula: names of models are what an operator or a server says."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
