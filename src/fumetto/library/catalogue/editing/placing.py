"""Moving episodes to other numbers and series, and with them everybody's ledgers and progress: in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.events import emit
from fumetto.library.catalogue.editing.errors import EditSuperseded
from fumetto.library.catalogue.editing.events import EpisodesMoved
from fumetto.library.catalogue.editing.repository import PARKED, lock_episodes, table_of
from fumetto.library.catalogue.editing.rules import Change, from_json, parted, same, to_json
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.reading.models import EpisodeReading, ReadingFetch, ReadingLedger, ReadingProgress
from fumetto.library.reading.repository import as_multirange, as_ranges
from fumetto.library.reading.rules import BlockMove, Ranges, block_of, merged, moved, shifted, within, without

PLACE = ("series_id", "episode_number", "sort_key", "slug", "edition_of_id")
Ledgers = dict[uuid.UUID, dict[uuid.UUID, Ranges]]


def place_of(episode: Episode) -> dict[str, Any]:
    """Where an episode is, as JSON."""
    return {name: to_json(getattr(episode, name)) for name in PLACE}


@asynccontextmanager
async def everybody(session: ReadSession) -> AsyncIterator[None]:
    """Within it, the session sees and writes every reader's rows."""
    before = await session.scalar(select(func.current_setting("fumetto.reader", True)))
    await session.execute(select(func.set_config("fumetto.reader", EVERY_READER, True)))
    yield
    await session.execute(select(func.set_config("fumetto.reader", before or "", True)))


async def place_episodes(session: WriteSession, change: Change) -> Change:
    """Make a `place` change; returns it with what undoing it will need.

    Raises EditSuperseded when an episode is not where the change takes it from.
    """
    moves = change["moves"]
    ids = [uuid.UUID(move["id"]) for move in moves]
    episodes = await lock_episodes(session, ids)
    for move in moves:
        episode = episodes.get(uuid.UUID(move["id"]))
        if episode is None or not same(place_of(episode), move["from"]):
            raise EditSuperseded(thing=episode.title if episode is not None else move["from"]["slug"])
    undoing = bool(change.get("undoing"))
    async with everybody(session):
        done = await move_ledgers(session, moves, undoing)
        await rewrite_rows(session, moves)
        if not undoing:
            await part_readings(session, moves)
        touched = touched_series(moves)
        await emit(session, EpisodesMoved(tuple(ids), tuple(sorted(touched))))
    await session.execute(update(Series).where(Series.id.in_(touched)).values(updated_at=func.now()))
    return {**change, "moves": done}


async def rewrite_rows(session: WriteSession, moves: Sequence[dict[str, Any]]) -> None:
    table = table_of(Episode)
    for index, move in enumerate(moves):
        parked = {"sort_key": PARKED - index, "slug": f"~{move['id']}", "edition_of_id": None}
        await session.execute(update(table).where(table.c.id == uuid.UUID(move["id"])).values(**parked))
    for move in sorted(moves, key=lambda one: one["to"]["edition_of_id"] is not None):
        episode_id, values = uuid.UUID(move["id"]), {name: from_json(name, move["to"][name]) for name in PLACE}
        await session.execute(update(table).where(table.c.id == episode_id).values(**values, updated_at=func.now()))
        by = start_of(move["to"]) - start_of(move["from"])
        if by:
            await session.execute(update(Page).where(Page.episode_id == episode_id).values(position=Page.position + by))
            await session.execute(
                update(ReadingProgress)
                .where(ReadingProgress.episode_id == episode_id)
                .values(position=ReadingProgress.position + by)
            )
    # What foreign clients fetched before is forgotten: it is only ever a hint, and its positions are others now
    await session.execute(delete(ReadingFetch).where(ReadingFetch.series_id.in_(touched_series(moves))))


async def part_readings(session: WriteSession, moves: Sequence[dict[str, Any]]) -> None:
    """Episodes that are editions of another no more are read as far as that one is: both share what was seen."""
    parting = [
        (uuid.UUID(move["from"]["edition_of_id"]), uuid.UUID(move["id"]))
        for move in moves
        if move["from"]["edition_of_id"] is not None and move["to"]["edition_of_id"] is None
    ]
    for main, parted_id in parting:
        rest = [column for column in table_of(EpisodeReading).c if column.name != "episode_id"]
        shared = select(literal(parted_id), *rest).where(EpisodeReading.episode_id == main)
        names = ["episode_id", *(column.name for column in rest)]
        await session.execute(insert(EpisodeReading).from_select(names, shared).on_conflict_do_nothing())


def touched_series(moves: Sequence[dict[str, Any]]) -> set[uuid.UUID]:
    return {uuid.UUID(move[end]["series_id"]) for move in moves for end in ("from", "to")}


def start_of(place: dict[str, Any]) -> int:
    return block_of(Decimal(place["sort_key"]))[0]


def block_at(place: dict[str, Any]) -> tuple[uuid.UUID, int]:
    return uuid.UUID(place["series_id"]), start_of(place)


