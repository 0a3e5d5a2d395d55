"""The horizon: what one reader may know of a series now. Made here, of database rows, and by nobody else.

Whatever reveals the story is asked for through `revealing.revealed(session, horizon)`, or through the `Scope` that
`kernel.index` gets from `Horizon.scope()`. A horizon can be narrowed and never widened.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import InitVar, dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Uuid, and_, cast, false, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, INT8MULTIRANGE, TEXT

from fumetto.kernel.db.narrowing import narrowing
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index import Scope, register_scope_factory
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.reading import repository
from fumetto.library.reading.errors import PlaceNotFound
from fumetto.library.reading.models import ReadingLedger
from fumetto.library.reading.rules import Range, Ranges, block_of, cells_of, contains, merged, within

EVERYWHERE: Range = (-(2**62), 2**62)
"""Every position there is."""

_scope_of = register_scope_factory("library.reading")

_MAKER = object()
"""What only this module has; a horizon that is not made with it is refused."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """What one reader may know of one series: the positions they have seen, up to where they stand.

    `seen` is their ledger (or part of it), `present` the position of the page a query belongs to, if it belongs to one.
    `nobodys` is that of whoever is not signed in, who is told nothing: not even what is known without reading.
    """

    series_id: uuid.UUID
    seen: Ranges
    present: int | None
    maker: InitVar[object]
    nobodys: bool = False

    def __post_init__(self, maker: object) -> None:
        refuse_others(maker)

    @property
    def allowed(self) -> Ranges:
        """The positions that may be known now: what was seen, nothing after the present page."""
        if self.present is None:
            return self.seen
        return within(self.seen, (EVERYWHERE[0], self.present + 1))

    def narrowed(self, present: int) -> Horizon:
        """The same for a query that belongs to the page at this position; never later than it stands already."""
        here = present if self.present is None else min(present, self.present)
        return Horizon(self.series_id, self.seen, here, _MAKER, self.nobodys)

    def alone(self) -> Horizons:
        """The same where horizons of many series are wanted."""
        return Horizons(MappingProxyType({self.series_id: self}), _MAKER, self.nobodys)

    def knows(self, position: int) -> bool:
        """Whether what is at a position of the series may be known."""
        return contains(self.allowed, position)

    def reaches(self, other: Horizon) -> bool:
        """Whether the page that another horizon of the series belongs to lies no later than this one's."""
        return self.present is None or (other.present is not None and other.present <= self.present)

    def sees(self, column: Any) -> ColumnElement[bool]:
        """The SQL condition that a column with a position of this series is within the horizon."""
        return position_within(column, self.allowed)

    def covers(self, series: Any, position: Any) -> ColumnElement[bool]:
        """The SQL condition that a series' column and a position's are within the horizon."""
        return and_(series == self.series_id, self.sees(position))

    def concerns(self, series: Any) -> ColumnElement[bool]:
        """The SQL condition that a series' column is of the horizon's, for what its reader may know without reading."""
        belongs: ColumnElement[bool] = false() if self.nobodys else series == self.series_id
        return belongs

    def scope(self) -> Scope:
        """The part of the index that may be searched."""
        return _scope_of({} if self.nobodys else {self.series_id: self.allowed})

    @property
    def fingerprint(self) -> str:
        """What caches are keyed by: equal for two horizons exactly when they allow the same."""
        return fingerprint_of({self.series_id: self})

    def __reduce__(self) -> NoReturn:
        raise TypeError("a horizon is made of the rows there are now; it cannot be kept or sent")


