"""Decisions about activities, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fumetto.kernel.jobs.models import ActivityState

OPEN = (ActivityState.QUEUED, ActivityState.RUNNING)
HINDRANCES = ("disk_full", "storage_unreachable", "storage_denied", "bucket_missing")
"""Codes of what is amiss with the place, not with the piece of work that met it first."""
EDITORS = frozenset({"owner", "editor"})


@dataclass(frozen=True, slots=True)
class Pace:
    """Units per second since the start, and the seconds left at that rate; None while nothing can be said."""

    rate: float | None
    seconds_left: float | None


def outcome(done: int, failed: int, *, hindered: bool = False) -> ActivityState:
    """How an activity ends whose last job has ended: failed if nothing at all could be done, or if a job gave up for a
    reason (HINDRANCES) that has nothing to do with what it worked on. A bad piece of work does not fail the rest."""
    return ActivityState.FAILED if hindered or (failed and not done) else ActivityState.SUCCEEDED


def pace(*, done: int, failed: int, total: int, started_at: datetime | None, until: datetime) -> Pace:
    """The average pace from `started_at` to `until`, and what it means for the rest."""
    dealt_with = done + failed
    elapsed = (until - started_at).total_seconds() if started_at else 0.0
    if elapsed <= 0 or dealt_with <= 0:
        return Pace(None, None)
    rate = dealt_with / elapsed
    return Pace(rate, max(total - dealt_with, 0) / rate)


def counts_at_success(units: int, done: int, failed: int) -> tuple[int, int, int]:
    """Units, done and failed of a job that ended well: whatever it did not call failed is done."""
    units = max(units, done + failed)
    return units, units - failed, failed


def counts_at_failure(units: int, done: int, failed: int) -> tuple[int, int, int]:
    """The same of a job that gave up: whatever it had not done is failed, and at least one thing is."""
    units = max(units, done + failed, done + 1)
    return units, done, units - done
