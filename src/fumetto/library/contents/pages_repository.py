"""Which pages there are to look at: by their episodes, by what was not looked at yet, by name, by place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Series
from fumetto.library.catalogue.rules import folded
from fumetto.library.contents.kinds import Look


async def pages_of_episodes(
    session: ReadSession, episode_ids: Sequence[uuid.UUID]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Episode and page of every page of these episodes whose picture and letterings are made, in reading order."""
    found = await session.raw().execute(
        "SELECT p.episode_id, p.id FROM library.pages p WHERE p.episode_id = ANY(%s) AND p.state <> 'pending'"
        " AND NOT EXISTS (SELECT 1 FROM library.page_texts t WHERE t.page_id = p.id AND t.state = 'pending'"
        " AND t.source = 'lettering' AND t.locator IS NOT NULL) ORDER BY p.episode_id, p.order_index",
        (list(episode_ids),),
    )
    return [(row[0], row[1]) for row in await found.fetchall()]


async def pages_not_looked_at(
    session: ReadSession, versions: Mapping[Look, int], settled: timedelta, limit: int, again: Sequence[str] = ()
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pages of episodes that came some time ago which nobody has looked at, or by older means, as far as `limit`.

    A look that was left out for one of the reasons `again` counts as none.
    """
    found = await session.raw().execute(
        "SELECT e.id, p.id FROM library.episodes e JOIN library.pages p ON p.episode_id = e.id"
        " WHERE e.state IN ('ready', 'partial') AND e.missing_since IS NULL AND e.updated_at < now() - %(settled)s"
        " AND p.state = 'ready' AND EXISTS (SELECT 1 FROM library.sources s WHERE s.episode_id = e.id"
        " AND s.state = 'present') AND (SELECT count(*) FROM library.page_looks l"
        " JOIN unnest(%(looks)s::text[], %(versions)s::int[]) AS v (look, version) ON v.look = l.look"
        " WHERE l.page_id = p.id AND l.version >= v.version"
        " AND (l.reason_code IS NULL OR l.reason_code <> ALL(%(again)s))) < %(count)s"
        " ORDER BY e.ingested_at, e.id, p.order_index LIMIT %(limit)s",
        {
            "settled": settled,
            "looks": [look.value for look in versions],
            "versions": list(versions.values()),
            "count": len(versions),
            "again": list(again),
            "limit": limit,
        },
    )
    return [(row[0], row[1]) for row in await found.fetchall()]


async def pages_that_failed(
    session: ReadSession, root_id: uuid.UUID
) -> list[tuple[uuid.UUID, uuid.UUID, frozenset[Look]]]:
    """Episode and page of pages below a root that could not be looked at, and in which ways, in reading order."""
    found = await session.raw().execute(
        "SELECT p.episode_id, p.id, array_agg(l.look) FROM library.page_looks l"
        " JOIN library.pages p ON p.id = l.page_id WHERE l.state = 'failed'"
        " AND EXISTS (SELECT 1 FROM library.sources s WHERE s.episode_id = p.episode_id AND s.root_id = %s"
        " AND s.state = 'present') GROUP BY p.id ORDER BY p.position, p.id",
        (root_id,),
    )
    return [(row[0], row[1], frozenset(Look(look) for look in row[2])) for row in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page with the names that its episode's folder, and its series, go by."""

    id: uuid.UUID
    member: str
    folders: tuple[str, ...]
    series: tuple[str, ...]


async def pages_by_name(session: ReadSession, series_id: uuid.UUID | None) -> list[NamedPage]:
    """Every page of the library, or of a series."""
    found = await session.raw().execute(
        "SELECT p.id, p.member, e.slug, e.title, s.path, r.path, series.slug, series.title FROM library.pages p"
        " JOIN library.episodes e ON e.id = p.episode_id JOIN library.series ON series.id = e.series_id"
        " LEFT JOIN library.sources s ON s.episode_id = e.id LEFT JOIN library.library_roots r ON r.id = s.root_id"
        " WHERE %(series)s::uuid IS NULL OR series.id = %(series)s ORDER BY p.position, p.id",
        {"series": series_id},
    )
    pages: dict[uuid.UUID, NamedPage] = {}
    for page_id, member, slug, title, path, root, series_slug, series_title in await found.fetchall():
        names = [slug, title]
        if path is not None:
            last = Path(root).name if path == "." else Path(path).name
            names += [last, Path(last).stem]
        pages[page_id] = NamedPage(page_id, member, tuple(names), (series_slug, series_title))
    return list(pages.values())


async def pages_at(
    session: ReadSession, series_id: uuid.UUID, places: Sequence[tuple[Decimal, int]]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Episode and page of the pages at places (an episode's number, a page's in it, 0 for what comes before page 1) of
    a series, or of all its pages, in reading order."""
    found = await session.raw().execute(
        "SELECT e.id, p.id FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id"
        " WHERE e.series_id = %s AND (%s = 0 OR EXISTS (SELECT 1 FROM unnest(%s::numeric[], %s::int[])"
        " AS at (episode, page) WHERE at.episode = e.episode_number"
        " AND (at.page = p.page_number OR (at.page = 0 AND p.kind IN ('cover', 'title')))))"
        " ORDER BY p.position, p.id",
        (series_id, len(places), [number for number, _ in places], [page for _, page in places]),
    )
    return [(row[0], row[1]) for row in await found.fetchall()]


async def series_called(session: ReadSession, title: str) -> Series | None:
    """The series of that title, whatever its case and accents; the one that came first where there are several."""
    found: Series | None = await session.scalar(
        select(Series).where(Series.search_title == folded(title)).order_by(Series.created_at, Series.id).limit(1)
    )
    return found
