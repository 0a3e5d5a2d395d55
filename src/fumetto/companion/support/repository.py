"""Queries of the helper. A reader's own rows, by their id and in a session begun for them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.companion.conversations.models import ChatMessage, ChatSession, Conversation
from fumetto.companion.kinds import OF_THE_HELPER, Author, TurnState
from fumetto.companion.support.kinds import AnswerType, Bullying, Kept, Mood, Strategy
from fumetto.companion.support.lines import Written
from fumetto.companion.support.models import (
    ConversationAnalytics,
    ConversationAnswerTypesCategorized,
    ConversationMessagesCategorized,
    ConversationMoodsCategorized,
    ConversationStrategiesCategorized,
    HelpLine,
    Incident,
    SafetySignal,
    TrustedAdult,
)
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession

CATEGORIES: dict[str, Any] = {
    "messages": ConversationMessagesCategorized,
    "moods": ConversationMoodsCategorized,
    "strategies": ConversationStrategiesCategorized,
    "answer_types": ConversationAnswerTypesCategorized,
}


async def conversation(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> Conversation | None:
    return await session.scalar(
        select(Conversation).where(
            Conversation.id == one, Conversation.user_id == reader_id, Conversation.kind.in_(OF_THE_HELPER)
        )
    )


async def conversations(
    session: ReadSession, reader_id: uuid.UUID, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[Conversation]:
    """Those in which something was said, newest first."""
    rows = select(Conversation).where(Conversation.user_id == reader_id, Conversation.kind.in_(OF_THE_HELPER))
    rows = rows.where(select(ChatMessage.id).where(ChatMessage.conversation_id == Conversation.id).exists())
    if before is not None:
        rows = rows.where(tuple_(Conversation.updated_at, Conversation.id) < tuple_(*(literal(one) for one in before)))
    rows = rows.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit)
    return list(await session.scalars(rows))


async def session_of(session: ReadSession, conversation_id: uuid.UUID) -> ChatSession | None:
    return await session.scalar(select(ChatSession).where(ChatSession.conversation_id == conversation_id).limit(1))


async def messages(
    session: ReadSession,
    conversation_id: uuid.UUID,
    before: tuple[datetime, uuid.UUID] | None = None,
    limit: int | None = None,
) -> list[ChatMessage]:
    """The last before one, oldest first."""
    rows = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id)
    if before is not None:
        rows = rows.where(tuple_(ChatMessage.created_at, ChatMessage.id) < tuple_(*(literal(one) for one in before)))
    rows = rows.order_by(ChatMessage.created_at.desc(), ChatMessage.id.desc())
    return list(reversed(list(await session.scalars(rows if limit is None else rows.limit(limit)))))


async def first_words(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The first message of somebody's own in each conversation."""
    rows = await session.execute(
        select(ChatMessage.conversation_id, ChatMessage.content)
        .where(ChatMessage.conversation_id.in_(list(ids)), ChatMessage.author == Author.USER)
        .order_by(ChatMessage.created_at.desc())
    )
    return {conversation_id: content for conversation_id, content in rows}


async def said_since(session: ReadSession, conversation_id: uuid.UUID, since: datetime) -> int:
    count = await session.scalar(
        select(func.count())
        .select_from(ChatMessage)
        .where(
            ChatMessage.conversation_id == conversation_id,
            ChatMessage.author == Author.USER,
            ChatMessage.created_at > since,
        )
    )
    return count or 0


async def running(session: ReadSession, conversation_id: uuid.UUID) -> uuid.UUID | None:
    return await session.scalar(
        select(ChatMessage.id).where(
            ChatMessage.conversation_id == conversation_id, ChatMessage.state == TurnState.RUNNING
        )
    )


