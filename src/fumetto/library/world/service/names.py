"""Small makers of roster rows that several use cases share."""

from __future__ import annotations

import uuid

from fumetto.kernel.db.base import uuid7
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import Character
from fumetto.library.world.rules.words import folded


def new_character(
    series_id: uuid.UUID, name: str, origin: Origin, state: ReviewState = ReviewState.ACCEPTED
) -> Character:
    """Somebody for the roster; the caller adds them to the session."""
    return Character(
        id=uuid7(), series_id=series_id, name=name[:512], folded_name=folded(name)[:512], origin=origin, state=state
    )
