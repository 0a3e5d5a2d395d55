"""Lists of series: filtered, sorted and cut by keyset, then counted for the rows that are shown."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.lists import Collection, CollectionSeries
from fumetto.library.catalogue.models import Episode, EpisodeTitle, Series
from fumetto.library.catalogue.schemas import SeriesFilter, SeriesSort
from fumetto.library.reading.models import EpisodeReading, ReadState

NEW_FOR = timedelta(days=14)
MOST_WORDS = 8
NEVER = datetime(1, 1, 2, tzinfo=UTC)
OPENED = (ReadState.READING, ReadState.READ)


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """Which series, in which order. `after` holds the sort value and id of the last row that was given out."""

    reader_id: uuid.UUID | None
    search: str = ""
    sort: SeriesSort = SeriesSort.TITLE
    descending: bool = False
    show: SeriesFilter = SeriesFilter.ALL
    collection_id: uuid.UUID | None = None
    language: str | None = None
    tag: str | None = None
    search_unread_titles: bool = True
    after: tuple[Any, uuid.UUID] | None = None
    limit: int = 50

    @property
    def narrows(self) -> bool:
        """Whether finding the series costs more than listing all."""
        sought = self.search or self.collection_id or self.language or self.tag
        return bool(sought) or self.show is not SeriesFilter.ALL or self.sort is SeriesSort.LAST_READ


@dataclass(frozen=True, slots=True)
class SeriesCounts:
    """What a reader's shelf says about a series beside its name."""

    episode_count: int
    missing_count: int
    read_count: int
    opened_count: int
    new_count: int
    languages: tuple[str, ...]
    last_read_at: datetime | None


NOTHING = SeriesCounts(0, 0, 0, 0, 0, (), None)


async def list_series(session: ReadSession, query: SeriesQuery) -> tuple[list[Series], list[Any], int]:
    """One stretch of series, the sort value of each, and how many there are in all."""
    readings = readings_by_series(query.reader_id)
    value = sort_value(query.sort, readings)
    found = narrowed(select(Series.id, value.label("value")), query, readings)
    matching = found.cte("matching")
    if query.narrows:
        matching = matching.prefix_with("MATERIALIZED")  # counting and cutting both take what was found once
    cut = select(matching)
    key = tuple_(matching.c.value, matching.c.id)
    if query.after is not None:
        cut = cut.where(key < query.after if query.descending else key > query.after)
    shown_rows = cut.order_by(*ordered(query, matching)).limit(query.limit).subquery()
    total = select(func.count()).select_from(matching).scalar_subquery()
    rows = await session.execute(
        select(Series, shown_rows.c.value, total)
        .join(shown_rows, shown_rows.c.id == Series.id)
        .order_by(*ordered(query, shown_rows))
    )
    listed = rows.all()
    in_all = listed[0][2] if listed else 0 if query.after is None else await session.scalar(select(total)) or 0
    return [row[0] for row in listed], [row[1] for row in listed], in_all


def ordered(query: SeriesQuery, rows: FromClause) -> list[ColumnElement[Any]]:
    return [column.desc() if query.descending else column.asc() for column in (rows.c.value, rows.c.id)]


def readings_by_series(reader_id: uuid.UUID | None) -> Subquery:
    """How many episodes of each series a reader has opened and read, and when last."""
    return (
        select(
            Episode.series_id,
            func.count().filter(EpisodeReading.state == ReadState.READ).label("read_count"),
            func.count().filter(EpisodeReading.state.in_(OPENED)).label("opened_count"),
            func.max(EpisodeReading.last_read_at).filter(EpisodeReading.state.in_(OPENED)).label("last_read_at"),
        )
        .join(EpisodeReading, EpisodeReading.episode_id == Episode.id)
        .where(EpisodeReading.reader_id == reader_id, Episode.edition_of_id.is_(None))
        .group_by(Episode.series_id)
        .subquery()
    )


def sort_value(sort: SeriesSort, readings: Subquery) -> ColumnElement[Any]:
    if sort is SeriesSort.ADDED:
        return Series.created_at.expression
    if sort is SeriesSort.UPDATED:
        return Series.updated_at.expression
    if sort is SeriesSort.LAST_READ:
        return func.coalesce(readings.c.last_read_at, NEVER)
    return Series.sort_title.expression


def narrowed(rows: Select[Any], query: SeriesQuery, readings: Subquery) -> Select[Any]:
    if query.sort is SeriesSort.LAST_READ or query.show is not SeriesFilter.ALL:
        rows = rows.outerjoin(readings, readings.c.series_id == Series.id)
    if words := query.search.split()[:MOST_WORDS]:
        rows = rows.where(Series.id.in_(titled(words, query)))
    if query.collection_id is not None:
        members = (
            select(CollectionSeries.series_id)
            .join(Collection)
            .where(Collection.id == query.collection_id, Collection.owner_id == query.reader_id)
        )
        rows = rows.where(Series.id.in_(members))
    if query.language is not None:
        rows = rows.where(Series.id.in_(select(Episode.series_id).where(Episode.languages.contains([query.language]))))
    if query.tag is not None:
        rows = rows.where(Series.tags.contains([query.tag]))
    return rows.where(shown(query, readings))


