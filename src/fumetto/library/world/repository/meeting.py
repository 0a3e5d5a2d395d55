"""Whom a reader has met, and where: every query through the horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, true, tuple_

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading.horizon import Horizon
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.kinds import Presence, ReviewState
from fumetto.library.world.models import (
    Character,
    CharacterAlias,
    PageCharacter,
)
from fumetto.library.world.repository.reasons import Place

MOST_APPEARANCES = 500


@dataclass(frozen=True, slots=True)
class Met:
    """Where somebody is met: first of all, and next to a page on both sides, as positions."""

    first: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A page that somebody is on, and how."""

    place: Place
    presence: Presence


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


async def appearances(session: ReadSession, horizon: Horizon, character_id: uuid.UUID) -> list[Place]:
    """The seen pages that somebody is on, in reading order."""
    return [one.place for one in await mentions_after(session, horizon, character_id, None, MOST_APPEARANCES)]


async def mentions(
    session: ReadSession, horizon: Horizon, character_id: uuid.UUID, after: tuple[int, uuid.UUID] | None, limit: int
) -> tuple[list[Mention], int]:
    """So many of the seen pages that somebody is on, after one of them in reading order, and how many there are."""
    counted = select(func.count(PageCharacter.page_id)).where(PageCharacter.character_id == character_id)
    total = await revealed(session, horizon).scalar(counted)
    return await mentions_after(session, horizon, character_id, after, limit), total or 0


async def mentions_after(
    session: ReadSession, horizon: Horizon, character_id: uuid.UUID, after: tuple[int, uuid.UUID] | None, limit: int
) -> list[Mention]:
    query = (
        select(
            Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.position, PageCharacter.presence
        )
        .select_from(PageCharacter)
        .join(Page, Page.id == PageCharacter.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(PageCharacter.character_id == character_id)
        .order_by(Page.position, Page.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Page.position, Page.id) > after)
    return [Mention(Place(*row[:5]), row[5]) for row in await revealed(session, horizon).execute(query)]


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
