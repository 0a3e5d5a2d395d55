"""What a reader may know of a story's world: every query through the horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select, true

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageText
from fumetto.library.contents.models import Panel
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.reading.models import EpisodeReading
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import EntityKind, Presence, ReviewState
from fumetto.library.world.models import (
    Character,
    CharacterAlias,
    CommentaryNote,
    EntityFact,
    Evidence,
    EvidencePage,
    PageCharacter,
    WikiArticle,
    WikiFact,
    WorldEntity,
    WorldRelationship,
)
from fumetto.library.world.repository.evidence import COLUMN

MOST_APPEARANCES = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the reader has seen."""

    page_id: uuid.UUID
    episode_id: uuid.UUID
    episode_number: Decimal | None
    page_number: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A visible evidence with its pages in order, and where on them its quote stands, as far as that is known."""

    id: uuid.UUID
    subject_id: uuid.UUID
    quote: str | None
    places: tuple[Place, ...]
    balloon: tuple[uuid.UUID, uuid.UUID] | None  # the balloon, and its page
    panel: tuple[int, uuid.UUID] | None  # its place in reading order, and its page


@dataclass(frozen=True, slots=True)
class Met:
    """Where somebody is met: first of all, and next to a page on both sides, as positions."""

    first: int
    previous: int | None
    next: int | None


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


async def evidence_of(
    session: ReadSession, horizon: Horizon, thing: Thing, subject_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Shown]]:
    """The visible evidences of each of some things, the earliest first."""
    if not subject_ids:
        return {}
    known = revealed(session, horizon)
    column: Any = getattr(Evidence, COLUMN[thing])
    rows = await known.execute(
        select(
            Evidence.id, column, Evidence.quote, Evidence.balloon_id, Evidence.panel_id,
            Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.position,
        )
        .join(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .join(Page, Page.id == EvidencePage.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(column.in_(list(subject_ids)), Evidence.series_id == horizon.series_id)
        .order_by(Evidence.id, Page.position)
    )  # fmt: skip
    found: dict[uuid.UUID, tuple[Any, list[Place]]] = {}
    for row in rows:
        found.setdefault(row[0], (row, []))[1].append(Place(*row[5:10]))
    balloons = await balloon_pages(session, horizon, {row[3] for row, _ in found.values() if row[3]})
    panels = await panel_places(session, horizon, {row[4] for row, _ in found.values() if row[4]})
    shown: dict[uuid.UUID, list[Shown]] = {}
    for row, places in found.values():
        balloon = (row[3], balloons[row[3]]) if row[3] in balloons else None
        made = Shown(row[0], row[1], row[2], tuple(places), balloon, panels.get(row[4]))
        shown.setdefault(row[1], []).append(made)
    for each in shown.values():
        each.sort(key=lambda one: (one.places[-1].position, one.id))
    return shown


async def balloon_pages(
    session: ReadSession, horizon: Horizon, balloon_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, uuid.UUID]:
    """The page of each balloon that is still there and may be seen."""
    if not balloon_ids:
        return {}
    rows = await revealed(session, horizon).execute(
        select(Balloon.id, PageText.page_id)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .where(Balloon.id.in_(list(balloon_ids)))
    )
    return {row[0]: row[1] for row in rows}


async def panel_places(
    session: ReadSession, horizon: Horizon, panel_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID | None, tuple[int, uuid.UUID]]:
    if not panel_ids:
        return {}
    rows = await revealed(session, horizon).execute(
        select(Panel.id, Panel.order_index, Panel.page_id).where(Panel.id.in_(list(panel_ids)))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


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


async def characters(session: ReadSession, horizon: Horizon) -> list[Character]:
    """Everybody the reader has met in a series."""
    return list(
        await revealed(session, horizon).scalars(
            select(Character)
            .where(Character.series_id == horizon.series_id, Character.state == ReviewState.ACCEPTED)
            .order_by(Character.folded_name, Character.id)
        )
    )


async def character(session: ReadSession, horizon: Horizon, character_id: uuid.UUID) -> Character | None:
    return await revealed(session, horizon).scalar(
        select(Character).where(
            Character.id == character_id,
            Character.series_id == horizon.series_id,
            Character.state == ReviewState.ACCEPTED,
        )
    )


async def characters_by_ids(
    session: ReadSession, horizon: Horizon, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Character]:
    if not ids:
        return {}
    rows = await revealed(session, horizon).scalars(select(Character).where(Character.id.in_(list(ids))))
    return {one.id: one for one in rows}


async def on_page(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> list[tuple[Character, Presence]]:
    """Who is on a page, and how."""
    rows = await revealed(session, horizon).execute(
        select(Character, PageCharacter.presence)
        .join(PageCharacter, PageCharacter.character_id == Character.id)
        .where(PageCharacter.page_id == page_id, Character.state == ReviewState.ACCEPTED)
        .order_by(Character.folded_name, Character.id)
    )
    return [(row[0], row[1]) for row in rows]


async def aliases(session: ReadSession, horizon: Horizon, character_id: uuid.UUID) -> list[str]:
    return list(
        await revealed(session, horizon).scalars(
            select(CharacterAlias.alias)
            .where(CharacterAlias.character_id == character_id)
            .order_by(CharacterAlias.folded_alias, CharacterAlias.alias)
        )
    )


async def met(
    session: ReadSession, horizon: Horizon, character_ids: Collection[uuid.UUID], here: int | None
) -> dict[uuid.UUID, Met]:
    """Where each character is met within the horizon: first, and next to the position `here` on both sides."""
    if not character_ids:
        return {}
    columns = [PageCharacter.character_id, func.min(Page.position)]
    if here is not None:
        columns += [
            func.max(Page.position).filter(Page.position < here),
            func.min(Page.position).filter(Page.position > here),
        ]
    rows = await revealed(session, horizon).execute(
        select(*columns)
        .select_from(PageCharacter)
        .join(Page, Page.id == PageCharacter.page_id)
        .where(
            PageCharacter.character_id.in_(list(character_ids)),
        )
        .group_by(PageCharacter.character_id)
    )
    found = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        found[values[0]] = Met(values[1], *(values[2:] if here is not None else (None, None)))
    return found


async def places_at(session: ReadSession, horizon: Horizon, positions: Collection[int]) -> dict[int, Place]:
    """The seen pages at some positions; of an episode's editions the main one's."""
    if not positions:
        return {}
    rows = await session.execute(
        select(Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.position)
        .join(Episode, Episode.id == Page.episode_id)
        .where(horizon.covers(Episode.series_id, Page.position), Page.position.in_(list(positions)))
        .order_by(Episode.edition_of_id.is_not(None).desc(), Page.id.desc())
    )
    return {row[4]: Place(*row) for row in rows}


async def appearances(session: ReadSession, horizon: Horizon, character_id: uuid.UUID) -> list[Place]:
    """The seen pages that somebody is on, in reading order."""
    rows = await revealed(session, horizon).execute(
        select(Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.position)
        .select_from(PageCharacter)
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(PageCharacter.character_id == character_id)
        .order_by(Page.position, Page.id)
        .limit(MOST_APPEARANCES)
    )
    return [Place(*row) for row in rows]


async def seen_pages(session: ReadSession, horizon: Horizon, page_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some pages that are within the horizon."""
    if not page_ids:
        return set()
    rows = await session.scalars(
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Page.id.in_(list(page_ids)), horizon.covers(Episode.series_id, Page.position))
    )
    return set(rows)


