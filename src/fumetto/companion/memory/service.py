"""What a reader sees, changes and deletes of what is remembered of them, as far as they have read."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from fumetto.companion.memory import repository
from fumetto.companion.memory.errors import MemoryNotFound
from fumetto.companion.memory.model import BY_READER, Fact, Segment, Summary
from fumetto.companion.memory.rules.summing import shortened
from fumetto.companion.memory.schemas import FactSource, MemoryList, RememberedConversation, RememberedFact
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.public import evidence, horizons_of

LONGEST_FACT = 500  # characters


async def remembered(session: ReadSession, reader_id: uuid.UUID) -> MemoryList:
    """All that may be seen, what changed last first."""
    facts = list((await repository.facts_of(session, reader_id)).values())
    summaries = await repository.summaries_of(session, reader_id)
    known = await known_of(session, reader_id, [*(fact.pages for fact in facts), *(one.pages for one in summaries)])
    return MemoryList(
        facts=[told for told in (as_told(fact, known) for fact in facts) if told is not None],
        summaries=[told for told in (as_summed_up(one.within(known)) for one in summaries) if told is not None],
    )


async def change(
    session: WriteSession, reader_id: uuid.UUID, item_id: uuid.UUID, text: str
) -> RememberedFact | RememberedConversation:
    """Put other words in the place of a fact's, or of what may be seen of a conversation's summary.

    Raises MemoryNotFound.
    """
    await repository.hold_memory(session, reader_id)
    item, known = await seen(session, reader_id, item_id)
    if isinstance(item, Fact):
        fact = replace(item, text=shortened(text, LONGEST_FACT), by=BY_READER)
        await repository.put_fact(session, reader_id, fact)
        told: RememberedFact | RememberedConversation | None = as_told(fact, known)
    else:
        summary = rewritten(item, known, text)
        await repository.put_summary(session, reader_id, summary)
        told = as_summed_up(summary.within(known))
    if told is None:
        raise MemoryNotFound
    return told


async def forget(session: WriteSession, reader_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """Delete a fact, or a conversation's summary with what of it cannot be seen now. Raises MemoryNotFound."""
    await repository.hold_memory(session, reader_id)
    item, _ = await seen(session, reader_id, item_id)
    await repository.drop(session, reader_id, "facts" if isinstance(item, Fact) else "summaries", [item_id])


async def forget_all(session: WriteSession, reader_id: uuid.UUID) -> None:
    """Delete everything that is remembered, and what was still to be."""
    await repository.hold_memory(session, reader_id)
    await repository.drop_notes(session, reader_id)
    await repository.drop_all(session, reader_id)


async def seen(
    session: ReadSession, reader_id: uuid.UUID, item_id: uuid.UUID
) -> tuple[Fact | Summary, frozenset[uuid.UUID]]:
    """A fact or summary of which something may be seen, and the pages of it that were read."""
    fact = await repository.fact_called(session, reader_id, item_id)
    item: Fact | Summary | None = fact or await repository.summary_of(session, reader_id, item_id)
    if item is None:
        raise MemoryNotFound
    known = await known_of(session, reader_id, [item.pages])
    visible = item.source_within(known) if isinstance(item, Fact) else item.within(known).segments
    if not visible:
        raise MemoryNotFound
    return item, known


async def known_of(
    session: ReadSession, reader_id: uuid.UUID, pages: Collection[frozenset[uuid.UUID]]
) -> frozenset[uuid.UUID]:
    """Those of some pages that the reader has read, in whichever series."""
    return await evidence.pages_known(session, await horizons_of(session, reader_id), frozenset().union(*pages))


def rewritten(summary: Summary, known: frozenset[uuid.UUID], text: str) -> Summary:
    """A summary with the reader's words in the place of the segments that they saw; the others stay."""
    visible = summary.within(known).segments
    own = Segment(
        text,
        frozenset().union(*(one.pages for one in visible)),
        tuple(message for one in visible for message in one.messages),
        visible[-1].language,
        BY_READER,
    )
    hidden = [one for one in summary.segments if one not in visible]
    ordered = sorted([*hidden, own], key=lambda one: max(one.messages))
    return replace(summary, segments=tuple(ordered))


def as_told(fact: Fact, known: frozenset[uuid.UUID]) -> RememberedFact | None:
    source = fact.source_within(known)
    if source is None:
        return None
    return RememberedFact(
        id=fact.id,
        kind=fact.kind,
        text=fact.text,
        series_id=fact.series_id,
        source=FactSource(conversation_id=source.conversation_id),
        by=fact.by,
        created_at=fact.created_at,
    )


def as_summed_up(summary: Summary) -> RememberedConversation | None:
    if not summary.segments:
        return None
    return RememberedConversation(
        id=summary.conversation_id,
        conversation_id=summary.conversation_id,
        series_id=summary.series_id,
        text="\n".join(segment.text for segment in summary.segments),
        by=sorted({segment.by for segment in summary.segments}),
    )
