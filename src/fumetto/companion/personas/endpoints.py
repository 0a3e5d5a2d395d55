"""Routes of personas."""

from __future__ import annotations

import uuid

from fastapi import APIRouter

from fumetto.companion.personas import service
from fumetto.companion.personas.schemas import NewPersona, PersonaChange, PersonaItem, PersonaList
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.public import CurrentVisit

router = APIRouter(prefix="/companion/personas", tags=["companion"])


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


@router.delete("/{persona_id}", status_code=204)
async def delete_persona(session: WriteTransaction, visit: CurrentVisit, persona_id: uuid.UUID) -> None:
    """Delete it; conversations that had it go on without."""
    await service.delete_persona(session, visit.reader, persona_id)
