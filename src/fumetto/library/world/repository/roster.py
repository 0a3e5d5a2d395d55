"""Characters, their other names, and the pages they are on, as they are kept. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageText
from fumetto.library.world.kinds import Origin, Presence, ReviewState
from fumetto.library.world.models import (
    BalloonSpeaker,
    Character,
    CharacterAlias,
    Evidence,
    EvidencePage,
    PageCharacter,
    WorldEntity,
)

BATCH = 5_000
RANK = {Presence.SPEAKS: 0, Presence.SHOWN: 1, Presence.MENTIONED: 2}
"""Of several ways to be on a page, the first is told."""


async def characters_of(session: ReadSession, series_id: uuid.UUID) -> list[Character]:
    return list(
        await session.scalars(
            select(Character).where(Character.series_id == series_id).order_by(Character.folded_name, Character.id)
        )
    )


async def hold_characters(session: WriteSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Character]:
    rows = await session.scalars(
        select(Character).where(Character.id.in_(ids)).order_by(Character.id).with_for_update(key_share=True)
    )
    return {character.id: character for character in rows}


async def aliases_of(session: ReadSession, character_ids: Collection[uuid.UUID]) -> list[CharacterAlias]:
    return list(
        await session.scalars(
            select(CharacterAlias)
            .where(CharacterAlias.character_id.in_(list(character_ids)))
            .order_by(CharacterAlias.character_id, CharacterAlias.folded_alias)
        )
    )


async def aliases_of_series(session: ReadSession, series_id: uuid.UUID) -> list[CharacterAlias]:
    return list(
        await session.scalars(
            select(CharacterAlias)
            .join(Character, Character.id == CharacterAlias.character_id)
            .where(Character.series_id == series_id)
            .order_by(CharacterAlias.id)
        )
    )


async def alias_pages(session: ReadSession, series_id: uuid.UUID) -> dict[uuid.UUID, set[uuid.UUID]]:
    """For each alias the pages that alone are enough to know it."""
    rows = await session.execute(
        select(Evidence.alias_id, EvidencePage.page_id)
        .join(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .where(
            Evidence.series_id == series_id,
            Evidence.alias_id.is_not(None),
            Evidence.state == ReviewState.ACCEPTED,
            Evidence.page_count == 1,
        )
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for alias_id, page_id in rows:
        if alias_id is not None:
            found.setdefault(alias_id, set()).add(page_id)
    return found


async def forget_mentions(session: WriteSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None) -> None:
    """Remove whom the program itself found on pages, before it looks anew; who is only proposed stays as found."""
    pages = select(Page.id).join(Episode, Episode.id == Page.episode_id).where(Episode.series_id == series_id)
    if page_ids is not None:
        pages = pages.where(Page.id.in_(list(page_ids)))
    accepted = select(Character.id).where(Character.series_id == series_id, Character.state == ReviewState.ACCEPTED)
    await session.execute(
        delete(PageCharacter).where(
            PageCharacter.origin == Origin.EXTRACTION,
            PageCharacter.page_id.in_(pages),
            PageCharacter.character_id.in_(accepted),
        )
    )
    told = select(EvidencePage.evidence_id).where(EvidencePage.page_id.in_(pages))
    await session.execute(
        delete(Evidence).where(
            Evidence.series_id == series_id,
            Evidence.alias_id.is_not(None),
            Evidence.origin == Origin.EXTRACTION,
            Evidence.state == ReviewState.ACCEPTED,
            Evidence.reviewed_at.is_(None),
            Evidence.id.in_(told),
        )
    )


async def people_on(
    session: ReadSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None
) -> set[tuple[uuid.UUID, uuid.UUID, uuid.UUID | None]]:
    """`(page, character, None)` of everybody on pages, `(page, character, balloon)` of every balloon of theirs."""
    pages = select(Page.id).join(Episode, Episode.id == Page.episode_id).where(Episode.series_id == series_id)
    if page_ids is not None:
        pages = pages.where(Page.id.in_(list(page_ids)))
    on = select(PageCharacter.page_id, PageCharacter.character_id).where(PageCharacter.page_id.in_(pages))
    speaking = (
        select(PageText.page_id, BalloonSpeaker.character_id, BalloonSpeaker.balloon_id)
        .join(Balloon, Balloon.id == BalloonSpeaker.balloon_id)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .where(PageText.page_id.in_(pages))
    )
    found: set[tuple[uuid.UUID, uuid.UUID, uuid.UUID | None]] = {
        (row[0], row[1], None) for row in await session.execute(on)
    }
    return found | {(row[0], row[1], row[2]) for row in await session.execute(speaking)}


async def put_on_pages(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    """Note who is on which page. Who is there already stays as a person said, or is there more than before."""
    rank = case(RANK, value=PageCharacter.presence, else_=9)
    for at in range(0, len(rows), BATCH):
        added = upsert(PageCharacter).values(list(rows[at : at + BATCH]))
        new_rank = case(RANK, value=added.excluded.presence, else_=9)
        await session.execute(
            added.on_conflict_do_update(
                index_elements=["page_id", "character_id"],
                set_={"presence": added.excluded.presence},
                where=and_(PageCharacter.origin != Origin.PERSON, new_rank < rank),
            )
        )


async def take_off_page(session: WriteSession, page_id: uuid.UUID, origin: Origin) -> None:
    await session.execute(delete(PageCharacter).where(PageCharacter.page_id == page_id, PageCharacter.origin == origin))


async def speakers_unknown(
    session: ReadSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None
) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """`(balloon, page, speaker_name)` of balloons that say who speaks, of every text of a page."""
    query = (
        select(Balloon.id, PageText.page_id, Balloon.speaker_name)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .join(Page, Page.id == PageText.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id, Balloon.speaker_name.is_not(None))
    )
    if page_ids is not None:
        query = query.where(Page.id.in_(list(page_ids)))
    rows = await session.execute(query.order_by(Balloon.id))
    return [(row[0], row[1], row[2] or "") for row in rows]


async def put_speakers(
    session: WriteSession, said: Sequence[tuple[uuid.UUID, uuid.UUID]], balloon_ids: Sequence[uuid.UUID]
) -> None:
    """Set whose balloons these are: `(balloon, character)`; of the other ids nobody's."""
    for at in range(0, len(balloon_ids), BATCH):
        await session.execute(delete(BalloonSpeaker).where(BalloonSpeaker.balloon_id.in_(balloon_ids[at : at + BATCH])))
    rows = [{"balloon_id": balloon_id, "character_id": character_id} for balloon_id, character_id in said]
    for at in range(0, len(rows), BATCH):
        await session.execute(insert(BalloonSpeaker), rows[at : at + BATCH])


