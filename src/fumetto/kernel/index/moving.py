"""Putting passages elsewhere without reading them again: their words and vectors stay as they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import sql

from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.index.encoding import sources_of, span_text
from fumetto.kernel.index.places import Span
from fumetto.kernel.index.spaces import live_spaces
from fumetto.kernel.index.writing import numbers_of, writing

LANGUAGES = "SELECT id, coalesce(language, '') FROM rag.{space} WHERE id = ANY (%s)"
MOVE = """
WITH held AS (
    SELECT s.id, given.place, given.span::rag.span AS span, given.others::rag.spans[] AS others
    FROM rag.{space} s
    JOIN unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS given (id, place, span, others) USING (id)
    WHERE (s.place, s.span, s.others)
        IS DISTINCT FROM (given.place, given.span::rag.span, given.others::rag.spans[])
    ORDER BY s.place, s.id FOR NO KEY UPDATE OF s
)
UPDATE rag.{space} s SET place = held.place, span = held.span, others = held.others FROM held WHERE s.id = held.id
"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a passage belongs to, and what it takes to know it, as Passage has them."""

    key: uuid.UUID
    sources: tuple[tuple[Span, ...], ...]


async def move(session: WriteSession, to: Mapping[uuid.UUID, Whereabouts]) -> int:
    """Have passages lie elsewhere; returns how many did not lie there already. Ids that are not in the index are no
    matter. Raises ValueError for sources that hold no position."""
    if not to:
        return 0
    moved = 0
    async with writing(session):
        for space in await live_spaces(session):
            table = sql.Identifier(space.table)
            rows = await session.raw().execute(sql.SQL(LANGUAGES).format(space=table), [list(to)])
            spoken: dict[uuid.UUID, str] = dict(await rows.fetchall())
            numbers = await numbers_of(session, {(to[one].key, language) for one, language in spoken.items()})
            columns: tuple[list[object], ...] = ([], [], [], [])
            for one in spoken:
                at, span, closed, others = sources_of(to[one].sources, numbers[to[one].key])
                for column, value in zip(columns, (one, at, span_text(span, closed), others), strict=True):
                    column.append(value)
            done = await session.raw().execute(sql.SQL(MOVE).format(space=table), columns)
            moved = max(moved, done.rowcount)
    return moved
