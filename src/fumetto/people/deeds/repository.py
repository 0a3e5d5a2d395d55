"""Queries on the audit log. Keys are made in order of time, so the newest come first along the primary key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from fumetto.kernel.audit import NAMES, AuditLog
from fumetto.kernel.db.sessions import ReadSession

COUNTED = 10_000
"""Deeds are counted up to here; nobody reads further, and a count of all would look at every row."""

# One step along the index for each value, however many rows have it (https://wiki.postgresql.org/wiki/Loose_indexscan).
DISTINCT = """
WITH RECURSIVE known (value) AS (
    (SELECT {column} FROM app.audit_logs ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT a.{column} FROM app.audit_logs a WHERE a.{column} > known.value ORDER BY a.{column} LIMIT 1)
    FROM known WHERE known.value IS NOT NULL
)
SELECT value FROM known WHERE value IS NOT NULL
"""
ACTIONS = text(DISTINCT.format(column="action"))
ENTITY_TYPES = text(DISTINCT.format(column="entity_type"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds: each that is given narrows. `action` may be a room's, such as "series.", for all that begin so."""

    actor_id: UUID | None = None
    by_machine: bool = False
    action: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    request_id: str | None = None


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor_id is not None:
        # What was done to somebody concerns them as what they did does.
        found.append(AuditLog.actor_id == wanted.actor_id)
    if wanted.by_machine:
        found.append(AuditLog.actor_id.is_(None))
    if wanted.action:
        begins = wanted.action.endswith(".")
        found.append(
            AuditLog.action.startswith(wanted.action, autoescape=True) if begins else AuditLog.action == wanted.action
        )
    if wanted.entity_type:
        found.append(AuditLog.entity_type == wanted.entity_type)
    if wanted.entity_id:
        found.append(AuditLog.entity_id == wanted.entity_id)
    if wanted.since:
        found.append(AuditLog.created_at >= wanted.since)
    if wanted.until:
        found.append(AuditLog.created_at < wanted.until)
    if wanted.request_id:
        found.append(AuditLog.request_id == wanted.request_id)
    return found


async def page_of(
    session: ReadSession, wanted: Wanted, most: int, before: tuple[datetime, UUID] | None
) -> Sequence[AuditLog]:
    """The newest deeds before a place in the list."""
    statement = select(AuditLog).where(*conditions(wanted))
    if before:
        moment, deed = before
        older = and_(AuditLog.created_at == moment, AuditLog.id < deed)
        statement = statement.where(or_(AuditLog.created_at < moment, older))
    statement = statement.order_by(AuditLog.created_at.desc(), AuditLog.id.desc()).limit(most)
    return (await session.scalars(statement)).all()


async def count_of(session: ReadSession, wanted: Wanted) -> int:
    """How many there are, at most COUNTED."""
    some = select(AuditLog.id).where(*conditions(wanted)).limit(COUNTED).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def names_of(session: ReadSession, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Present names by (kind of thing, id), of those that are there and have one."""
    wanted: dict[str, list[str]] = {}
    for kind, key in subjects:
        if kind in NAMES:
            wanted.setdefault(kind, []).append(key)
    found: dict[tuple[str, str], str] = {}
    for kind, keys in sorted(wanted.items()):
        rows = await session.execute(text(NAMES[kind]), {"ids": sorted(keys)})
        found |= {(kind, key): name for key, name in rows if name}
    return found


async def words_in_use(session: ReadSession) -> tuple[list[str], list[str]]:
    """(every action, every kind of thing) that the log has, sorted."""
    actions = await session.scalars(ACTIONS)
    kinds = await session.scalars(ENTITY_TYPES)
    return list(actions), list(kinds)