@dataclass(frozen=True, slots=True)
class Horizons:
    """What one reader may know of many series: a horizon for each, none for a series that is not among them."""

    by_series: Mapping[uuid.UUID, Horizon]
    maker: InitVar[object]
    nobodys: bool = False

    def __post_init__(self, maker: object) -> None:
        refuse_others(maker)

    def of(self, series_id: uuid.UUID) -> Horizon:
        """The horizon in one series; where there is none, one that allows nothing."""
        return self.by_series.get(series_id) or Horizon(series_id, (), None, _MAKER, self.nobodys)

    def only(self, series_ids: Collection[uuid.UUID]) -> Horizons:
        """The same for some of the series."""
        kept = {key: one for key, one in self.by_series.items() if key in series_ids}
        return Horizons(MappingProxyType(kept), _MAKER, self.nobodys)

    def covers(self, series: Any, position: Any) -> ColumnElement[bool]:
        """The SQL condition that a series' column and a position's are within one of the horizons."""
        if len(self.by_series) == 1:
            (only,) = self.by_series.values()
            return only.covers(series, position)
        spans = (
            func.unnest(
                cast(list(self.by_series), ARRAY(Uuid)),
                cast([as_text(one.allowed) for one in self.by_series.values()], ARRAY(TEXT)),
            )
            .table_valued("series_id", "allowed", name="horizon")
            .render_derived()
        )
        spans = spans.render_derived()
        inside = cast(spans.c.allowed, INT8MULTIRANGE).bool_op("@>")(position)
        return select(literal(1)).where(spans.c.series_id == series, inside).correlate_except(spans).exists()

    def concerns(self, series: Any) -> ColumnElement[bool]:
        """The SQL condition that a series' column is of one of the horizons', as theirs has it."""
        told = [key for key, one in self.by_series.items() if not one.nobodys]
        belongs: ColumnElement[bool] = series.in_(told)
        return belongs

    def scope(self) -> Scope:
        """The part of the index that may be searched."""
        return _scope_of({key: one.allowed for key, one in self.by_series.items() if not one.nobodys})

    @property
    def fingerprint(self) -> str:
        """What caches are keyed by: equal for two exactly when they allow the same in the same series."""
        return fingerprint_of(self.by_series)

    def __iter__(self) -> Iterator[Horizon]:
        return iter(self.by_series.values())

    def __len__(self) -> int:
        return len(self.by_series)

    def __reduce__(self) -> NoReturn:
        raise TypeError("horizons are made of the rows there are now; they cannot be kept or sent")


def refuse_others(maker: object) -> None:
    if maker is not _MAKER:
        raise TypeError("a horizon is made by library.reading.horizon, of database rows, and by nobody else")


def fingerprint_of(horizons: Mapping[uuid.UUID, Horizon]) -> str:
    parts = (f"{key}{as_text(horizons[key].allowed)}" for key in sorted(horizons) if horizons[key].allowed)
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:32]


def as_text(ranges: Ranges) -> str:
    """Ranges as PostgreSQL writes a multirange."""
    return "{" + ",".join(f"[{start},{end})" for start, end in ranges) + "}"


def position_within(column: Any, ranges: Ranges) -> ColumnElement[bool]:
    allowed = literal(repository.as_multirange(ranges), INT8MULTIRANGE)
    inside: ColumnElement[bool] = column.bool_op("<@")(allowed)
    return inside


async def horizon_of(
    session: ReadSession, reader_id: uuid.UUID | None, series_id: uuid.UUID, *, present: uuid.UUID | None = None
) -> Horizon:
    """What a reader may know of a series; with the id of a present page, no later than that.

    `reader_id` is None for who is not signed in, to whom nothing is told. Raises PageNotFound for a present page that
    is not there, is of another series, or was not seen by this reader: the three look the same.
    """
    seen = await fitting_part(session, {series_id: await repository.seen_in(session, reader_id, series_id)})
    horizon = Horizon(series_id, seen[series_id], None, _MAKER, nobodys=reader_id is None)
    if present is None:
        return horizon
    position = await position_in(session, series_id, present)
    if position is None or not horizon.knows(position):
        raise PageNotFound
    return horizon.narrowed(position)


async def horizons_of(
    session: ReadSession, reader_id: uuid.UUID | None, series_ids: Collection[uuid.UUID] | None = None
) -> Horizons:
    """What a reader may know of every series they have seen something of, or of those among them that are named."""
    rows = select(ReadingLedger.series_id, ReadingLedger.seen).where(ReadingLedger.reader_id == reader_id)
    if series_ids is not None:
        rows = rows.where(ReadingLedger.series_id.in_(series_ids))
    every = {key: repository.as_ranges(seen) for key, seen in await session.execute(rows.order_by("series_id"))}
    found = await fitting_part(session, every)
    made = {key: Horizon(key, seen, None, _MAKER) for key, seen in found.items() if seen}
    return Horizons(MappingProxyType(made), _MAKER, nobodys=reader_id is None)


