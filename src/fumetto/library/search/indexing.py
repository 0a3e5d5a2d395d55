"""Keeping the index true: what changed is indexed anew in the transaction of the change, what is gone is taken out."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel import index
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.search.collecting import (
    Owned,
    passages_of_articles,
    passages_of_entities,
    passages_of_notes,
    passages_of_pages,
    places_of_episodes,
)
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.models import IndexedPassage
from fumetto.library.world.kinds import ReviewState
from fumetto.library.world.models import EntityFact, Evidence, EvidencePage, WikiArticle, WikiFact, WorldEntity

PAGES_AT_A_TIME = 200
AT_ONCE: Final = 5000
Each = TypeVar("Each")
WRITTEN = ("series_id", "episode_id", "owner_id", "kind", "row_id", "piece_start", "piece_stop")


async def index_pages(session: WriteSession, page_ids: Collection[uuid.UUID]) -> int:
    """Index what is on pages as it is now; returns how many passages that are. For sessions of EVERY_READER, as all
    of these."""
    return await renew(session, page_ids, await passages_of_pages(session, page_ids))


async def index_articles(session: WriteSession, article_ids: Collection[uuid.UUID]) -> int:
    """The same for wiki articles."""
    return await renew(session, article_ids, await passages_of_articles(session, article_ids))


async def index_entities(session: WriteSession, entity_ids: Collection[uuid.UUID]) -> int:
    """The same for entities of the world graph."""
    return await renew(session, entity_ids, await passages_of_entities(session, entity_ids))


async def index_notes(session: WriteSession, episode_ids: Collection[uuid.UUID]) -> int:
    """The same for what the makers said of episodes."""
    if not episode_ids:
        return 0
    passages = await passages_of_notes(session, episode_ids)
    known = await session.scalars(
        select(IndexedPassage.owner_id).where(
            IndexedPassage.episode_id.in_(episode_ids), IndexedPassage.kind == PassageKind.NOTE
        )
    )
    return await renew(session, {*known, *(one.owner_id for one in passages)}, passages)


async def index_episodes(session: WriteSession, episode_ids: Collection[uuid.UUID]) -> int:
    """Index episodes as they are now: their pages and notes, nothing of pages that are gone, and anew what is proved by
    their pages, which may lie elsewhere than before."""
    if not episode_ids:
        return 0
    pages = list(await session.scalars(select(Page.id).where(Page.episode_id.in_(episode_ids))))
    gone = await session.scalars(
        select(IndexedPassage.owner_id)
        .distinct()
        .where(
            IndexedPassage.episode_id.in_(episode_ids),
            IndexedPassage.kind != PassageKind.NOTE,
            IndexedPassage.owner_id.not_in(select(Page.id).where(Page.episode_id.in_(episode_ids))),
        )
    )
    await take_out(session, await owned_by(session, list(gone)))
    made = await index_notes(session, episode_ids)
    made += await index_articles(session, await articles_proved_in(session, episode_ids))
    made += await index_entities(session, await entities_proved_in(session, episode_ids))
    for start in range(0, len(pages), PAGES_AT_A_TIME):
        made += await index_pages(session, pages[start : start + PAGES_AT_A_TIME])
    return made


async def move_episodes(session: WriteSession, episode_ids: Collection[uuid.UUID]) -> int:
    """Have what the index holds of episodes lie where their pages are now, in the series that they are of now; returns
    how many passages that were. Nothing is read again but what is proved by their pages."""
    if not episode_ids:
        return 0
    moved = await index.move(session, await places_of_episodes(session, episode_ids))
    now = select(Episode.series_id).where(Episode.id == IndexedPassage.episode_id).scalar_subquery()
    of_them = IndexedPassage.episode_id.in_(episode_ids)
    await session.execute(update(IndexedPassage).where(of_them).values(series_id=now))
    await index_articles(session, await articles_proved_in(session, episode_ids))
    await index_entities(session, await entities_proved_in(session, episode_ids))
    return moved


def proving(episode_ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """That an accepted evidence takes a page of these episodes, or has lost a page in their series."""
    of_series = select(Episode.series_id).where(Episode.id.in_(episode_ids))
    here = (
        select(EvidencePage.evidence_id)
        .join(Page, Page.id == EvidencePage.page_id)
        .where(Page.episode_id.in_(episode_ids))
    )
    lost = and_(Evidence.series_id.in_(of_series), Evidence.pages_there < Evidence.page_count)
    return and_(Evidence.state == ReviewState.ACCEPTED, or_(Evidence.id.in_(here), lost))


async def articles_proved_in(session: ReadSession, episode_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    rows = await session.scalars(
        select(WikiFact.article_id)
        .join(Evidence, Evidence.wiki_fact_id == WikiFact.id)
        .where(proving(episode_ids))
        .distinct()
    )
    return list(rows)


async def entities_proved_in(session: ReadSession, episode_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    rows = await session.scalars(
        select(func.coalesce(Evidence.entity_id, EntityFact.entity_id))
        .outerjoin(EntityFact, EntityFact.id == Evidence.entity_fact_id)
        .where(proving(episode_ids), or_(Evidence.entity_id.is_not(None), Evidence.entity_fact_id.is_not(None)))
        .distinct()
    )
    return list(rows)


async def index_series(session: WriteSession, series_id: uuid.UUID) -> int:
    """Index a series anew from its rows, whatever the index held of it."""
    await forget_series(session, series_id)
    episodes = select(Episode.id).where(Episode.series_id == series_id)
    made = await index_episodes(session, list(await session.scalars(episodes)))
    articles = select(WikiArticle.id).where(WikiArticle.series_id == series_id)
    made += await index_articles(session, list(await session.scalars(articles)))
    entities = select(WorldEntity.id).where(WorldEntity.series_id == series_id)
    return made + await index_entities(session, list(await session.scalars(entities)))


async def forget_series(session: WriteSession, series_id: uuid.UUID) -> None:
    """Take out all that the index holds of a series."""
    held = select(IndexedPassage.id).where(IndexedPassage.series_id == series_id)
    await take_out(session, list(await session.scalars(held)))


async def forget_episodes(session: WriteSession, episode_ids: Collection[uuid.UUID]) -> None:
    """Take out what the index holds of episodes that are gone."""
    held = select(IndexedPassage.id).where(
        IndexedPassage.episode_id.in_(episode_ids),
        IndexedPassage.episode_id.not_in(select(Episode.id)),
    )
    await take_out(session, list(await session.scalars(held)))


async def renew(session: WriteSession, owner_ids: Collection[uuid.UUID], passages: Sequence[Owned]) -> int:
    """Have the index hold just these passages of their owners."""
    now = {one.passage.id for one in passages}
    await take_out(session, [passage_id for passage_id in await owned_by(session, owner_ids) if passage_id not in now])
    await index.put(session, [one.passage for one in passages])
    for batch in batched(passages):
        rows = insert(IndexedPassage).values(
            [
                {
                    "id": one.passage.id,
                    "series_id": one.passage.key,
                    "episode_id": one.episode_id,
                    "owner_id": one.owner_id,
                    "kind": one.passage.kind,
                    "row_id": one.row_id,
                    "piece_start": one.piece[0] if one.piece else None,
                    "piece_stop": one.piece[1] if one.piece else None,
                }
                for one in batch
            ]
        )
        written = {name: rows.excluded[name] for name in WRITTEN}
        await session.execute(rows.on_conflict_do_update(index_elements=["id"], set_=written))
    return len(passages)


async def owned_by(session: ReadSession, owner_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    for batch in batched(list(owner_ids)):
        found += await session.scalars(select(IndexedPassage.id).where(IndexedPassage.owner_id.in_(batch)))
    return found


async def take_out(session: WriteSession, passage_ids: Sequence[uuid.UUID]) -> None:
    if passage_ids:
        await index.remove(session, passage_ids)
    for batch in batched(passage_ids):
        await session.execute(delete(IndexedPassage).where(IndexedPassage.id.in_(batch)))


def batched(many: Sequence[Each]) -> Iterator[Sequence[Each]]:
    """As many at a time as a statement takes: PostgreSQL counts 65,535 parameters, and a passage has eight."""
    for start in range(0, len(many), AT_ONCE):
        yield many[start : start + AT_ONCE]
