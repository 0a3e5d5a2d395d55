"""Page images with validators, ranges and as long a life as the address says; and whole episodes to keep."""

from __future__ import annotations

import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from fumetto.kernel.web.caching import IMMUTABLE, REVALIDATE, conditional, etag_of
from fumetto.kernel.web.ranges import bytes_response, stream_response
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import database_of
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.pictures.download import prepare, stream
from fumetto.library.catalogue.pictures.repository import facts_for
from fumetto.library.catalogue.pictures.rules import PageFacts, Variant
from fumetto.library.catalogue.pictures.service import Picture, Pictures
from fumetto.people.public import CurrentReader, Reader, Role

router = Routes(tags=["pages"])

CBZ = "application/vnd.comicbook+zip"
IMAGES = {"image/*": {"schema": {"type": "string", "format": "binary"}}}


def pictures_of(request: Request) -> Pictures:
    pictures: Pictures = request.app.state.pictures
    return pictures


async def require_facts(request: Request, reader: Reader, page_id: uuid.UUID) -> PageFacts:
    """Found before any file is opened, and no connection is held meanwhile: disks can be slow."""
    facts = await facts_for(database_of(request), None if reader.is_anonymous else reader.id, page_id)
    if facts is None:
        raise PageNotFound
    return facts


@router.get(
    "/pages/{page_id}/image/{variant}",
    response_class=Response,
    responses={200: {"content": IMAGES}, 206: {"content": IMAGES}, 304: {"description": "You have it already."}},
)
async def get_page_image(
    request: Request,
    reader: CurrentReader,
    page_id: uuid.UUID,
    variant: Variant,
    lang: Annotated[str | None, Query(max_length=35, description="BCP 47 tag of the lettering.")] = None,
    v: Annotated[str | None, Query(max_length=64, description="As in the page's addresses: may be kept.")] = None,
) -> Response:
    """A page's picture. `v` only says how long it may be kept; the newest is sent whatever it is."""
    facts = await require_facts(request, reader, page_id)
    keep = IMMUTABLE if v == facts.version else REVALIDATE
    picture = await pictures_of(request).find(facts, variant, lang, told=reader.may_act_as(Role.EDITOR))
    return picture_response(request, picture, keep)


def picture_response(request: Request, picture: Picture, cache_control: str) -> Response:
    etag = etag_of(*picture.etag)
    unchanged = conditional(request, etag=etag, cache_control=cache_control)
    if unchanged is not None:
        return unchanged
    if picture.data is not None:
        return bytes_response(request, picture.data, picture.media_type, etag=etag, cache_control=cache_control)
    if picture.open_at is None:
        raise PageNotFound
    return stream_response(
        request, picture.open_at, picture.size, picture.media_type, etag=etag, cache_control=cache_control
    )


@router.get(
    "/episodes/{episode_id}/download",
    response_class=StreamingResponse,
    responses={200: {"content": {CBZ: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_episode(
    request: Request,
    reader: CurrentReader,
    episode_id: uuid.UUID,
    lang: Annotated[str | None, Query(max_length=35, description="BCP 47 tag of the lettering.")] = None,
) -> Response:
    """The episode as a CBZ with a ComicInfo.xml, lettered in the language asked for. Counts as nothing read."""
    return await download_response(request, reader, episode_id, lang)


async def download_response(request: Request, reader: Reader, episode_id: uuid.UUID, lang: str | None) -> Response:
    async with database_of(request).read(reader=reader.id) as session:
        made = await prepare(session, episode_id, lang, reader.language)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name)}", "Cache-Control": REVALIDATE}
    if request.scope.get("fumetto.head"):
        return Response(b"", 200, headers, CBZ)
    return StreamingResponse(stream(made, pictures_of(request)), 200, headers, CBZ)
