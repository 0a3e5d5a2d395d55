"""Which series a person means on the command line."""

from __future__ import annotations

import contextlib
import uuid

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.catalogue.models import Series
from fumetto.library.catalogue.rules import folded, slug_of
from fumetto.library.catalogue.service.browse import require_series
from fumetto.library.contents.errors import SeriesUnknown


async def series_named(session: ReadSession, name: str) -> uuid.UUID:
    """A series by slug, id, or title whatever its case, accents and signs. Raises SeriesUnknown, also for two."""
    with contextlib.suppress(SeriesNotFound):
        return (await require_series(session, name)).id
    for meant in (Series.search_title == folded(name), Series.slug == slug_of(name, fallback=name)):
        found = list(await session.scalars(select(Series.id).where(meant).limit(2)))
        if len(found) == 1:
            return found[0]
    raise SeriesUnknown(series=name)


async def all_series(session: ReadSession) -> list[uuid.UUID]:
    return list(await session.scalars(select(Series.id).order_by(Series.sort_title, Series.id)))
