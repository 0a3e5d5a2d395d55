"""Wiki articles and their statements as they are kept. For sessions that see everything."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, select, update

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.models import Evidence, WikiArticle, WikiFact, WikiSource


async def articles_of(session: ReadSession, series_id: uuid.UUID) -> dict[str, WikiArticle]:
    """The articles of a series by slug."""
    rows = await session.scalars(
        select(WikiArticle).where(WikiArticle.series_id == series_id).order_by(WikiArticle.slug)
    )
    return {article.slug: article for article in rows}


async def hold_article(session: WriteSession, article_id: uuid.UUID) -> WikiArticle | None:
    found: WikiArticle | None = await session.scalar(
        select(WikiArticle).where(WikiArticle.id == article_id).with_for_update(key_share=True)
    )
    return found


async def sources_of(session: ReadSession, article_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, WikiSource]:
    rows = await session.scalars(select(WikiSource).where(WikiSource.article_id.in_(list(article_ids))))
    return {source.article_id: source for source in rows}


async def fingerprints(session: ReadSession, series_id: uuid.UUID) -> dict[str, str | None]:
    """What each article's file was when it was read, by slug."""
    rows = await session.execute(
        select(WikiArticle.slug, WikiSource.fingerprint)
        .outerjoin(WikiSource, WikiSource.article_id == WikiArticle.id)
        .where(WikiArticle.series_id == series_id)
    )
    return {row[0]: row[1] for row in rows}


async def facts_of(session: ReadSession, article_id: uuid.UUID) -> list[WikiFact]:
    return list(
        await session.scalars(select(WikiFact).where(WikiFact.article_id == article_id).order_by(WikiFact.order_index))
    )


async def fact_ids(session: ReadSession, article_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    return list(
        await session.scalars(
            select(WikiFact.id)
            .where(WikiFact.article_id.in_(list(article_ids)))
            .order_by(WikiFact.article_id, WikiFact.order_index)
        )
    )


async def remove_facts(session: WriteSession, ids: Collection[uuid.UUID]) -> None:
    if ids:
        await session.execute(delete(WikiFact).where(WikiFact.id.in_(list(ids))))


async def set_safe(session: WriteSession, article_id: uuid.UUID, safe: bool, by: uuid.UUID | None) -> None:
    """Declare an article safe lore or take it back; its facts repeat it."""
    await session.execute(
        update(WikiArticle).where(WikiArticle.id == article_id).values(safe_lore=safe, declared_by=by if safe else None)
    )
    await session.execute(update(WikiFact).where(WikiFact.article_id == article_id).values(safe_lore=safe))


async def counts(session: ReadSession, series_id: uuid.UUID) -> dict[uuid.UUID, tuple[int, int, int]]:
    """For each article how many facts it has, how many are accepted somewhere, and how many are rejected everywhere."""
    accepted = (
        select(Evidence.id).where(Evidence.wiki_fact_id == WikiFact.id, Evidence.state == ReviewState.ACCEPTED).exists()
    )
    open_still = (
        select(Evidence.id).where(Evidence.wiki_fact_id == WikiFact.id, Evidence.state != ReviewState.REJECTED).exists()
    )
    rows = await session.execute(
        select(
            WikiFact.article_id,
            func.count(),
            func.count().filter(accepted),
            func.count().filter(~open_still),
        )
        .join(WikiArticle, WikiArticle.id == WikiFact.article_id)
        .where(WikiArticle.series_id == series_id)
        .group_by(WikiFact.article_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
