"""The database's own idea of what fits a reader: policies that look into `app.reading_fits` by a transaction's reader.

The second wall, behind `fitting.py`. Whether there is a row for the reader at all is asked once per query: it does not
depend on the row that is looked at. Whoever has none pays for nothing else; what is asked for the others is in
functions (`fitting.sql`), since PostgreSQL plans and sets up whatever stands in a policy itself, needed or not.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

UNRESTRICTED: Final = "(SELECT library.unrestricted())"

SERIES_FITS: Final = f"{UNRESTRICTED} OR library.series_fits(series.id, series.min_age, series.labels)"

EPISODE_FITS: Final = f"{UNRESTRICTED} OR library.episode_fits(episodes.series_id, episodes.min_age, episodes.labels)"
"""An episode without a rating has its series'."""

EVIDENCE_FITS: Final = f"{UNRESTRICTED} OR library.evidence_there(evidences.id, evidences.page_count)"
"""A ledger tells of a series; that each of the pages fits, only they do."""


def of_series(table: str, column: str = "series_id") -> str:
    """That the series which a row hangs on fits, or it hangs on none."""
    return of("series", f"{table}.{column}")


def of_episode(table: str, column: str = "episode_id") -> str:
    """That the episode which a row hangs on fits, or it hangs on none."""
    return of("episode", f"{table}.{column}")


def of_page(table: str, column: str = "page_id") -> str:
    """That the page which a row hangs on fits, or it hangs on none."""
    return of("page", f"{table}.{column}")


def of(thing: str, key: str) -> str:
    return f"{UNRESTRICTED} OR {key} IS NULL OR library.{thing}_there({key})"


def statements() -> list[str]:
    """What creates the functions; `library.present_reader` comes before them."""
    text = Path(__file__).with_name("fitting.sql").read_text("utf-8")
    return [part.rstrip(";") for part in re.findall(r"^CREATE .*?\$\$;", text, re.S | re.M)]
