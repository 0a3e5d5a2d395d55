"""Space on the disk, looked at before it is gone: PostgreSQL on a full disk stops, a refused write only waits."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import psycopg
import sqlalchemy.exc

from fumetto.kernel.errors import DiskFull

FULL = {errno.ENOSPC, errno.EDQUOT}


def check_disk_space(directory: Path, reserve: int, needed: int = 0) -> None:
    """DiskFull when writing `needed` bytes to the file system of `directory` would leave less than `reserve` bytes."""
    free = shutil.disk_usage(directory).free
    if free - needed < reserve:
        raise DiskFull(path=str(directory), free=free, needed=needed, reserve=reserve)


def is_disk_full(error: BaseException) -> bool:
    """Whether an error says, in whosever words, that a disk is full: ours, the system's or PostgreSQL's."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    full = isinstance(error, DiskFull | psycopg.errors.DiskFull)
    return full or (isinstance(error, OSError) and error.errno in FULL)
