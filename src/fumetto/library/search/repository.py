"""What the index has found, read from its rows: all of it asked for through a horizon."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Balloon, Page, PageText, Series
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.reading.revealing import Revealed, revealed
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.models import IndexedPassage
from fumetto.library.world.models import (
    BalloonSpeaker,
    Character,
    CommentaryNote,
    EntityFact,
    Evidence,
    EvidencePage,
    WikiArticle,
    WikiFact,
    WorldEntity,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and where on it."""

    page_id: uuid.UUID
    order_index: int
    page_number: int | None
    episode_id: uuid.UUID
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What was found, as it is written."""

    text: str
    language: str | None
    place: Place | None
    title: str | None = None
    owner_id: uuid.UUID | None = None
    speaker: str | None = None


Found = Mapping[uuid.UUID, Passage]
PAGE = (Page.id.label("page_id"), Page.order_index.label("page_index"), Page.page_number, Page.episode_id)


def place_in(row: Any, box: Box | None = None) -> Place:
    """The page in a row that has PAGE among its columns."""
    return Place(row.page_id, row.page_index, row.page_number, row.episode_id, box)


def box_in(row: Any) -> Box:
    return Box(row.x, row.y, row.width, row.height)


async def passages(
    session: ReadSession, within: Horizon | Horizons, wanted: Mapping[PassageKind, Collection[uuid.UUID]]
) -> dict[uuid.UUID, Passage]:
    """The passages with these ids, as far as the horizon lets them through."""
    known = revealed(session, within)
    pieces = await pieces_among(session, [one for ids in wanted.values() for one in ids])
    found: dict[uuid.UUID, Passage] = {}
    for kind, read in READERS.items():
        if ids := wanted.get(kind):
            rows = await read(known, list({pieces[one].row_id if one in pieces else one for one in ids}))
            for one in ids:
                piece = pieces.get(one)
                if (row := rows.get(piece.row_id if piece else one)) is not None:
                    found[one] = replace(row, text=row.text[piece.start : piece.stop].strip()) if piece else row
    return found


@dataclass(frozen=True, slots=True)
class PieceOfRow:
    """Which part of which row's text a passage is, in characters."""

    row_id: uuid.UUID
    start: int
    stop: int


async def pieces_among(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PieceOfRow]:
    """Those of some passages that are only a part of their row's text."""
    if not ids:
        return {}
    rows = await session.execute(
        select(IndexedPassage.id, IndexedPassage.row_id, IndexedPassage.piece_start, IndexedPassage.piece_stop).where(
            IndexedPassage.id.in_(list(ids)), IndexedPassage.row_id.is_not(None)
        )
    )
    return {row[0]: PieceOfRow(row[1], row[2] or 0, row[3] or 0) for row in rows if row[1] is not None}


