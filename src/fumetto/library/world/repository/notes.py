"""Commentary notes as they are kept, and where an episode's folder is. For sessions that see everything."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.ingestion.walk import on_disk
from fumetto.library.world.models import CommentaryNote, NoteLeftOut


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as an editor sees it, with its page where it has one: `(page_id, page_number)`."""

    note: CommentaryNote
    page: tuple[uuid.UUID, int | None] | None


@dataclass(frozen=True, slots=True)
class EpisodeNotes:
    """How many notes an episode has, and how many of its commentary a person deleted."""

    episode_id: uuid.UUID
    episode_number: Decimal | None
    title: str
    notes: int
    left_out: int


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


async def fingerprint_of(session: ReadSession, action: str, series_id: uuid.UUID) -> str | None:
    """The fingerprint that the audit log has of when something was last done to a series; None if it never was."""
    details = await session.scalar(
        select(AuditLog.details)
        .where(AuditLog.entity_type == "series", AuditLog.entity_id == str(series_id), AuditLog.action == action)
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(1)
    )
    return str(details["fingerprint"]) if details else None


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


async def counts_of(session: ReadSession, series_id: uuid.UUID) -> list[EpisodeNotes]:
    """Every episode of a series in reading order, its main editions only."""
    notes = (
        select(func.count())
        .where(CommentaryNote.episode_id == Episode.id)
        .select_from(CommentaryNote)
        .correlate(Episode)
        .scalar_subquery()
    )
    gone = (
        select(func.count())
        .where(NoteLeftOut.episode_id == Episode.id)
        .select_from(NoteLeftOut)
        .correlate(Episode)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Episode.id, Episode.episode_number, Episode.title, notes, gone)
        .where(Episode.series_id == series_id, Episode.edition_of_id.is_(None))
        .order_by(Episode.sort_key, Episode.id)
    )
    return [EpisodeNotes(*row) for row in rows]


async def noted_in(session: ReadSession, episode_id: uuid.UUID) -> list[Noted]:
    """The notes of an episode: those of its pages in reading order, then those of no page."""
    rows = await session.execute(
        select(CommentaryNote, Page.id, Page.page_number)
        .outerjoin(Page, Page.id == CommentaryNote.page_id)
        .where(CommentaryNote.episode_id == episode_id)
        .order_by(Page.order_index.asc().nulls_last(), CommentaryNote.order_index, CommentaryNote.id)
    )
    return [Noted(note, (page_id, number) if page_id else None) for note, page_id, number in rows]


async def hold_note(session: WriteSession, note_id: uuid.UUID) -> CommentaryNote | None:
    return await session.get(CommentaryNote, note_id, with_for_update=True)


async def series_of(session: ReadSession, episode_id: uuid.UUID) -> uuid.UUID | None:
    return await session.scalar(select(Episode.series_id).where(Episode.id == episode_id))


async def episode_of_page(session: ReadSession, page_id: uuid.UUID) -> uuid.UUID | None:
    return await session.scalar(select(Page.episode_id).where(Page.id == page_id))


async def next_order(session: WriteSession, episode_id: uuid.UUID) -> int:
    """The place after an episode's last note; whoever asks holds the episode until the transaction ends."""
    await session.execute(select(Episode.id).where(Episode.id == episode_id).with_for_update(key_share=True))
    last = await session.scalar(
        select(func.max(CommentaryNote.order_index)).where(CommentaryNote.episode_id == episode_id)
    )
    return 0 if last is None else last + 1


async def left_out_of(session: ReadSession, episode_id: uuid.UUID) -> set[str]:
    """The digests of those notes of an episode's commentary that a person deleted."""
    return set(await session.scalars(select(NoteLeftOut.imported_as).where(NoteLeftOut.episode_id == episode_id)))


async def leave_out(session: WriteSession, episode_id: uuid.UUID, imported_as: str) -> None:
    values = {"episode_id": episode_id, "imported_as": imported_as}
    await session.execute(insert(NoteLeftOut).values(values).on_conflict_do_nothing())


async def leave_nothing_out(session: WriteSession, episode_id: uuid.UUID) -> None:
    await session.execute(delete(NoteLeftOut).where(NoteLeftOut.episode_id == episode_id))
