"""GET routes of series, episodes and what is written on pages, and the routers of the catalogue's parts."""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Annotated

from fastapi import Path, Query, Request

from fumetto.kernel.web.pagination import CursorText, Listing
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.library.catalogue.editing.endpoints import router as editing_router
from fumetto.library.catalogue.pictures.endpoints import router as pictures_router
from fumetto.library.catalogue.repository.series import SeriesQuery
from fumetto.library.catalogue.schemas import (
    EpisodeCard,
    EpisodeDetail,
    Facets,
    SeriesCard,
    SeriesDetail,
    SeriesFilter,
    SeriesSort,
    SortOrder,
)
from fumetto.library.catalogue.service import browse
from fumetto.library.catalogue.service.viewer import viewer
from fumetto.library.catalogue.shelves.endpoints import router as shelves_router
from fumetto.people.public import CurrentReader

router = Routes()
LIBRARY: list[str | Enum] = ["library"]

SeriesKey = Annotated[str, Path(max_length=128, description="A series' slug or id.")]
LanguageTag = Annotated[str | None, Query(max_length=35, description="BCP 47 tag.")]


@router.get("/series", tags=LIBRARY)
async def list_series(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    search: Annotated[str, Query(max_length=200, description="Words of series' and episodes' titles.")] = "",
    sort: SeriesSort = SeriesSort.TITLE,
    order: Annotated[SortOrder | None, Query(description="Left out: titles from A, dates from the newest.")] = None,
    filter: SeriesFilter = SeriesFilter.ALL,
    collection: Annotated[uuid.UUID | None, Query(description="One of the reader's collections.")] = None,
    language: LanguageTag = None,
    tag: Annotated[str | None, Query(max_length=64)] = None,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Listing[SeriesCard]:
    """Series of the library, by keyset: a list that changes while it is read skips and repeats nothing that stays."""
    descending = sort is not SeriesSort.TITLE if order is None else order is SortOrder.DESCENDING
    viewing = viewer(request, reader)
    query = SeriesQuery(viewing.reader_id, search, sort, descending, filter, collection, language, tag, limit=limit)
    return await browse.shelf(session, viewing, query, cursor)


@router.get("/facets", tags=LIBRARY)
async def list_facets(session: ReadTransaction, reader: CurrentReader) -> Facets:
    """Tags, languages and age ratings in use, to filter the shelf by."""
    return await browse.facets(session)


@router.get("/series/{slug}", tags=LIBRARY)
async def get_series(
    request: Request, session: ReadTransaction, reader: CurrentReader, slug: SeriesKey
) -> SeriesDetail:
    """One series, by slug or id."""
    return await browse.series_detail(session, viewer(request, reader), slug)


@router.get("/series/{slug}/episodes", tags=LIBRARY)
async def list_series_episodes(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    slug: SeriesKey,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Listing[EpisodeCard]:
    """The episodes of a series in reading order; other editions are inside the card of theirs."""
    return await browse.series_episodes(session, viewer(request, reader), slug, cursor, limit)


@router.get("/episodes/{episode_id}", tags=LIBRARY)
async def get_episode(request: Request, reader: CurrentReader, episode_id: uuid.UUID) -> EpisodeDetail:
    """One episode with its pages."""
    return await browse.episode_detail(database_of(request), viewer(request, reader), episode_id)


for part in (pictures_router, shelves_router, editing_router):
    router.include(part)
