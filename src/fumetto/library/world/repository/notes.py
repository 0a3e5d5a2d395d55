"""Commentary notes as they are kept, and where an episode's folder is. For sessions that see everything."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.ingestion.walk import on_disk
from fumetto.library.world.models import CommentaryNote


async def folder_of(session: ReadSession, episode_id: uuid.UUID) -> Path | None:
    """Where the folder lies that an episode is read from; None for one in a file, or not there now."""
    row = (
        await session.execute(
            select(LibraryRoot.path, Source.path)
            .join(LibraryRoot, LibraryRoot.id == Source.root_id)
            .where(Source.episode_id == episode_id, Source.state == SourceState.PRESENT, Source.kind == "folder")
            .order_by(Source.id)
            .limit(1)
        )
    ).first()
    return Path(on_disk(row[0])) / on_disk(row[1]) if row else None


async def episode_pages(
    session: ReadSession, episode_id: uuid.UUID
) -> tuple[uuid.UUID, list[tuple[uuid.UUID, PageKind, int | None]]] | None:
    """The series of an episode, and `(id, kind, page_number)` of its pages."""
    series_id = await session.scalar(select(Episode.series_id).where(Episode.id == episode_id))
    if series_id is None:
        return None
    rows = await session.execute(
        select(Page.id, Page.kind, Page.page_number).where(Page.episode_id == episode_id).order_by(Page.order_index)
    )
    return series_id, [(row[0], row[1], row[2]) for row in rows]


async def notes_of(session: ReadSession, episode_id: uuid.UUID) -> list[CommentaryNote]:
    return list(
        await session.scalars(
            select(CommentaryNote).where(CommentaryNote.episode_id == episode_id).order_by(CommentaryNote.order_index)
        )
    )


async def episodes_of(session: ReadSession, series_id: uuid.UUID) -> list[uuid.UUID]:
    return list(
        await session.scalars(select(Episode.id).where(Episode.series_id == series_id).order_by(Episode.sort_key))
    )
