"""GET routes of what is on a page that the reader has seen: its words, panels, transcript, and parts of its picture.

For a page that was not seen the answer is as for one that is not there.
"""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Annotated

from fastapi import Query, Request, Response

from fumetto.kernel.web.caching import IMMUTABLE, REVALIDATE
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.pictures.endpoints import IMAGES, picture_response, pictures_of
from fumetto.library.catalogue.pictures.making import Crop
from fumetto.library.catalogue.pictures.repository import facts_of
from fumetto.library.contents import service
from fumetto.library.contents.editing.endpoints import router as editing_router
from fumetto.library.contents.schemas import PageTexts, PanelList, Transcript
from fumetto.library.reading.dependencies import HorizonFinder, PageHorizon
from fumetto.people.public import CurrentReader, Role

router = Routes()
LIBRARY: list[str | Enum] = ["library"]

LanguageTag = Annotated[str | None, Query(max_length=35, description="BCP 47 tag.")]
Fraction = Annotated[float, Query(ge=0, lt=1, description="Of the page's width or height.")]
Extent = Annotated[float, Query(gt=0, le=1, description="Of the page's width or height.")]


@router.get("/pages/{page_id}/texts", tags=LIBRARY)
async def get_page_texts(
    session: ReadTransaction, horizon: PageHorizon, reader: CurrentReader, page_id: uuid.UUID, lang: LanguageTag = None
) -> PageTexts:
    """What is written on a page. Without text in that language, the reader's, the original's, or any is given."""
    return await service.page_texts(session, horizon, page_id, [lang, reader.language])


@router.get("/pages/{page_id}/panels", tags=LIBRARY)
async def get_page_panels(session: ReadTransaction, horizon: PageHorizon, page_id: uuid.UUID) -> PanelList:
    """The panels of a page in reading order."""
    return await service.page_panels(session, horizon, page_id)


@router.get("/pages/{page_id}/transcript", tags=LIBRARY)
async def get_page_transcript(
    session: ReadTransaction, horizon: PageHorizon, reader: CurrentReader, page_id: uuid.UUID, lang: LanguageTag = None
) -> Transcript:
    """A page in words, panel by panel: what is to be seen, who says what, and how it sounds."""
    return await service.transcript(session, horizon, page_id, [lang, reader.language])


@router.get(
    "/pages/{page_id}/crop",
    tags=["pages"],
    response_class=Response,
    responses={200: {"content": IMAGES}, 206: {"content": IMAGES}, 304: {"description": "You have it already."}},
)
async def get_page_crop(
    request: Request,
    reader: CurrentReader,
    page_id: uuid.UUID,
    x: Fraction,
    y: Fraction,
    w: Extent,
    h: Extent,
    lang: Annotated[str | None, Query(max_length=35, description="BCP 47 tag of the lettering.")] = None,
    width: Annotated[
        int, Query(ge=16, le=2000, description="Of the picture, in pixels; never larger than it is.")
    ] = 480,
    v: Annotated[str | None, Query(max_length=64, description="As in the page's addresses: may be kept.")] = None,
) -> Response:
    """A part of a page's picture as WebP: a panel, or a balloon with what is around it."""
    reader_id = None if reader.is_anonymous else reader.id
    async with database_of(request).read(reader=reader_id) as session:
        await HorizonFinder(session, reader_id, None).at_page(page_id)
        facts = await facts_of(session, page_id)
    if facts is None:
        raise PageNotFound
    crop = Crop(x, y, min(w, 1 - x), min(h, 1 - y), width)
    picture = await pictures_of(request).cropped(facts, lang, crop, told=reader.may_act_as(Role.EDITOR))
    return picture_response(request, picture, IMMUTABLE if v == facts.version else REVALIDATE)


router.include(editing_router)