async def first_pages(session: ReadSession, series_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """The first page of each accepted character of a series."""
    ranked = (
        select(
            PageCharacter.character_id,
            PageCharacter.page_id,
            func.row_number().over(partition_by=PageCharacter.character_id, order_by=Page.position).label("rank"),
        )
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Character, Character.id == PageCharacter.character_id)
        .where(Character.series_id == series_id, Character.state == ReviewState.ACCEPTED)
        .subquery()
    )
    rows = await session.execute(select(ranked.c.character_id, ranked.c.page_id).where(ranked.c.rank == 1))
    return {row[0]: row[1] for row in rows}


async def present_on_pages(session: ReadSession, series_id: uuid.UUID) -> list[tuple[uuid.UUID, int, list[uuid.UUID]]]:
    """`(page, position, characters)` of every page that has somebody on it."""
    rows = await session.execute(
        select(PageCharacter.page_id, Page.position, func.array_agg(PageCharacter.character_id))
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Character, Character.id == PageCharacter.character_id)
        .where(Character.series_id == series_id, Character.state == ReviewState.ACCEPTED)
        .group_by(PageCharacter.page_id, Page.position)
        .order_by(Page.position)
    )
    return [(row[0], row[1], list(row[2])) for row in rows]


async def tie_entities(session: WriteSession, from_ids: Collection[uuid.UUID], to_id: uuid.UUID) -> None:
    """Make the entities of some characters another's."""
    entities = await session.scalars(select(WorldEntity).where(WorldEntity.character_id.in_(list(from_ids))))
    for entity in entities:
        entity.character_id = to_id


