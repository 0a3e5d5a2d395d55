"""What reading routes ask for: the horizon of whoever reads, made of the database's rows and never of what they sent.

async def list_panels(session: ReadTransaction, horizon: PageHorizon, page_id: uuid.UUID) -> PanelList: ...
async def get_world(session: ReadTransaction, horizons: CurrentHorizons, slug: str) -> World:
    horizon = await horizons.of_series(series.id)
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.web.sessions import ReadTransaction
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading.horizon import Horizon, Horizons, horizon_of, horizons_of, stand_at
from fumetto.people.public import CurrentReader

PresentPage = Annotated[
    uuid.UUID | None,
    Query(description="The page that the reader is on: nothing after it is told. One they have not seen is not found."),
]


@dataclass(frozen=True, slots=True)
class HorizonFinder:
    """Looks up what the reader of a request may know. Row-level security is told each time where they stand, so the
    horizon looked up last is the one that both walls are at."""

    session: ReadSession
    reader_id: uuid.UUID | None
    page: uuid.UUID | None

    async def of_series(self, series_id: uuid.UUID) -> Horizon:
        """What the reader may know of a series, no later than the present page where the request names one.

        Raises PageNotFound for a page that is not there, is of another series, or was not seen: they look the same.
        """
        return await self._standing(await horizon_of(self.session, self.reader_id, series_id, present=self.page))

    async def at_page(self, page_id: uuid.UUID) -> Horizon:
        """What the reader may know on a page that they have seen. Raises PageNotFound.

        A page after the present one, where the request names one, is as one not seen.
        """
        series_id = await self.session.scalar(
            select(Episode.series_id).join(Page, Page.episode_id == Episode.id).where(Page.id == page_id)
        )
        if series_id is None:
            raise PageNotFound
        horizon = await horizon_of(self.session, self.reader_id, series_id, present=page_id)
        if self.page is not None and self.page != page_id:
            standing = await horizon_of(self.session, self.reader_id, series_id, present=self.page)
            if not standing.reaches(horizon):
                raise PageNotFound
        return await self._standing(horizon)

    async def of_ledger(self, series_id: uuid.UUID) -> Horizon:
        """What the reader may know of a series wherever they stand, as for "the next page where she appears"."""
        return await self._standing(await horizon_of(self.session, self.reader_id, series_id))

    async def of_library(self) -> Horizons:
        """What the reader may know of every series. With a present page, only of its series and no later than it.

        Raises PageNotFound.
        """
        if self.page is None:
            return await horizons_of(self.session, self.reader_id)
        return (await self.at_page(self.page)).alone()

    async def _standing(self, horizon: Horizon) -> Horizon:
        await stand_at(self.session, horizon)
        return horizon


async def horizon_finder(session: ReadTransaction, reader: CurrentReader, page: PresentPage = None) -> HorizonFinder:
    return HorizonFinder(session, None if reader.is_anonymous else reader.id, page)


async def page_horizon(session: ReadTransaction, reader: CurrentReader, page_id: uuid.UUID) -> Horizon:
    finder = HorizonFinder(session, None if reader.is_anonymous else reader.id, None)
    return await finder.at_page(page_id)


CurrentHorizons = Annotated[HorizonFinder, Depends(horizon_finder)]
"""For routes that may be asked about a present page, in the query parameter `page`."""

PageHorizon = Annotated[Horizon, Depends(page_horizon)]
"""For routes below `/pages/{page_id}`: what may be known on that page, which the reader has seen, else 404."""
