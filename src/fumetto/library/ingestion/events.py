"""What ingestion states for others to act on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fumetto.kernel.events import Event


@dataclass(frozen=True)
class EpisodesScanned(Event):
    """Episodes are new or have changed, and can be opened; their images are still to be made.

    `activity_id` is the activity that what follows from it belongs to, if any.
    """

    episode_ids: tuple[UUID, ...]
    activity_id: UUID | None = None


@dataclass(frozen=True)
class EpisodeIngested(Event):
    """All images and letterings of an episode have been made, or have been found impossible to make."""

    episode_id: UUID
    activity_id: UUID | None = None


@dataclass(frozen=True)
class RetryWanted(Event):
    """Somebody wants everything below a root tried again that could not be read before."""

    root_id: UUID
    activity_id: UUID | None = None


@dataclass(frozen=True)
class RootUnmounted(Event):
    """A library folder is not there, or is empty where it held books; nothing of it was touched."""

    root_id: UUID
