"""Processor time of PostgreSQL, which others on a machine change less than they do wall-clock time."""

from __future__ import annotations

from collections.abc import Iterable

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def spent(pids: Iterable[int]) -> float:
    """Seconds that processes have had a processor for, to the nanosecond; nought for those that are gone."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/schedstat") as told:
                total += int(told.read().split()[0])
        except OSError:
            continue
    return total / 1e9
