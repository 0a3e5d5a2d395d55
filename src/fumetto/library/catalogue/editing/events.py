"""What editing states for others to act on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fumetto.kernel.events import Event


@dataclass(frozen=True)
class EpisodesForgotten(Event):
    """Episodes whose files are gone were deleted, with their pages; what was made of them stands for nothing now."""

    episode_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class EpisodesMoved(Event):
    """Episodes have other numbers or series now, and their pages other positions; ledgers and progress went along.

    Stated in the same transaction, for every reader: whatever else keeps positions has to follow or forget them.
    """

    episode_ids: tuple[UUID, ...]
    series_ids: tuple[UUID, ...]
