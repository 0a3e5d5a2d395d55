"""Queries of memory: notes of what is to be remembered, the exchanges they speak of, and the LangGraph store's rows.

The rows are as the store of langgraph-checkpoint-postgres 3.2 writes them, in the namespaces `memory.<reader>.facts`
and `memory.<reader>.summaries`; written on the transaction's own connection, what is remembered and the note that it
was to be are one commit. A reader's id is always the signed-in one's or a note's: the store has no row-level security.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from fumetto.companion.conversations.models import ChatMessage
from fumetto.companion.kinds import Author, TurnState
from fumetto.companion.memory.model import Exchange, Fact, Summary
from fumetto.kernel.db.sessions import ReadSession, WriteSession

BUILTIN: Final = "builtin"  # the model of an answer that none made
LOCKS: Final = 1_297_435_989  # the class of the advisory locks under which a reader's memory is written
MOST_SUMMARIES: Final = 200  # that are shown

NOTE = "INSERT INTO app.memory_notes (answer_id, user_id, conversation_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
NOTED = "SELECT FROM app.memory_notes WHERE answer_id = %s"
TAKE_NOTE = "DELETE FROM app.memory_notes WHERE answer_id = %s AND user_id = %s RETURNING answer_id"
DROP_NOTES = "DELETE FROM app.memory_notes WHERE user_id = %s"
LEFT = """
SELECT answer_id, user_id FROM app.memory_notes WHERE created_at < now() - %s::interval ORDER BY created_at LIMIT %s
"""
LOCK = f"SELECT pg_advisory_xact_lock({LOCKS}, hashtext(%s))"

ITEMS = "SELECT prefix, key, value, created_at FROM langgraph.store WHERE prefix = %s ORDER BY updated_at DESC, key"
SOME = "SELECT prefix, key, value, created_at FROM langgraph.store WHERE prefix = %s OR (prefix = %s AND key = %s)"
ITEM = "SELECT prefix, key, value, created_at FROM langgraph.store WHERE prefix = %s AND key = %s"
PUT = """
INSERT INTO langgraph.store (prefix, key, value, created_at, updated_at)
VALUES (%s, %s, %s, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
ON CONFLICT (prefix, key) DO UPDATE SET value = excluded.value, updated_at = CURRENT_TIMESTAMP
"""
DROP = "DELETE FROM langgraph.store WHERE prefix = %s AND key = ANY (%s)"
DROP_READERS = "DELETE FROM langgraph.store WHERE prefix IN (%s, %s)"
THREADS = "SELECT id FROM app.chat_sessions WHERE user_id = %s AND (%s::uuid[] IS NULL OR conversation_id = ANY (%s))"
TOLD: Final = (TurnState.DONE, TurnState.CANCELLED, TurnState.CUT_OFF)


def namespace(reader_id: uuid.UUID, of: str) -> tuple[str, ...]:
    """As LangGraph has it: `facts` and `summaries` of a reader."""
    return ("memory", str(reader_id), of)


def prefix(reader_id: uuid.UUID, of: str) -> str:
    return ".".join(namespace(reader_id, of))


async def write_note(
    session: WriteSession, answer_id: uuid.UUID, reader_id: uuid.UUID, conversation_id: uuid.UUID
) -> None:
    await session.raw().execute(NOTE, [answer_id, reader_id, conversation_id], prepare=True)


async def is_noted(session: ReadSession, answer_id: uuid.UUID) -> bool:
    return await (await session.raw().execute(NOTED, [answer_id])).fetchone() is not None


async def take_note(session: WriteSession, answer_id: uuid.UUID, reader_id: uuid.UUID) -> bool:
    """Whether there was a note of this answer; it is gone with this transaction."""
    return await (await session.raw().execute(TAKE_NOTE, [answer_id, reader_id])).fetchone() is not None


async def notes_left(session: ReadSession, age: Any, most: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Answers with their readers of which notes are older than that. For sessions of every reader."""
    return [(row[0], row[1]) for row in await (await session.raw().execute(LEFT, [age, most])).fetchall()]


async def hold_memory(session: WriteSession, reader_id: uuid.UUID) -> None:
    """Until the transaction ends, nobody else writes what is remembered of this reader."""
    await session.raw().execute(LOCK, [str(reader_id)])


async def exchange_of(session: ReadSession, reader_id: uuid.UUID, answer_id: uuid.UUID) -> Exchange | None:
    """A question and its answer, of which something came."""
    found = await exchanges(session, reader_id, ChatMessage.id == answer_id, most=1)
    return found[0] if found else None


async def exchanges(
    session: ReadSession, reader_id: uuid.UUID, wanted: ColumnElement[bool], most: int
) -> list[Exchange]:
    """The last exchanges among some answers of a reader, newest first."""
    question = aliased(ChatMessage)
    rows = await session.execute(
        select(ChatMessage, question)
        .join(question, question.id == ChatMessage.answers_id)
        .where(
            wanted,
            ChatMessage.user_id == reader_id,
            ChatMessage.author == Author.ASSISTANT,
            ChatMessage.state.in_(TOLD),
        )
        .order_by(ChatMessage.created_at.desc(), ChatMessage.id.desc())
        .limit(most)
    )
    return [exchange_between(asked, answer) for answer, asked in rows]


def exchange_between(question: ChatMessage, answer: ChatMessage) -> Exchange:
    return Exchange(
        question_id=question.id,
        answer_id=answer.id,
        conversation_id=answer.conversation_id,
        series_id=answer.series_id or question.series_id,
        language=question.language,
        question=question.content,
        sentences=tuple(str(one["text"]) for one in answer.sentences) or (answer.content,),
        found=answer.found,
        pages=frozenset(question.pages) | frozenset(answer.pages),
        at=question.created_at,
        model="" if answer.model == BUILTIN else answer.model,
    )


async def facts_of(session: ReadSession, reader_id: uuid.UUID) -> dict[uuid.UUID, Fact]:
    """All facts about a reader, the last one told first. What may be told of them is the caller's to see to."""
    rows = await session.raw().execute(ITEMS, [prefix(reader_id, "facts")])
    facts = [Fact.of(key, value, created_at) for _, key, value, created_at in await rows.fetchall()]
    return {fact.id: fact for fact in facts}


async def facts_and_summary(
    session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID | None
) -> tuple[list[Fact], Summary | None]:
    """All facts about a reader, and the summary of one of their conversations."""
    facts_at = prefix(reader_id, "facts")
    values = [facts_at, prefix(reader_id, "summaries"), str(conversation_id)]
    rows = await (await session.raw().execute(SOME, values, prepare=True)).fetchall()
    facts = [Fact.of(key, value, created_at) for at, key, value, created_at in rows if at == facts_at]
    return facts, next((Summary.of(value) for at, _, value, _ in rows if at != facts_at), None)


async def fact_called(session: ReadSession, reader_id: uuid.UUID, fact_id: uuid.UUID) -> Fact | None:
    row = await (await session.raw().execute(ITEM, [prefix(reader_id, "facts"), str(fact_id)])).fetchone()
    return None if row is None else Fact.of(row[1], row[2], row[3])


async def summaries_of(session: ReadSession, reader_id: uuid.UUID) -> list[Summary]:
    """The summaries of a reader's conversations, the last changed first."""
    rows = await session.raw().execute(f"{ITEMS} LIMIT {MOST_SUMMARIES}", [prefix(reader_id, "summaries")])
    return [Summary.of(value) for _, _, value, _ in await rows.fetchall()]


async def summary_of(session: ReadSession, reader_id: uuid.UUID, conversation_id: uuid.UUID) -> Summary | None:
    values = [prefix(reader_id, "summaries"), str(conversation_id)]
    row = await (await session.raw().execute(ITEM, values)).fetchone()
    return None if row is None else Summary.of(row[2])


async def put_fact(session: WriteSession, reader_id: uuid.UUID, fact: Fact) -> None:
    await put(session, prefix(reader_id, "facts"), fact.id, fact.as_json())


async def put_summary(session: WriteSession, reader_id: uuid.UUID, summary: Summary) -> None:
    await put(session, prefix(reader_id, "summaries"), summary.conversation_id, summary.as_json())


async def put(session: WriteSession, at: str, key: uuid.UUID, value: Mapping[str, Any]) -> None:
    await session.raw().execute(PUT, [at, str(key), Jsonb(dict(value))])


async def drop(session: WriteSession, reader_id: uuid.UUID, of: str, keys: Collection[uuid.UUID]) -> None:
    if keys:
        await session.raw().execute(DROP, [prefix(reader_id, of), sorted(map(str, keys))])


async def drop_all(session: WriteSession, reader_id: uuid.UUID) -> None:
    await session.raw().execute(DROP_READERS, [prefix(reader_id, "facts"), prefix(reader_id, "summaries")])


async def threads_of(
    session: ReadSession, reader_id: uuid.UUID, conversation_ids: Collection[uuid.UUID] | None
) -> list[uuid.UUID]:
    """A reader's sessions, of some conversations or of all: the threads of the graph's checkpoints."""
    ids = None if conversation_ids is None else list(conversation_ids)
    rows = await (await session.raw().execute(THREADS, [reader_id, ids, ids])).fetchall()
    return [row[0] for row in rows]


async def drop_notes(session: WriteSession, reader_id: uuid.UUID) -> None:
    await session.raw().execute(DROP_NOTES, [reader_id])
