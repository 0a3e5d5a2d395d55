"""Whether an error passes by itself, and how long to wait for that."""

from __future__ import annotations

import errno
import random

import psycopg
import sqlalchemy.exc

from fumetto.kernel.errors import Busy
from fumetto.kernel.jobs.registry import Retry
from fumetto.kernel.storage.disk import is_disk_full

PASSING = (
    Busy,
    ConnectionError,
    TimeoutError,
    psycopg.OperationalError,  # connections, restarts, timeouts, deadlocks, serialization: classes 08, 40, 53, 55, 57
)
PASSING_NUMBERS = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EHOSTUNREACH,
    errno.EIO,  # network file systems say so when they are gone for a moment
    errno.EMFILE,
    errno.ENETUNREACH,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ESTALE,
    errno.ETIMEDOUT,
}


def is_transient(error: BaseException) -> bool:
    """Whether the same job may succeed in a while without anybody doing anything.

    Not on a full disk: that stays full until somebody frees some, and the next scan takes up what was left.
    """
    if is_disk_full(error):
        return False
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        return error.connection_invalidated or is_transient(error.orig)
    if isinstance(error, sqlalchemy.exc.TimeoutError | MemoryError):
        return True
    if isinstance(error, PASSING):
        return True
    if getattr(error, "status", None) == 503:  # every error of ours that says: the same again later
        return True
    if isinstance(error, OSError):
        return error.errno in PASSING_NUMBERS
    cause = error.__cause__
    return cause is not None and is_transient(cause)


def pause_before(attempt: int, retry: Retry) -> float:
    """Seconds to wait before the attempt of that number (2 is the first repetition), with up to a quarter of jitter."""
    seconds = min(retry.first * 2 ** max(attempt - 2, 0), retry.longest)
    return float(seconds * (1 + random.random() / 4))  # noqa: S311 - spreads retries, hides nothing
