"""What a reader may know of a story's graph, and why: every query through the horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.reading.models import EpisodeReading
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import EntityKind
from fumetto.library.world.models import (
    Character,
    EntityFact,
    Evidence,
    EvidencePage,
    WikiArticle,
    WorldEntity,
    WorldRelationship,
)


@dataclass(frozen=True, slots=True)
class Node:
    """An entity, as the graph shows it."""

    id: uuid.UUID
    slug: str
    name: str
    kind: EntityKind
    character_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship, as the graph shows it."""

    id: uuid.UUID
    source_entity_id: uuid.UUID
    target_entity_id: uuid.UUID
    kind: str
    label: str


async def entities(session: ReadSession, horizon: Horizon) -> list[Node]:
    rows = await revealed(session, horizon).execute(
        select(WorldEntity.id, WorldEntity.slug, WorldEntity.name, WorldEntity.kind, WorldEntity.character_id)
        .where(WorldEntity.series_id == horizon.series_id)
        .order_by(WorldEntity.name, WorldEntity.id)
    )
    return [Node(*row) for row in rows]


async def names_of(session: ReadSession, horizon: Horizon, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of those of some entities that may be known."""
    if not ids:
        return {}
    rows = await revealed(session, horizon).execute(
        select(WorldEntity.id, WorldEntity.name).where(WorldEntity.id.in_(list(ids)))
    )
    return {row[0]: row[1] for row in rows}


async def entities_told_in(
    session: ReadSession, horizon: Horizon, episode_ids: Collection[uuid.UUID]
) -> set[uuid.UUID]:
    """Entities with some evidence that needs a page of one of these episodes."""
    if not episode_ids:
        return set()
    rows = await revealed(session, horizon).scalars(
        select(Evidence.entity_id)
        .join(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .join(Page, Page.id == EvidencePage.page_id)
        .where(Page.episode_id.in_(list(episode_ids)), Evidence.entity_id.is_not(None))
        .distinct()
    )
    return {one for one in rows if one is not None}


async def entity(session: ReadSession, horizon: Horizon, entity_id: uuid.UUID) -> Node | None:
    rows = await revealed(session, horizon).execute(
        select(WorldEntity.id, WorldEntity.slug, WorldEntity.name, WorldEntity.kind, WorldEntity.character_id).where(
            WorldEntity.id == entity_id, WorldEntity.series_id == horizon.series_id
        )
    )
    found = rows.first()
    return None if found is None else Node(*found)


async def series_of(session: ReadSession, within: Horizons, thing: Thing, thing_id: uuid.UUID) -> uuid.UUID | None:
    """The series of a thing that some horizon lets be known."""
    known = revealed(session, within)
    if thing is Thing.ENTITY:
        return await known.scalar(select(WorldEntity.series_id).where(WorldEntity.id == thing_id))
    if thing is Thing.CHARACTER:
        return await known.scalar(select(Character.series_id).where(Character.id == thing_id))
    return await known.scalar(select(WikiArticle.series_id).where(WikiArticle.id == thing_id))


async def relationships(session: ReadSession, horizon: Horizon, entity_id: uuid.UUID | None = None) -> list[Tie]:
    """The ties of a series, or of one entity; whether both ends are known is for the caller to see."""
    query = select(
        WorldRelationship.id,
        WorldRelationship.source_entity_id,
        WorldRelationship.target_entity_id,
        WorldRelationship.kind,
        WorldRelationship.label,
    ).where(WorldRelationship.series_id == horizon.series_id)
    if entity_id is not None:
        query = query.where(
            or_(
                WorldRelationship.source_entity_id == entity_id,
                WorldRelationship.target_entity_id == entity_id,
            )
        )
    rows = await revealed(session, horizon).execute(query.order_by(WorldRelationship.id))
    return [Tie(*row) for row in rows]


async def facts_of_entity(session: ReadSession, horizon: Horizon, entity_id: uuid.UUID) -> list[EntityFact]:
    return list(
        await revealed(session, horizon).scalars(
            select(EntityFact).where(EntityFact.entity_id == entity_id).order_by(EntityFact.order_index)
        )
    )


async def entities_of_character(session: ReadSession, horizon: Horizon, character_id: uuid.UUID) -> list[WorldEntity]:
    return list(
        await revealed(session, horizon).scalars(
            select(WorldEntity)
            .where(WorldEntity.character_id == character_id, WorldEntity.series_id == horizon.series_id)
            .order_by(WorldEntity.id)
        )
    )


async def first_days(
    session: ReadSession, reader_id: uuid.UUID | None, series_id: uuid.UUID
) -> tuple[dict[uuid.UUID, date], date | None]:
    """The day on which the reader began each episode of a series, and their last day of reading in it (UTC)."""
    if reader_id is None:
        return {}, None
    rows = await session.execute(
        select(EpisodeReading.episode_id, EpisodeReading.started_at, EpisodeReading.last_read_at)
        .join(Episode, Episode.id == EpisodeReading.episode_id)
        .where(EpisodeReading.reader_id == reader_id, Episode.series_id == series_id)
    )
    begun: dict[uuid.UUID, date] = {}
    last: datetime | None = None
    for episode_id, started_at, read_at in rows:
        begun[episode_id] = started_at.date()
        last = max(last or read_at, read_at)
    return begun, last.date() if last else None
