"""The shelf in a few words per series, for the operator's command line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Series


async def series_outline(session: ReadSession) -> list[dict[str, Any]]:
    """Every series by title: `slug`, `title`, `episode_count` (editions of one episode count once), `languages`."""
    episodes = (
        select(Episode.series_id, func.count().filter(Episode.edition_of_id.is_(None)).label("episodes"))
        .group_by(Episode.series_id)
        .subquery()
    )
    spoken = select(Episode.series_id, func.unnest(Episode.languages).label("tag")).subquery()
    tags = (
        select(spoken.c.series_id, func.array_agg(func.distinct(spoken.c.tag)).label("tags"))
        .group_by(spoken.c.series_id)
        .subquery()
    )
    rows = await session.execute(
        select(Series.id, Series.slug, Series.title, func.coalesce(episodes.c.episodes, 0), tags.c.tags)
        .outerjoin(episodes, episodes.c.series_id == Series.id)
        .outerjoin(tags, tags.c.series_id == Series.id)
        .order_by(Series.sort_title, Series.id)
    )
    return [
        {"id": str(id_), "slug": slug, "title": title, "episode_count": count, "languages": sorted(languages or [])}
        for id_, slug, title, count, languages in rows
    ]
