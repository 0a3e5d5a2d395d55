"""Use cases of personas: one's own, everybody's, and those of characters, for who has met them."""

from __future__ import annotations

import uuid

from fumetto.companion.answering.ports import Voice
from fumetto.companion.errors import PersonaNotFound
from fumetto.companion.personas import repository
from fumetto.companion.personas.errors import PersonaNameless, PersonasTooMany
from fumetto.companion.personas.models import Persona
from fumetto.companion.personas.rules import LONGEST_NAME, cleaned, handle_of, portrait_path
from fumetto.companion.personas.schemas import NewPersona, PersonaChange, PersonaItem
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import NotAllowed
from fumetto.kernel.text.catalogues import say
from fumetto.library.public import Horizons, Subject, beside, evidence, horizons_at, horizons_of
from fumetto.people.public import Reader, Role

MOST_OWN = 100


async def list_personas(session: ReadSession, reader: Reader, series_id: uuid.UUID | None) -> list[PersonaItem]:
    """Those that a reader may have, of every series or of one and of none; of characters, those that they have met."""
    within = await horizons_of(session, reader.id)
    return [item_of(one) for one in await met(session, within, await repository.had_by(session, reader.id, series_id))]


async def met(session: ReadSession, within: Horizons, personas: list[Persona]) -> list[Persona]:
    return [one for one in personas if one.character_id is None or await repository.is_met(session, within, one)]


async def create_persona(session: WriteSession, reader: Reader, new: NewPersona) -> PersonaItem:
    """Raises NotAllowed for a shared one of who manages nothing, PersonaNameless, PersonasTooMany, and PersonaNotFound
    for a character that the reader has not met."""
    if new.shared and not reader.may_act_as(Role.EDITOR):
        raise NotAllowed
    if not new.shared and await repository.count_own(session, reader.id) >= MOST_OWN:
        raise PersonasTooMany(most=MOST_OWN)
    name, voice, series_id = cleaned(new.name or ""), cleaned(new.voice), new.series_id
    if new.character_id is not None:
        series_id, subject = await character(session, reader.id, series_id, new.character_id)
        name = name or subject.name[:LONGEST_NAME]
        voice = voice or say(reader.language, "prompt_snippets.voice_of", name=subject.name)
    elif series_id is not None and not await evidence.series_names(session, [series_id]):
        raise PersonaNotFound
    persona = Persona(
        user_id=None if new.shared else reader.id,
        series_id=series_id,
        character_id=new.character_id,
        name=named(name),
        voice=voice,
        opening=cleaned(new.opening),
    )
    session.add(persona)
    await session.flush()
    if new.shared:
        await audit(session, reader.id, "persona.create", "persona", persona.id, new={"name": persona.name})
    return item_of(persona)


async def change_persona(
    session: WriteSession, reader: Reader, persona_id: uuid.UUID, change: PersonaChange
) -> PersonaItem:
    """Raises PersonaNotFound, NotAllowed, PersonaNameless."""
    persona = await changeable(session, reader, persona_id)
    old = {"name": persona.name, "voice": persona.voice, "opening": persona.opening}
    if change.name is not None:
        persona.name = named(cleaned(change.name))
    if change.voice is not None:
        persona.voice = cleaned(change.voice)
    if change.opening is not None:
        persona.opening = cleaned(change.opening)
    await session.flush()
    if persona.user_id is None:
        new = {"name": persona.name, "voice": persona.voice, "opening": persona.opening}
        await audit(session, reader.id, "persona.change", "persona", persona.id, old=old, new=new)
    return item_of(persona)


async def delete_persona(session: WriteSession, reader: Reader, persona_id: uuid.UUID) -> None:
    """Conversations that had it go on without. Raises PersonaNotFound, NotAllowed."""
    persona = await changeable(session, reader, persona_id)
    if persona.user_id is None:
        await audit(session, reader.id, "persona.delete", "persona", persona.id, old={"name": persona.name})
    await session.delete(persona)
    await session.flush()


async def changeable(session: WriteSession, reader: Reader, persona_id: uuid.UUID) -> Persona:
    """A persona that the reader knows and may change."""
    found = await repository.known(session, reader.id, await horizons_of(session, reader.id), [persona_id])
    if persona_id not in found:
        raise PersonaNotFound
    if found[persona_id].user_id is None and not reader.may_act_as(Role.EDITOR):
        raise NotAllowed
    return found[persona_id]


async def character(
    session: ReadSession, reader_id: uuid.UUID, series_id: uuid.UUID | None, character_id: uuid.UUID
) -> tuple[uuid.UUID, Subject]:
    """The series of a character, and what is known of them. Raises PersonaNotFound for one not met."""
    if series_id is not None:
        within = (await horizons_of(session, reader_id)).of(series_id)
        for subject in await evidence.subjects(session, within):
            if subject.character_id == character_id:
                return series_id, subject
    raise PersonaNotFound


async def voice_called(session: ReadSession, reader_id: uuid.UUID, series_id: uuid.UUID, handle: str) -> Voice | None:
    """The persona of this handle or id that a reader may talk to about a series, from where they were last."""
    place = await beside.last_place(session, reader_id, series_id)
    within = await horizons_at(session, reader_id, [place])
    known = await met(session, within, await repository.had_by(session, reader_id, series_id))
    named_so = [one for one in known if handle in (handle_of(one.name), str(one.id))]
    return Voice(named_so[0].id, named_so[0].name, named_so[0].voice) if named_so else None


def named(name: str) -> str:
    if not name:
        raise PersonaNameless
    return name


def item_of(persona: Persona) -> PersonaItem:
    return PersonaItem(
        id=persona.id,
        name=persona.name,
        handle=handle_of(persona.name),
        voice=persona.voice,
        opening=persona.opening,
        series_id=persona.series_id,
        character_id=persona.character_id,
        shared=persona.user_id is None,
        portrait=portrait_path(persona.id, persona.portrait_key),
    )