async def faces(
    session: ReadSession, horizon: Horizon, character_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[uuid.UUID, tuple[float, float, float, float]]]:
    """Of each character the panel that stands for them, with its page: the best on any page that may be known.

    Of equals the one on the page that came first into the library, which an index finds without looking at all.
    """
    if not character_ids:
        return {}
    best = (
        select(
            PageCharacter.page_id,
            PageCharacter.face_x,
            PageCharacter.face_y,
            PageCharacter.face_width,
            PageCharacter.face_height,
        )
        .where(PageCharacter.character_id == Character.id, PageCharacter.face_rank.is_not(None))
        .order_by(PageCharacter.face_rank, PageCharacter.page_id)
        .limit(1)
        .lateral()
    )
    rows = await revealed(session, horizon).execute(
        select(Character.id, best.c.page_id, best.c.face_x, best.c.face_y, best.c.face_width, best.c.face_height)
        .join(best, true())
        .where(Character.id.in_(list(character_ids)))
    )
    return {row[0]: (row[1], (row[2], row[3], row[4], row[5])) for row in rows}


async def articles(session: ReadSession, horizon: Horizon) -> list[tuple[WikiArticle, int]]:
    """The articles of a series of which something may be known, with how much that is."""
    known = revealed(session, horizon)
    rows = await known.execute(
        select(WikiFact.article_id, func.count())
        .join(WikiArticle, WikiArticle.id == WikiFact.article_id)
        .where(WikiArticle.series_id == horizon.series_id)
        .group_by(WikiFact.article_id)
    )
    counted: Mapping[uuid.UUID, int] = {row[0]: row[1] for row in rows}
    if not counted:
        return []
    found = await known.scalars(
        select(WikiArticle).where(WikiArticle.id.in_(list(counted))).order_by(WikiArticle.title, WikiArticle.id)
    )
    return [(article, counted[article.id]) for article in found]


async def article(session: ReadSession, horizon: Horizon, article_id: uuid.UUID) -> WikiArticle | None:
    return await revealed(session, horizon).scalar(
        select(WikiArticle).where(WikiArticle.id == article_id, WikiArticle.series_id == horizon.series_id)
    )


async def facts_of_article(session: ReadSession, horizon: Horizon, article_id: uuid.UUID) -> list[WikiFact]:
    return list(
        await revealed(session, horizon).scalars(
            select(WikiFact).where(WikiFact.article_id == article_id).order_by(WikiFact.order_index)
        )
    )


async def notes_on(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> list[CommentaryNote]:
    """The notes beside a page: its own, and at the end of an episode those that belong to none of its pages."""
    last = (
        select(func.max(Page.order_index))
        .where(Page.episode_id == select(Page.episode_id).where(Page.id == page_id).scalar_subquery())
        .scalar_subquery()
    )
    ends = select(Page.episode_id).where(Page.id == page_id, Page.order_index == last)
    return list(
        await revealed(session, horizon).scalars(
            select(CommentaryNote)
            .where(
                or_(
                    CommentaryNote.page_id == page_id,
                    and_(CommentaryNote.page_id.is_(None), CommentaryNote.episode_id.in_(ends)),
                )
            )
            .order_by(CommentaryNote.order_index, CommentaryNote.id)
        )
    )
