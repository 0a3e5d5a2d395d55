"""What editing states for others to act on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fumetto.kernel.events import Event


@dataclass(frozen=True)
class EpisodesForgotten(Event):
    """Episodes whose files are gone were deleted, with their pages; what was made of them stands for nothing now."""

    episode_ids: tuple[UUID, ...]