async def name_taken(session: ReadSession, series_id: uuid.UUID, name: str, folded_name: str) -> Character | None:
    """The character of a series that has this name already, however it is written."""
    found: Character | None = await session.scalar(
        select(Character)
        .where(Character.series_id == series_id, or_(Character.name == name, Character.folded_name == folded_name))
        .limit(1)
    )
    return found


async def pages_of(session: ReadSession, character_id: uuid.UUID) -> list[uuid.UUID]:
    return list(await session.scalars(select(PageCharacter.page_id).where(PageCharacter.character_id == character_id)))


async def page_counts(session: ReadSession, series_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """On how many pages each character of a series is, proposed ones too."""
    rows = await session.execute(
        select(PageCharacter.character_id, func.count())
        .join(Character, Character.id == PageCharacter.character_id)
        .where(Character.series_id == series_id)
        .group_by(PageCharacter.character_id)
    )
    return {row[0]: row[1] for row in rows}


async def move_aliases(session: WriteSession, from_id: uuid.UUID, to_id: uuid.UUID, taken: set[str]) -> None:
    """Give another character somebody's other names, those that they have not; `taken` learns them."""
    for alias in await aliases_of(session, [from_id]):
        if alias.folded_alias not in taken:
            taken.add(alias.folded_alias)
            alias.character_id = to_id
    await session.flush()


async def move_pages(session: WriteSession, from_id: uuid.UUID, to_id: uuid.UUID) -> None:
    """Put another character on the pages that somebody is on, and give them their balloons."""
    rows = await session.scalars(select(PageCharacter).where(PageCharacter.character_id == from_id))
    moved = [
        {
            "page_id": row.page_id,
            "character_id": to_id,
            "presence": row.presence,
            "origin": row.origin,
            "confidence": row.confidence,
        }
        for row in rows
    ]
    await put_on_pages(session, moved)
    await session.execute(
        update(BalloonSpeaker).where(BalloonSpeaker.character_id == from_id).values(character_id=to_id)
    )


async def set_on_page(
    session: WriteSession, page_id: uuid.UUID, character_id: uuid.UUID, presence: Presence | None
) -> None:
    """A person's word for how somebody is on a page; None: not at all."""
    if presence is None:
        await session.execute(
            delete(PageCharacter).where(PageCharacter.page_id == page_id, PageCharacter.character_id == character_id)
        )
        return
    row = upsert(PageCharacter).values(
        page_id=page_id, character_id=character_id, presence=presence, origin=Origin.PERSON, confidence=None
    )
    written = {"presence": presence, "origin": Origin.PERSON, "confidence": None}
    await session.execute(row.on_conflict_do_update(index_elements=["page_id", "character_id"], set_=written))


async def mentions(
    session: ReadSession, character_id: uuid.UUID, after: tuple[int, uuid.UUID] | None, limit: int
) -> tuple[list[tuple[PageCharacter, Page, Decimal | None]], int]:
    """So many of the pages that a character is on, after one in reading order, each with its episode's number; and how
    many there are."""
    total = await session.scalar(select(func.count()).where(PageCharacter.character_id == character_id))
    query = (
        select(PageCharacter, Page, Episode.episode_number)
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(PageCharacter.character_id == character_id)
        .order_by(Page.position, Page.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Page.position, Page.id) > after)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)], total or 0
