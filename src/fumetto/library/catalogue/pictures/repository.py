"""The one query that serving a picture needs."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page, PageState, PageText, Series, TextSource
from fumetto.library.catalogue.pictures.rules import CHEAP_TO_REACH, Lettering, PageFacts, Place
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.ingestion.walk import file_of, on_disk

READ_AHEAD = 7


async def facts_of(session: ReadSession, page_id: uuid.UUID) -> PageFacts | None:
    """Everything about one page that its picture depends on."""
    found = await facts_where(session, Page.id == page_id)
    if not found:
        return None
    facts, episode_id = found[0]
    if facts.place is None or facts.place.kind in CHEAP_TO_REACH:
        return facts
    return replace(facts, following=await members_after(session, episode_id, facts.order_index))


async def facts_of_episode(session: ReadSession, episode_id: uuid.UUID) -> tuple[PageFacts, ...]:
    """The same of every page of an episode, in reading order."""
    found = [facts for facts, _ in await facts_where(session, Page.episode_id == episode_id)]
    return tuple(
        replace(facts, following=tuple(one.member for one in found[index + 1 : index + 1 + READ_AHEAD]))
        for index, facts in enumerate(found)
    )


async def facts_at(session: ReadSession, episode_id: uuid.UUID, order_index: int) -> PageFacts | None:
    """The same of the page at a place in an episode."""
    page_id = await session.scalar(
        select(Page.id).where(Page.episode_id == episode_id, Page.order_index == order_index)
    )
    return await facts_of(session, page_id) if page_id is not None else None


async def facts_where(session: ReadSession, wanted: ColumnElement[bool]) -> list[tuple[PageFacts, uuid.UUID]]:
    rows = await session.execute(
        select(Page, Episode, Series.direction, Source.path, Source.kind, LibraryRoot.path, PageText)
        .join(Episode, Episode.id == Page.episode_id)
        .join(Series, Series.id == Episode.series_id)
        .outerjoin(Source, Source.episode_id == Episode.id)
        .outerjoin(LibraryRoot, LibraryRoot.id == Source.root_id)
        .outerjoin(PageText, (PageText.page_id == Page.id) & (PageText.source == TextSource.LETTERING))
        .where(wanted)
        .order_by(Page.order_index, Source.state != SourceState.PRESENT, Source.seen_at.desc(), PageText.language)
    )
    by_page: dict[uuid.UUID, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_page.setdefault(row[0].id, []).append(tuple(row))
    return [(facts_from(group), group[0][1].id) for group in by_page.values()]


def facts_from(rows: list[tuple[Any, ...]]) -> PageFacts:
    """From one row per source and lettering of a page, the source to read from first."""
    page, episode, direction, path, kind, root, _ = rows[0]
    letterings = {row[6].language: lettering_from(row[6]) for row in rows if row[6] is not None}
    return PageFacts(
        page_id=page.id,
        order_index=page.order_index,
        member=page.member,
        media_type=page.media_type,
        fingerprint=page.fingerprint,
        kind=page.kind.value,
        direction=(episode.direction or direction).value,
        image_key=page.image_key,
        thumbnail_key=page.thumbnail_key,
        language=episode.language,
        letterings=tuple(letterings[language] for language in sorted(letterings)),
        place=place_of(root, path, kind) if path is not None and root is not None else None,
    )


async def members_after(session: ReadSession, episode_id: uuid.UUID, order_index: int) -> tuple[str, ...]:
    """The names, in the book, of the pages after one."""
    rows = await session.scalars(
        select(Page.member)
        .where(Page.episode_id == episode_id, Page.order_index > order_index)
        .order_by(Page.order_index)
        .limit(READ_AHEAD)
    )
    return tuple(rows)


def lettering_from(text: PageText) -> Lettering:
    return Lettering(
        language=text.language,
        member=text.locator,
        fingerprint=text.fingerprint or "",
        image_key=text.image_key,
        thumbnail_key=text.thumbnail_key,
        usable=text.state is not PageState.FAILED,
    )


def place_of(root: str, path: str, kind: str) -> Place:
    """`path` is relative to the root, "." being the root itself; names that are not UTF-8 are as `stored` has them."""
    return Place(file_of(root, path), Path(on_disk(root)), path, kind)
