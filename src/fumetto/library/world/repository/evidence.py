"""Evidence as it is kept: what it is of, the pages it needs, who said so. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import Evidence, EvidencePage

COLUMN = {
    Thing.ENTITY: "entity_id",
    Thing.ENTITY_FACT: "entity_fact_id",
    Thing.RELATIONSHIP: "relationship_id",
    Thing.WIKI_FACT: "wiki_fact_id",
    Thing.ALIAS: "alias_id",
}
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """An evidence to be written: proposed without pages where no place is known."""

    thing: Thing
    subject_id: uuid.UUID
    state: ReviewState
    origin: Origin
    pages: tuple[uuid.UUID, ...] = ()
    quote: str | None = None
    confidence: float | None = None
    balloon_id: uuid.UUID | None = None
    panel_id: uuid.UUID | None = None
    awaits: tuple[Decimal, int | None] | None = None
    reviewed_by: uuid.UUID | None = None
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An evidence as it is."""

    id: uuid.UUID
    thing: Thing
    subject_id: uuid.UUID
    state: ReviewState
    origin: Origin
    reviewed: bool
    pages: tuple[uuid.UUID, ...]
    awaits: tuple[Decimal, int | None] | None = field(default=None)


async def add(session: WriteSession, series_id: uuid.UUID, items: Iterable[NewEvidence]) -> list[uuid.UUID]:
    """Write evidences with their pages; returns their ids in the same order."""
    rows: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for item in items:
        evidence_id = uuid7()
        needed = tuple(dict.fromkeys(item.pages))
        rows.append(
            dict.fromkeys(COLUMN.values())
            | {
                "id": evidence_id,
                "series_id": series_id,
                COLUMN[item.thing]: item.subject_id,
                "state": item.state,
                "origin": item.origin,
                "page_count": len(needed),
                "quote": item.quote,
                "confidence": item.confidence,
                "balloon_id": item.balloon_id,
                "panel_id": item.panel_id,
                "awaits_episode": item.awaits[0] if item.awaits else None,
                "awaits_page": item.awaits[1] if item.awaits else None,
                "reviewed_by": item.reviewed_by,
                "reviewed_at": item.reviewed_at,
            }
        )
        pages += [{"evidence_id": evidence_id, "page_id": page_id} for page_id in needed]
    for at in range(0, len(rows), BATCH):
        await session.execute(insert(Evidence), rows[at : at + BATCH])
    for at in range(0, len(pages), BATCH):
        await session.execute(insert(EvidencePage), pages[at : at + BATCH])
    return [row["id"] for row in rows]


async def of_subjects(
    session: ReadSession, thing: Thing, subject_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Kept]]:
    """The evidences of each of some things, those of one kind, oldest first."""
    if not subject_ids:
        return {}
    column = getattr(Evidence, COLUMN[thing])
    return await _kept(session, thing, column.in_(list(subject_ids)))


async def of_series(session: ReadSession, thing: Thing, series_id: uuid.UUID) -> dict[uuid.UUID, list[Kept]]:
    """The same of everything of one kind in a series."""
    column = getattr(Evidence, COLUMN[thing])
    return await _kept(session, thing, (Evidence.series_id == series_id) & column.is_not(None))


async def _kept(session: ReadSession, thing: Thing, where: ColumnElement[bool]) -> dict[uuid.UUID, list[Kept]]:
    column = getattr(Evidence, COLUMN[thing])
    pages = func.array_agg(aggregate_order_by(EvidencePage.page_id, EvidencePage.page_id)).filter(
        EvidencePage.page_id.is_not(None)
    )
    rows = await session.execute(
        select(
            Evidence.id,
            column,
            Evidence.state,
            Evidence.origin,
            Evidence.reviewed_at.is_not(None),
            pages,
            Evidence.awaits_episode,
            Evidence.awaits_page,
        )
        .outerjoin(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .where(where)
        .group_by(Evidence.id)
        .order_by(Evidence.id)
    )
    found: dict[uuid.UUID, list[Kept]] = {}
    for key, subject_id, state, origin, reviewed, page_ids, episode, page in rows:
        awaits = None if episode is None else (episode, page)
        kept = Kept(key, thing, subject_id, state, origin, reviewed, tuple(page_ids or ()), awaits)
        found.setdefault(subject_id, []).append(kept)
    return found


async def remove(session: WriteSession, ids: Sequence[uuid.UUID]) -> None:
    for at in range(0, len(ids), BATCH):
        await session.execute(delete(Evidence).where(Evidence.id.in_(ids[at : at + BATCH])))


async def set_pages(session: WriteSession, evidence_id: uuid.UUID, pages: Collection[uuid.UUID]) -> None:
    """Give an evidence other pages, all of which it needs; what it awaited is forgotten."""
    needed = list(dict.fromkeys(pages))
    await session.execute(delete(EvidencePage).where(EvidencePage.evidence_id == evidence_id))
    await session.execute(
        update(Evidence)
        .where(Evidence.id == evidence_id)
        .values(page_count=len(needed), awaits_episode=None, awaits_page=None)
    )
    if needed:
        rows = [{"evidence_id": evidence_id, "page_id": page_id} for page_id in needed]
        await session.execute(insert(EvidencePage), rows)


async def accept_all(session: WriteSession, ids: Collection[uuid.UUID]) -> None:
    await session.execute(update(Evidence).where(Evidence.id.in_(ids)).values(state=ReviewState.ACCEPTED))


async def awaiting(
    session: ReadSession, series_id: uuid.UUID
) -> list[tuple[uuid.UUID, Thing, uuid.UUID, bool, Decimal, int | None]]:
    """`(evidence, thing, subject, said, episode, page)` of every evidence whose place the library did not have.

    `said` where a file's author gave the place, and it is no guess.
    """
    rows = await session.scalars(
        select(Evidence).where(Evidence.series_id == series_id, Evidence.awaits_episode.is_not(None))
    )
    found = []
    for row in rows:
        thing, subject_id = subject_of(row)
        if row.awaits_episode is not None:
            debut = thing in {Thing.ENTITY, Thing.RELATIONSHIP} or row.reviewed_at is not None
            said = row.origin is Origin.IMPORT and row.state is ReviewState.PROPOSED and debut
            found.append((row.id, thing, subject_id, said, row.awaits_episode, row.awaits_page))
    return found


def subject_of(evidence: Evidence) -> tuple[Thing, uuid.UUID]:
    """What an evidence is of."""
    for thing, column in COLUMN.items():
        subject_id: uuid.UUID | None = getattr(evidence, column)
        if subject_id is not None:
            return thing, subject_id
    raise LookupError(evidence.id)


async def reviewed_among(session: ReadSession, thing: Thing, subject_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some things that a person has decided about."""
    if not subject_ids:
        return set()
    column = getattr(Evidence, COLUMN[thing])
    return set(
        await session.scalars(
            select(column)
            .where(
                column.in_(list(subject_ids)),
                or_(Evidence.reviewed_at.is_not(None), Evidence.origin == Origin.PERSON),
            )
            .distinct()
        )
    )


async def full_of_subjects(
    session: ReadSession, thing: Thing, subject_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Evidence]]:
    """The evidences of each of some things as rows, oldest first."""
    column = getattr(Evidence, COLUMN[thing])
    found: dict[uuid.UUID, list[Evidence]] = {}
    wanted = list(subject_ids)
    for at in range(0, len(wanted), BATCH):
        rows = await session.scalars(select(Evidence).where(column.in_(wanted[at : at + BATCH])).order_by(Evidence.id))
        for row in rows:
            found.setdefault(getattr(row, COLUMN[thing]), []).append(row)
    return found
