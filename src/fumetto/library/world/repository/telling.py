"""What articles and makers tell a reader: every query through the horizon."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import and_, func, or_, select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Page
from fumetto.library.reading.horizon import Horizon
from fumetto.library.reading.revealing import revealed
from fumetto.library.world.models import (
    CommentaryNote,
    WikiArticle,
    WikiFact,
)


async def articles(session: ReadSession, horizon: Horizon) -> list[tuple[WikiArticle, int]]:
    """The articles of a series of which something may be known, with how much that is."""
    known = revealed(session, horizon)
    rows = await known.execute(
        select(WikiFact.article_id, func.count())
        .join(WikiArticle, WikiArticle.id == WikiFact.article_id)
        .where(WikiArticle.series_id == horizon.series_id)
        .group_by(WikiFact.article_id)
    )
    counted: Mapping[uuid.UUID, int] = {row[0]: row[1] for row in rows}
    if not counted:
        return []
    found = await known.scalars(
        select(WikiArticle).where(WikiArticle.id.in_(list(counted))).order_by(WikiArticle.title, WikiArticle.id)
    )
    return [(article, counted[article.id]) for article in found]


async def article(session: ReadSession, horizon: Horizon, article_id: uuid.UUID) -> WikiArticle | None:
    return await revealed(session, horizon).scalar(
        select(WikiArticle).where(WikiArticle.id == article_id, WikiArticle.series_id == horizon.series_id)
    )


async def facts_of_article(session: ReadSession, horizon: Horizon, article_id: uuid.UUID) -> list[WikiFact]:
    return list(
        await revealed(session, horizon).scalars(
            select(WikiFact).where(WikiFact.article_id == article_id).order_by(WikiFact.order_index)
        )
    )


async def notes_on(session: ReadSession, horizon: Horizon, page_id: uuid.UUID) -> list[CommentaryNote]:
    """The notes beside a page: its own, and at the end of an episode those that belong to none of its pages."""
    last = (
        select(func.max(Page.order_index))
        .where(Page.episode_id == select(Page.episode_id).where(Page.id == page_id).scalar_subquery())
        .scalar_subquery()
    )
    ends = select(Page.episode_id).where(Page.id == page_id, Page.order_index == last)
    return list(
        await revealed(session, horizon).scalars(
            select(CommentaryNote)
            .where(
                or_(
                    CommentaryNote.page_id == page_id,
                    and_(CommentaryNote.page_id.is_(None), CommentaryNote.episode_id.in_(ends)),
                )
            )
            .order_by(CommentaryNote.order_index, CommentaryNote.id)
        )
    )
