"""GET /search."""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Query

from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.sessions import ReadTransaction
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.catalogue.repository.series import find_series
from fumetto.library.reading.dependencies import CurrentHorizons
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.schemas import SearchPage
from fumetto.library.search.service import SearchQuery, find

router = APIRouter()
SEARCH: list[str | Enum] = ["search"]


@router.get("/search", tags=SEARCH)
async def search_library(
    session: ReadTransaction,
    horizons: CurrentHorizons,
    q: Annotated[str, Query(max_length=500, description="Words, or a question.")] = "",
    series: Annotated[str | None, Query(max_length=128, description="Only in this series, by slug or id.")] = None,
    character: Annotated[uuid.UUID | None, Query(description="Only what they say, and where they are.")] = None,
    language: Annotated[str | None, Query(max_length=35, description="BCP 47 tag.")] = None,
    kind: Annotated[list[PassageKind] | None, Query(max_length=len(PassageKind))] = None,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> SearchPage:
    """What was said, shown and told on the pages that the reader has seen, best first. Nothing else is looked at."""
    within: Horizon | Horizons
    if series is None:
        within = await horizons.of_library()
    else:
        found = await find_series(session, series)
        if found is None:
            raise SeriesNotFound
        within = await horizons.of_series(found.id)
    return await find(session, within, SearchQuery(q, tuple(kind or ()), language, character, limit, cursor))
