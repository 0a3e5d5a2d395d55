"""Taking in an answer: the conversation's summary grows by a segment, and facts about the reader by what they said.

What is remembered and the note that asked for it are written and deleted in one transaction, so that whoever is killed
has done all of it or nothing. No connection is held while a model thinks about a summary.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from fumetto.companion.memory import repository
from fumetto.companion.memory.model import Exchange, Segment, Summary
from fumetto.companion.memory.rules.knowing import grown, noticed_in
from fumetto.companion.memory.rules.summing import segment_of, with_segment
from fumetto.kernel.db.sessions import Database, WriteSession

SumUp = Callable[[Exchange, uuid.UUID], Awaitable[Segment]]
"""How an exchange of a reader becomes a segment: by rules, or by a model whose sentences were checked."""


async def by_rules(exchange: Exchange, _reader_id: uuid.UUID) -> Segment:
    return segment_of(exchange)


async def take_in(database: Database, answer_id: uuid.UUID, reader_id: uuid.UUID, sum_up: SumUp = by_rules) -> bool:
    """Remember an answer of which there is a note; returns whether there was one."""
    async with database.read(reader_id) as session:
        if not await repository.is_noted(session, answer_id):
            return False
        exchange = await repository.exchange_of(session, reader_id, answer_id)
    segment = None if exchange is None else await sum_up(exchange, reader_id)
    async with database.write(reader_id) as session:
        await repository.hold_memory(session, reader_id)
        if not await repository.take_note(session, answer_id, reader_id):
            return False
        if exchange is not None and segment is not None:
            await add_segment(session, reader_id, exchange, segment)
            await add_facts(session, reader_id, exchange)
        return True


async def add_segment(session: WriteSession, reader_id: uuid.UUID, exchange: Exchange, segment: Segment) -> None:
    summary = await repository.summary_of(session, reader_id, exchange.conversation_id)
    summary = summary or Summary(exchange.conversation_id, exchange.series_id)
    await repository.put_summary(session, reader_id, replace(summary, segments=with_segment(summary.segments, segment)))


async def add_facts(session: WriteSession, reader_id: uuid.UUID, exchange: Exchange) -> None:
    facts = await repository.facts_of(session, reader_id)
    changed, gone = grown(facts, noticed_in(exchange), exchange, reader_id)
    for key in sorted(changed):
        await repository.put_fact(session, reader_id, changed[key])
    await repository.drop(session, reader_id, "facts", gone)
