"""Entities, their facts and their relationships as they are kept. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.world.models import EntityFact, WorldEntity, WorldRelationship


async def entities_of(session: ReadSession, series_id: uuid.UUID) -> dict[str, WorldEntity]:
    """The entities of a series by slug."""
    rows = await session.scalars(select(WorldEntity).where(WorldEntity.series_id == series_id).order_by(WorldEntity.id))
    return {entity.slug: entity for entity in rows}


async def entity_slugs(session: ReadSession, series_id: uuid.UUID) -> list[str]:
    return list(await session.scalars(select(WorldEntity.slug).where(WorldEntity.series_id == series_id)))


async def hold_entities(session: WriteSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, WorldEntity]:
    rows = await session.scalars(
        select(WorldEntity).where(WorldEntity.id.in_(ids)).order_by(WorldEntity.id).with_for_update(key_share=True)
    )
    return {entity.id: entity for entity in rows}


async def facts_of(session: ReadSession, entity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[EntityFact]]:
    """The facts of each entity in their order."""
    found: dict[uuid.UUID, list[EntityFact]] = {}
    rows = await session.scalars(
        select(EntityFact)
        .where(EntityFact.entity_id.in_(list(entity_ids)))
        .order_by(EntityFact.entity_id, EntityFact.order_index)
    )
    for fact in rows:
        found.setdefault(fact.entity_id, []).append(fact)
    return found


async def next_order(session: ReadSession, entity_id: uuid.UUID) -> int:
    last = await session.scalar(select(func.max(EntityFact.order_index)).where(EntityFact.entity_id == entity_id))
    return 0 if last is None else last + 1


async def relationships_of(session: ReadSession, series_id: uuid.UUID) -> list[WorldRelationship]:
    return list(
        await session.scalars(
            select(WorldRelationship).where(WorldRelationship.series_id == series_id).order_by(WorldRelationship.id)
        )
    )


async def remove_facts(session: WriteSession, ids: Collection[uuid.UUID]) -> None:
    if ids:
        await session.execute(delete(EntityFact).where(EntityFact.id.in_(list(ids))))
