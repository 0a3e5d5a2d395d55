"""GET /search."""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Annotated

from fastapi import Depends, Query, Request

from fumetto.kernel.index import think_ahead
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import CursorText
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.library.catalogue.errors import SeriesNotFound
from fumetto.library.catalogue.repository.series import find_series
from fumetto.library.reading.dependencies import CurrentHorizons
from fumetto.library.reading.horizon import Horizon, Horizons
from fumetto.library.search.kinds import PassageKind
from fumetto.library.search.schemas import SearchPage
from fumetto.library.search.service import SearchQuery, find

router = Routes()
LONGEST = 500  # characters of a question
SEARCH: list[str | Enum] = ["search"]


async def thinking_ahead(request: Request, identity: CurrentIdentity) -> None:
    """No transaction waits for the embedding model: it is asked before one begins, and only for who is signed in."""
    if identity.reader is not None:
        await think_ahead(database_of(request), request.query_params.get("q", "")[:LONGEST])


@router.get("/search", tags=SEARCH, dependencies=[Depends(thinking_ahead)])
async def search_library(
    session: ReadTransaction,
    horizons: CurrentHorizons,
    q: Annotated[str, Query(max_length=LONGEST, description="Words, or a question.")] = "",
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
