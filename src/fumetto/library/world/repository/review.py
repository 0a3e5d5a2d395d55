"""The list of what waits for a decision, or had one. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import (
    Character,
    CharacterAlias,
    EntityFact,
    Evidence,
    EvidencePage,
    PageCharacter,
    WikiArticle,
    WikiFact,
    WorldEntity,
    WorldRelationship,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the review list; `about` is the article, entity or character it belongs to, `title` its name."""

    id: uuid.UUID
    thing: Thing
    subject_id: uuid.UUID
    about_id: uuid.UUID | None
    title: str
    heading: str | None
    text: str
    state: ReviewState
    origin: Origin
    confidence: float | None
    quote: str | None
    balloon_id: uuid.UUID | None
    panel_id: uuid.UUID | None
    awaits_episode: Decimal | None
    awaits_page: int | None


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """A page as evidence names it."""

    page_id: uuid.UUID
    episode_id: uuid.UUID
    episode_number: Decimal | None
    page_number: int | None
    position: int


Source, Target = aliased(WorldEntity), aliased(WorldEntity)


async def list_review(
    session: ReadSession,
    series_id: uuid.UUID,
    state: ReviewState,
    things: Collection[Thing],
    about: uuid.UUID | None,
    after: tuple[float, uuid.UUID] | None,
    limit: int,
) -> tuple[list[Waiting], int]:
    """The surest first: `limit` lines after one with a sureness and id, and how many there are in all."""
    sure = func.coalesce(Evidence.confidence, -1.0)
    thing = case(
        (Evidence.wiki_fact_id.is_not(None), Thing.WIKI_FACT.value),
        (Evidence.entity_fact_id.is_not(None), Thing.ENTITY_FACT.value),
        (Evidence.entity_id.is_not(None), Thing.ENTITY.value),
        (Evidence.relationship_id.is_not(None), Thing.RELATIONSHIP.value),
        else_=Thing.ALIAS.value,
    )
    about_id = func.coalesce(
        WikiFact.article_id, EntityFact.entity_id, Evidence.entity_id, WorldRelationship.source_entity_id,
        CharacterAlias.character_id,
    )  # fmt: skip
    of_evidence = (
        select(
            Evidence.id.label("id"),
            thing.label("thing"),
            func.coalesce(
                Evidence.wiki_fact_id, Evidence.entity_fact_id, Evidence.entity_id, Evidence.relationship_id,
                Evidence.alias_id,
            ).label("subject_id"),
            about_id.label("about_id"),
            func.coalesce(WikiArticle.title, Source.name, WorldEntity.name, Character.name).label("title"),
            WikiFact.heading.label("heading"),
            func.coalesce(
                WikiFact.text, EntityFact.text, CharacterAlias.alias,
                Source.name + " " + WorldRelationship.kind + " " + Target.name, WorldEntity.name,
            ).label("text"),
            Evidence.state.label("state"),
            Evidence.origin.label("origin"),
            Evidence.confidence.label("confidence"),
            Evidence.quote.label("quote"),
            Evidence.balloon_id.label("balloon_id"),
            Evidence.panel_id.label("panel_id"),
            Evidence.awaits_episode.label("awaits_episode"),
            Evidence.awaits_page.label("awaits_page"),
            sure.label("sure"),
        )
        .outerjoin(WikiFact, WikiFact.id == Evidence.wiki_fact_id)
        .outerjoin(WikiArticle, WikiArticle.id == WikiFact.article_id)
        .outerjoin(EntityFact, EntityFact.id == Evidence.entity_fact_id)
        .outerjoin(WorldEntity, or_(WorldEntity.id == EntityFact.entity_id, WorldEntity.id == Evidence.entity_id))
        .outerjoin(WorldRelationship, WorldRelationship.id == Evidence.relationship_id)
        .outerjoin(Source, Source.id == WorldRelationship.source_entity_id)
        .outerjoin(Target, Target.id == WorldRelationship.target_entity_id)
        .outerjoin(CharacterAlias, CharacterAlias.id == Evidence.alias_id)
        .outerjoin(Character, Character.id == CharacterAlias.character_id)
        .where(
            Evidence.series_id == series_id,
            Evidence.state == state,
            or_(WikiFact.id.is_(None), WikiFact.safe_lore.is_(False)),
        )
    )  # fmt: skip
    lacking = (
        WikiFact.heading,
        Evidence.confidence,
        Evidence.quote,
        Evidence.balloon_id,
        Evidence.panel_id,
        Evidence.awaits_episode,
        Evidence.awaits_page,
    )
    heading, *rest = (cast(null(), column.type) for column in lacking)
    of_people = select(
        Character.id, literal(Thing.CHARACTER.value), Character.id, Character.id, Character.name, heading,
        Character.name, Character.state, Character.origin, *rest, literal(0.5, Float),
    ).where(
        Character.series_id == series_id,
        Character.state == state,
        or_(literal(state is not ReviewState.ACCEPTED), Character.origin == Origin.EXTRACTION),
    )  # fmt: skip
    lines = union_all(of_evidence, of_people).subquery()
    wanted: list[ColumnElement[bool]] = []
    if things:
        wanted.append(lines.c.thing.in_([each.value for each in things]))
    if about is not None:
        wanted.append(lines.c.about_id == about)
    total = await session.scalar(select(func.count()).select_from(lines).where(*wanted)) or 0
    query = select(lines).where(*wanted).order_by(lines.c.sure.desc(), lines.c.id).limit(limit)
    if after is not None:
        query = query.where(or_(lines.c.sure < after[0], and_(lines.c.sure == after[0], lines.c.id > after[1])))
    found = []
    for row in (await session.execute(query)).mappings():
        values = {name: row[name] for name in row if name != "sure"}
        values |= {"thing": Thing(row["thing"]), "state": ReviewState(row["state"]), "origin": Origin(row["origin"])}
        found.append(Waiting(**values))
    return found, total


