"""What is known of a story, for who answers questions about it: everything here is asked through a horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import lru_cache

from fumetto.kernel import index
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.kinds import BalloonKind
from fumetto.library.catalogue.repository.series import series_by_ids
from fumetto.library.contents import repository as contents
from fumetto.library.contents import service as pages
from fumetto.library.contents.boxes import Box, panel_of
from fumetto.library.evidence import repository
from fumetto.library.evidence.model import Quotable, SeriesName, Spot, Subject, Tie
from fumetto.library.reading.horizon import Horizon, Horizons, Place, horizons_at, stand_at
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.repository import series_named
from fumetto.library.search.service import told, worth_showing
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import EntityKind
from fumetto.library.world.repository import meeting, reasons
from fumetto.library.world.repository import reading as world
from fumetto.library.world.repository.reasons import Shown
from fumetto.library.world.rules.names import NameFinder, owners_by_name

BEHIND_ALL = 2**63 - 1  # a position after every page


async def series_called(session: ReadSession, key: str) -> SeriesName | None:
    """A series by slug or title."""
    found = await series_named(session, key)
    return None if found is None else SeriesName(found.id, found.slug, found.title, found.language)


async def series_names(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SeriesName]:
    """Those of some series that are there."""
    rows = await series_by_ids(session, list(ids))
    return {key: SeriesName(one.id, one.slug, one.title, one.language) for key, one in rows.items()}


async def spots(
    session: ReadSession, within: Horizon | Horizons, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Spot]:
    """Where those of some pages are that may be known."""
    return await repository.spots(session, within, page_ids)


async def standing(session: ReadSession, reader_id: uuid.UUID, place: Place) -> tuple[Horizons, Spot | None]:
    """What a reader may know of a series from a place in it, and its page where they have seen it. Until the
    transaction ends, the database too lets nothing through that lies after it."""
    within = await horizons_at(session, reader_id, [place])
    horizon = within.of(place.series_id)
    await stand_at(session, horizon)
    if place.page_id is None:
        return within, None
    return within, (await spots(session, horizon, [place.page_id])).get(place.page_id)


async def look_up(
    session: ReadSession,
    horizon: Horizon,
    text: str,
    *,
    kinds: Collection[PassageKind] = (),
    language: str | None = None,
    about: uuid.UUID | None = None,
    limit: int = 10,
) -> list[Quotable]:
    """The passages that answer best, of these kinds, in this language, and with this character or entity about."""
    found = await index.search(
        session,
        horizon.scope(),
        text,
        k=limit,
        kinds=[kind.value for kind in kinds] or None,
        languages=[language] if language else None,
        labels=[about] if about else None,
    )
    return await quotable(session, horizon, text, [hit for hit in found.hits if worth_showing(hit)])


async def these(session: ReadSession, horizon: Horizon, ids: Sequence[uuid.UUID]) -> list[Quotable]:
    """Those of some passages that may be known, in that order, whatever they were found for."""
    kinds = await repository.kinds_of(session, horizon, ids)
    hits = [index.Hit(one, horizon.series_id, kinds[one].value, 0.0, 0.0, None) for one in ids if one in kinds]
    return await quotable(session, horizon, "", hits)


async def quotable(session: ReadSession, horizon: Horizon, text: str, hits: Sequence[index.Hit]) -> list[Quotable]:
    """What was found for a text, read from its rows through the same horizon."""
    lexical = {hit.id: hit.lexical for hit in hits}
    items = await told(session, horizon, text, hits)
    spots = await repository.spots(session, horizon, {item.page.id for item in items if item.page})
    return [
        Quotable(
            id=item.id,
            kind=item.kind,
            text=item.text,
            language=item.language,
            spot=spots.get(item.page.id) if item.page else None,
            speaker=item.speaker,
            about=item.title,
            box=Box(item.box.x, item.box.y, item.box.width, item.box.height) if item.box else None,
            panel=item.panel,
            score=item.score,
            worded=lexical[item.id] > 0,
        )
        for item in items
    ]


async def on_page(
    session: ReadSession, horizon: Horizon, spot: Spot, languages: Sequence[str | None]
) -> list[Quotable]:
    """What a page shows and says: its description, its panels, and its words in the first of the languages that it has
    any in. Titles and credits are part of no story."""
    seen = await pages.words_of(session, horizon, spot.page_id, languages)
    boxes = await contents.panels_of(session, horizon, spot.page_id)
    frames = [pages.box_of(panel) for panel in boxes]
    described = sorted(
        await contents.descriptions_of(session, horizon, spot.page_id),
        key=lambda one: (one.language not in languages, pages.TRUSTED[one.source], one.language),
    )
    found = [
        Quotable(one.id, PassageKind.DESCRIPTION, one.visual_description, one.language, spot)
        for one in described[:1]
        if one.visual_description
    ]
    found += [
        Quotable(one.id, PassageKind.PANEL, one.description, one.language, spot, box=frame, panel=number)
        for number, (one, frame) in enumerate(zip(boxes, frames, strict=True), 1)
        if one.description
    ]
    for each in seen[2]:
        if each.balloon.kind in (BalloonKind.TITLE, BalloonKind.CREDIT):
            continue
        box = pages.box_of(each.balloon)
        at = panel_of(box, frames)
        found.append(
            Quotable(
                each.balloon.id,
                PassageKind.DIALOGUE,
                each.balloon.text,
                seen[3],
                spot,
                speaker=each.speaker,
                box=box,
                panel=None if at is None else at + 1,
                is_sound=each.balloon.kind is BalloonKind.SOUND,
            )
        )
    return found


async def last_pages(session: ReadSession, horizon: Horizon, most: int, episode: Decimal | None = None) -> list[Spot]:
    """The last pages that were read, of all or of one episode, up to the present one, in reading order."""
    return await repository.last_spots(session, horizon, most, episode)


async def ends_of_episodes(session: ReadSession, horizon: Horizon, most: int) -> list[Spot]:
    """How far each of the last episodes was read, in reading order."""
    return await repository.ends_of_episodes(session, horizon, most)


async def pages_known(
    session: ReadSession, horizon: Horizon | Horizons, page_ids: Collection[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Which of some pages may be known. One that is gone is not among them."""
    return await reasons.seen_pages(session, horizon, page_ids)


