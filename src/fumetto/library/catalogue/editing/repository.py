"""Queries of edits: rows locked in one order, and written by column."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, delete, exists, func, insert, or_, select, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.editing.models import Edit
from fumetto.library.catalogue.lists import CollectionSeries
from fumetto.library.catalogue.models import Episode, EpisodeTitle, Page, Series
from fumetto.library.reading.models import EpisodeReading, ReaderPreference
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import Character, WikiArticle, WorldEntity

Model = type[Series] | type[Episode]
MODELS: dict[str, Model] = {"series": Series, "episodes": Episode}
COMPUTED = frozenset({"search_title", "min_age"})
PARKED = Decimal(-100_000_000)
"""A sort key that no episode has, for one on its way."""


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(model)
    return table


async def lock_series(session: WriteSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Series]:
    rows = await session.scalars(
        select(Series)
        .where(Series.id.in_(ids))
        .order_by(Series.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {series.id: series for series in rows}


async def lock_episodes(session: WriteSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Episode]:
    """The episodes with their other editions, nobody else's until the transaction ends: page turns wait meanwhile."""
    rows = await session.scalars(
        select(Episode)
        .where(or_(Episode.id.in_(ids), Episode.edition_of_id.in_(ids)))
        .order_by(Episode.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {episode.id: episode for episode in rows}


async def episodes_of(session: ReadSession, series_ids: Collection[uuid.UUID]) -> list[Episode]:
    """All episodes of some series, other editions too, in reading order."""
    return list(
        await session.scalars(
            select(Episode)
            .where(Episode.series_id.in_(series_ids))
            .order_by(Episode.series_id, Episode.sort_key, Episode.id)
        )
    )


async def titles_of(session: ReadSession, episode_id: uuid.UUID) -> dict[str, str]:
    rows = await session.execute(
        select(EpisodeTitle.language, EpisodeTitle.title).where(EpisodeTitle.episode_id == episode_id)
    )
    return {row[0]: row[1] for row in rows}


async def put_titles(session: WriteSession, episode_id: uuid.UUID, titles: Mapping[str, str]) -> None:
    await session.execute(delete(EpisodeTitle).where(EpisodeTitle.episode_id == episode_id))
    if titles:
        rows = [{"episode_id": episode_id, "language": tag, "title": title} for tag, title in titles.items()]
        await session.execute(insert(EpisodeTitle), rows)


async def set_fields(session: WriteSession, model: Model, row_id: uuid.UUID, values: Mapping[str, Any]) -> None:
    table = table_of(model)
    await session.execute(update(table).where(table.c.id == row_id).values(**values, updated_at=func.now()))


async def row_of(session: ReadSession, model: Model, row_id: uuid.UUID) -> dict[str, Any] | None:
    """A row by column, without what the database computes."""
    table = table_of(model)
    columns = [column for column in table.c if column.name not in COMPUTED]
    found = (await session.execute(select(*columns).where(table.c.id == row_id))).mappings().one_or_none()
    return dict(found) if found else None


async def series_with_a_world(session: ReadSession, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the series of whose world more is told than a machine proposed. The session must see all rows."""
    if not ids:
        return set()
    told = union(
        select(Character.series_id).where(Character.series_id.in_(ids), Character.state == ReviewState.ACCEPTED),
        select(WikiArticle.series_id).where(WikiArticle.series_id.in_(ids)),
        select(WorldEntity.series_id).where(WorldEntity.series_id.in_(ids), WorldEntity.origin != Origin.EXTRACTION),
    )
    return set(await session.scalars(told))


async def insert_series(session: WriteSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(table_of(Series)).values(**values))


async def delete_series(session: WriteSession, series_id: uuid.UUID) -> bool:
    """Delete a series that has no episode; whether it had none."""
    if await session.scalar(select(exists().where(Episode.series_id == series_id))):
        return False
    await session.execute(delete(Series).where(Series.id == series_id))
    return True


async def series_slugs(session: ReadSession, base: str) -> set[str]:
    """Slugs in use that begin like `base`."""
    return set(await session.scalars(select(Series.slug).where(Series.slug.startswith(base, autoescape=True))))


async def slugs_in(session: ReadSession, series_id: uuid.UUID) -> set[str]:
    return set(await session.scalars(select(Episode.slug).where(Episode.series_id == series_id)))


async def numbers_in(session: ReadSession, series_id: uuid.UUID) -> dict[Decimal, uuid.UUID]:
    """The episode at each sort key of a series, other editions left out."""
    rows = await session.execute(
        select(Episode.sort_key, Episode.id).where(Episode.series_id == series_id, Episode.edition_of_id.is_(None))
    )
    return {row[0]: row[1] for row in rows}


async def page_belongs(
    session: ReadSession, page_id: uuid.UUID, series_id: uuid.UUID, episode_id: uuid.UUID | None
) -> bool:
    main = aliased(Episode)
    page = (
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .outerjoin(main, main.id == Episode.edition_of_id)
        .where(Page.id == page_id, Episode.series_id == series_id)
    )
    if episode_id is not None:
        page = page.where(or_(Episode.id == episode_id, main.id == episode_id))
    return await session.scalar(page) is not None


async def collections_with(session: ReadSession, series_id: uuid.UUID) -> list[tuple[uuid.UUID, int]]:
    rows = await session.execute(
        select(CollectionSeries.collection_id, CollectionSeries.order_index).where(
            CollectionSeries.series_id == series_id
        )
    )
    return [(row[0], row[1]) for row in rows]


async def collect(session: WriteSession, collection_id: uuid.UUID, series_id: uuid.UUID, order_index: int) -> None:
    await session.execute(
        upsert(CollectionSeries)
        .values(collection_id=collection_id, series_id=series_id, order_index=order_index)
        .on_conflict_do_nothing()
    )


async def release(session: WriteSession, collection_id: uuid.UUID, series_id: uuid.UUID) -> None:
    await session.execute(
        delete(CollectionSeries).where(
            CollectionSeries.collection_id == collection_id, CollectionSeries.series_id == series_id
        )
    )


async def preferences_of(session: ReadSession, series_id: uuid.UUID) -> list[tuple[uuid.UUID, dict[str, Any]]]:
    """Everybody's preferences for a series. The session must see every reader's rows."""
    rows = await session.execute(
        select(ReaderPreference.reader_id, ReaderPreference.values).where(ReaderPreference.series_id == series_id)
    )
    return [(row[0], row[1]) for row in rows]


async def restore_preferences(
    session: WriteSession, series_id: uuid.UUID, preferences: Sequence[tuple[uuid.UUID, dict[str, Any]]]
) -> None:
    for reader_id, values in preferences:
        await session.execute(
            upsert(ReaderPreference)
            .values(reader_id=reader_id, series_id=series_id, values=values)
            .on_conflict_do_nothing()
        )


async def find_edit(session: WriteSession, edit_id: uuid.UUID) -> Edit | None:
    found: Edit | None = await session.scalar(select(Edit).where(Edit.id == edit_id).with_for_update())
    return found


async def undone_by(session: ReadSession, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the edits that another edit undoes."""
    return set(await session.scalars(select(Edit.undoes_id).where(Edit.undoes_id.in_(ids))))


async def list_edits(session: ReadSession, after: tuple[datetime, uuid.UUID] | None, limit: int) -> list[Edit]:
    rows = select(Edit).order_by(Edit.created_at.desc(), Edit.id.desc()).limit(limit)
    if after is not None:
        rows = rows.where(tuple_(Edit.created_at, Edit.id) < after)
    return list(await session.scalars(rows))


async def forget_missing(session: WriteSession, series_id: uuid.UUID) -> tuple[list[uuid.UUID], bool]:
    """Delete the missing episodes of a series, and the series when none is left: their ids, and whether it is gone.

    The session must see every reader's rows. Where another edition of a missing episode is there, it takes its place.
    """
    rows = await session.scalars(
        select(Episode)
        .where(Episode.series_id == series_id, Episode.missing_since.is_not(None))
        .order_by(Episode.edition_of_id.is_(None), Episode.id)
        .with_for_update()
    )
    forgotten: list[uuid.UUID] = []
    for episode in list(rows):
        if episode.edition_of_id is None:
            await promote_edition(session, episode)
        await session.execute(delete(Episode).where(Episode.id == episode.id))
        forgotten.append(episode.id)
    return forgotten, bool(forgotten) and await delete_series(session, series_id)


async def promote_edition(session: WriteSession, episode: Episode) -> None:
    """Let the oldest other edition of an episode take its place, with what readers were told of it."""
    heir = await session.scalar(
        select(Episode.id).where(Episode.edition_of_id == episode.id).order_by(Episode.ingested_at, Episode.id).limit(1)
    )
    if heir is None:
        return
    table = table_of(Episode)
    parked = update(table).where(table.c.id == episode.id).values(sort_key=PARKED)
    await session.execute(parked)
    await session.execute(update(table).where(table.c.id == heir).values(edition_of_id=None))
    await session.execute(update(table).where(table.c.edition_of_id == episode.id).values(edition_of_id=heir))
    await session.execute(update(EpisodeReading).where(EpisodeReading.episode_id == episode.id).values(episode_id=heir))


async def page_is_in(session: ReadSession, page_id: uuid.UUID, episode_ids: Collection[uuid.UUID]) -> bool:
    return await session.scalar(select(Page.id).where(Page.id == page_id, Page.episode_id.in_(episode_ids))) is not None
