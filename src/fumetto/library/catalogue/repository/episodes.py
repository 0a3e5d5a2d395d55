"""Queries of episodes: what a series' page, a reading list or one open episode needs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, EpisodeTitle, Series
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import Source


async def find_episode(session: ReadSession, episode_id: uuid.UUID) -> tuple[Episode, Series] | None:
    row = (
        await session.execute(
            select(Episode, Series).join(Series, Series.id == Episode.series_id).where(Episode.id == episode_id)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


async def list_episodes(
    session: ReadSession, series_id: uuid.UUID, after: tuple[Decimal, uuid.UUID] | None, limit: int
) -> tuple[list[Episode], int]:
    """Episodes of a series in reading order, other editions left out, and how many there are in all."""
    mine = and_(Episode.series_id == series_id, Episode.edition_of_id.is_(None))
    total = await session.scalar(select(func.count()).select_from(Episode).where(mine)) or 0
    rows = select(Episode).where(mine).order_by(Episode.sort_key, Episode.id).limit(limit)
    if after is not None:
        rows = rows.where(tuple_(Episode.sort_key, Episode.id) > after)
    return list(await session.scalars(rows)), total


async def episodes_by_ids(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Episode, Series]]:
    if not ids:
        return {}
    rows = await session.execute(
        select(Episode, Series).join(Series, Series.id == Episode.series_id).where(among(Episode.id, ids))
    )
    return {episode.id: (episode, series) for episode, series in rows}


async def titles_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """Titles by language, by episode."""
    rows = await session.execute(
        select(EpisodeTitle.episode_id, EpisodeTitle.language, EpisodeTitle.title)
        .where(among(EpisodeTitle.episode_id, ids))
        .order_by(EpisodeTitle.language)
    )
    titles: dict[uuid.UUID, dict[str, str]] = {}
    for episode_id, language, title in rows:
        titles.setdefault(episode_id, {})[language] = title
    return titles


async def editions_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Episode]]:
    """The other editions of each episode, oldest first."""
    found: dict[uuid.UUID, list[Episode]] = {}
    for edition in await session.scalars(
        select(Episode).where(among(Episode.edition_of_id, ids)).order_by(Episode.ingested_at, Episode.id)
    ):
        if edition.edition_of_id is not None:
            found.setdefault(edition.edition_of_id, []).append(edition)
    return found


async def source_paths(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where the file of each episode is, relative to its root; of several, the one that is present."""
    if not ids:
        return {}
    rows = await session.execute(
        select(Source.episode_id, Source.path)
        .where(among(Source.episode_id, ids))
        .order_by(or_(Source.state == SourceState.PRESENT), Source.seen_at)
    )
    return {episode_id: path for episode_id, path in rows if episode_id is not None}


async def first_episodes(session: ReadSession, series_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """The id of the first episode of each series."""
    rows = await session.execute(
        select(Episode.series_id, Episode.id)
        .where(among(Episode.series_id, series_ids), Episode.edition_of_id.is_(None))
        .ext(distinct_on(Episode.series_id))
        .order_by(Episode.series_id, Episode.sort_key, Episode.id)
    )
    return {row[0]: row[1] for row in rows}


async def newest_episodes(
    session: ReadSession, after: tuple[datetime, uuid.UUID] | None, limit: int
) -> tuple[list[Episode], int]:
    """Episodes that are there, those that came last first, and how many there are in all."""
    there = and_(Episode.edition_of_id.is_(None), Episode.missing_since.is_(None))
    total = await session.scalar(select(func.count()).select_from(Episode).where(there)) or 0
    rows = select(Episode).where(there).order_by(Episode.ingested_at.desc(), Episode.id.desc()).limit(limit)
    if after is not None:
        rows = rows.where(tuple_(Episode.ingested_at, Episode.id) < after)
    return list(await session.scalars(rows)), total
