"""Queries of the semantic cache."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from psycopg.types.json import Jsonb

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession

KEPT_FOR: Final = timedelta(days=14)
MOST_KEPT: Final = 20_000
MOST_COMPARED: Final = 16

KEPT = """
SELECT id, space, question_hash, embedding, passage_ids, scores FROM cache.semantic_cache
WHERE fingerprint = %s AND (question_hash = %s OR (words = %s::varchar[] AND cardinality(words) > 0))
ORDER BY used_at DESC, id LIMIT %s
"""
REPLACE = "DELETE FROM cache.semantic_cache WHERE fingerprint = %s AND question_hash = %s"
KEEP = """
INSERT INTO cache.semantic_cache (id, fingerprint, space, question_hash, words, embedding, passage_ids, scores)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
MARK_USED = "UPDATE cache.semantic_cache SET hits = hits + 1, used_at = now() WHERE id = ANY (%s)"
TIDY_OLD = "DELETE FROM cache.semantic_cache WHERE created_at < now() - %s::interval"
TIDY_MANY = """
DELETE FROM cache.semantic_cache WHERE id IN (
    SELECT id FROM cache.semantic_cache ORDER BY used_at DESC, id OFFSET %s
)
"""
WHOM_FOR = "SELECT coalesce(current_setting('fumetto.reader', true), '')"
FORGET = "DELETE FROM cache.semantic_cache WHERE starts_with(fingerprint, %s)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A question to be kept with what was found for it. `words` is its form."""

    fingerprint: str
    text: str
    question_hash: str
    words: tuple[str, ...]
    passage_ids: tuple[uuid.UUID, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """An entry that was found."""

    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Entry:
    id: uuid.UUID
    space: int
    question_hash: str
    embedding: bytes
    passage_ids: tuple[uuid.UUID, ...]
    scores: tuple[float, ...]


async def kept_for(session: ReadSession, fingerprint: str, question_hash: str, words: Sequence[str]) -> list[Entry]:
    """What is kept of the same question and of those of the same form, the last used first."""
    values = [fingerprint, question_hash, list(words), MOST_COMPARED]
    rows = await session.raw().execute(KEPT, values, prepare=True)
    return [
        Entry(found, space, digest, bytes(embedding), tuple(ids), tuple(scores))
        for found, space, digest, embedding, ids, scores in await rows.fetchall()
    ]


async def keep(session: WriteSession, one: Kept, space: int, embedding: bytes) -> None:
    """embedding: little-endian 16-bit floats, nothing where the model did not answer."""
    await session.raw().execute(REPLACE, [one.fingerprint, one.question_hash])
    values = [uuid7(), one.fingerprint, space, one.question_hash, list(one.words), embedding, list(one.passage_ids)]
    await session.raw().execute(KEEP, [*values, Jsonb(list(one.scores))])


async def mark_used(session: WriteSession, ids: Sequence[uuid.UUID]) -> None:
    if ids:
        await session.raw().execute(MARK_USED, [sorted(ids)])


async def tidy(session: WriteSession, age: timedelta = KEPT_FOR, most: int = MOST_KEPT) -> None:
    """Forget what was kept for too long, and beyond so many what was not used for longest."""
    await session.raw().execute(TIDY_OLD, [age])
    await session.raw().execute(TIDY_MANY, [most])


async def forget_questions(session: WriteSession, reader_id: uuid.UUID) -> None:
    """Forget what a reader asked."""
    await session.raw().execute(FORGET, [audience_of(str(reader_id))])


async def whom_for(session: ReadSession) -> str:
    """The reader whose rows a transaction sees, as the database knows it; empty or `*` for the operator's."""
    row = await (await session.raw().execute(WHOM_FOR, prepare=True)).fetchone()
    return str(row[0]) if row else ""


def audience_of(whom: str) -> str:
    """What the fingerprints begin with of what one reader asked, or the operator."""
    return hashlib.sha256(f"audience/{whom}".encode()).hexdigest()[:16]
