"""Queries of ledgers, progress and preferences: always of one reader, whose id also opens the session."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, Range, distinct_on, insert
from sqlalchemy.orm import aliased

from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading.models import (
    EpisodeReading,
    ReaderPreference,
    ReadingFetch,
    ReadingLedger,
    ReadingProgress,
    ReadState,
)
from fumetto.library.reading.rules import Pending, Ranges, merged

HAS_SEEN = ReadingLedger.seen.bool_op("@>")(Page.position)
"""Whether a page's position is in a ledger, where a query has both."""


def as_multirange(ranges: Ranges) -> list[Range[int]]:
    return [Range(start, end) for start, end in ranges]


def as_ranges(multirange: Iterable[Range[int]]) -> Ranges:
    return merged((part.lower or 0, part.upper or 0) for part in multirange if not part.empty)


async def seen_in(session: ReadSession, reader_id: uuid.UUID | None, series_id: uuid.UUID) -> Ranges:
    """The positions of a series that the reader has seen."""
    seen = await session.scalar(
        select(ReadingLedger.seen).where(ReadingLedger.reader_id == reader_id, ReadingLedger.series_id == series_id)
    )
    return as_ranges(seen or ())


async def seen_pages(session: ReadSession, reader_id: uuid.UUID | None, episode: Episode) -> list[int]:
    """Order indexes of the pages of an episode that the reader has seen."""
    rows = await session.scalars(
        select(Page.order_index)
        .join(ReadingLedger, ReadingLedger.series_id == episode.series_id)
        .where(
            ReadingLedger.reader_id == reader_id,
            Page.episode_id == episode.id,
            HAS_SEEN,
        )
        .order_by(Page.order_index)
    )
    return list(rows)


async def seen_among(session: ReadSession, reader_id: uuid.UUID, page_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some pages, of any series, that the reader has seen."""
    rows = await session.scalars(
        select(Page.id)
        .join(Episode, Episode.id == Page.episode_id)
        .join(ReadingLedger, ReadingLedger.series_id == Episode.series_id)
        .where(ReadingLedger.reader_id == reader_id, among(Page.id, page_ids), HAS_SEEN)
    )
    return set(rows)


async def add_seen(session: WriteSession, reader_id: uuid.UUID, series_id: uuid.UUID, ranges: Ranges) -> None:
    """Add positions to a ledger in one statement: two devices at once lose nothing of each other's."""
    if not ranges:
        return
    added = insert(ReadingLedger).values(reader_id=reader_id, series_id=series_id, seen=as_multirange(ranges))
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["reader_id", "series_id"],
            set_={"seen": ReadingLedger.seen.op("+")(added.excluded.seen), "updated_at": func.now()},
        )
    )


async def take_seen(session: WriteSession, reader_id: uuid.UUID, series_id: uuid.UUID, ranges: Ranges) -> None:
    """Take positions out of a ledger, in one statement too."""
    taken = literal(as_multirange(ranges), INT8MULTIRANGE)
    await session.execute(
        update(ReadingLedger)
        .where(ReadingLedger.reader_id == reader_id, ReadingLedger.series_id == series_id)
        .values(seen=ReadingLedger.seen.op("-")(taken), updated_at=func.now())
    )


async def positions_by_episode(
    session: ReadSession, episode_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[int, int]]]:
    """`(order_index, position)` of every page of the episodes, in reading order."""
    rows = await session.execute(
        select(Page.episode_id, Page.order_index, Page.position)
        .where(among(Page.episode_id, episode_ids))
        .order_by(Page.episode_id, Page.order_index)
    )
    found: dict[uuid.UUID, list[tuple[int, int]]] = {episode_id: [] for episode_id in episode_ids}
    for episode_id, order_index, position in rows:
        found[episode_id].append((order_index, position))
    return found