async def subjects(session: ReadSession, horizon: Horizon) -> list[Subject]:
    """Everybody and everything with a name that may be known, characters first."""
    called = await repository.other_names(session, horizon)
    entities = await world.entities(session, horizon)
    of_characters = {one.character_id: one for one in entities if one.character_id}
    people = [
        Subject(
            id=one.id,
            names=distinct(
                one.name, *([node.name] if (node := of_characters.get(one.id)) else []), *called.get(one.id, [])
            ),
            kind=EntityKind.CHARACTER,
            character_id=one.id,
            entity_id=node.id if node else None,
        )
        for one in await meeting.characters(session, horizon)
    ]
    met = {one.id for one in people}
    return people + [
        Subject(one.id, (one.name,), one.kind, None, one.id) for one in entities if one.character_id not in met
    ]


def distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


async def facts_about(session: ReadSession, horizon: Horizon, subject: Subject) -> list[Quotable]:
    """What is written of a subject in the world graph, each fact where it became known first."""
    if subject.entity_id is None:
        return []
    facts = await world.facts_of_entity(session, horizon, subject.entity_id)
    shown = await reasons.evidence_of(session, horizon, Thing.ENTITY_FACT, [fact.id for fact in facts])
    spots = await spots_of(session, horizon, shown)
    return [
        Quotable(fact.id, PassageKind.FACT, fact.text, fact.language, spots.get(fact.id), about=subject.name)
        for fact in facts
        if fact.id in spots
    ]