async def move_ledgers(session: WriteSession, moves: Sequence[dict[str, Any]], undoing: bool) -> list[dict[str, Any]]:
    """Rewrite everybody's ledgers for the moves; returns the moves with what was seen of editions before they met."""
    ledgers = await lock_ledgers(session, touched_series(moves))
    moving = {uuid.UUID(move["id"]) for move in moves if block_at(move["from"]) != block_at(move["to"])}
    inhabited = await blocks_of_others(session, moves, moving)
    plan: list[BlockMove] = []
    done = []
    for move in moves:
        source, target = block_at(move["from"]), block_at(move["to"])
        kept = {name: value for name, value in move.items() if name != "stash"}
        if source != target:
            plan.append(BlockMove(str(source[0]), source[1], str(target[0]), target[1], stays=source in inhabited))
            if target in inhabited and not undoing:
                kept["stash"] = stash_of(ledgers, source, target)
            elif undoing and "stash" in move:
                kept["stash"] = move["stash"]
        done.append(kept)
    for reader_id, before in ledgers.items():
        named = {str(series_id): seen for series_id, seen in before.items()}
        after = moved(named, plan)
        if undoing:
            part_again(after, named, done, str(reader_id))
        for series_id, seen in after.items():
            if seen != named.get(series_id, ()):
                await write_ledger(session, reader_id, uuid.UUID(series_id), seen)
    return done


def stash_of(ledgers: Ledgers, source: tuple[uuid.UUID, int], target: tuple[uuid.UUID, int]) -> dict[str, Any]:
    """What each reader has seen of two episodes about to become editions of one, counted from their first position."""
    kept: dict[str, Any] = {}
    for reader_id, seen in ledgers.items():
        came, there = relative(seen.get(source[0], ()), source[1]), relative(seen.get(target[0], ()), target[1])
        if came or there:
            kept[str(reader_id)] = {"came": [list(part) for part in came], "there": [list(part) for part in there]}
    return kept


def relative(seen: Ranges, start: int) -> Ranges:
    return shifted(within(seen, (start, start + block_of(Decimal(0))[1])), -start)


def part_again(
    after: dict[str, Ranges], before: dict[str, Ranges], moves: Sequence[dict[str, Any]], reader_id: str
) -> None:
    """Where editions go separate ways again, give each what was seen of it."""
    for move in moves:
        if "stash" not in move:
            continue
        stash = move["stash"].get(reader_id, {"came": [], "there": []})
        source, target = start_of(move["from"]), start_of(move["to"])
        from_series, to_series = move["from"]["series_id"], move["to"]["series_id"]
        now = relative(before.get(from_series, ()), source)
        came, there = parted(now, pairs(stash["came"]), pairs(stash["there"]))
        put_block(after, from_series, source, there)
        put_block(after, to_series, target, came)


def pairs(rows: Sequence[Sequence[int]]) -> Ranges:
    return merged((row[0], row[1]) for row in rows)


def put_block(ledgers: dict[str, Ranges], series_id: str, start: int, seen: Ranges) -> None:
    span = block_of(Decimal(0))[1]
    rest = without(ledgers.get(series_id, ()), [(start, start + span)])
    ledgers[series_id] = merged((*rest, *shifted(seen, start)))


async def blocks_of_others(
    session: WriteSession, moves: Sequence[dict[str, Any]], moving: set[uuid.UUID]
) -> set[tuple[uuid.UUID, int]]:
    """The blocks from and to which episodes move, and in which others are and stay."""
    keys = {
        (uuid.UUID(move[end]["series_id"]), Decimal(move[end]["sort_key"])) for move in moves for end in ("from", "to")
    }
    rows = await session.execute(
        select(Episode.series_id, Episode.sort_key).where(
            or_(*((Episode.series_id == series_id) & (Episode.sort_key == key) for series_id, key in keys)),
            Episode.id.not_in(moving),
        )
    )
    return {(series_id, block_of(sort_key)[0]) for series_id, sort_key in rows}


async def lock_ledgers(session: WriteSession, series_ids: set[uuid.UUID]) -> Ledgers:
    """Everybody's ledgers of some series, by reader and series."""
    rows = await session.execute(
        select(ReadingLedger.reader_id, ReadingLedger.series_id, ReadingLedger.seen)
        .where(ReadingLedger.series_id.in_(series_ids))
        .order_by(ReadingLedger.reader_id, ReadingLedger.series_id)
        .with_for_update()
    )
    ledgers: Ledgers = {}
    for reader_id, series_id, seen in rows:
        ledgers.setdefault(reader_id, {})[series_id] = as_ranges(seen)
    return ledgers


async def write_ledger(session: WriteSession, reader_id: uuid.UUID, series_id: uuid.UUID, seen: Ranges) -> None:
    row = insert(ReadingLedger).values(reader_id=reader_id, series_id=series_id, seen=as_multirange(seen))
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["reader_id", "series_id"], set_={"seen": row.excluded.seen, "updated_at": func.now()}
        )
    )
