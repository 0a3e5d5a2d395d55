"""Which series a person means on the command line."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.catalogue.models import Series
from fumetto.library.catalogue.rules import folded
from fumetto.library.catalogue.service.browse import require_series


async def series_named(session: ReadSession, name: str) -> uuid.UUID:
    """A series by slug, id, or title whatever its case and accents. Raises SeriesNotFound, also for a title of two."""
    try:
        return (await require_series(session, name)).id
    except SeriesNotFound:
        found = list(await session.scalars(select(Series.id).where(Series.search_title == folded(name)).limit(2)))
        if len(found) != 1:
            raise
        return found[0]


async def all_series(session: ReadSession) -> list[uuid.UUID]:
    return list(await session.scalars(select(Series.id).order_by(Series.sort_title, Series.id)))
