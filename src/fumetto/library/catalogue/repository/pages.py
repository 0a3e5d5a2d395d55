"""Queries of pages: of one episode, for covers, and one by its id with all that serving its picture needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page, PageText, Series, TextSource


@dataclass(frozen=True, slots=True)
class Lettered:
    """The languages a page is lettered in, and the fingerprint of each lettering."""

    languages: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()


async def pages_of(session: ReadSession, episode_id: uuid.UUID) -> list[Page]:
    return list(await session.scalars(select(Page).where(Page.episode_id == episode_id).order_by(Page.order_index)))


async def lettering_of(session: ReadSession, page_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Lettered]:
    """What is laid over each page that has art and lettering apart."""
    ids = list(page_ids)
    if not ids:
        return {}
    rows = await session.execute(
        select(
            PageText.page_id,
            func.array_agg(aggregate_order_by(PageText.language, PageText.language)),
            func.array_agg(aggregate_order_by(func.coalesce(PageText.fingerprint, ""), PageText.language)),
        )
        .where(among(PageText.page_id, ids), PageText.source == TextSource.LETTERING)
        .group_by(PageText.page_id)
    )
    return {page_id: Lettered(tuple(languages), tuple(prints)) for page_id, languages, prints in rows}


async def covers_of_episodes(session: ReadSession, episode_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Page]:
    """The page that stands for each episode: the one somebody chose, else its first."""
    if not episode_ids:
        return {}
    chosen = (
        select(Episode.id.label("episode_id"), Page.id.label("page_id"))
        .join(Page, Page.id == Episode.cover_page_id)
        .where(among(Episode.id, episode_ids))
    )
    first = (
        select(Page.episode_id, Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(among(Page.episode_id, episode_ids), Page.order_index == 0, Episode.cover_page_id.is_(None))
    )
    covers = union_all(chosen, first).subquery()
    rows = await session.execute(select(covers.c.episode_id, Page).join(Page, Page.id == covers.c.page_id))
    return {row[0]: row[1] for row in rows}


async def pages_by_ids(session: ReadSession, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Page]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {page.id: page for page in await session.scalars(select(Page).where(among(Page.id, wanted)))}


async def find_page(session: ReadSession, page_id: uuid.UUID) -> tuple[Page, Episode, Series] | None:
    row = (
        await session.execute(
            select(Page, Episode, Series)
            .join(Episode, Episode.id == Page.episode_id)
            .join(Series, Series.id == Episode.series_id)
            .where(Page.id == page_id)
        )
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def pages_at(session: ReadSession, places: Sequence[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], Page]:
    """Pages by episode and order index; for a place that an episode does not have any more, nothing."""
    if not places:
        return {}
    wanted = [*places, *((episode_id, 0) for episode_id, _ in places)]
    rows = await session.scalars(select(Page).where(tuple_(Page.episode_id, Page.order_index).in_(wanted)))
    return {(page.episode_id, page.order_index): page for page in rows}
