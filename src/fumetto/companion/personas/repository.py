"""Queries of personas: the reader's own and everybody's, those of characters for who has met them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from fumetto.companion.personas.models import Persona
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.public import Horizons, evidence


async def known(
    session: ReadSession, reader_id: uuid.UUID, within: Horizons, persona_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Persona]:
    """Those of some personas that the reader may have and know of."""
    if not persona_ids:
        return {}
    rows = await session.scalars(
        select(Persona).where(
            Persona.id.in_(list(persona_ids)), or_(Persona.user_id.is_(None), Persona.user_id == reader_id)
        )
    )
    found = {}
    for persona in rows:
        if persona.character_id is None or await is_met(session, within, persona):
            found[persona.id] = persona
    return found


async def is_met(session: ReadSession, within: Horizons, persona: Persona) -> bool:
    """Whether the character whose voice it is may be known."""
    if persona.series_id is None:
        return False
    met = await evidence.subjects(session, within.of(persona.series_id))
    return any(subject.character_id == persona.character_id for subject in met)


async def had_by(session: ReadSession, reader_id: uuid.UUID, series_id: uuid.UUID | None) -> list[Persona]:
    """The reader's own and everybody's, of every series or of none and one, by name."""
    of = [] if series_id is None else [or_(Persona.series_id.is_(None), Persona.series_id == series_id)]
    rows = await session.scalars(
        select(Persona)
        .where(or_(Persona.user_id.is_(None), Persona.user_id == reader_id), *of)
        .order_by(Persona.name, Persona.id)
    )
    return list(rows)


async def count_own(session: ReadSession, reader_id: uuid.UUID) -> int:
    return await session.scalar(select(func.count()).where(Persona.user_id == reader_id)) or 0


async def portraits_in_use(session: ReadSession) -> set[str]:
    """Keys of the pictures of all personas."""
    return set(await session.scalars(select(Persona.portrait_key).where(Persona.portrait_key.is_not(None))))


async def database_time(session: ReadSession) -> datetime:
    return (await session.execute(select(func.now()))).scalar_one()
