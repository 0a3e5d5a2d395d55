"""The database's own idea of what fits a reader: policies that look into `app.reading_fits` by a transaction's reader.

The second wall, behind `fitting.py`. Whether there is a row for the reader at all is asked once per query: it does not
depend on the row that is looked at. Whoever has none pays for nothing else.
"""

from __future__ import annotations

from typing import Final

UNRESTRICTED: Final = "(SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader()))"

ON_SHELF: Final = (
    "EXISTS (SELECT FROM library.shelf_series o JOIN library.shelf_collectives c ON c.shelf_id = o.shelf_id"
    " WHERE o.series_id = series.id AND c.collective_id = ANY (f.collective_ids))"
)

SERIES_FITS: Final = (
    f"{UNRESTRICTED} OR EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = (SELECT library.present_reader())"
    " AND CASE WHEN series.min_age IS NULL THEN f.unrated ELSE series.min_age <= coalesce(f.max_age, 99) END"
    " AND NOT series.labels && f.labels_excluded"
    " AND (f.labels_allowed IS NULL OR series.labels && f.labels_allowed)"
    f" AND (NOT f.only_shelves OR {ON_SHELF}))"
)

EPISODE_FITS: Final = (
    UNRESTRICTED + " OR EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = (SELECT library.present_reader())"
    " AND coalesce(episodes.min_age, 0) <= coalesce(f.max_age, 99) AND NOT episodes.labels && f.labels_excluded)"
    " AND EXISTS (SELECT FROM library.series s WHERE s.id = episodes.series_id)"
)
"""An episode without a rating has its series'."""


def of_series(table: str, column: str = "series_id") -> str:
    """That the series which a row hangs on fits, or it hangs on none."""
    return of("series", f"{table}.{column}")


def of_episode(table: str, column: str = "episode_id") -> str:
    """That the episode which a row hangs on fits, or it hangs on none."""
    return of("episodes", f"{table}.{column}")


def of_page(table: str, column: str = "page_id") -> str:
    """That the page which a row hangs on fits, or it hangs on none."""
    return of("pages", f"{table}.{column}")


def of(things: str, key: str) -> str:
    return f"{UNRESTRICTED} OR {key} IS NULL OR EXISTS (SELECT FROM library.{things} t WHERE t.id = {key})"
