"""An open episode, for the reader who waits for its pages: everything about it in one round trip."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal, or_, select, true, tuple_
from sqlalchemy import union_all as union
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, aliased

from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.library.catalogue.kinds import Direction, EpisodeState, PageKind, PageState
from fumetto.library.catalogue.models import Episode, EpisodeTitle, Page, PageText, Series, TextSource
from fumetto.library.catalogue.repository.pages import Lettered
from fumetto.library.ingestion.kinds import SourceState
from fumetto.library.ingestion.models import Source
from fumetto.library.reading.models import EpisodeReading, ReaderPreference, ReadingLedger, ReadingProgress, ReadState

EPISODE: Any = bindparam("episode")
READER: Any = bindparam("reader")


class SeriesRow(NamedTuple):
    """What an open episode shows of its series."""

    id: uuid.UUID
    slug: str
    title: str
    direction: Direction
    attribution: str | None


class EpisodeRow(NamedTuple):
    """The columns of an episode that are shown."""

    id: uuid.UUID
    slug: str
    episode_number: Decimal | None
    title: str
    language: str | None
    languages: list[str]
    published_at: date | None
    credits: list[dict[str, Any]]
    credits_url: str | None
    commentary_url: str | None
    license: str | None
    age_rating: str | None
    min_age: int | None
    labels: list[str]
    direction: Direction | None
    cover_page_id: uuid.UUID | None
    page_count: int
    state: EpisodeState
    missing_since: datetime | None
    locked_fields: list[str]
    ingested_at: datetime


class PageRow(NamedTuple):
    """The columns of a page that are shown."""

    id: uuid.UUID
    order_index: int
    page_number: int | None
    kind: PageKind
    media_type: str
    fingerprint: str
    double: bool
    state: PageState
    error_code: str | None
    error_detail: dict[str, Any] | None
    image_metadata: dict[str, Any]


class OpenPage(NamedTuple):
    """A page, what is laid over it, and whether the reader has seen it."""

    page: PageRow
    lettered: Lettered
    seen: bool


class ProgressRow(NamedTuple):
    """Where the reader is: the columns of their newest standing."""

    episode_id: uuid.UUID
    order_index: int
    finished: bool
    language: str | None
    device: str
    device_name: str
    updated_at: datetime


class Standing(NamedTuple):
    progress: ProgressRow
    page_number: int | None
    page_count: int


class NeighbourRow(NamedTuple):
    """An episode before or after the open one, with its titles by language and how far the reader is with it."""

    follows: bool
    id: uuid.UUID
    slug: str
    episode_number: Decimal | None
    title: str
    titles: dict[str, str] | None
    state: str | None


class EditionRow(NamedTuple):
    """Another file of the open episode; `path` is where, if anywhere."""

    id: uuid.UUID
    title: str
    page_count: int
    missing_since: datetime | None
    path: str | None


class Opened(NamedTuple):
    """An episode and its series, with what one reader has of it. `path` is its file's, below its root."""

    episode: EpisodeRow
    series: SeriesRow
    titles: dict[str, str]
    preferences: dict[str, Any]
    reading: ReadState | None
    path: str | None


@dataclass(frozen=True, slots=True)
class OpenEpisode:
    """All that the reader is told of an episode when they open it."""

    opened: Opened
    pages: list[OpenPage]
    before: NeighbourRow | None
    after: NeighbourRow | None
    editions: list[EditionRow]
    standing: Standing | None


async def open_episode(database: Database, reader_id: uuid.UUID | None, episode_id: uuid.UUID) -> OpenEpisode | None:
    """None when there is no such episode."""
    about = {"episode": episode_id, "reader": reader_id}
    opened, pages, beside = OPENED.about(**about), PAGES.about(**about), NEIGHBOURS.about(**about)
    editions, standing = EDITIONS.about(episode=episode_id), STANDING.about(**about)
    await database.ask(opened, pages, beside, editions, standing, reader=reader_id)
    if opened.first is None:
        return None
    return OpenEpisode(
        opened.first,
        pages.rows,
        next((one for one in beside.rows if not one.follows), None),
        next((one for one in beside.rows if one.follows), None),
        editions.rows,
        standing.first,
    )


async def open_pages(session: ReadSession, reader_id: uuid.UUID | None, episode_id: uuid.UUID) -> list[OpenPage]:
    """The pages of an episode in reading order."""
    pages = PAGES.about(episode=episode_id, reader=reader_id)
    await session.ask(pages)
    return pages.rows


def opened_from(
    titles: dict[str, str] | None, preferences: Any, state: str | None, path: str | None, *row: Any
) -> Opened:
    width = len(SeriesRow._fields)
    series, episode = SeriesRow(*row[:width]), EpisodeRow(*row[width:])
    series = series._replace(direction=Direction(series.direction))
    direction = Direction(episode.direction) if episode.direction else None
    episode = episode._replace(direction=direction, state=EpisodeState(episode.state))
    return Opened(episode, series, titles or {}, preferences or {}, ReadState(state) if state else None, path)


