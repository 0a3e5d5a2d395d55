"""Why things are known, as a reader may see it: evidences and their pages, every query through the horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageText
from fumetto.library.contents.models import Panel
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.events import Thing
from fumetto.library.world.models import Evidence, EvidencePage
from fumetto.library.world.repository.evidence import COLUMN


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


async def seen_pages(
    session: ReadSession, within: Horizon | Horizons, page_ids: Collection[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Those of some pages that are there and within the horizon."""
    if not page_ids:
        return frozenset()
    rows = await session.scalars(
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Page.id.in_(list(page_ids)), within.covers(Episode.series_id, Page.position))
    )
    return frozenset(rows)