async def places_of(session: ReadSession, evidence_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[PlaceOf]]:
    """The pages that each evidence needs, in reading order."""
    if not evidence_ids:
        return {}
    rows = await session.execute(
        select(
            EvidencePage.evidence_id, Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.position
        )
        .join(Page, Page.id == EvidencePage.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(EvidencePage.evidence_id.in_(list(evidence_ids)))
        .order_by(EvidencePage.evidence_id, Page.position)
    )
    found: dict[uuid.UUID, list[PlaceOf]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(PlaceOf(*row[1:]))
    return found


async def places_of_characters(
    session: ReadSession, character_ids: Collection[uuid.UUID], most: int = 8
) -> dict[uuid.UUID, list[PlaceOf]]:
    """The first pages that each character is on, or is thought to be."""
    if not character_ids:
        return {}
    ranked = (
        select(
            PageCharacter.character_id,
            Page.id,
            Page.episode_id,
            Episode.episode_number,
            Page.page_number,
            Page.position,
            func.row_number().over(partition_by=PageCharacter.character_id, order_by=Page.position).label("rank"),
        )
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(PageCharacter.character_id.in_(list(character_ids)))
        .subquery()
    )
    rows = await session.execute(select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.position))
    found: dict[uuid.UUID, list[PlaceOf]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(PlaceOf(*row[1:6]))
    return found


async def hold_evidences(session: WriteSession, ids: Collection[uuid.UUID]) -> list[Evidence]:
    return list(
        await session.scalars(
            select(Evidence)
            .where(Evidence.id.in_(list(ids)))
            .order_by(Evidence.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


async def hold_characters(session: WriteSession, ids: Collection[uuid.UUID]) -> list[Character]:
    return list(
        await session.scalars(
            select(Character)
            .where(Character.id.in_(list(ids)))
            .order_by(Character.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


async def articles_of_facts(session: ReadSession, fact_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    return list(
        await session.scalars(
            select(WikiFact.article_id).where(WikiFact.id.in_(list(fact_ids))).distinct().order_by(WikiFact.article_id)
        )
    )


async def counts(session: ReadSession, series_id: uuid.UUID) -> dict[ReviewState, int]:
    """How much is in each state, proposed characters among it."""
    rows = await session.execute(
        select(Evidence.state, func.count()).where(Evidence.series_id == series_id).group_by(Evidence.state)
    )
    found = {state: count for state, count in rows}
    people = await session.scalar(
        select(func.count())
        .select_from(Character)
        .where(Character.series_id == series_id, Character.state == ReviewState.PROPOSED)
    )
    found[ReviewState.PROPOSED] = found.get(ReviewState.PROPOSED, 0) + (people or 0)
    return found