async def incident(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> Incident | None:
    return await session.scalar(
        select(Incident).where(Incident.conversation_id == conversation_id, Incident.user_id == reader_id)
    )


async def adults(session: ReadSession, reader_id: uuid.UUID) -> list[TrustedAdult]:
    rows = select(TrustedAdult).where(TrustedAdult.user_id == reader_id).order_by(TrustedAdult.created_at)
    return list(await session.scalars(rows))


async def adult(session: ReadSession, reader_id: uuid.UUID, one: uuid.UUID) -> TrustedAdult | None:
    return await session.scalar(select(TrustedAdult).where(TrustedAdult.id == one, TrustedAdult.user_id == reader_id))


async def confirmed_lines(session: ReadSession, country: str | None) -> list[HelpLine]:
    if country is None:
        return []
    rows = select(HelpLine).where(HelpLine.country == country.lower(), HelpLine.confirmed_at.is_not(None))
    return list(await session.scalars(rows.order_by(HelpLine.is_emergency, HelpLine.position, HelpLine.slug)))


async def lines(session: ReadSession) -> dict[tuple[str, str], HelpLine]:
    return {(row.country, row.slug): row for row in await session.scalars(select(HelpLine))}


async def keep_line(session: WriteSession, row: Written, confirmed_by: uuid.UUID) -> None:
    """A row as it is written now, confirmed by somebody."""
    values = {
        "name": row.name,
        "phone": row.phone,
        "url": row.url,
        "hours": row.hours,
        "languages": list(row.languages),
        "dangers": list(row.dangers),
        "is_emergency": row.is_emergency,
        "source": row.source,
        "source_date": row.source_date,
        "digest": row.digest,
        "position": row.position,
        "confirmed_at": func.now(),
        "confirmed_by": confirmed_by,
    }
    added = insert(HelpLine).values(id=uuid7(), country=row.country, slug=row.slug, **values)
    await session.execute(added.on_conflict_do_update(index_elements=["country", "slug"], set_=values))


async def drop_line(session: WriteSession, country: str, slug: str) -> bool:
    gone = await session.scalars(
        delete(HelpLine).where(HelpLine.country == country, HelpLine.slug == slug).returning(HelpLine.id)
    )
    return bool(list(gone))


async def signals(session: ReadSession, user_id: uuid.UUID, limit: int) -> list[SafetySignal]:
    rows = select(SafetySignal).where(SafetySignal.user_id == user_id)
    return list(await session.scalars(rows.order_by(SafetySignal.created_at.desc()).limit(limit)))


async def signals_for_guardian(
    session: ReadSession, child_id: uuid.UUID, guardian_id: uuid.UUID, older_than: timedelta, limit: int
) -> list[SafetySignal]:
    """Those that do not concern the guardian, once the child has had time to say so."""
    rows = select(SafetySignal).where(
        SafetySignal.user_id == child_id,
        SafetySignal.kept_from != Kept.ALL,
        ~SafetySignal.kept_from_ids.contains([guardian_id]),
        SafetySignal.created_at <= func.now() - older_than,
    )
    return list(await session.scalars(rows.order_by(SafetySignal.created_at.desc()).limit(limit)))


async def signal(session: ReadSession, user_id: uuid.UUID, one: uuid.UUID) -> SafetySignal | None:
    return await session.scalar(select(SafetySignal).where(SafetySignal.id == one, SafetySignal.user_id == user_id))


async def ever_kept(session: ReadSession, user_id: uuid.UUID, since: timedelta) -> bool:
    """Whether a signal of somebody's was kept from their guardians lately: then later ones are too."""
    found = await session.scalar(
        select(SafetySignal.id)
        .where(
            SafetySignal.user_id == user_id,
            SafetySignal.kept_from == Kept.ALL,
            SafetySignal.created_at > func.now() - since,
        )
        .limit(1)
    )
    return found is not None


async def keep_all_from_guardians(session: WriteSession, user_id: uuid.UUID) -> None:
    """What has fired for somebody is about somebody at home, by their own word."""
    await session.execute(update(SafetySignal).where(SafetySignal.user_id == user_id).values(kept_from=Kept.ALL))


async def count_up(
    session: WriteSession,
    reader_id: uuid.UUID,
    conversation_id: uuid.UUID,
    values: dict[str, Any],
    defaults: dict[str, Any],
    categories: dict[str, Collection[Bullying | Mood | Strategy | AnswerType]],
) -> None:
    """What a conversation was about so far, over what was kept of it before; `defaults` where there was nothing."""
    added = insert(ConversationAnalytics).values(
        id=uuid7(), user_id=reader_id, conversation_id=conversation_id, **(defaults | values)
    )
    updated = added.on_conflict_do_update(index_elements=["conversation_id"], set_=values | {"updated_at": func.now()})
    analytics_id = await session.scalar(updated.returning(ConversationAnalytics.id))
    for name, found in categories.items():
        table = CATEGORIES[name]
        for category in found:
            row = insert(table).values(id=uuid7(), user_id=reader_id, analytics_id=analytics_id, category=category)
            await session.execute(row.on_conflict_do_nothing())


async def people_by(session: ReadSession, what: str, since: date, until: date) -> dict[str, int]:
    """How many different people there are for each value, of conversations begun on days of a period (both in)."""
    period = (
        ConversationAnalytics.created_at >= since,
        ConversationAnalytics.created_at < until + timedelta(days=1),
    )
    if what in CATEGORIES:
        table = CATEGORIES[what]
        rows = (
            select(table.category, func.count(func.distinct(ConversationAnalytics.user_id)))
            .join(ConversationAnalytics, ConversationAnalytics.id == table.analytics_id)
            .where(*period)
            .group_by(table.category)
        )
    else:
        column = getattr(ConversationAnalytics, what)
        rows = select(column, func.count(func.distinct(ConversationAnalytics.user_id))).where(*period).group_by(column)
    return {str(value): count for value, count in await session.execute(rows)}
