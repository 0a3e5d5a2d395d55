"""What the catalogue shows to one reader: the same shelves as the web application's, in the shape of feeds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.pagination import decode_cursor, encode_cursor
from fumetto.library.catalogue.errors import EpisodeNotFound
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository.series import SeriesQuery
from fumetto.library.catalogue.schemas import SeriesCard, SeriesFilter, SeriesSort
from fumetto.library.catalogue.service import browse
from fumetto.library.catalogue.service.cards import episode_cards
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.catalogue.shelves import service as shelves
from fumetto.library.opds.model import Door, Facet, Feed, Group, Publication
from fumetto.library.reading import repository as reading
from fumetto.library.reading.horizon import horizons_of
from fumetto.library.search.service import SearchQuery, find

PER_PAGE = 50
PREVIEW = 10
SORTS = (SeriesSort.TITLE, SeriesSort.ADDED, SeriesSort.UPDATED, SeriesSort.LAST_READ)
FILTERS = (SeriesFilter.ALL, SeriesFilter.UNREAD, SeriesFilter.READING, SeriesFilter.READ)
DOORS = (
    ("continue", "acquisition", "subsection"),
    ("new", "acquisition", "http://opds-spec.org/sort/new"),
    ("series", "navigation", "subsection"),
    ("collections", "navigation", "subsection"),
    ("reading-lists", "navigation", "subsection"),
)


def told(viewer: Viewer, key: str, **values: object) -> str:
    return say(viewer.language or "en", f"opds.{key}", **values)


async def root(session: ReadSession, viewer: Viewer) -> Feed:
    """Where a client starts: doors to every list, and for those that show them, the beginning of two."""
    now = datetime.now(UTC)
    doors = [
        Door(path, told(viewer, f"{path}.title"), path, kind, now, told(viewer, f"{path}.summary"), rel=rel)
        for path, kind, rel in DOORS
    ]
    groups = []
    for feed in (await on_deck(session, viewer, PREVIEW), await newest(session, viewer, None, PREVIEW)):
        if feed.publications:
            groups.append(Group(feed.title, feed.path, feed.publications, feed.total or len(feed.publications)))
    return Feed("root", "Fumetto", "", doors=doors, groups=groups, updated=now, up=None)


async def on_deck(session: ReadSession, viewer: Viewer, limit: int = PER_PAGE) -> Feed:
    """Where the reader is in the middle, and what comes next in what they have begun."""
    places = await reading.continue_reading(session, viewer.reader_id, limit) if viewer.reader_id else []
    publications = await publications_of(session, viewer, [place[1] for place in places])
    return acquisition("continue", told(viewer, "continue.title"), "continue", publications, total=len(publications))


async def newest(session: ReadSession, viewer: Viewer, cursor: str | None, limit: int = PER_PAGE) -> Feed:
    """Episodes, those that came last first."""
    order = "opds:new"
    after = decode_cursor(cursor, order, [datetime, uuid.UUID])
    rows, total = await episode_rows.newest_episodes(session, after, limit + 1)
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = {"cursor": encode_cursor(order, [rows[-1].ingested_at, rows[-1].id])}
    publications = await publications_of(session, viewer, [row.id for row in rows])
    query = {"cursor": cursor} if cursor else {}
    return acquisition("new", told(viewer, "new.title"), "new", publications, following, total, query)


async def all_series(
    session: ReadSession,
    viewer: Viewer,
    sort: SeriesSort = SeriesSort.TITLE,
    show: SeriesFilter = SeriesFilter.ALL,
    search: str = "",
    cursor: str | None = None,
) -> Feed:
    """Series as doors, sorted and filtered as facets say; also what a search finds."""
    query = SeriesQuery(viewer.reader_id, search, sort, sort is not SeriesSort.TITLE, show, limit=PER_PAGE)
    listing = await browse.shelf(session, viewer, query, cursor)
    base = {"sort": sort.value, "filter": show.value} | ({"q": search} if search else {})
    path = "search/results" if search else "series"
    title = told(viewer, "search.title", query=search) if search else told(viewer, "series.title")
    facets = [
        Facet(
            told(viewer, "facets.sort"),
            told(viewer, f"facets.{one.value}"),
            path,
            base | {"sort": one.value},
            one is sort,
        )
        for one in SORTS
    ] + [
        Facet(
            told(viewer, "facets.filter"),
            told(viewer, f"facets.{one.value}"),
            path,
            base | {"filter": one.value},
            one is show,
        )
        for one in FILTERS
    ]
    doors = [door_to(card, viewer) for card in listing.items]
    return Feed(
        f"series:{sort.value}:{show.value}:{search}",
        title,
        path,
        query=base | ({"cursor": cursor} if cursor else {}),
        doors=[*await within_pages(session, viewer, search if cursor is None else ""), *doors],
        facets=facets,
        next_query=base | {"cursor": listing.next_cursor} if listing.next_cursor else None,
        total=listing.total,
        per_page=PER_PAGE,
        updated=max((card.updated_at for card in listing.items), default=None),
    )


async def within_pages(session: ReadSession, viewer: Viewer, search: str) -> list[Door]:
    """The way to episodes whose pages hold the words, where there are any, beside those whose titles do."""
    if not search:
        return []
    within = await horizons_of(session, viewer.reader_id)
    if not (await find(session, within, SearchQuery(search, limit=1))).items:
        return []
    title, summary = told(viewer, "search.texts", query=search), told(viewer, "search.texts_summary")
    now = datetime.now(UTC)
    return [Door(f"texts:{search}", title, "search/texts", "acquisition", now, summary, query={"q": search})]


def door_to(card: SeriesCard, viewer: Viewer) -> Door:
    summary = told(viewer, "episodes", count=card.episode_count, unread=card.unread_count)
    cover = f"series/{card.slug}/cover" if card.cover else None
    return Door(
        str(card.id),
        card.title,
        f"series/{card.slug}",
        "acquisition",
        card.updated_at,
        summary,
        card.episode_count,
        cover,
    )


async def spoken_of(session: ReadSession, viewer: Viewer, search: str) -> Feed:
    """Episodes in whose pages the words are, of the pages that the reader has seen: the best first."""
    within = await horizons_of(session, viewer.reader_id)
    found = await find(session, within, SearchQuery(search, limit=PER_PAGE))
    ids = list(dict.fromkeys(hit.episode.id for hit in found.items if hit.episode))
    publications = await publications_of(session, viewer, ids)
    title = told(viewer, "search.texts", query=search)
    path = "search/texts"
    return acquisition(f"texts:{search}", title, path, publications, total=len(publications), query={"q": search})


async def one_series(session: ReadSession, viewer: Viewer, slug: str, cursor: str | None) -> Feed:
    """The episodes of a series in reading order. Raises SeriesNotFound."""
    series = await browse.require_series(session, slug)
    rows, total, following = await browse.episodes_after(session, series, cursor, PER_PAGE)
    publications = await publications_of(session, viewer, [row.id for row in rows])
    return acquisition(
        str(series.id),
        series.title,
        f"series/{series.slug}",
        publications,
        {"cursor": following} if following else None,
        total,
        {"cursor": cursor} if cursor else {},
        up="series",
    )


async def collections(session: ReadSession, viewer: Viewer) -> Feed:
    """The reader's collections as doors."""
    cards = await shelves.collections(session, viewer)
    doors = [
        Door(
            str(card.id),
            card.name,
            f"collections/{card.id}",
            "navigation",
            card.created_at,
            told(viewer, "series_count", count=card.series_count),
            card.series_count,
        )
        for card in cards
    ]
    return Feed("collections", told(viewer, "collections.title"), "collections", doors=doors, total=len(doors))


