"""Making, changing, merging and deleting what is known of a world, by hand. Sessions are for EVERY_READER; audited."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.world.editing_schemas import (
    EntityCreate,
    EntityPatch,
    FactCreate,
    FactPatch,
    RelationshipCreate,
    RelationshipPatch,
)
from fumetto.library.world.errors import (
    CharacterNotFound,
    EntityNotFound,
    EntitySlugTaken,
    FactNotFound,
    PagesElsewhere,
    RelationshipNotFound,
    RelationshipTaken,
    WorldMergeUnclear,
)
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import Character, EntityFact, WikiFact, WorldEntity, WorldRelationship
from fumetto.library.world.repository import evidence, graph, pages
from fumetto.library.world.repository.evidence import NewEvidence
from fumetto.library.world.rules.articles import slug_from
from fumetto.library.world.service.telling import tell, told


async def placed_by_hand(
    session: WriteSession,
    series_id: uuid.UUID,
    thing: Thing,
    subject_id: uuid.UUID,
    page_ids: Collection[uuid.UUID],
    actor: uuid.UUID | None,
    quote: str | None = None,
) -> None:
    """Have something known from these pages together, in place of whatever was said before; from none: it waits.

    Raises PagesElsewhere.
    """
    if len(await pages.pages_of_series(session, series_id, page_ids)) != len(set(page_ids)):
        raise PagesElsewhere
    had = (await evidence.of_subjects(session, thing, [subject_id])).get(subject_id, [])
    await evidence.remove(session, [one.id for one in had])
    state = ReviewState.ACCEPTED if page_ids else ReviewState.PROPOSED
    new = NewEvidence(
        thing, subject_id, state, Origin.PERSON, tuple(page_ids), quote, reviewed_by=actor if page_ids else None,
        reviewed_at=datetime.now(UTC) if page_ids else None,
    )  # fmt: skip
    await evidence.add(session, series_id, [new])


async def create_entity(
    session: WriteSession, actor: uuid.UUID | None, series_id: uuid.UUID, body: EntityCreate
) -> uuid.UUID:
    """Raises EntitySlugTaken, CharacterNotFound, PagesElsewhere."""
    await pages.hold_series(session, series_id)
    known = await graph.entity_slugs(session, series_id)
    slug = body.slug or free_slug(body.name, set(known))
    if slug in known:
        raise EntitySlugTaken(slug=slug)
    await require_character(session, series_id, body.character_id)
    entity = WorldEntity(
        id=uuid7(), series_id=series_id, slug=slug, name=body.name, kind=body.kind, origin=Origin.PERSON,
        character_id=body.character_id,
    )  # fmt: skip
    session.add(entity)
    await session.flush()
    await placed_by_hand(session, series_id, Thing.ENTITY, entity.id, body.page_ids, actor)
    await told(session, series_id, actor, "world.entity_create", Thing.ENTITY, entity.id, None, body.model_dump())
    return entity.id


def free_slug(name: str, known: set[str]) -> str:
    base = slug_from(name) or "entity"
    slug, number = base, 2
    while slug in known:
        slug, number = f"{base[:120]}-{number}", number + 1
    return slug


async def edit_entity(session: WriteSession, actor: uuid.UUID | None, entity_id: uuid.UUID, body: EntityPatch) -> None:
    """Raises EntityNotFound, EntitySlugTaken, CharacterNotFound, PagesElsewhere."""
    entity = await require_entity(session, entity_id)
    sent = body.model_fields_set
    old = {"name": entity.name, "kind": entity.kind, "slug": entity.slug, "character_id": entity.character_id}
    if body.slug is not None and body.slug != entity.slug:
        if body.slug in await graph.entity_slugs(session, entity.series_id):
            raise EntitySlugTaken(slug=body.slug)
        entity.slug = body.slug
    entity.name = body.name or entity.name
    entity.kind = body.kind or entity.kind
    if "character_id" in sent:
        await require_character(session, entity.series_id, body.character_id)
        entity.character_id = body.character_id
    entity.origin = Origin.PERSON
    if body.page_ids is not None:
        await placed_by_hand(session, entity.series_id, Thing.ENTITY, entity_id, body.page_ids, actor)
    new = body.model_dump(include=sent)
    await told(session, entity.series_id, actor, "world.entity_edit", Thing.ENTITY, entity_id, old, new)


async def delete_entity(session: WriteSession, actor: uuid.UUID | None, entity_id: uuid.UUID) -> None:
    """Delete an entity with its facts and ties. Importing its file again brings it back. Raises EntityNotFound."""
    entity = await require_entity(session, entity_id)
    facts = (await graph.facts_of(session, [entity_id])).get(entity_id, [])
    old = {"slug": entity.slug, "name": entity.name, "kind": entity.kind, "facts": len(facts)}
    gone = {Thing.ENTITY_FACT: [fact.id for fact in facts]}
    await session.delete(entity)
    await session.flush()
    await told(session, entity.series_id, actor, "world.entity_delete", Thing.ENTITY, entity_id, old, None, gone)


async def merge_entities(
    session: WriteSession, actor: uuid.UUID | None, into: uuid.UUID, others: Sequence[uuid.UUID]
) -> None:
    """Give one entity the facts, ties and places of others, and delete those.

    Raises EntityNotFound, WorldMergeUnclear.
    """
    gone = list(dict.fromkeys(others))
    held = await graph.hold_entities(session, [into, *gone])
    if into in gone or len({one.series_id for one in held.values()}) > 1:
        raise WorldMergeUnclear
    if len(held) != len(gone) + 1:
        raise EntityNotFound
    kept = held[into]
    order = await graph.next_order(session, into)
    facts = await graph.facts_of(session, gone)
    touched = Touched(kept.series_id)
    for entity_id in gone:
        for fact in facts.get(entity_id, []):
            fact.entity_id, fact.order_index = into, order
            order += 1
            touched.note(Thing.ENTITY_FACT, [fact.id])
        kept.character_id = kept.character_id or held[entity_id].character_id
    await graph.move_evidence(session, gone, into)
    touched.note(Thing.RELATIONSHIP, await graph.move_ties(session, kept.series_id, set(gone), into))
    await session.flush()
    old = {"entities": [{"slug": held[one].slug, "name": held[one].name} for one in gone]}
    for entity_id in gone:
        await session.delete(held[entity_id])
    kept.origin = Origin.PERSON
    touched.note(Thing.ENTITY, [into, *gone])
    await audit(session, actor, "world.entity_merge", Thing.ENTITY.value, into, old, {"into": kept.slug})
    await tell(session, touched)


async def create_fact(
    session: WriteSession, actor: uuid.UUID | None, entity_id: uuid.UUID, body: FactCreate
) -> uuid.UUID:
    """Raises EntityNotFound, PagesElsewhere."""
    entity = await require_entity(session, entity_id)
    fact = EntityFact(
        id=uuid7(), entity_id=entity_id, order_index=await graph.next_order(session, entity_id), text=body.text,
        language=body.language, origin=Origin.PERSON,
    )  # fmt: skip
    session.add(fact)
    await session.flush()
    await placed_by_hand(session, entity.series_id, Thing.ENTITY_FACT, fact.id, body.page_ids, actor, body.quote)
    await told(
        session, entity.series_id, actor, "world.fact_create", Thing.ENTITY_FACT, fact.id, None,
        {"entity_id": entity_id, "page_ids": body.page_ids},
    )  # fmt: skip
    return fact.id


async def edit_fact(session: WriteSession, actor: uuid.UUID | None, fact_id: uuid.UUID, body: FactPatch) -> None:
    """Change what a fact of an entity or article says, or from where it is known.

    Raises FactNotFound, PagesElsewhere.
    """
    fact, series_id, thing = await require_fact(session, fact_id)
    changes: dict[str, Any] = {}
    if body.text is not None and body.text != fact.text:
        fact.text = body.text
        changes["text"] = True
    if body.page_ids is not None:
        await placed_by_hand(session, series_id, thing, fact_id, body.page_ids, actor, body.quote)
        changes["page_ids"] = body.page_ids
    await told(session, series_id, actor, "world.fact_edit", thing, fact_id, None, changes)


async def delete_fact(session: WriteSession, actor: uuid.UUID | None, fact_id: uuid.UUID) -> None:
    """Raises FactNotFound."""
    fact, series_id, thing = await require_fact(session, fact_id)
    if isinstance(fact, EntityFact):
        owner = {Thing.ENTITY: [fact.entity_id]}
    else:
        owner = {Thing.WIKI_ARTICLE: [fact.article_id]}
    await session.delete(fact)
    await session.flush()
    await told(session, series_id, actor, "world.fact_delete", thing, fact_id, None, None, owner)


async def create_relationship(
    session: WriteSession, actor: uuid.UUID | None, series_id: uuid.UUID, body: RelationshipCreate
) -> uuid.UUID:
    """Raises EntityNotFound, WorldMergeUnclear for a tie to itself, RelationshipTaken, PagesElsewhere."""
    if body.source_id == body.target_id:
        raise WorldMergeUnclear
    ends = await graph.hold_entities(session, [body.source_id, body.target_id])
    if len(ends) != 2 or any(one.series_id != series_id for one in ends.values()):
        raise EntityNotFound
    if await graph.tie_between(session, body.source_id, body.target_id, body.kind, body.label):
        raise RelationshipTaken
    edge = WorldRelationship(
        id=uuid7(), series_id=series_id, source_entity_id=body.source_id, target_entity_id=body.target_id,
        kind=body.kind, label=body.label, origin=Origin.PERSON,
    )  # fmt: skip
    session.add(edge)
    await session.flush()
    await placed_by_hand(session, series_id, Thing.RELATIONSHIP, edge.id, body.page_ids, actor)
    await told(
        session, series_id, actor, "world.relationship_create", Thing.RELATIONSHIP, edge.id, None, body.model_dump()
    )
    return edge.id


async def edit_relationship(
    session: WriteSession, actor: uuid.UUID | None, relationship_id: uuid.UUID, body: RelationshipPatch
) -> None:
    """Raises RelationshipNotFound, RelationshipTaken, PagesElsewhere."""
    edge = await require_relationship(session, relationship_id)
    old = {"kind": edge.kind, "label": edge.label}
    kind = body.kind or edge.kind
    label = edge.label if body.label is None else body.label
    other = await graph.tie_between(session, edge.source_entity_id, edge.target_entity_id, kind, label)
    if other is not None and other != relationship_id:
        raise RelationshipTaken
    edge.kind, edge.label, edge.origin = kind, label, Origin.PERSON
    if body.page_ids is not None:
        await placed_by_hand(session, edge.series_id, Thing.RELATIONSHIP, relationship_id, body.page_ids, actor)
    new = body.model_dump(include=body.model_fields_set)
    await told(session, edge.series_id, actor, "world.relationship_edit", Thing.RELATIONSHIP, relationship_id, old, new)


async def delete_relationship(session: WriteSession, actor: uuid.UUID | None, relationship_id: uuid.UUID) -> None:
    """Raises RelationshipNotFound."""
    edge = await require_relationship(session, relationship_id)
    old = {
        "source_id": edge.source_entity_id,
        "target_id": edge.target_entity_id,
        "kind": edge.kind,
        "label": edge.label,
    }
    series_id = edge.series_id
    await session.delete(edge)
    await session.flush()
    await told(session, series_id, actor, "world.relationship_delete", Thing.RELATIONSHIP, relationship_id, old, None)


async def require_entity(session: WriteSession, entity_id: uuid.UUID) -> WorldEntity:
    held = await graph.hold_entities(session, [entity_id])
    if entity_id not in held:
        raise EntityNotFound
    return held[entity_id]


async def require_fact(session: WriteSession, fact_id: uuid.UUID) -> tuple[EntityFact | WikiFact, uuid.UUID, Thing]:
    """A fact of an entity or an article, and its series. Raises FactNotFound."""
    found = await graph.find_fact(session, fact_id)
    if found is None:
        raise FactNotFound
    return found


async def require_relationship(session: WriteSession, relationship_id: uuid.UUID) -> WorldRelationship:
    edge = await session.get(WorldRelationship, relationship_id, with_for_update=True)
    if edge is None:
        raise RelationshipNotFound
    return edge


async def require_character(session: WriteSession, series_id: uuid.UUID, character_id: uuid.UUID | None) -> None:
    if character_id is None:
        return
    character = await session.get(Character, character_id)
    if character is None or character.series_id != series_id:
        raise CharacterNotFound
