"""Queries of the editing view: everything of a page, whoever has read it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.kinds import TextSource
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageState, PageText, Series
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState
from fumetto.library.contents.models import PageDescription, PageLook, Panel


async def balloons_of(session: ReadSession, text_id: uuid.UUID) -> list[Balloon]:
    found = await session.scalars(select(Balloon).where(Balloon.page_text_id == text_id).order_by(Balloon.order_index))
    return list(found)


async def sources_of(session: ReadSession, page_id: uuid.UUID) -> list[tuple[PageText, int, float | None]]:
    """Every text of a page that was read, with how many balloons it has and the least sure one's confidence."""
    rows = await session.execute(
        select(PageText, func.count(Balloon.id), func.min(Balloon.confidence))
        .outerjoin(Balloon, Balloon.page_text_id == PageText.id)
        .where(PageText.page_id == page_id, PageText.state == PageState.READY)
        .group_by(PageText.id)
        .order_by(PageText.language, PageText.source)
    )
    return [(text, count, confidence) for text, count, confidence in rows]


async def panels_of(session: ReadSession, page_id: uuid.UUID) -> list[Panel]:
    return list(await session.scalars(select(Panel).where(Panel.page_id == page_id).order_by(Panel.order_index)))


async def descriptions_of(session: ReadSession, page_id: uuid.UUID) -> list[PageDescription]:
    return list(await session.scalars(select(PageDescription).where(PageDescription.page_id == page_id)))


async def drop_text(session: WriteSession, page_id: uuid.UUID, language: str, source: TextSource) -> bool:
    gone = await session.execute(
        delete(PageText)
        .where(PageText.page_id == page_id, PageText.language == language, PageText.source == source)
        .returning(PageText.id)
    )
    return bool(gone.scalars().all())


async def drop_description(session: WriteSession, page_id: uuid.UUID, language: str, source: DescriptionSource) -> bool:
    gone = await session.execute(
        delete(PageDescription)
        .where(
            PageDescription.page_id == page_id,
            PageDescription.language == language,
            PageDescription.source == source,
        )
        .returning(PageDescription.id)
    )
    return bool(gone.scalars().all())


async def looks_of(session: ReadSession, page_id: uuid.UUID) -> list[PageLook]:
    return list(await session.scalars(select(PageLook).where(PageLook.page_id == page_id).order_by(PageLook.look)))


async def forget_look(session: WriteSession, page_id: uuid.UUID, look: Look) -> None:
    await session.execute(delete(PageLook).where(PageLook.page_id == page_id, PageLook.look == look))


async def series_looks(
    session: ReadSession, series_id: uuid.UUID
) -> list[tuple[Look, LookState, str | None, dict[str, Any], int]]:
    """Looks at the pages of a series by outcome, with the particulars of one page for each."""
    rows = await session.execute(
        select(
            PageLook.look,
            PageLook.state,
            PageLook.reason_code,
            func.array_agg(PageLook.reason_detail)[1],
            func.count(),
        )
        .join(Page, Page.id == PageLook.page_id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id)
        .group_by(PageLook.look, PageLook.state, PageLook.reason_code)
        .order_by(PageLook.look, PageLook.state, PageLook.reason_code)
    )
    return [(look, state, code, detail or {}, count) for look, state, code, detail, count in rows]


async def find_series(session: ReadSession, series_id: uuid.UUID) -> Series | None:
    return await session.get(Series, series_id)


async def pages_of_series(session: ReadSession, series_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Episode and page of every page of a series, in reading order."""
    rows = await session.execute(
        select(Page.episode_id, Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id)
        .order_by(Page.position, Page.id)
    )
    return [(row[0], row[1]) for row in rows]
