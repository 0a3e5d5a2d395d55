"""The editing view of a world: everything there is, placed or not, with what was decided about it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.web.pagination import Listing, decode_cursor, encode_cursor
from fumetto.library.world.editing_schemas import (
    AliasItem,
    ArticleFull,
    ArticleRow,
    ArticleRows,
    EntityFull,
    EntityRow,
    EvidenceRow,
    FactRow,
    MentionRow,
    RelationshipRow,
    ReviewItem,
    RosterItem,
    RosterList,
    WikiFactRow,
    WorldRows,
)
from fumetto.library.world.errors import ArticleNotFound, CharacterNotFound, EntityNotFound
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.models import Character, PageCharacter, WikiArticle, WorldEntity
from fumetto.library.world.repository import evidence, faces, graph, review, roster, wiki
from fumetto.library.world.repository.review import PlaceOf
from fumetto.library.world.schemas import PlaceItem


async def review_list(
    session: ReadSession,
    series_id: uuid.UUID,
    state: ReviewState,
    things: Collection[Thing],
    about: uuid.UUID | None,
    cursor: str | None,
    limit: int,
) -> Listing[ReviewItem]:
    """What waits for a decision, or had one, the surest proposals first. Raises CursorInvalid."""
    order = f"review:{series_id}:{state}"
    after = decode_cursor(cursor, order, [str, uuid.UUID])
    start = (float(after[0]), after[1]) if after else None
    found, total = await review.list_review(session, series_id, state, things, about, start, limit + 1)
    more, found = len(found) > limit, found[:limit]
    places = await review.places_of(session, [one.id for one in found if one.thing is not Thing.CHARACTER])
    people = [one.id for one in found if one.thing is Thing.CHARACTER]
    places |= await review.places_of_characters(session, people)
    items = [
        ReviewItem(
            id=one.id,
            thing=one.thing,
            subject_id=one.subject_id,
            about_id=one.about_id,
            title=one.title,
            heading=one.heading,
            text=one.text,
            state=one.state,
            origin=one.origin,
            confidence=one.confidence,
            quote=one.quote,
            balloon_id=one.balloon_id,
            panel_id=one.panel_id,
            pages=place_items(places.get(one.id, [])),
            awaits_episode=one.awaits_episode,
            awaits_page=one.awaits_page,
        )
        for one in found
    ]
    following = None
    if more:
        last = found[-1]
        sure = 0.5 if last.thing is Thing.CHARACTER else -1.0 if last.confidence is None else last.confidence
        following = encode_cursor(order, [repr(sure), last.id])
    return Listing[ReviewItem](items=items, total=total, next_cursor=following)


def place_items(places: Sequence[PlaceOf]) -> list[PlaceItem]:
    return [PlaceItem.model_validate(place, from_attributes=True) for place in places]


async def evidence_rows(
    session: ReadSession, thing: Thing, subject_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[EvidenceRow]]:
    """The evidences of each of some things, as an editor sees them."""
    found = await evidence.full_of_subjects(session, thing, subject_ids)
    places = await review.places_of(session, [one.id for rows in found.values() for one in rows])
    return {
        subject_id: [
            EvidenceRow(
                id=one.id,
                state=one.state,
                origin=one.origin,
                pages=place_items(places.get(one.id, [])),
                quote=one.quote,
                confidence=one.confidence,
                awaits_episode=one.awaits_episode,
                awaits_page=one.awaits_page,
            )
            for one in rows
        ]
        for subject_id, rows in found.items()
    }


async def world_rows(session: ReadSession, series_id: uuid.UUID) -> WorldRows:
    entities = list((await graph.entities_of(session, series_id)).values())
    ties = await graph.relationships_of(session, series_id)
    of_entities = await evidence_rows(session, Thing.ENTITY, [one.id for one in entities])
    of_ties = await evidence_rows(session, Thing.RELATIONSHIP, [one.id for one in ties])
    return WorldRows(
        entities=[entity_row(one, of_entities) for one in entities],
        relationships=[
            RelationshipRow(
                id=one.id,
                source_id=one.source_entity_id,
                target_id=one.target_entity_id,
                kind=one.kind,
                label=one.label,
                origin=one.origin,
                evidence=of_ties.get(one.id, []),
            )
            for one in ties
        ],
    )


def entity_row(one: WorldEntity, evidences: Mapping[uuid.UUID, list[EvidenceRow]]) -> EntityRow:
    return EntityRow(
        id=one.id,
        slug=one.slug,
        name=one.name,
        kind=one.kind,
        origin=one.origin,
        character_id=one.character_id,
        evidence=evidences.get(one.id, []),
    )


async def entity_full(session: ReadSession, entity_id: uuid.UUID) -> EntityFull:
    """Raises EntityNotFound."""
    found = await session.get(WorldEntity, entity_id)
    if found is None:
        raise EntityNotFound
    facts = (await graph.facts_of(session, [entity_id])).get(entity_id, [])
    of_facts = await evidence_rows(session, Thing.ENTITY_FACT, [fact.id for fact in facts])
    row = entity_row(found, await evidence_rows(session, Thing.ENTITY, [entity_id]))
    return EntityFull(
        **{name: getattr(row, name) for name in EntityRow.model_fields},
        facts=[
            FactRow(
                id=fact.id,
                text=fact.text,
                language=fact.language,
                origin=fact.origin,
                evidence=of_facts.get(fact.id, []),
            )
            for fact in facts
        ],
    )


async def roster_list(session: ReadSession, series_id: uuid.UUID) -> RosterList:
    people = await roster.characters_of(session, series_id)
    aliases = await roster.aliases_of_series(session, series_id)
    told = await evidence_rows(session, Thing.ALIAS, [one.id for one in aliases])
    counts = await roster.page_counts(session, series_id)
    looks = await faces.best_faces(session, series_id)
    first = await review.places_of_characters(session, [one.id for one in people])
    by_character: dict[uuid.UUID, list[AliasItem]] = {}
    for alias in aliases:
        accepted = [one.pages for one in told.get(alias.id, []) if one.state is ReviewState.ACCEPTED]
        by_character.setdefault(alias.character_id, []).append(
            AliasItem(
                id=alias.id,
                alias=alias.alias,
                language=alias.language,
                open=alias.open,
                origin=alias.origin,
                pages=accepted,
            )
        )
    items = []
    for one in people:
        box = (one.portrait_x, one.portrait_y, one.portrait_width, one.portrait_height)
        x, y, width, height = (value or 0.0 for value in box)
        items.append(
            RosterItem(
                id=one.id,
                name=one.name,
                origin=one.origin,
                state=one.state,
                page_count=counts.get(one.id, 0),
                portrait_page_id=one.portrait_page_id,
                portrait_box=None if None in box else (x, y, width, height),
                face_page_id=looks[one.id][0] if one.id in looks else None,
                face_box=looks[one.id][1] if one.id in looks else None,
                aliases=by_character.get(one.id, []),
                pages=place_items(first.get(one.id, [])),
            )
        )
    return RosterList(items=items)


async def mentions(
    session: ReadSession, character_id: uuid.UUID, cursor: str | None, limit: int
) -> Listing[MentionRow]:
    """Every page that a character is on, read or not. Raises CharacterNotFound, CursorInvalid."""
    if await session.get(Character, character_id) is None:
        raise CharacterNotFound
    order = f"mentions-all:{character_id}"
    after = decode_cursor(cursor, order, [int, uuid.UUID])
    found, total = await roster.mentions(session, character_id, (after[0], after[1]) if after else None, limit + 1)
    more, found = len(found) > limit, found[:limit]
    items = [
        MentionRow(
            episode_id=page.episode_id,
            page_id=page.id,
            episode_number=number,
            page_number=page.page_number,
            presence=on.presence,
            origin=on.origin,
            face=face_box(on),
        )
        for on, page, number in found
    ]
    following = encode_cursor(order, [found[-1][1].position, found[-1][1].id]) if more else None
    return Listing[MentionRow](items=items, total=total, next_cursor=following)


def face_box(on: PageCharacter) -> tuple[float, float, float, float] | None:
    if on.face_rank is None:
        return None
    return (on.face_x or 0.0, on.face_y or 0.0, on.face_width or 1.0, on.face_height or 1.0)


async def article_rows(session: ReadSession, series_id: uuid.UUID) -> ArticleRows:
    counts = await wiki.counts(session, series_id)
    found = (await wiki.articles_of(session, series_id)).values()
    return ArticleRows(items=[article_row(one, counts.get(one.id, (0, 0, 0))) for one in found])


def article_row(one: WikiArticle, counts: tuple[int, int, int]) -> ArticleRow:
    return ArticleRow(
        id=one.id,
        slug=one.slug,
        title=one.title,
        kind=one.kind,
        language=one.language,
        safe_lore=one.safe_lore,
        fact_count=counts[0],
        accepted_count=counts[1],
        rejected_count=counts[2],
    )


async def article_full(session: ReadSession, article_id: uuid.UUID) -> ArticleFull:
    """Raises ArticleNotFound."""
    found = await session.get(WikiArticle, article_id)
    if found is None:
        raise ArticleNotFound
    counts = (await wiki.counts(session, found.series_id)).get(article_id, (0, 0, 0))
    facts = await wiki.facts_of(session, article_id)
    sources = await wiki.sources_of(session, [article_id])
    evidences = await evidence_rows(session, Thing.WIKI_FACT, [fact.id for fact in facts])
    row = article_row(found, counts)
    return ArticleFull(
        **{name: getattr(row, name) for name in ArticleRow.model_fields},
        body=sources[article_id].body if article_id in sources else "",
        facts=[
            WikiFactRow(id=fact.id, heading=fact.heading, text=fact.text, evidence=evidences.get(fact.id, []))
            for fact in facts
        ],
    )
