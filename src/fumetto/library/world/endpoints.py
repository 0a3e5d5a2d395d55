"""Routes of a story's world for who reads it; those for who edits it are in `editing_endpoints`."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Path, Request

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.web.pagination import CursorText, Limit, Listing
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction
from fumetto.library.catalogue.service.browse import require_series
from fumetto.library.catalogue.service.viewer import viewer
from fumetto.library.reading.dependencies import CurrentHorizons, HorizonFinder, PageHorizon
from fumetto.library.reading.horizon import Horizon
from fumetto.library.world.editing_endpoints import router as editing_router
from fumetto.library.world.errors import ArticleNotFound, CharacterNotFound, EntityNotFound
from fumetto.library.world.events import Thing
from fumetto.library.world.schemas import (
    ArticleDetail,
    ArticleList,
    CharacterChips,
    CharacterDetail,
    EntityDetail,
    MentionItem,
    NoteList,
    World,
)
from fumetto.library.world.service import reading
from fumetto.people.public import CurrentReader

router = Routes(tags=["world"])

SeriesKey = Annotated[str, Path(max_length=128, description="A series' slug or id.")]


async def of_series(session: ReadSession, horizons: HorizonFinder, key: str) -> Horizon:
    return await horizons.of_series((await require_series(session, key)).id)


@router.get("/pages/{page_id}/characters")
async def get_page_characters(
    request: Request, session: ReadTransaction, horizons: CurrentHorizons, reader: CurrentReader, page_id: uuid.UUID
) -> CharacterChips:
    """Who is on a page, and where each is met before and after, as far as the reader has seen."""
    addresses = viewer(request, reader).addresses
    ledger = await horizons.of_ledger((await horizons.at_page(page_id)).series_id)
    known = await reading.page_characters(session, ledger, addresses, page_id)
    return await reading.with_faces(session, await horizons.at_page(page_id), addresses, known)


@router.get("/pages/{page_id}/notes")
async def get_page_notes(session: ReadTransaction, horizon: PageHorizon, page_id: uuid.UUID) -> NoteList:
    """What the makers said about a page; after an episode's last page, also about the episode."""
    return await reading.page_notes(session, horizon, page_id)


@router.get("/series/{slug}/characters")
async def list_series_characters(
    request: Request, session: ReadTransaction, horizons: CurrentHorizons, reader: CurrentReader, slug: SeriesKey
) -> CharacterChips:
    """Everybody met so far."""
    horizon = await of_series(session, horizons, slug)
    return await reading.characters(session, horizon, viewer(request, reader).addresses)


@router.get("/characters/{character_id}")
async def get_character(
    request: Request,
    session: ReadTransaction,
    horizons: CurrentHorizons,
    reader: CurrentReader,
    character_id: uuid.UUID,
) -> CharacterDetail:
    """Somebody met, with what is known of them so far."""
    series_id = await reading.series_of(session, await horizons.of_library(), Thing.CHARACTER, character_id)
    if series_id is None:
        raise CharacterNotFound
    horizon = await horizons.of_series(series_id)
    return await reading.character(session, horizon, viewer(request, reader).addresses, character_id)


@router.get("/characters/{character_id}/pages")
async def list_character_pages(
    session: ReadTransaction,
    horizons: CurrentHorizons,
    character_id: uuid.UUID,
    cursor: CursorText = None,
    limit: Limit = 60,
) -> Listing[MentionItem]:
    """The pages that somebody is on, as far as the reader has seen, in reading order."""
    series_id = await reading.series_of(session, await horizons.of_library(), Thing.CHARACTER, character_id)
    if series_id is None:
        raise CharacterNotFound
    return await reading.mentions(session, await horizons.of_series(series_id), character_id, cursor, limit)


@router.get("/series/{slug}/world")
async def get_world(
    request: Request, session: ReadTransaction, horizons: CurrentHorizons, reader: CurrentReader, slug: SeriesKey
) -> World:
    """The graph of what is known so far: it grows as pages are turned, and shrinks when the reader goes back."""
    horizon = await of_series(session, horizons, slug)
    viewing = viewer(request, reader)
    return await reading.world(session, horizon, viewing.reader_id, viewing.addresses)


@router.get("/entities/{entity_id}")
async def get_entity(
    request: Request, session: ReadTransaction, horizons: CurrentHorizons, reader: CurrentReader, entity_id: uuid.UUID
) -> EntityDetail:
    """A node of the graph with the facts known so far, each with the pages that show it."""
    series_id = await reading.series_of(session, await horizons.of_library(), Thing.ENTITY, entity_id)
    if series_id is None:
        raise EntityNotFound
    horizon = await horizons.of_series(series_id)
    viewing = viewer(request, reader)
    return await reading.entity(session, horizon, viewing.reader_id, viewing.addresses, entity_id)


@router.get("/series/{slug}/wiki")
async def list_wiki(session: ReadTransaction, horizons: CurrentHorizons, slug: SeriesKey) -> ArticleList:
    """Articles of which something may be known."""
    return await reading.articles(session, await of_series(session, horizons, slug))


@router.get("/wiki/{article_id}")
async def get_article(session: ReadTransaction, horizons: CurrentHorizons, article_id: uuid.UUID) -> ArticleDetail:
    """What of an article may be known."""
    series_id = await reading.series_of(session, await horizons.of_library(), Thing.WIKI_ARTICLE, article_id)
    if series_id is None:
        raise ArticleNotFound
    return await reading.article(session, await horizons.of_series(series_id), article_id)


router.include(editing_router)
