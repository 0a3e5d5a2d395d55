"""Queries of what is known of a story: revealing tables through the horizon, pages within it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.evidence.model import Spot
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.reading.revealing import revealed
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.models import IndexedPassage
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.models import Character, CharacterAlias


def pages_within(horizon: Horizon | Horizons) -> Select[Any]:
    columns: list[Any] = [Page.position, Page.id, Page.episode_id, Episode.episode_number]
    return (
        select(*columns, Page.page_number, Page.order_index)
        .join(Episode, Episode.id == Page.episode_id)
        .where(horizon.covers(Episode.series_id, Page.position))
    )


async def spots(
    session: ReadSession, horizon: Horizon | Horizons, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Spot]:
    """Those of some pages that are within the horizon."""
    if not page_ids:
        return {}
    rows = await session.execute(pages_within(horizon).where(Page.id.in_(list(page_ids))))
    return {row[1]: Spot(*row) for row in rows}


async def last_spots(session: ReadSession, horizon: Horizon, most: int, episode: Decimal | None = None) -> list[Spot]:
    """The last pages within the horizon, of all or of one episode, in reading order, of main editions."""
    pages = pages_within(horizon).where(Episode.edition_of_id.is_(None))
    if episode is not None:
        pages = pages.where(Episode.episode_number == episode)
    rows = await session.execute(pages.order_by(Page.position.desc(), Page.id).limit(most))
    return sorted(Spot(*row) for row in rows)


async def ends_of_episodes(session: ReadSession, horizon: Horizon, most: int) -> list[Spot]:
    """The last numbered page within the horizon of each of the last episodes, in reading order, of main editions."""
    pages = pages_within(horizon).where(Episode.edition_of_id.is_(None), Page.page_number.is_not(None))
    ends = pages.ext(distinct_on(Page.episode_id)).order_by(Page.episode_id, Page.position.desc(), Page.id)
    return sorted(Spot(*row) for row in await session.execute(ends))[-most:]


async def kinds_of(session: ReadSession, horizon: Horizon, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PassageKind]:
    """The kinds of some passages of the horizon's series."""
    rows = await session.execute(
        select(IndexedPassage.id, IndexedPassage.kind).where(
            IndexedPassage.id.in_(list(ids)), IndexedPassage.series_id == horizon.series_id
        )
    )
    return {row[0]: row[1] for row in rows}


async def other_names(session: ReadSession, horizon: Horizon) -> dict[uuid.UUID, list[str]]:
    """What else characters of the series are called, as far as it is known."""
    rows = await revealed(session, horizon).execute(
        select(CharacterAlias.character_id, CharacterAlias.alias)
        .join(Character, Character.id == CharacterAlias.character_id)
        .where(Character.series_id == horizon.series_id, Character.state == ReviewState.ACCEPTED)
        .order_by(CharacterAlias.character_id, CharacterAlias.folded_alias, CharacterAlias.alias)
    )
    found: dict[uuid.UUID, list[str]] = {}
    for character_id, alias in rows:
        found.setdefault(character_id, []).append(alias)
    return found


async def spot_at(session: ReadSession, horizon: Horizon, episode: Decimal, page: int) -> Spot | None:
    here = (Episode.episode_number == episode, Page.page_number == page, Episode.edition_of_id.is_(None))
    row = (await session.execute(pages_within(horizon).where(*here).order_by(Page.position).limit(1))).first()
    return None if row is None else Spot(*row)
