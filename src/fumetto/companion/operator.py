"""The operator's standpoint, for the command line on their own data directory."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from fumetto.companion.answering.ports import Look
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.public import evidence, operator_horizon


@dataclass(frozen=True, slots=True)
class OperatorStandpoint:
    """As for one who has read everything through a page and stands there: `at` is an episode's number and a page's in
    it. Without it, as for one who has read it all."""

    database: Database
    series_id: uuid.UUID
    at: tuple[Decimal, int] | None = None

    @property
    def reader_id(self) -> uuid.UUID | None:
        return None

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Raises PageNotFound for a page that the series does not have."""
        async with self.database.read(EVERY_READER) as session:
            horizon = await operator_horizon(session, self.series_id, self.at)
            here = await evidence.last_pages(session, horizon, 1) if self.at else []
            yield Look(session, horizon, here[0] if here else None)
