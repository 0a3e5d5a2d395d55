"""Commentary notes by hand: written, corrected, moved, deleted. Sessions are for EVERY_READER; all of it is audited."""

from __future__ import annotations

import uuid
from typing import Any

from fumetto.kernel.audit import audit
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.text.languages import language_of_code
from fumetto.library.catalogue.errors import EpisodeNotFound
from fumetto.library.world.editing_schemas import (
    EpisodeNotesItem,
    NoteCreate,
    NotedEpisodes,
    NotePatch,
    NoteRow,
    NoteRows,
)
from fumetto.library.world.errors import NoteNotFound, PagesElsewhere
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin
from fumetto.library.world.models import CommentaryNote
from fumetto.library.world.repository import notes as rows
from fumetto.library.world.service.notes import came_as, import_notes
from fumetto.library.world.service.telling import told


async def episodes(session: ReadSession, series_id: uuid.UUID) -> NotedEpisodes:
    """Every episode of a series, with how many notes it has."""
    found = await rows.counts_of(session, series_id)
    return NotedEpisodes(items=[EpisodeNotesItem.model_validate(one, from_attributes=True) for one in found])


async def notes(session: ReadSession, episode_id: uuid.UUID) -> NoteRows:
    """The notes of an episode. Raises EpisodeNotFound."""
    await require_episode(session, episode_id)
    return NoteRows(
        items=[
            NoteRow(
                id=one.note.id,
                text=one.note.text,
                page_id=one.page[0] if one.page else None,
                page_number=one.page[1] if one.page else None,
                page_hint=one.note.page_hint,
                url=one.note.url,
                language=one.note.language,
                origin=one.note.origin,
            )
            for one in await rows.noted_in(session, episode_id)
        ],
        left_out=len(await rows.left_out_of(session, episode_id)),
    )


async def create_note(
    session: WriteSession, actor: uuid.UUID | None, episode_id: uuid.UUID, body: NoteCreate
) -> uuid.UUID:
    """Raises EpisodeNotFound, PagesElsewhere."""
    series_id = await require_episode(session, episode_id)
    await require_page_of(session, episode_id, body.page_id)
    note = CommentaryNote(
        id=uuid7(), episode_id=episode_id, page_id=body.page_id, order_index=await rows.next_order(session, episode_id),
        text=body.text, url=str(body.url) if body.url else None, language=language(body.language), origin=Origin.PERSON,
    )  # fmt: skip
    session.add(note)
    await session.flush()
    await told(session, series_id, actor, "note.create", Thing.NOTE, note.id, None, summed(note))
    return note.id


async def edit_note(session: WriteSession, actor: uuid.UUID | None, note_id: uuid.UUID, body: NotePatch) -> None:
    """Change what a note says, or where it stands; another episode's page takes it there. An import leaves it alone.

    Raises NoteNotFound, EpisodeNotFound, PagesElsewhere.
    """
    note, series_id = await require_note(session, note_id)
    sent, old, was_in = body.model_fields_set, summed(note), note.episode_id
    note.imported_as = came_as(note)
    if body.episode_id is not None and body.episode_id != was_in:
        if await require_episode(session, body.episode_id) != series_id:
            raise PagesElsewhere
        if note.imported_as:  # else the next reading of the commentary that it came from would write it again
            await rows.leave_out(session, was_in, note.imported_as)
        note.order_index = await rows.next_order(session, body.episode_id)
        note.episode_id, note.imported_as, note.page_id = body.episode_id, None, None
    if "page_id" in sent:
        await require_page_of(session, note.episode_id, body.page_id)
        note.page_id = body.page_id
    note.text = body.text or note.text
    if "url" in sent:
        note.url = str(body.url) if body.url else None
    if "language" in sent:
        note.language = language(body.language)
    note.origin = Origin.PERSON
    await session.flush()
    await told(
        session, series_id, actor, "note.edit", Thing.NOTE, note_id, old, summed(note), {Thing.EPISODE: [was_in]}
    )


async def delete_note(session: WriteSession, actor: uuid.UUID | None, note_id: uuid.UUID) -> None:
    """Delete a note; reading its commentary again does not bring it back. Raises NoteNotFound."""
    note, series_id = await require_note(session, note_id)
    old, episode_id = summed(note), note.episode_id
    if key := came_as(note):
        await rows.leave_out(session, episode_id, key)
    await session.delete(note)
    await session.flush()
    await told(session, series_id, actor, "note.delete", Thing.NOTE, note_id, old, None, {Thing.EPISODE: [episode_id]})


async def restore_notes(session: WriteSession, actor: uuid.UUID | None, episode_id: uuid.UUID) -> NoteRows:
    """Read an episode's commentary again with what people have deleted of it. Raises EpisodeNotFound."""
    await require_episode(session, episode_id)
    old = {"left_out": len(await rows.left_out_of(session, episode_id))}
    await rows.leave_nothing_out(session, episode_id)
    await import_notes(session, episode_id)
    await audit(session, actor, "note.restore", Thing.EPISODE.value, episode_id, old, None)
    return await notes(session, episode_id)


def summed(note: CommentaryNote) -> dict[str, Any]:
    """What the audit log keeps of a note: not the words themselves."""
    return {
        "episode_id": note.episode_id, "page_id": note.page_id, "characters": len(note.text), "url": note.url,
        "language": note.language,
    }  # fmt: skip


def language(code: str | None) -> str | None:
    return language_of_code(code) if code else None


async def require_episode(session: ReadSession, episode_id: uuid.UUID) -> uuid.UUID:
    """The series of an episode. Raises EpisodeNotFound."""
    series_id = await rows.series_of(session, episode_id)
    if series_id is None:
        raise EpisodeNotFound
    return series_id


async def require_page_of(session: ReadSession, episode_id: uuid.UUID, page_id: uuid.UUID | None) -> None:
    if page_id is not None and await rows.episode_of_page(session, page_id) != episode_id:
        raise PagesElsewhere


async def require_note(session: WriteSession, note_id: uuid.UUID) -> tuple[CommentaryNote, uuid.UUID]:
    """A note and its series. Raises NoteNotFound."""
    note = await rows.hold_note(session, note_id)
    if note is None:
        raise NoteNotFound
    return note, await require_episode(session, note.episode_id)
