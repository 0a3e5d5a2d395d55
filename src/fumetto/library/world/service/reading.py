"""What a reader is told of a story's world: as much as they have read, and no more."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.web.pagination import Listing, decode_cursor, encode_cursor
from fumetto.library.catalogue.addresses import Addresses
from fumetto.library.reading.horizon import Horizon, Horizons, position_in
from fumetto.library.world.errors import ArticleNotFound, CharacterNotFound, EntityNotFound
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Presence
from fumetto.library.world.models import Character
from fumetto.library.world.repository import meeting, reasons
from fumetto.library.world.repository import reading as rows
from fumetto.library.world.repository import telling as told
from fumetto.library.world.repository.meeting import Met
from fumetto.library.world.repository.reading import Node
from fumetto.library.world.repository.reasons import Place, Shown
from fumetto.library.world.schemas import (
    ArticleDetail,
    ArticleItem,
    ArticleList,
    CharacterChip,
    CharacterChips,
    CharacterDetail,
    EntityDetail,
    EntityItem,
    EvidenceItem,
    FactItem,
    MentionItem,
    Neighbour,
    NoteItem,
    NoteList,
    PlaceItem,
    PortraitBox,
    RelationshipItem,
    Section,
    World,
)

PORTRAIT_WIDTH = 160


async def series_of(session: ReadSession, within: Horizons, thing: Thing, thing_id: uuid.UUID) -> uuid.UUID | None:
    """The series of an entity, a character or an article that the reader may know of in any."""
    return await rows.series_of(session, within, thing, thing_id)


async def world(session: ReadSession, horizon: Horizon, reader_id: uuid.UUID | None, addresses: Addresses) -> World:
    """The graph as it is known now. A tie is known only with both its ends."""
    found = await rows.entities(session, horizon)
    items = await entity_items(session, horizon, reader_id, addresses, found)
    known = {item.id for item in items}
    ties = await rows.relationships(session, horizon)
    return World(
        entities=items,
        relationships=[
            RelationshipItem(
                id=tie.id,
                source_id=tie.source_entity_id,
                target_id=tie.target_entity_id,
                kind=tie.kind,
                label=tie.label,
            )
            for tie in ties
            if tie.source_entity_id in known and tie.target_entity_id in known
        ],
    )


async def entity_items(
    session: ReadSession,
    horizon: Horizon,
    reader_id: uuid.UUID | None,
    addresses: Addresses,
    found: Sequence[Node],
) -> list[EntityItem]:
    new = await new_ones(session, horizon, reader_id, [one.id for one in found])
    people = await meeting.characters_by_ids(session, horizon, {one.character_id for one in found if one.character_id})
    faces = await portraits(session, horizon, addresses, people.values())
    return [
        EntityItem(
            id=one.id,
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            character_id=one.character_id if one.character_id in people else None,
            portrait=faces.get(one.character_id) if one.character_id else None,
            new=one.id in new,
        )
        for one in found
    ]


async def new_ones(
    session: ReadSession, horizon: Horizon, reader_id: uuid.UUID | None, ids: Sequence[uuid.UUID]
) -> set[uuid.UUID]:
    """Those of some known entities that were not known before the last day of reading."""
    begun, last_day = await rows.first_days(session, reader_id, horizon.series_id)
    recent = [episode_id for episode_id, day in begun.items() if last_day is not None and day >= last_day]
    if len(recent) == len(begun):
        return set(ids) if recent else set()
    maybe = await rows.entities_told_in(session, horizon, recent)
    evidence = await reasons.evidence_of(session, horizon, Thing.ENTITY, maybe & set(ids))
    return {key for key, shown in evidence.items() if all(is_new(each, begun, last_day) for each in shown)}


def is_new(shown: Shown, begun: Mapping[uuid.UUID, date], last_day: date | None) -> bool:
    """Whether an evidence was complete only with an episode begun on the last day of reading."""
    days = [begun[place.episode_id] for place in shown.places if place.episode_id in begun]
    return last_day is not None and bool(days) and max(days) >= last_day


async def entity(
    session: ReadSession, horizon: Horizon, reader_id: uuid.UUID | None, addresses: Addresses, entity_id: uuid.UUID
) -> EntityDetail:
    """A node with what is known of it so far, and why. Raises EntityNotFound."""
    found = await rows.entity(session, horizon, entity_id)
    if found is None:
        raise EntityNotFound
    (item,) = await entity_items(session, horizon, reader_id, addresses, [found])
    shown = (await reasons.evidence_of(session, horizon, Thing.ENTITY, [entity_id])).get(entity_id, [])
    facts = await entity_facts(session, horizon, [entity_id])
    ties = await rows.relationships(session, horizon, entity_id)
    others = {tie.target_entity_id if tie.source_entity_id == entity_id else tie.source_entity_id for tie in ties}
    names = await rows.names_of(session, horizon, others)
    evidence = await reasons.evidence_of(session, horizon, Thing.RELATIONSHIP, [tie.id for tie in ties])
    neighbours = []
    for tie in ties:
        outgoing = tie.source_entity_id == entity_id
        other = tie.target_entity_id if outgoing else tie.source_entity_id
        if other in names:
            neighbours.append(
                Neighbour(
                    id=tie.id,
                    entity_id=other,
                    name=names[other],
                    kind=tie.kind,
                    label=tie.label,
                    outgoing=outgoing,
                    evidence=evidence_items(evidence.get(tie.id, [])),
                )
            )
    fields = {name: getattr(item, name) for name in EntityItem.model_fields}
    first = place_item(shown[0].places[-1]) if shown else None
    return EntityDetail(**fields, first=first, facts=facts, relationships=neighbours)


async def entity_facts(session: ReadSession, horizon: Horizon, entity_ids: Collection[uuid.UUID]) -> list[FactItem]:
    found = [fact for entity_id in entity_ids for fact in await rows.facts_of_entity(session, horizon, entity_id)]
    evidence = await reasons.evidence_of(session, horizon, Thing.ENTITY_FACT, [fact.id for fact in found])
    return [
        FactItem(id=fact.id, text=fact.text, language=fact.language, evidence=evidence_items(evidence.get(fact.id, [])))
        for fact in found
    ]


async def characters(session: ReadSession, horizon: Horizon, addresses: Addresses) -> CharacterChips:
    """Everybody the reader has met in a series; with a present page, who was met up to there."""
    people = await meeting.characters(session, horizon)
    return CharacterChips(items=await chips(session, horizon, addresses, [(one, None) for one in people], None))


async def page_characters(
    session: ReadSession, ledger: Horizon, addresses: Addresses, page_id: uuid.UUID
) -> CharacterChips:
    """Who is on a page, still without a face. `ledger` is all that was seen, in which "next" is looked up."""
    here = await position_in(session, ledger.series_id, page_id)
    people = await meeting.on_page(session, ledger, page_id)
    return CharacterChips(items=await chips(session, ledger, addresses, people, here, with_faces=False))


async def with_faces(
    session: ReadSession, horizon: Horizon, addresses: Addresses, known: CharacterChips
) -> CharacterChips:
    """The same with portraits, as far as the horizon goes."""
    people = await meeting.characters_by_ids(session, horizon, {item.id for item in known.items})
    faces = await portraits(session, horizon, addresses, people.values())
    return CharacterChips(items=[item.model_copy(update={"portrait": faces.get(item.id)}) for item in known.items])


async def chips(
    session: ReadSession,
    horizon: Horizon,
    addresses: Addresses,
    people: Sequence[tuple[Character, Presence | None]],
    here: int | None,
    *,
    with_faces: bool = True,
) -> list[CharacterChip]:
    met = await meeting.met(session, horizon, [one.id for one, _ in people], here)
    places = await reasons.places_at(session, horizon, {at for each in met.values() for at in positions(each)})
    faces = await portraits(session, horizon, addresses, [one for one, _ in people]) if with_faces else {}
    return [
        CharacterChip(
            id=one.id,
            name=one.name,
            portrait=faces.get(one.id),
            presence=presence,
            first=place_item(places.get(met[one.id].first)),
            previous=place_item(places.get(met[one.id].previous or -1)),
            next=place_item(places.get(met[one.id].next or -1)),
        )
        for one, presence in people
        if one.id in met
    ]


def positions(met: Met) -> Iterable[int]:
    return (at for at in (met.first, met.previous, met.next) if at is not None)


async def character(
    session: ReadSession, horizon: Horizon, addresses: Addresses, character_id: uuid.UUID
) -> CharacterDetail:
    """Somebody with their other names, facts and pages as far as known. Raises CharacterNotFound."""
    found = await meeting.character(session, horizon, character_id)
    if found is None:
        raise CharacterNotFound
    made = await chips(session, horizon, addresses, [(found, None)], horizon.present)
    if not made:
        raise CharacterNotFound
    entities = await rows.entities_of_character(session, horizon, character_id)
    pages = await meeting.appearances(session, horizon, character_id)
    return CharacterDetail(
        **{name: getattr(made[0], name) for name in CharacterChip.model_fields},
        aliases=await meeting.aliases(session, horizon, character_id),
        entity_id=entities[0].id if entities else None,
        facts=await entity_facts(session, horizon, [one.id for one in entities]),
        appearances=[PlaceItem.model_validate(each, from_attributes=True) for each in pages],
    )


async def mentions(
    session: ReadSession, horizon: Horizon, character_id: uuid.UUID, cursor: str | None, limit: int
) -> Listing[MentionItem]:
    """The pages that somebody is on, in reading order, as far as known. Raises CharacterNotFound, CursorInvalid."""
    if await meeting.character(session, horizon, character_id) is None:
        raise CharacterNotFound
    order = f"mentions:{character_id}"
    after = decode_cursor(cursor, order, [int, uuid.UUID])
    start = (after[0], after[1]) if after else None
    found, total = await meeting.mentions(session, horizon, character_id, start, limit + 1)
    more, found = len(found) > limit, found[:limit]
    return Listing[MentionItem](
        items=[mention_item(one.place, one.presence) for one in found],
        total=total,
        next_cursor=encode_cursor(order, [found[-1].place.position, found[-1].place.page_id]) if more else None,
    )


def mention_item(place: Place, presence: Presence) -> MentionItem:
    return MentionItem(
        episode_id=place.episode_id,
        page_id=place.page_id,
        episode_number=place.episode_number,
        page_number=place.page_number,
        presence=presence,
    )


async def articles(session: ReadSession, horizon: Horizon) -> ArticleList:
    return ArticleList(
        items=[
            ArticleItem(
                id=one.id, slug=one.slug, title=one.title, kind=one.kind, language=one.language, fact_count=count
            )
            for one, count in await told.articles(session, horizon)
        ]
    )


async def article(session: ReadSession, horizon: Horizon, article_id: uuid.UUID) -> ArticleDetail:
    """What of an article may be known, under its headings. Raises ArticleNotFound."""
    found = await told.article(session, horizon, article_id)
    if found is None:
        raise ArticleNotFound
    facts = await told.facts_of_article(session, horizon, article_id)
    evidence = await reasons.evidence_of(session, horizon, Thing.WIKI_FACT, [fact.id for fact in facts])
    sections = [
        Section(
            heading=heading,
            facts=[
                FactItem(
                    id=fact.id,
                    text=fact.text,
                    language=found.language,
                    evidence=evidence_items(evidence.get(fact.id, [])),
                )
                for fact in together
            ],
        )
        for heading, together in groupby(facts, key=lambda fact: fact.heading)
    ]
    return ArticleDetail(
        id=found.id,
        slug=found.slug,
        title=found.title,
        kind=found.kind,
        language=found.language,
        url=found.url,
        license=found.license,
        safe_lore=found.safe_lore,
        sections=sections,
    )


async def page_notes(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> NoteList:
    return NoteList(
        items=[
            NoteItem(id=note.id, text=note.text, url=note.url, language=note.language)
            for note in await told.notes_on(session, horizon, page_id)
        ]
    )


async def portraits(
    session: ReadSession, horizon: Horizon, addresses: Addresses, people: Iterable[Character]
) -> dict[uuid.UUID, PortraitBox]:
    """Of each character the piece of a page that stands for them, of a page that may be seen.

    It is the one that somebody chose; where that page was not seen yet, or none was chosen, the clearest panel of
    those that were seen.
    """
    everybody = {one.id: one for one in people}
    wanted = {one.portrait_page_id for one in everybody.values() if one.portrait_page_id}
    seen = await reasons.seen_pages(session, horizon, wanted)
    found = {
        key: portrait(one.portrait_page_id, chosen_box(one), addresses)
        for key, one in everybody.items()
        if one.portrait_page_id is not None and one.portrait_page_id in seen
    }
    for key, (page_id, box) in (await meeting.faces(session, horizon, set(everybody) - set(found))).items():
        found[key] = portrait(page_id, box, addresses)
    return found


def chosen_box(one: Character) -> tuple[float, float, float, float]:
    """The box of a portrait that somebody chose; without one, all of the page."""
    return (one.portrait_x or 0.0, one.portrait_y or 0.0, one.portrait_width or 1.0, one.portrait_height or 1.0)


def portrait(page_id: uuid.UUID, box: tuple[float, float, float, float], addresses: Addresses) -> PortraitBox:
    x, y, width, height = box
    query = f"x={x:.4f}&y={y:.4f}&w={width:.4f}&h={height:.4f}&width={PORTRAIT_WIDTH}"
    url = f"{addresses.prefix}/pages/{page_id}/crop?{query}"
    return PortraitBox(page_id=page_id, x=x, y=y, width=width, height=height, url=url)


def place_item(place: Place | None) -> PlaceItem | None:
    if place is None:
        return None
    return PlaceItem(
        episode_id=place.episode_id,
        page_id=place.page_id,
        episode_number=place.episode_number,
        page_number=place.page_number,
    )


def evidence_items(shown: Iterable[Shown]) -> list[EvidenceItem]:
    """One link for each page of each evidence; the quote goes with the page it is on, else with the last."""
    items = []
    for each in shown:
        spot = each.balloon[1] if each.balloon else each.panel[1] if each.panel else None
        if spot not in {place.page_id for place in each.places}:
            spot = each.places[-1].page_id
        for place in each.places:
            there = place.page_id == spot
            items.append(
                EvidenceItem(
                    episode_id=place.episode_id,
                    page_id=place.page_id,
                    episode_number=place.episode_number,
                    page_number=place.page_number,
                    balloon_id=each.balloon[0] if each.balloon and there else None,
                    panel=each.panel[0] if each.panel and there else None,
                    quote=each.quote if there else None,
                )
            )
    return items
