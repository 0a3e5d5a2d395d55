"""Queries of shared shelves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, insert, or_, select

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.shelves.models import Shelf, ShelfCollective, ShelfSeries


async def shelves_for(session: ReadSession, owner_id: uuid.UUID, around: Collection[uuid.UUID]) -> Sequence[Shelf]:
    """Somebody's own shelves and those shared with collectives around them, by name."""
    shared = select(ShelfCollective.shelf_id).where(ShelfCollective.collective_id.in_(around))
    rows = select(Shelf).where(or_(Shelf.owner_id == owner_id, Shelf.id.in_(shared)))
    return (await session.scalars(rows.order_by(func.lower(Shelf.name), Shelf.id))).all()


async def shelf(session: ReadSession, shelf_id: uuid.UUID) -> Shelf | None:
    return await session.get(Shelf, shelf_id)


async def collectives_of(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Whom each shelf is shared with."""
    rows = select(ShelfCollective.shelf_id, ShelfCollective.collective_id).where(ShelfCollective.shelf_id.in_(ids))
    found: dict[uuid.UUID, list[uuid.UUID]] = {key: [] for key in ids}
    for shelf_id, collective_id in await session.execute(rows.order_by(ShelfCollective.shared_at)):
        found[shelf_id].append(collective_id)
    return found


async def counts(session: ReadSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many series stand on each shelf."""
    rows = (
        select(ShelfSeries.shelf_id, func.count())
        .join(Series, Series.id == ShelfSeries.series_id)
        .where(ShelfSeries.shelf_id.in_(ids))
        .group_by(ShelfSeries.shelf_id)
    )
    return {row[0]: row[1] for row in await session.execute(rows)}


async def series_on(session: ReadSession, shelf_id: uuid.UUID) -> list[Series]:
    rows = (
        select(Series)
        .join(ShelfSeries, ShelfSeries.series_id == Series.id)
        .where(ShelfSeries.shelf_id == shelf_id)
        .order_by(ShelfSeries.order_index)
    )
    return list(await session.scalars(rows))


async def put_series(session: WriteSession, shelf_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    await session.execute(delete(ShelfSeries).where(ShelfSeries.shelf_id == shelf_id))
    rows = [{"shelf_id": shelf_id, "series_id": one, "order_index": index} for index, one in enumerate(ids)]
    if rows:
        await session.execute(insert(ShelfSeries), rows)


async def put_collectives(session: WriteSession, shelf_id: uuid.UUID, ids: Collection[uuid.UUID]) -> None:
    await session.execute(delete(ShelfCollective).where(ShelfCollective.shelf_id == shelf_id))
    rows = [{"shelf_id": shelf_id, "collective_id": one} for one in ids]
    if rows:
        await session.execute(insert(ShelfCollective), rows)


async def series_shared_with(session: ReadSession, collective_id: uuid.UUID) -> list[tuple[Series, int]]:
    """The series on a collective's shelves by title, each with how many episodes it has."""
    on = (
        select(ShelfSeries.series_id)
        .join(ShelfCollective, ShelfCollective.shelf_id == ShelfSeries.shelf_id)
        .where(ShelfCollective.collective_id == collective_id)
    )
    count = func.count(Episode.id).filter(Episode.edition_of_id.is_(None))
    rows = (
        select(Series, count)
        .outerjoin(Episode, Episode.series_id == Series.id)
        .where(Series.id.in_(on))
        .group_by(Series.id)
        .order_by(Series.sort_title, Series.id)
    )
    return [(row[0], row[1]) for row in await session.execute(rows)]


async def collectives_with_shelves(session: ReadSession) -> frozenset[uuid.UUID]:
    """Those that any shelf is shared with."""
    return frozenset(await session.scalars(select(ShelfCollective.collective_id).distinct()))


async def titles(session: ReadSession) -> dict[uuid.UUID, tuple[str, bool]]:
    """The title of every series that there is for the session, and whether it is rated."""
    rows = await session.execute(select(Series.id, Series.title, Series.min_age).order_by(Series.sort_title))
    return {row[0]: (row[1], row[2] is not None) for row in rows}