async def collection(session: ReadSession, viewer: Viewer, collection_id: uuid.UUID) -> Feed:
    """The series of a collection as doors. Raises CollectionNotFound."""
    detail = await shelves.collection(session, viewer, collection_id)
    doors = [door_to(card, viewer) for card in detail.series]
    path = f"collections/{detail.id}"
    return Feed(str(detail.id), detail.name, path, doors=doors, total=len(doors), up="collections")


async def reading_lists(session: ReadSession, viewer: Viewer) -> Feed:
    """The reader's reading lists as doors."""
    cards = await shelves.reading_lists(session, viewer)
    doors = [
        Door(
            str(card.id),
            card.name,
            f"reading-lists/{card.id}",
            "acquisition",
            card.created_at,
            told(viewer, "episodes", count=card.episode_count, unread=card.unread_count),
            card.episode_count,
        )
        for card in cards
    ]
    return Feed("reading-lists", told(viewer, "reading-lists.title"), "reading-lists", doors=doors, total=len(doors))


async def reading_list(session: ReadSession, viewer: Viewer, list_id: uuid.UUID) -> Feed:
    """The episodes of a reading list. Raises ReadingListNotFound."""
    detail = await shelves.reading_list(session, viewer, list_id)
    publications = await publications_of(session, viewer, [card.id for card in detail.episodes])
    path = f"reading-lists/{detail.id}"
    return acquisition(str(detail.id), detail.name, path, publications, total=len(publications), up="reading-lists")


async def publication(session: ReadSession, viewer: Viewer, episode_id: uuid.UUID) -> Publication:
    """Raises EpisodeNotFound."""
    found = await publications_of(session, viewer, [episode_id])
    if not found:
        raise EpisodeNotFound
    return found[0]


async def publications_of(session: ReadSession, viewer: Viewer, ids: Sequence[uuid.UUID]) -> list[Publication]:
    """Publications in the order of `ids`; episodes whose file is gone are left out: they could not be read."""
    found = await episode_rows.episodes_by_ids(session, ids)
    pairs: list[tuple[Episode, Series]] = [
        found[one]
        for one in ids
        if one in found and found[one][0].missing_since is None and found[one][0].page_count > 0
    ]
    cards = await episode_cards(session, pairs, viewer)
    return [Publication(card, episode, series) for card, (episode, series) in zip(cards, pairs, strict=True)]


def acquisition(
    key: str,
    title: str,
    path: str,
    publications: list[Publication],
    following: dict[str, str] | None = None,
    total: int | None = None,
    query: dict[str, str] | None = None,
    up: str = "",
) -> Feed:
    return Feed(
        key,
        title,
        path,
        query=query or {},
        publications=publications,
        next_query=following,
        total=total,
        per_page=PER_PAGE,
        updated=max((one.episode.updated_at for one in publications), default=None),
        kind="acquisition",
        up=up,
    )
