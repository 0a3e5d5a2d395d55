"""Entities, their facts and their relationships as they are kept. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, select, update

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.world.events import Thing
from fumetto.library.world.models import EntityFact, Evidence, WikiArticle, WikiFact, WorldEntity, WorldRelationship


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


async def tie_between(
    session: ReadSession, source_id: uuid.UUID, target_id: uuid.UUID, kind: str, label: str
) -> uuid.UUID | None:
    found: uuid.UUID | None = await session.scalar(
        select(WorldRelationship.id).where(
            WorldRelationship.source_entity_id == source_id,
            WorldRelationship.target_entity_id == target_id,
            WorldRelationship.kind == kind,
            WorldRelationship.label == label,
        )
    )
    return found


async def move_evidence(session: WriteSession, from_ids: Collection[uuid.UUID], to_id: uuid.UUID) -> None:
    """What some entities are known by, another is known by too: either way it was seen."""
    await session.execute(update(Evidence).where(Evidence.entity_id.in_(list(from_ids))).values(entity_id=to_id))


async def move_ties(
    session: WriteSession, series_id: uuid.UUID, from_ids: set[uuid.UUID], to_id: uuid.UUID
) -> list[uuid.UUID]:
    """Tie to one entity what is tied to others; of ties that become the same the first takes the evidence of all.

    Ties among them go. Returns the ids of all that changed.
    """
    changed: list[uuid.UUID] = []
    kept: dict[tuple[uuid.UUID, uuid.UUID, str, str], WorldRelationship] = {}
    edges = await relationships_of(session, series_id)
    edges.sort(key=lambda edge: (bool({edge.source_entity_id, edge.target_entity_id} & from_ids), edge.id))
    for edge in edges:
        source = to_id if edge.source_entity_id in from_ids else edge.source_entity_id
        target = to_id if edge.target_entity_id in from_ids else edge.target_entity_id
        key = (source, target, edge.kind, edge.label)
        moved = (source, target) != (edge.source_entity_id, edge.target_entity_id)
        if source == target:
            await session.delete(edge)
        elif key in kept and moved:
            await session.execute(
                update(Evidence).where(Evidence.relationship_id == edge.id).values(relationship_id=kept[key].id)
            )
            await session.flush()
            await session.delete(edge)
        else:
            kept[key] = edge
            edge.source_entity_id, edge.target_entity_id = source, target
        if moved:
            changed += [edge.id, kept[key].id] if key in kept else [edge.id]
    await session.flush()
    return changed


async def find_fact(session: WriteSession, fact_id: uuid.UUID) -> tuple[EntityFact | WikiFact, uuid.UUID, Thing] | None:
    """A fact of an entity, or of an article, with its series, held until the transaction ends."""
    fact = await session.get(EntityFact, fact_id, with_for_update=True)
    if fact is not None:
        entity = await session.get_one(WorldEntity, fact.entity_id)
        return fact, entity.series_id, Thing.ENTITY_FACT
    statement = await session.get(WikiFact, fact_id, with_for_update=True)
    if statement is not None:
        article = await session.get_one(WikiArticle, statement.article_id)
        return statement, article.series_id, Thing.WIKI_FACT
    return None
