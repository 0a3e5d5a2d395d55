"""Routes of personas."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query, Request, UploadFile
from starlette.responses import Response

from fumetto.companion.personas import portraits, service
from fumetto.companion.personas.rules import version_of
from fumetto.companion.personas.schemas import NewPersona, PersonaChange, PersonaItem, PersonaList
from fumetto.kernel.web.caching import IMMUTABLE, REVALIDATE, conditional, etag_of
from fumetto.kernel.web.ranges import bytes_response
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.public import CurrentVisit

router = Routes(prefix="/companion/personas", tags=["companion"])


@router.get("")
async def list_personas(
    session: ReadTransaction, visit: CurrentVisit, series_id: uuid.UUID | None = None
) -> PersonaList:
    """The voices that the companion may speak in: one's own, everybody's, and those of characters that were met."""
    return PersonaList(items=await service.list_personas(session, visit.reader, series_id))


@router.post("", status_code=201)
async def create_persona(session: WriteTransaction, visit: CurrentVisit, body: NewPersona) -> PersonaItem:
    """Make a voice, by its name and manner, or one of a character that was met."""
    return await service.create_persona(session, visit.reader, body)


@router.patch("/{persona_id}")
async def change_persona(
    session: WriteTransaction, visit: CurrentVisit, persona_id: uuid.UUID, body: PersonaChange
) -> PersonaItem:
    """Change what is sent of it."""
    return await service.change_persona(session, visit.reader, persona_id, body)


@router.put("/{persona_id}/portrait")
async def put_persona_portrait(
    request: Request, visit: CurrentVisit, persona_id: uuid.UUID, portrait: UploadFile
) -> PersonaItem:
    """Give it a picture of its own: at most 8 MiB, in any format of a page; a square of it is kept."""
    return await portraits_of(request).give(visit.reader, persona_id, await portrait.read(portraits.LARGEST + 1))


@router.delete("/{persona_id}/portrait")
async def delete_persona_portrait(request: Request, visit: CurrentVisit, persona_id: uuid.UUID) -> PersonaItem:
    """Take its picture away."""
    return await portraits_of(request).take(visit.reader, persona_id)


@router.get(
    "/{persona_id}/portrait",
    response_class=Response,
    responses={200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_persona_portrait(
    request: Request,
    visit: CurrentVisit,
    persona_id: uuid.UUID,
    v: Annotated[str | None, Query(max_length=64, description="As in its address: may be kept.")] = None,
) -> Response:
    """Its own picture, for who may have it."""
    key, data = await portraits_of(request).find(visit.reader, persona_id)
    keep, etag = IMMUTABLE if v == version_of(key) else REVALIDATE, etag_of(key)
    unchanged = conditional(request, etag=etag, cache_control=keep)
    return unchanged or bytes_response(request, data, "image/webp", etag=etag, cache_control=keep)


def portraits_of(request: Request) -> portraits.Portraits:
    state = request.app.state
    return portraits.Portraits(state.database, state.storage, state.pictures)


@router.delete("/{persona_id}", status_code=204)
async def delete_persona(session: WriteTransaction, visit: CurrentVisit, persona_id: uuid.UUID) -> None:
    """Delete it; conversations that had it go on without."""
    await service.delete_persona(session, visit.reader, persona_id)