async def fitting_part(session: ReadSession, seen: Mapping[uuid.UUID, Ranges]) -> Mapping[uuid.UUID, Ranges]:
    """What was seen of each series without the episodes that do not fit a reader who is restricted."""
    if narrowing() is None:
        return seen
    rows = select(Episode.series_id, Episode.sort_key).where(Episode.series_id.in_(seen)).distinct()
    blocks: dict[uuid.UUID, list[Range]] = {key: [] for key in seen}
    for series_id, sort_key in await session.execute(rows):
        blocks[series_id].append(block_of(sort_key))
    return {key: among(ranges, merged(blocks[key])) for key, ranges in seen.items()}


def among(ranges: Ranges, blocks: Ranges) -> Ranges:
    """What of some positions lies in blocks of others."""
    return merged(part for block in blocks for part in within(ranges, block))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is in a series, as a row says: on a page, or not yet in an episode. `everything`: they have said
    that all they have read may be told, wherever they are. Without page and episode nothing may be known."""

    series_id: uuid.UUID
    episode_id: uuid.UUID | None
    page_id: uuid.UUID | None
    everything: bool = False


async def horizons_at(session: ReadSession, reader_id: uuid.UUID, places: Collection[Place]) -> Horizons:
    """What a reader may know of some series from where they are in each; one place for a series.

    A page that is not there, or is of another series, counts as before its episode. A page that was not seen shows
    nothing of itself, and nothing after it is known either.
    """
    known = await horizons_of(session, reader_id, {place.series_id for place in places})
    pages = select(Page.id, Episode.series_id, Page.position).join(Episode, Episode.id == Page.episode_id)
    page_rows = await session.execute(pages.where(Page.id.in_([one.page_id for one in places if one.page_id])))
    on_page = {(page_id, series_id): position for page_id, series_id, position in page_rows}
    episodes = select(Episode.id, Episode.series_id, Episode.sort_key)
    rows = await session.execute(episodes.where(Episode.id.in_([one.episode_id for one in places if one.episode_id])))
    before = {(episode_id, series_id): block_of(sort_key)[0] - 1 for episode_id, series_id, sort_key in rows}
    made = {}
    for place in places:
        horizon = known.of(place.series_id)
        if not place.everything:
            here = on_page.get((place.page_id, place.series_id)) if place.page_id else None
            if here is None and place.episode_id is not None:
                here = before.get((place.episode_id, place.series_id))
            horizon = horizon.narrowed(EVERYWHERE[0] if here is None else here)
        made[place.series_id] = horizon
    return Horizons(MappingProxyType(made), _MAKER, nobodys=False)


async def operator_horizon(
    session: ReadSession, series_id: uuid.UUID, at: tuple[Decimal, int] | None = None
) -> Horizon:
    """For the command line on the data directory: as for one who has read everything through a page and stands there.

    `at` is an episode's number and a page's in it (0 for its cover and title); without it, as for one who has read it
    all. Raises PlaceNotFound when the series has no such page.
    """
    if at is None:
        return Horizon(series_id, (EVERYWHERE,), None, _MAKER)
    number, page_number = at
    page = Page.page_number == page_number if page_number else Page.kind.in_((PageKind.COVER, PageKind.TITLE))
    position = await session.scalar(
        select(func.max(Page.position))
        .join(Episode, Episode.id == Page.episode_id)
        .where(Episode.series_id == series_id, Episode.episode_number == number, page)
    )
    if position is None:
        raise PlaceNotFound(episode=number, page=page_number)
    through = cells_of([position])[-1][1]
    return Horizon(series_id, ((EVERYWHERE[0], through),), position, _MAKER)


async def operator_horizons(session: ReadSession) -> Horizons:
    """The same for every series of the library, as for one who has read it all."""
    ids = await session.scalars(select(Episode.series_id).distinct().order_by(Episode.series_id))
    made = {key: Horizon(key, (EVERYWHERE,), None, _MAKER) for key in ids}
    return Horizons(MappingProxyType(made), _MAKER)


async def position_in(session: ReadSession, series_id: uuid.UUID, page_id: uuid.UUID) -> int | None:
    """The position of a page, when it is of the series."""
    position: int | None = await session.scalar(
        select(Page.position)
        .join(Episode, Episode.id == Page.episode_id)
        .where(Page.id == page_id, Episode.series_id == series_id)
    )
    return position


async def stand_at(session: ReadSession, horizon: Horizon) -> None:
    """Tell the database, until the transaction ends, at which page the reader stands: row-level security then lets
    nothing through that lies after it. With a horizon that belongs to no page, nothing is held back for that."""
    here = "" if horizon.present is None else str(horizon.present)
    await session.execute(select(func.set_config("fumetto.present", here, True)))
