"""The roster by hand: characters made, renamed, merged, parted, put on pages. Sessions are for EVERY_READER."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.text.languages import language_of_code
from fumetto.library.world.editing_schemas import AliasCreate, CharacterCreate, CharacterPatch
from fumetto.library.world.errors import (
    AliasNotFound,
    CharacterNameTaken,
    CharacterNotFound,
    PagesElsewhere,
    WorldMergeUnclear,
)
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin, Presence, ReviewState
from fumetto.library.world.models import Character, CharacterAlias
from fumetto.library.world.repository import pages, roster
from fumetto.library.world.rules.words import folded
from fumetto.library.world.service.editing import placed_by_hand
from fumetto.library.world.service.linking import link_pages, on_page
from fumetto.library.world.service.names import new_character
from fumetto.library.world.service.telling import tell, told


async def create_character(
    session: WriteSession, actor: uuid.UUID | None, series_id: uuid.UUID, body: CharacterCreate
) -> uuid.UUID:
    """Raises CharacterNameTaken, PagesElsewhere."""
    await pages.hold_series(session, series_id)
    await require_free(session, series_id, body.name)
    if len(await pages.pages_of_series(session, series_id, body.page_ids)) != len(set(body.page_ids)):
        raise PagesElsewhere
    character = new_character(series_id, body.name, Origin.PERSON)
    session.add(character)
    await session.flush()
    rows = [on_page(page_id, character.id, Presence.SHOWN, Origin.PERSON) for page_id in dict.fromkeys(body.page_ids)]
    await roster.put_on_pages(session, rows)
    await audit(session, actor, "character.create", Thing.CHARACTER.value, character.id, None, {"name": body.name})
    await renewed(session, series_id, [character.id])
    return character.id


async def edit_character(
    session: WriteSession, actor: uuid.UUID | None, character_id: uuid.UUID, body: CharacterPatch
) -> None:
    """Raises CharacterNotFound, CharacterNameTaken, PagesElsewhere."""
    character = await require_character(session, character_id)
    sent = body.model_fields_set
    old = {"name": character.name, "state": character.state, "portrait_page_id": character.portrait_page_id}
    if body.name is not None and body.name != character.name:
        if folded(body.name) != character.folded_name:
            await require_free(session, character.series_id, body.name)
        character.name, character.folded_name = body.name, folded(body.name)[:512]
    if body.state is not None:
        character.state = body.state
    if "portrait_page_id" in sent:
        page_id = body.portrait_page_id
        if page_id is not None and not await pages.pages_of_series(session, character.series_id, [page_id]):
            raise PagesElsewhere
        character.portrait_page_id = page_id
    if "portrait_box" in sent or "portrait_page_id" in sent:
        box = body.portrait_box or (None, None, None, None)
        character.portrait_x, character.portrait_y = box[0], box[1]
        character.portrait_width, character.portrait_height = box[2], box[3]
    character.origin = Origin.PERSON
    await session.flush()
    new = body.model_dump(include=sent)
    await audit(session, actor, "character.edit", Thing.CHARACTER.value, character_id, old, new)
    await renewed(session, character.series_id, [character_id], relink=bool(sent & {"name", "state"}))


async def delete_character(session: WriteSession, actor: uuid.UUID | None, character_id: uuid.UUID) -> None:
    """Take somebody out of the roster, with their names and pages; their entity stays. Raises CharacterNotFound."""
    character = await require_character(session, character_id)
    series_id, old = character.series_id, {"name": character.name, "state": character.state}
    left = {Thing.PAGE: await roster.pages_of(session, character_id)}
    await session.delete(character)
    await session.flush()
    await told(session, series_id, actor, "character.delete", Thing.CHARACTER, character_id, old, None, left)


async def merge_characters(
    session: WriteSession, actor: uuid.UUID | None, into: uuid.UUID, others: Sequence[uuid.UUID]
) -> None:
    """Make several characters one. The names of the others become other names of the one, known from where they were.

    Raises CharacterNotFound, WorldMergeUnclear.
    """
    gone = list(dict.fromkeys(others))
    held = await roster.hold_characters(session, [into, *gone])
    if into in gone or len({one.series_id for one in held.values()}) > 1:
        raise WorldMergeUnclear
    if len(held) != len(gone) + 1:
        raise CharacterNotFound
    kept = held[into]
    taken = {kept.folded_name} | {one.folded_alias for one in await roster.aliases_of(session, [into])}
    for character_id in gone:
        other = held[character_id]
        await roster.move_aliases(session, character_id, into, taken)
        if other.folded_name not in taken:
            taken.add(other.folded_name)
            alias = CharacterAlias(
                id=uuid7(), character_id=into, alias=other.name, folded_alias=other.folded_name, origin=Origin.PERSON
            )
            session.add(alias)
            await session.flush()
            await placed_by_hand(session, kept.series_id, Thing.ALIAS, alias.id, (), actor)
        await roster.move_pages(session, character_id, into)
    await roster.tie_entities(session, gone, into)
    old = {"characters": [{"id": one, "name": held[one].name} for one in gone]}
    for character_id in gone:
        await session.delete(held[character_id])
    await session.flush()
    await audit(session, actor, "character.merge", Thing.CHARACTER.value, into, old, {"into": kept.name})
    await renewed(session, kept.series_id, [into, *gone], relink=True)


async def add_alias(
    session: WriteSession, actor: uuid.UUID | None, character_id: uuid.UUID, body: AliasCreate
) -> uuid.UUID:
    """Give somebody another name, or say anew from where it is known. Raises CharacterNotFound, PagesElsewhere."""
    character = await require_character(session, character_id)
    key = folded(body.alias)
    had = {one.folded_alias: one for one in await roster.aliases_of(session, [character_id])}
    alias = had.get(key)
    if alias is None:
        alias = CharacterAlias(id=uuid7(), character_id=character_id, alias=body.alias, folded_alias=key)
        session.add(alias)
    alias.alias, alias.origin, alias.open = body.alias, Origin.PERSON, body.open
    alias.language = language_of_code(body.language) if body.language else None
    await session.flush()
    await placed_by_hand(session, character.series_id, Thing.ALIAS, alias.id, body.page_ids, actor)
    new = {"alias": body.alias, "open": body.open, "page_ids": body.page_ids}
    await audit(session, actor, "character.alias", Thing.CHARACTER.value, character_id, None, new)
    await renewed(session, character.series_id, [character_id], relink=True, aliases=[alias.id])
    return alias.id


async def remove_alias(session: WriteSession, actor: uuid.UUID | None, alias_id: uuid.UUID) -> None:
    """Raises AliasNotFound."""
    alias, character = await require_alias(session, alias_id)
    await session.delete(alias)
    await session.flush()
    await audit(
        session, actor, "character.alias_remove", Thing.CHARACTER.value, character.id, {"alias": alias.alias}, None
    )
    await renewed(session, character.series_id, [character.id], relink=True, aliases=[alias_id])


async def split_alias(session: WriteSession, actor: uuid.UUID | None, alias_id: uuid.UUID) -> uuid.UUID:
    """Make somebody of their own of another name; they are on the pages that say it.

    Raises AliasNotFound, CharacterNameTaken.
    """
    alias, character = await require_alias(session, alias_id)
    await require_free(session, character.series_id, alias.alias)
    new = new_character(character.series_id, alias.alias, Origin.PERSON)
    session.add(new)
    await session.delete(alias)
    await session.flush()
    await audit(
        session, actor, "character.split", Thing.CHARACTER.value, character.id, {"alias": alias.alias}, {"id": new.id}
    )
    await renewed(session, character.series_id, [character.id, new.id], relink=True, aliases=[alias_id])
    return new.id


async def set_presence(
    session: WriteSession,
    actor: uuid.UUID | None,
    character_id: uuid.UUID,
    page_id: uuid.UUID,
    presence: Presence | None,
) -> None:
    """Put somebody on a page, or take them off it. Raises CharacterNotFound, PagesElsewhere."""
    character = await require_character(session, character_id)
    if not await pages.pages_of_series(session, character.series_id, [page_id]):
        raise PagesElsewhere
    await roster.set_on_page(session, page_id, character_id, presence)
    if presence is not None:
        await link_pages(session, character.series_id, [page_id])  # which panel shows them there
    new = {"page_id": page_id, "presence": presence}
    also = {Thing.PAGE: [page_id]}
    await told(
        session, character.series_id, actor, "character.presence", Thing.CHARACTER, character_id, None, new, also
    )


async def renewed(
    session: WriteSession,
    series_id: uuid.UUID,
    character_ids: Sequence[uuid.UUID],
    *,
    relink: bool = True,
    aliases: Sequence[uuid.UUID] = (),
) -> None:
    """Look through the series again for changed names, and tell of the change."""
    if relink:
        await link_pages(session, series_id)
    touched = Touched(series_id)
    touched.note(Thing.CHARACTER, character_ids)
    touched.note(Thing.ALIAS, aliases)
    await tell(session, touched)


async def require_free(session: WriteSession, series_id: uuid.UUID, name: str) -> None:
    taken = await roster.name_taken(session, series_id, name, folded(name))
    if taken is not None and taken.state is not ReviewState.REJECTED:
        raise CharacterNameTaken(name=taken.name)
    if taken is not None:
        await session.delete(taken)
        await session.flush()


async def require_character(session: WriteSession, character_id: uuid.UUID) -> Character:
    held = await roster.hold_characters(session, [character_id])
    if character_id not in held:
        raise CharacterNotFound
    return held[character_id]


async def require_alias(session: WriteSession, alias_id: uuid.UUID) -> tuple[CharacterAlias, Character]:
    alias = await session.get(CharacterAlias, alias_id)
    if alias is None:
        raise AliasNotFound
    return alias, await require_character(session, alias.character_id)
