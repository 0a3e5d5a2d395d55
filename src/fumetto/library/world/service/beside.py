"""A world kept beside the episodes: `world/*.yaml` and `world/wiki/*.md` in the folder that they lie in.

It is brought in with them, and again whenever it has changed; in between, what people did with it stays.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

import structlog

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.world.errors import WorldFileInvalid, WorldFilesMissing, WorldFilesTooMany
from fumetto.library.world.repository import pages
from fumetto.library.world.repository.notes import fingerprint_of, folder_of
from fumetto.library.world.service.files import wiki_files, world_files
from fumetto.library.world.service.importing import import_world
from fumetto.library.world.service.wiki import import_articles, read_articles

log = structlog.get_logger(__name__)

WORLD, WIKI = "world", "wiki"
TAKEN = "world.beside"


@dataclass(frozen=True, slots=True)
class WorldBeside:
    """The files of a world and a wiki by name, and a digest of all of them."""

    world: dict[str, bytes]
    wiki: dict[str, bytes]
    fingerprint: str


def read_world_beside(folder: Path) -> WorldBeside | None:
    """What lies beside an episode's folder; None where there is nothing. Blocking.

    Raises WorldFilesTooMany, WorldFileInvalid.
    """
    place = folder.parent / WORLD
    if not place.is_dir():
        return None
    try:
        world = world_files(place)
    except WorldFilesMissing:
        world = {}
    try:
        wiki = wiki_files(place / WIKI) if (place / WIKI).is_dir() else {}
    except WorldFilesMissing:
        wiki = {}
    if not world and not wiki:
        return None
    digest = hashlib.blake2b(digest_size=32)
    for name, data in sorted({**world, **{f"{WIKI}/{name}": data for name, data in wiki.items()}}.items()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return WorldBeside(world, wiki, digest.hexdigest())


async def import_beside(session: WriteSession, series_id: uuid.UUID, episode_id: uuid.UUID) -> bool:
    """Bring in the world beside an episode unless that was done; whether it was now. For EVERY_READER's sessions."""
    folder = await folder_of(session, episode_id)
    try:
        beside = await asyncio.to_thread(read_world_beside, folder) if folder else None
        if beside is None or not await pages.hold_series(session, series_id):
            return False
        if await fingerprint_of(session, TAKEN, series_id) == beside.fingerprint:
            return False
        async with session.begin_nested():
            if beside.world:
                await import_world(session, series_id, beside.world, None)
            if beside.wiki:
                await import_articles(session, series_id, await asyncio.to_thread(read_articles, beside.wiki), None)
    except (WorldFileInvalid, WorldFilesTooMany) as error:
        log.warning("world.beside_unreadable", series_id=str(series_id), folder=str(folder), **error.detail)
        return False
    await audit(session, None, TAKEN, "series", series_id, details={"fingerprint": beside.fingerprint})
    return True
