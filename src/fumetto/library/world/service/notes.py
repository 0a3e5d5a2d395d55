"""Commentary notes: what makers wrote about an episode, out of the page kept beside it."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from pathlib import Path

import structlog

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.world.events import Thing, Touched
from fumetto.library.world.kinds import Origin
from fumetto.library.world.models import CommentaryNote
from fumetto.library.world.repository import notes as rows
from fumetto.library.world.rules.articles import digest_of, web_address
from fumetto.library.world.rules.commentary import LARGEST, Commentary, NotReadable, read_commentary
from fumetto.library.world.service.telling import tell

log = structlog.get_logger(__name__)

COMMENTARY, ADDRESS = "commentary.html", "commentary.url"


@dataclass(frozen=True, slots=True)
class Beside:
    """A commentary on the disk, and the address it was taken from."""

    data: bytes
    url: str | None


def read_beside(folder: Path) -> Beside | None:
    """The commentary in an episode's folder, if there is one that is small enough. Blocking."""
    try:
        with open(folder / COMMENTARY, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError:
        return None
    if len(data) > LARGEST:
        return None
    try:
        address = (folder / ADDRESS).read_bytes()[:4096].decode("utf-8", "replace").strip()
    except OSError:
        address = ""
    return Beside(data, web_address(address))


async def import_notes(session: WriteSession, episode_id: uuid.UUID) -> int | None:
    """Bring an episode's notes in step with the commentary in its folder; how many it has, None where there is no file.

    In a session that was begun for EVERY_READER.
    """
    folder = await rows.folder_of(session, episode_id)
    beside = await asyncio.to_thread(read_beside, folder) if folder else None
    if beside is None:
        return None
    try:
        commentary = await asyncio.to_thread(read_commentary, beside.data)
    except NotReadable:
        log.warning("notes.unreadable", episode_id=str(episode_id))
        return 0
    return await write_notes(session, episode_id, commentary, beside.url)


async def write_notes(session: WriteSession, episode_id: uuid.UUID, commentary: Commentary, url: str | None) -> int:
    """Bring an episode's imported notes in step. One that names a story page the episode has is that page's.

    What a person wrote or corrected stays as it is, and what a person deleted stays away: both are known by the words
    as they came.
    """
    found = await rows.episode_pages(session, episode_id)
    if found is None:
        return 0
    series_id, pages = found
    numbered = {number: page_id for page_id, kind, number in pages if kind is PageKind.STORY and number is not None}
    left_out = await rows.left_out_of(session, episode_id)
    had = await rows.notes_of(session, episode_id)
    spare: dict[str, list[CommentaryNote]] = {}
    for note in had:
        if key := came_as(note):
            spare.setdefault(key, []).append(note)
    touched = Touched(series_id)
    touched.note(Thing.EPISODE, [episode_id])
    order = 0
    for each in commentary.notes:
        key, page_id = digest_of(each.text), numbered.get(each.page) if each.page else None
        if key in left_out:
            continue
        if same := spare.get(key):
            note = same.pop(0)
        else:
            note = CommentaryNote(id=uuid7(), episode_id=episode_id, text=each.text, origin=Origin.IMPORT)
            session.add(note)
            touched.note(Thing.NOTE, [note.id])
        note.order_index, note.imported_as = order, key
        if note.origin is Origin.IMPORT:
            if note.page_id != page_id:
                note.page_id = page_id
                touched.note(Thing.NOTE, [note.id])
            note.page_hint, note.url, note.language = each.hint, url, commentary.language
        order += 1
    unsaid = {note.id for notes in spare.values() for note in notes if note.origin is Origin.IMPORT}
    touched.note(Thing.NOTE, unsaid)
    kept = {note.id for notes in spare.values() for note in notes if note.origin is not Origin.IMPORT}
    for note in had:
        if note.id in unsaid:
            await session.delete(note)
        elif note.id in kept or not came_as(note):
            note.order_index = order
            order += 1
    await session.flush()
    await tell(session, touched)
    return len(commentary.notes)


def came_as(note: CommentaryNote) -> str | None:
    """The digest of the words that a note was imported with, also where it was before those were kept."""
    return note.imported_as or (digest_of(note.text) if note.origin is Origin.IMPORT else None)


async def import_notes_of(session: WriteSession, series_id: uuid.UUID) -> list[int]:
    """The same for every episode of a series that has a commentary; how many notes each has now."""
    counts = [await import_notes(session, episode_id) for episode_id in await rows.episodes_of(session, series_id)]
    return [count for count in counts if count is not None]