async def balloons(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    box = (Balloon.x, Balloon.y, Balloon.width, Balloon.height)
    rows = await known.execute(
        select(Balloon.id, Balloon.text, PageText.language, Balloon.speaker_name, *box, *PAGE)
        .join(PageText, PageText.id == Balloon.page_text_id)
        .join(Page, Page.id == PageText.page_id)
        .where(Balloon.id.in_(ids))
    )
    named = await speakers(known, ids)
    return {
        row.id: Passage(row.text, row.language, place_in(row, box_in(row)), speaker=named.get(row.id, row.speaker_name))
        for row in rows
    }


async def speakers(known: Revealed, balloon_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = await known.execute(
        select(BalloonSpeaker.balloon_id, Character.name)
        .join(Character, Character.id == BalloonSpeaker.character_id)
        .where(BalloonSpeaker.balloon_id.in_(balloon_ids))
    )
    return {balloon_id: name for balloon_id, name in rows}


async def descriptions(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    rows = await known.execute(
        select(PageDescription.id, PageDescription.visual_description, PageDescription.language, *PAGE)
        .join(Page, Page.id == PageDescription.page_id)
        .where(PageDescription.id.in_(ids))
    )
    return {row.id: Passage(row.visual_description, row.language, place_in(row)) for row in rows}


async def panels(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    rows = await known.execute(
        select(Panel.id, Panel.description, Panel.language, Panel.x, Panel.y, Panel.width, Panel.height, *PAGE)
        .join(Page, Page.id == Panel.page_id)
        .where(Panel.id.in_(ids))
    )
    return {row.id: Passage(row.description or "", row.language, place_in(row, box_in(row))) for row in rows}


async def notes(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    """A note without a page leads to the beginning of its episode."""
    opened = (Page.id == CommentaryNote.page_id) | (
        CommentaryNote.page_id.is_(None) & (Page.episode_id == CommentaryNote.episode_id) & (Page.order_index == 0)
    )
    rows = await known.execute(
        select(CommentaryNote.id, CommentaryNote.text, CommentaryNote.language, *PAGE)
        .join(Page, opened)
        .where(CommentaryNote.id.in_(ids))
    )
    return {row.id: Passage(row.text, row.language, place_in(row)) for row in rows}


async def statements(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    rows = await known.execute(
        select(WikiFact.id, WikiFact.text, WikiArticle.language, WikiArticle.title, WikiArticle.id)
        .join(WikiArticle, WikiArticle.id == WikiFact.article_id)
        .where(WikiFact.id.in_(ids))
    )
    places = await proofs(known, Evidence.wiki_fact_id, ids)
    return {
        row_id: Passage(text, language, places.get(row_id), title, owner_id)
        for row_id, text, language, title, owner_id in rows
    }


async def facts(known: Revealed, ids: Collection[uuid.UUID]) -> Found:
    rows = await known.execute(
        select(EntityFact.id, EntityFact.text, EntityFact.language, WorldEntity.name, WorldEntity.id)
        .join(WorldEntity, WorldEntity.id == EntityFact.entity_id)
        .where(EntityFact.id.in_(ids))
    )
    places = await proofs(known, Evidence.entity_fact_id, ids)
    return {
        row_id: Passage(text, language, places.get(row_id), title, owner_id)
        for row_id, text, language, title, owner_id in rows
    }


async def proofs(
    known: Revealed, subject: InstrumentedAttribute[uuid.UUID | None], ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Place]:
    """The earliest visible evidence of each row: the last page that it needs."""
    rows = await known.execute(
        select(subject.label("row_id"), Evidence.id, Page.position, *PAGE)
        .join(EvidencePage, EvidencePage.evidence_id == Evidence.id)
        .join(Page, Page.id == EvidencePage.page_id)
        .where(subject.in_(ids))
        .order_by(Page.position, Evidence.id)
    )
    last = {row.id: row for row in rows}  # of each evidence, the page that comes last
    found: dict[uuid.UUID, Place] = {}
    for row in sorted(last.values(), key=lambda row: row.position):
        found.setdefault(row.row_id, place_in(row))
    return found


READERS = {
    PassageKind.DIALOGUE: balloons,
    PassageKind.DESCRIPTION: descriptions,
    PassageKind.PANEL: panels,
    PassageKind.NOTE: notes,
    PassageKind.WIKI: statements,
    PassageKind.FACT: facts,
}


async def panel_boxes(
    session: ReadSession, within: Horizon | Horizons, page_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Box]]:
    """The panels of pages, in reading order."""
    found: dict[uuid.UUID, list[Box]] = {}
    rows = await revealed(session, within).execute(
        select(Panel.page_id, Panel.x, Panel.y, Panel.width, Panel.height)
        .where(Panel.page_id.in_(page_ids))
        .order_by(Panel.page_id, Panel.order_index)
    )
    for page_id, x, y, width, height in rows:
        found.setdefault(page_id, []).append(Box(x, y, width, height))
    return found


async def series_named(session: ReadSession, key: str) -> Series | None:
    """A series by slug, or title as it is written."""
    wanted: ColumnElement[bool] = (Series.slug == key) | (Series.title == key)
    statement: Select[Series] = select(Series).where(wanted).order_by(Series.slug != key, Series.id)
    found: Series | None = await session.scalar(statement.limit(1))
    return found


async def all_series(session: ReadSession) -> list[tuple[uuid.UUID, str]]:
    """Every series, as id and slug."""
    rows = await session.execute(select(Series.id, Series.slug).order_by(Series.sort_title, Series.id))
    return [(series_id, slug) for series_id, slug in rows]


async def passage_counts(session: ReadSession) -> list[tuple[str, str, int]]:
    """How many passages of each kind the index holds of each series."""
    rows = await session.execute(
        select(Series.slug, IndexedPassage.kind, func.count())
        .join(Series, Series.id == IndexedPassage.series_id)
        .group_by(Series.slug, IndexedPassage.kind)
        .order_by(Series.slug, IndexedPassage.kind)
    )
    return [(slug, kind.value, count) for slug, kind, count in rows]
