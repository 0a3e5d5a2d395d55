"""Where somebody stands who talks with the helper: beside no page of any story."""

from __future__ import annotations

import uuid
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final

from fumetto.companion.answering.ports import Look
from fumetto.companion.conversations.errors import ChatSessionNotFound
from fumetto.companion.support.kinds import Variant
from fumetto.kernel.db.sessions import Database

NO_SERIES: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Apart:
    """`ports.Standpoint` of a conversation with the helper. `country`: theirs, as ISO 3166 has it, lower case or None.

    `analytics`: they, or a guardian for them, agreed to be counted.
    """

    database: Database
    reader_id: uuid.UUID
    variant: Variant
    country: str | None
    is_minor: bool
    analytics: bool

    @property
    def series_id(self) -> uuid.UUID:
        """None that there is, so that no story's model is asked."""
        return NO_SERIES

    def look(self) -> AbstractAsyncContextManager[Look]:
        """There is nothing to look at. Raises ChatSessionNotFound."""
        raise ChatSessionNotFound