def page_from(languages: list[str], prints: list[str], seen: bool | None, *row: Any) -> OpenPage:
    page = PageRow(*row)
    page = page._replace(kind=PageKind(page.kind), state=PageState(page.state))
    return OpenPage(page, Lettered(tuple(languages), tuple(prints)), bool(seen))


def standing_from(page_number: int | None, page_count: int, *row: Any) -> Standing:
    return Standing(ProgressRow(*row), page_number, page_count)


def columns(row: type[NamedTuple], model: Any) -> list[InstrumentedAttribute[Any]]:
    """The columns of a model that a row shows, in its order."""
    return [getattr(model, name) for name in row._fields]


def titles_of(episode_id: ColumnElement[uuid.UUID] | InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[Any]:
    pairs = func.json_object_agg(EpisodeTitle.language, aggregate_order_by(EpisodeTitle.title, EpisodeTitle.language))
    return select(pairs).where(EpisodeTitle.episode_id == episode_id).scalar_subquery()


def path_of() -> ScalarSelect[str]:
    """Where the file of an episode is; of several, the one that is present."""
    return (
        select(Source.path)
        .where(Source.episode_id == Episode.id)
        .order_by(or_(Source.state == SourceState.PRESENT).desc(), Source.seen_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def main_id() -> ColumnElement[uuid.UUID]:
    """The episode that this one is an edition of, else itself: readings are kept there."""
    return func.coalesce(Episode.edition_of_id, Episode.id)


def opened_query() -> Select[*tuple[Any, ...]]:
    preference, reading = ReaderPreference, EpisodeReading
    return (
        select(
            titles_of(Episode.id),
            preference.values,
            reading.state,
            path_of(),
            *columns(SeriesRow, Series),
            *columns(EpisodeRow, Episode),
        )
        .join(Series, Series.id == Episode.series_id)
        .outerjoin(preference, and_(preference.reader_id == READER, preference.series_id == Series.id))
        .outerjoin(reading, and_(reading.reader_id == READER, reading.episode_id == main_id()))
        .where(Episode.id == EPISODE)
    )


def pages_query() -> Select[*tuple[Any, ...]]:
    over = select(PageText.language).where(PageText.page_id == Page.id, PageText.source == TextSource.LETTERING)
    prints = over.with_only_columns(func.coalesce(PageText.fingerprint, ""))
    seen = (
        select(ReadingLedger.seen)
        .join(Episode, Episode.series_id == ReadingLedger.series_id)
        .where(ReadingLedger.reader_id == READER, Episode.id == EPISODE)
        .scalar_subquery()
    )
    return (
        select(
            func.array(over.order_by(PageText.language).scalar_subquery()),
            func.array(prints.order_by(PageText.language).scalar_subquery()),
            seen.bool_op("@>")(Page.position),
            *columns(PageRow, Page),
        )
        .where(Page.episode_id == EPISODE)
        .order_by(Page.order_index)
    )


def neighbour_query(follows: bool) -> Select[*tuple[Any, ...]]:
    """The next main episode of the series in one of the two directions."""
    other = aliased(Episode)
    key, here = tuple_(other.sort_key, other.id), tuple_(Episode.sort_key, main_id())
    order = (other.sort_key, other.id) if follows else (other.sort_key.desc(), other.id.desc())
    found = (
        select(other.id, other.slug, other.episode_number, other.title)
        .where(
            other.series_id == Episode.series_id, other.edition_of_id.is_(None), key > here if follows else key < here
        )
        .order_by(*order)
        .limit(1)
        .lateral()
    )
    reading = and_(EpisodeReading.reader_id == READER, EpisodeReading.episode_id == found.c.id)
    return (
        select(literal(follows), *found.c, titles_of(found.c.id), EpisodeReading.state)
        .select_from(Episode)
        .join(found, true())
        .outerjoin(EpisodeReading, reading)
        .where(Episode.id == EPISODE)
    )


def editions_query() -> Select[*tuple[Any, ...]]:
    return (
        select(Episode.id, Episode.title, Episode.page_count, Episode.missing_since, path_of())
        .where(Episode.edition_of_id == EPISODE)
        .order_by(Episode.ingested_at, Episode.id)
    )


def standing_query() -> Select[*tuple[Any, ...]]:
    """The newest standing in the episode, its editions taken together."""
    main = select(main_id()).where(Episode.id == EPISODE).scalar_subquery()
    edition, progress = aliased(Episode), ReadingProgress
    return (
        select(Page.page_number, edition.page_count, *columns(ProgressRow, progress))
        .join(edition, edition.id == progress.episode_id)
        .outerjoin(Page, and_(Page.episode_id == progress.episode_id, Page.order_index == progress.order_index))
        .where(progress.reader_id == READER, or_(edition.id == main, edition.edition_of_id == main))
        .order_by(progress.updated_at.desc(), progress.order_index.desc(), progress.device.desc())
        .limit(1)
    )


OPENED = Question(opened_query(), opened_from)
PAGES = Question(pages_query(), page_from)
NEIGHBOURS = Question(union(neighbour_query(False), neighbour_query(True)), NeighbourRow)
EDITIONS = Question(editions_query(), EditionRow)
STANDING = Question(standing_query(), standing_from)
