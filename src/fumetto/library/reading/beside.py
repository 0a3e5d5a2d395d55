"""For who talks with a reader beside the page: where they are, turning pages there, and what needs which pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.errors import EpisodeNotFound, PageNotFound
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading import repository, service
from fumetto.library.reading.horizon import Horizon, Horizons, Place
from fumetto.library.reading.models import ReadingProgress
from fumetto.library.reading.schemas import Turn

DEVICE = "companion"
"""The device that turns are noted for when the client names none."""


@dataclass(frozen=True, slots=True)
class OpenedEpisode:
    """An episode that is open, and the page of it that the reader was on last, on whichever device."""

    id: uuid.UUID
    series_id: uuid.UUID
    page_id: uuid.UUID | None


async def opened(session: ReadSession, reader_id: uuid.UUID, episode_id: uuid.UUID) -> OpenedEpisode:
    """Raises EpisodeNotFound."""
    series_id = await session.scalar(select(Episode.series_id).where(Episode.id == episode_id))
    if series_id is None:
        raise EpisodeNotFound
    devices = await repository.device_progress(session, reader_id, episode_id)
    page_id = None
    if devices:
        page_id = await session.scalar(
            select(Page.id).where(Page.episode_id == episode_id, Page.order_index == devices[0].order_index)
        )
    return OpenedEpisode(episode_id, series_id, page_id)


async def turn_to(
    session: WriteSession, reader_id: uuid.UUID, episode_id: uuid.UUID, page_id: uuid.UUID, device: str = ""
) -> None:
    """Note that the reader has a page of an episode before them, as `service.turn` does. Raises PageNotFound for one
    that is not there or is of another episode."""
    order_index = await session.scalar(
        select(Page.order_index).where(Page.id == page_id, Page.episode_id == episode_id)
    )
    if order_index is None:
        raise PageNotFound
    made = Turn(episode_id=episode_id, shown=[order_index], device=device or DEVICE, at=datetime.now(UTC))
    await service.turn(session, reader_id, made)


def all_known(within: Horizon | Horizons, pages: Any) -> ColumnElement[bool]:
    """The SQL condition that every page whose id is in an array column is there and within the horizon; true of none.

    A statement that has it names the column's table in its FROM.
    """
    needed = func.unnest(pages).table_valued("id", name="needed").render_derived()
    known = (
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Page.id == needed.c.id, within.covers(Episode.series_id, Page.position))
        .correlate(needed)
        .exists()
    )
    return ~select(needed.c.id).where(~known).correlate_except(needed).exists()


async def last_place(session: ReadSession, reader_id: uuid.UUID, series_id: uuid.UUID) -> Place:
    """Where a reader was last in a series, on whichever device. One who was nowhere in it may know nothing of it."""
    found = (
        await session.execute(
            select(Episode.id, Page.id)
            .select_from(ReadingProgress)
            .join(Episode, Episode.id == ReadingProgress.episode_id)
            .join(Page, and_(Page.episode_id == Episode.id, Page.order_index == ReadingProgress.order_index))
            .where(ReadingProgress.reader_id == reader_id, Episode.series_id == series_id)
            .order_by(ReadingProgress.updated_at.desc(), Page.position.desc())
            .limit(1)
        )
    ).first()
    return Place(series_id, *found) if found else Place(series_id, None, None)