async def save_progress(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write where devices are, except for those that have said something newer already."""
    if not rows:
        return
    added = insert(ReadingProgress).values(list(rows))
    keys = ("reader_id", "episode_id", "device")
    await session.execute(
        added.on_conflict_do_update(
            index_elements=list(keys),
            set_={name: getattr(added.excluded, name) for name in rows[0] if name not in keys},
            where=added.excluded.updated_at >= ReadingProgress.updated_at,
        )
    )


async def progress_of(
    session: ReadSession, reader_id: uuid.UUID | None, episode_ids: Sequence[uuid.UUID]
) -> list[tuple[uuid.UUID, ReadingProgress, int | None, int]]:
    """The newest standing per episode, its editions taken together: `(episode, progress, page_number, page_count)`."""
    if reader_id is None or not episode_ids:
        return []
    main = func.coalesce(Episode.edition_of_id, Episode.id)
    rows = await session.execute(
        select(main, ReadingProgress, Page.page_number, Episode.page_count)
        .join(Episode, Episode.id == ReadingProgress.episode_id)
        .outerjoin(
            Page, and_(Page.episode_id == ReadingProgress.episode_id, Page.order_index == ReadingProgress.order_index)
        )
        .where(
            ReadingProgress.reader_id == reader_id,
            or_(among(Episode.id, episode_ids), among(Episode.edition_of_id, episode_ids)),
        )
        .ext(distinct_on(main))
        .order_by(
            main, ReadingProgress.updated_at.desc(), ReadingProgress.order_index.desc(), ReadingProgress.device.desc()
        )
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def device_progress(session: ReadSession, reader_id: uuid.UUID, episode_id: uuid.UUID) -> list[ReadingProgress]:
    return list(
        await session.scalars(
            select(ReadingProgress)
            .where(ReadingProgress.reader_id == reader_id, ReadingProgress.episode_id == episode_id)
            .order_by(ReadingProgress.updated_at.desc())
            .execution_options(populate_existing=True)
        )
    )


async def readings_of(
    session: ReadSession, reader_id: uuid.UUID | None, episode_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, EpisodeReading]:
    if reader_id is None or not episode_ids:
        return {}
    rows = await session.scalars(
        select(EpisodeReading).where(
            EpisodeReading.reader_id == reader_id, among(EpisodeReading.episode_id, episode_ids)
        )
    )
    return {reading.episode_id: reading for reading in rows}


async def lock_reading(
    session: WriteSession, reader_id: uuid.UUID, episode_id: uuid.UUID, at: datetime
) -> EpisodeReading:
    """The reader's row for an episode, made when there is none, and theirs alone until the transaction ends."""
    await session.execute(
        insert(EpisodeReading)
        .values(reader_id=reader_id, episode_id=episode_id, state=ReadState.UNREAD, started_at=at, last_read_at=at)
        .on_conflict_do_nothing()
    )
    reading = await session.scalar(
        select(EpisodeReading)
        .where(EpisodeReading.reader_id == reader_id, EpisodeReading.episode_id == episode_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if reading is None:
        raise LookupError(episode_id)
    return reading


async def note_readings(
    session: WriteSession, reader_id: uuid.UUID, episode_ids: Sequence[uuid.UUID], state: ReadState, at: datetime
) -> None:
    """Set the state of many episodes at once; `unread` remembers when, so that older turns arriving late are void."""
    if not episode_ids:
        return
    cleared = at if state is ReadState.UNREAD else None
    added = insert(EpisodeReading).values(
        [
            {
                "reader_id": reader_id,
                "episode_id": episode_id,
                "state": state,
                "started_at": at,
                "last_read_at": at,
                "cleared_at": cleared,
            }
            for episode_id in episode_ids
        ]
    )
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["reader_id", "episode_id"],
            set_={
                "state": added.excluded.state,
                "last_read_at": added.excluded.last_read_at,
                "cleared_at": func.coalesce(added.excluded.cleared_at, EpisodeReading.cleared_at),
            },
        )
    )


async def drop_progress(session: WriteSession, reader_id: uuid.UUID, episode_ids: Sequence[uuid.UUID]) -> None:
    """Forget where every device is in these episodes and their other editions."""
    editions = select(Episode.id).where(or_(Episode.id.in_(episode_ids), Episode.edition_of_id.in_(episode_ids)))
    await session.execute(
        delete(ReadingProgress).where(ReadingProgress.reader_id == reader_id, ReadingProgress.episode_id.in_(editions))
    )


async def lock_fetches(session: WriteSession, reader_id: uuid.UUID, series_id: uuid.UUID) -> ReadingFetch:
    await session.execute(
        insert(ReadingFetch).values(reader_id=reader_id, series_id=series_id, pending=[]).on_conflict_do_nothing()
    )
    fetches = await session.scalar(
        select(ReadingFetch)
        .where(ReadingFetch.reader_id == reader_id, ReadingFetch.series_id == series_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if fetches is None:
        raise LookupError(series_id)
    return fetches


def pending_of(fetches: ReadingFetch) -> Pending:
    return [(int(position), [int(one) for one in later]) for position, later in fetches.pending]


async def continue_reading(
    session: ReadSession, reader_id: uuid.UUID, limit: int
) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Per series, newest first: `(series, episode, "reading" | "next")`, finished series left out.

    The episode read last counts: while unfinished it is the one to go on with, then the first after it not read.
    """
    rows = await session.execute(CONTINUE, {"reader": reader_id, "most": limit})
    return [(row.series_id, row.episode_id, row.reason) for row in rows]


def continue_query() -> Select[*tuple[Any, ...]]:
    reader: Any = bindparam("reader")
    read_last = (
        select(Episode.series_id, Episode.id, Episode.sort_key, EpisodeReading.state, EpisodeReading.last_read_at)
        .join(Episode, Episode.id == EpisodeReading.episode_id)
        .where(
            EpisodeReading.reader_id == reader,
            EpisodeReading.state.in_((ReadState.READING, ReadState.READ)),
            Episode.edition_of_id.is_(None),
        )
        .ext(distinct_on(Episode.series_id))
        .order_by(Episode.series_id, EpisodeReading.last_read_at.desc(), Episode.sort_key.desc())
        .cte("last")
    )
    last, later, read = read_last.c, aliased(Episode), aliased(EpisodeReading)
    following = (
        select(later.id, func.coalesce(read.state == ReadState.READING, false()).label("begun"))
        .outerjoin(read, and_(read.episode_id == later.id, read.reader_id == reader))
        .where(
            last.state == ReadState.READ,
            later.series_id == last.series_id,
            later.edition_of_id.is_(None),
            tuple_(later.sort_key, later.id) > tuple_(last.sort_key, last.id),
            func.coalesce(read.state, ReadState.UNREAD) != ReadState.READ,
        )
        .order_by(later.sort_key, later.id)
        .limit(1)
        .lateral("next")
    )
    reason = case((or_(following.c.id.is_(None), following.c.begun), "reading"), else_="next")
    return (
        select(last.series_id, func.coalesce(following.c.id, last.id).label("episode_id"), reason.label("reason"))
        .select_from(read_last.outerjoin(following, true()))
        .where(or_(last.state == ReadState.READING, following.c.id.is_not(None)))
        .order_by(last.last_read_at.desc(), last.series_id)
        .limit(bindparam("most", type_=Integer))
    )


CONTINUE = continue_query()


async def preference(session: ReadSession, reader_id: uuid.UUID | None, series_id: uuid.UUID) -> dict[str, Any]:
    if reader_id is None:
        return {}
    values = await session.scalar(
        select(ReaderPreference.values).where(
            ReaderPreference.reader_id == reader_id, ReaderPreference.series_id == series_id
        )
    )
    return values or {}


async def save_preference(
    session: WriteSession, reader_id: uuid.UUID, series_id: uuid.UUID, values: dict[str, Any]
) -> None:
    added = insert(ReaderPreference).values(reader_id=reader_id, series_id=series_id, values=values)
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["reader_id", "series_id"],
            set_={"values": added.excluded["values"], "updated_at": func.now()},
        )
    )


async def hold_episodes_of(session: WriteSession, series_id: uuid.UUID) -> list[Episode]:
    """The episodes of a series in reading order, other editions left out, kept in their places till the end."""
    return list(
        await session.scalars(
            held()
            .where(Episode.series_id == series_id, Episode.edition_of_id.is_(None))
            .order_by(Episode.sort_key, Episode.id)
        )
    )


async def hold_episodes(session: WriteSession, ids: Sequence[uuid.UUID]) -> list[Episode]:
    """Some episodes in reading order, kept in their places till the end of the transaction."""
    return list(await session.scalars(held().where(Episode.id.in_(ids)).order_by(Episode.sort_key, Episode.id)))


def held() -> Select[Episode]:
    """Locked against moving, not against other readers: positions read afterwards stay true."""
    return select(Episode).with_for_update(read=True).execution_options(populate_existing=True)