def shown(query: SeriesQuery, readings: Subquery) -> ColumnElement[bool]:
    opened = func.coalesce(readings.c.opened_count, 0)
    if query.show is SeriesFilter.NEW:
        return Series.id.in_(fresh_episodes(query.reader_id).with_only_columns(Episode.series_id))
    if query.show is SeriesFilter.UNREAD:
        return opened == 0
    if query.show in (SeriesFilter.READING, SeriesFilter.READ):
        counts = (
            select(func.count())
            .where(Episode.series_id == Series.id, Episode.edition_of_id.is_(None))
            .scalar_subquery()
        )
        whole = readings.c.read_count >= counts
        return and_(opened > 0, whole if query.show is SeriesFilter.READ else ~whole)
    return true()


def titled(words: Sequence[str], query: SeriesQuery) -> Select[Any]:
    """Series in whose title, or those of whose episodes in any language, each of the words is: titles are read once,
    however many words there are."""
    episodes = select(Episode.series_id, Episode.search_title)
    localized = select(Episode.series_id, EpisodeTitle.search_title).join(
        EpisodeTitle, EpisodeTitle.episode_id == Episode.id
    )
    if not query.search_unread_titles:
        opened = select(EpisodeReading.episode_id).where(
            EpisodeReading.reader_id == query.reader_id, EpisodeReading.state.in_(OPENED)
        )
        episodes, localized = episodes.where(Episode.id.in_(opened)), localized.where(Episode.id.in_(opened))
    titles = union_all(select(Series.id.label("series_id"), Series.search_title), episodes, localized).subquery()
    holds = [func.strpos(titles.c.search_title, fold(word)) > 0 for word in words]
    return (
        select(titles.c.series_id)
        .where(or_(*holds))
        .group_by(titles.c.series_id)
        .having(and_(*(func.bool_or(held) for held in holds)))
    )


def fold(word: str) -> ColumnElement[str]:
    """A word without case and accents, as the database folds titles (models.FOLDED_TITLE)."""
    return func.lower(func.regexp_replace(func.pg_catalog.normalize(word, "NFKD"), r"[\u0300-\u036f]", "", "g"))


def fresh_episodes(reader_id: uuid.UUID | None) -> Select[Any]:
    """Episodes that came lately and that the reader has not opened."""
    opened = select(EpisodeReading.episode_id).where(
        EpisodeReading.reader_id == reader_id, EpisodeReading.state.in_(OPENED)
    )
    return select(Episode.id).where(
        Episode.ingested_at > func.now() - NEW_FOR, Episode.edition_of_id.is_(None), Episode.id.not_in(opened)
    )


async def count_series(
    session: ReadSession, reader_id: uuid.UUID | None, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, SeriesCounts]:
    """The counts of the series given, those without an episode left out."""
    if not ids:
        return {}
    reading = EpisodeReading
    fresh = and_(Episode.ingested_at > func.now() - NEW_FOR, or_(reading.state.is_(None), reading.state.not_in(OPENED)))
    rows = await session.execute(
        select(
            Episode.series_id,
            func.count(),
            func.count(Episode.missing_since),
            func.count().filter(reading.state == ReadState.READ),
            func.count().filter(reading.state.in_(OPENED)),
            func.count().filter(fresh),
            func.max(case((reading.state.in_(OPENED), reading.last_read_at))),
        )
        .outerjoin(reading, and_(reading.episode_id == Episode.id, reading.reader_id == reader_id))
        .where(among(Episode.series_id, ids), Episode.edition_of_id.is_(None))
        .group_by(Episode.series_id)
    )
    spoken = await languages_of(session, ids)
    return {
        row[0]: SeriesCounts(row[1], row[2], row[3], row[4], row[5], spoken.get(row[0], ()), row[6]) for row in rows
    }


async def languages_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """What the episodes of each series can be read in, sorted."""
    rows = await session.execute(
        select(Episode.series_id, func.unnest(Episode.languages)).where(among(Episode.series_id, ids)).distinct()
    )
    spoken: dict[uuid.UUID, set[str]] = {}
    for series_id, language in rows:
        spoken.setdefault(series_id, set()).add(language)
    return {series_id: tuple(sorted(languages)) for series_id, languages in spoken.items()}


async def find_series(session: ReadSession, key: str | uuid.UUID) -> Series | None:
    """By slug, or by id."""
    column = Series.id if isinstance(key, uuid.UUID) else Series.slug
    return await session.scalar(select(Series).where(column == key))


async def series_by_ids(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Series]:
    if not ids:
        return {}
    return {series.id: series for series in await session.scalars(select(Series).where(among(Series.id, ids)))}


async def facets(session: ReadSession) -> dict[str, list[str]]:
    """Every tag, language, age rating and label in use, sorted."""
    tags = await session.scalars(select(func.unnest(Series.tags)).distinct())
    languages = await session.scalars(select(func.unnest(Episode.languages)).distinct())
    ages = await session.scalars(select(Series.age_rating).where(Series.age_rating.is_not(None)).distinct())
    labels = set(await session.scalars(select(func.unnest(Series.labels)).distinct()))
    labels |= set(await session.scalars(select(func.unnest(Episode.labels)).distinct()))
    return {
        "tags": sorted(tags),
        "languages": sorted(languages),
        "age_ratings": sorted(age for age in ages if age),
        "labels": sorted(labels),
    }