async def ties_of(session: ReadSession, horizon: Horizon, subject: Subject) -> list[Quotable]:
    """How a subject is tied to others that are known, as "Carrot: familiar of Pepper": first what it is itself."""
    if subject.entity_id is None:
        return []
    ties = await world.relationships(session, horizon, subject.entity_id)
    ends = {end for tie in ties for end in (tie.source_entity_id, tie.target_entity_id)}
    names = await world.names_of(session, horizon, ends)
    shown = await reasons.evidence_of(session, horizon, Thing.RELATIONSHIP, [tie.id for tie in ties])
    spots = await spots_of(session, horizon, shown)
    return [
        Quotable(
            tie.id,
            PassageKind.FACT,
            f"{names[tie.source_entity_id]}: {tie.label or tie.kind.replace('_', ' ')} {names[tie.target_entity_id]}",
            None if tie.label else "en",
            spots[tie.id],
            about=subject.name,
            tie=None if tie.label else Tie(names[tie.source_entity_id], tie.kind, names[tie.target_entity_id]),
        )
        for tie in sorted(ties, key=lambda tie: tie.source_entity_id != subject.entity_id)
        if tie.id in spots and tie.source_entity_id in names and tie.target_entity_id in names
    ]


async def spots_of(
    session: ReadSession, horizon: Horizon, shown: dict[uuid.UUID, list[Shown]]
) -> dict[uuid.UUID, Spot]:
    """Where each thing became known: the last page of its earliest evidence."""
    pages_of = {key: evidences[0].places[-1].page_id for key, evidences in shown.items() if evidences}
    found = await repository.spots(session, horizon, set(pages_of.values()))
    return {key: found[page_id] for key, page_id in pages_of.items() if page_id in found}


async def met_at(session: ReadSession, horizon: Horizon, subject: Subject) -> tuple[Spot, Spot] | None:
    """The first and the last page that a subject is on, as far as was read."""
    if subject.character_id is not None:
        met = (await meeting.met(session, horizon, [subject.character_id], BEHIND_ALL)).get(subject.character_id)
        at = (met.first, met.previous or met.first) if met else ()
        places = await reasons.places_at(session, horizon, at)
        ends = [places[one].page_id for one in at if one in places]
    elif subject.entity_id is not None:
        shown = await reasons.evidence_of(session, horizon, Thing.ENTITY, [subject.entity_id])
        ends = [each.places[-1].page_id for each in shown.get(subject.entity_id, [])]
    else:
        ends = []
    found = await repository.spots(session, horizon, ends)
    spots = [found[page_id] for page_id in ends if page_id in found]
    return (spots[0], spots[-1]) if spots else None


async def met_among(session: ReadSession, horizon: Horizon, subjects: Collection[Subject]) -> frozenset[uuid.UUID]:
    """Those of some subjects, by their ids, that a known page shows."""
    people = {one.character_id: one.id for one in subjects if one.character_id}
    others = {one.entity_id: one.id for one in subjects if one.entity_id and not one.character_id}
    met = await meeting.met(session, horizon, people, None)
    shown = await reasons.evidence_of(session, horizon, Thing.ENTITY, others)
    return frozenset({people[key] for key in met} | {others[key] for key, each in shown.items() if each})


def named_in(text: str, known: Sequence[Subject]) -> list[Subject]:
    """Whom and what a text names, in its order, each once. A name that two have is nobody's."""
    finder, by_id = finder_of(tuple(known))
    return [by_id[key] for key in dict.fromkeys(found.owner for found in finder.find(text))]


@lru_cache(maxsize=32)
def finder_of(known: tuple[Subject, ...]) -> tuple[NameFinder[uuid.UUID], dict[uuid.UUID, Subject]]:
    """Kept for a while: one answer looks for names in very many sentences."""
    return owners_by_name({one.id: one.names for one in known}), {one.id: one for one in known}


async def spot_at(session: ReadSession, horizon: Horizon, episode: Decimal, page: int) -> Spot | None:
    """A page by its episode's number and its own, of the main edition, where it is within the horizon."""
    return await repository.spot_at(session, horizon, episode, page)
