"""A series' pages as places, and what is said and shown on them. For sessions that see everything: nothing is cut."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import (
    Balloon,
    BalloonKind,
    Episode,
    Page,
    PageKind,
    PageText,
    Series,
)
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.contents.rules import TRUST

SAID = (BalloonKind.SPEECH, BalloonKind.THOUGHT, BalloonKind.CAPTION)


@dataclass(frozen=True, slots=True)
class Placed:
    """A page of an episode's main edition."""

    id: uuid.UUID
    episode_id: uuid.UUID
    episode_number: Decimal | None
    page_number: int | None
    kind: PageKind
    position: int


@dataclass(frozen=True, slots=True)
class Said:
    """A balloon of the most trusted text that a page has in its language."""

    balloon_id: uuid.UUID
    page_id: uuid.UUID
    position: int
    language: str
    text: str
    speaker_name: str | None


async def hold_series(session: WriteSession, series_id: uuid.UUID) -> bool:
    """Keep others from changing the world of this series until the transaction ends; whether there is such a series."""
    found = await session.scalar(select(Series.id).where(Series.id == series_id).with_for_update(key_share=True))
    return found is not None


async def places(session: ReadSession, series_id: uuid.UUID) -> list[Placed]:
    """Every page of a series in reading order; of other editions none, since they share their episode's positions."""
    rows = await session.execute(
        select(Page.id, Page.episode_id, Episode.episode_number, Page.page_number, Page.kind, Page.position)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id, Episode.edition_of_id.is_(None))
        .order_by(Page.position, Page.id)
    )
    return [Placed(*row) for row in rows]


async def pages_of_series(
    session: ReadSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """Those of some pages that are of the series, with their positions."""
    rows = await session.execute(
        select(Page.id, Page.position)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id, Page.id.in_(page_ids))
    )
    return {row[0]: row[1] for row in rows}


async def series_of_page(session: ReadSession, page_id: uuid.UUID) -> uuid.UUID | None:
    found: uuid.UUID | None = await session.scalar(
        select(Episode.series_id).join(Page, Page.episode_id == Episode.id).where(Page.id == page_id)
    )
    return found


def trusted(wanted: Select[Any]) -> Select[Any]:
    """Ids of the most trusted text of each page and language that has balloons, among texts of the pages wanted."""
    order = case(TRUST, value=PageText.source, else_=9)
    full = select(Balloon.id).where(Balloon.page_text_id == PageText.id).exists()
    ranked = (
        select(
            PageText.id,
            func.row_number().over(partition_by=(PageText.page_id, PageText.language), order_by=order).label("rank"),
        )
        .where(PageText.page_id.in_(wanted), full)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.rank == 1)


async def said(session: ReadSession, series_id: uuid.UUID, page_ids: Collection[uuid.UUID] | None = None) -> list[Said]:
    """What is spoken and narrated on a series' story pages, or on some of them, in every language; no sounds."""
    wanted = (
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id, Page.kind == PageKind.STORY)
    )
    if page_ids is not None:
        wanted = wanted.where(Page.id.in_(page_ids))
    rows = await session.execute(
        select(Balloon.id, PageText.page_id, Page.position, PageText.language, Balloon.text, Balloon.speaker_name)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .join(Page, Page.id == PageText.page_id)
        .where(PageText.id.in_(trusted(wanted)), Balloon.kind.in_(SAID))
        .order_by(Page.position, PageText.language, Balloon.order_index)
    )
    return [Said(*row) for row in rows]


async def shown(session: ReadSession, series_id: uuid.UUID) -> list[tuple[uuid.UUID, int, str, uuid.UUID | None]]:
    """`(page, position, text, panel)` of every description of a page or a panel."""
    pages = (
        select(PageDescription.page_id, Page.position, PageDescription.visual_description)
        .join(Page, Page.id == PageDescription.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id)
        .order_by(Page.position)
    )
    panels = (
        select(Panel.page_id, Page.position, Panel.description, Panel.id)
        .join(Page, Page.id == Panel.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(and_(Episode.series_id == series_id, Panel.description.is_not(None)))
        .order_by(Page.position, Panel.order_index)
    )
    found = [(row[0], row[1], row[2], None) for row in await session.execute(pages)]
    return found + [(row[0], row[1], row[2] or "", row[3]) for row in await session.execute(panels)]
