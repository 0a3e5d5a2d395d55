"""The disk: its space, looked at before it is gone (PostgreSQL on a full disk stops, a refused write only waits), and
having it keep what it was given."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import sqlalchemy.exc

from fumetto.kernel.errors import DiskFull

FULL = {errno.ENOSPC, errno.EDQUOT}
SYNCING = 8  # files and folders that the disk is asked to keep at a time


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


def settle_files(folder: Path, files: Sequence[Path]) -> None:
    """Return when files below a folder, and their being there, outlive a loss of power; blocking.

    OSError names the one that the disk could not keep.

    Side by side, since a file system then writes its journal once for all: on ext4 a third of the time that one after
    another takes. Left alone, the kernel takes half a minute, and may keep a name without its content.
    """
    folders = {parent for file in files for parent in file.parents if parent.is_relative_to(folder)}
    if files:
        with ThreadPoolExecutor(SYNCING) as threads:
            list(threads.map(settle_one, [*files, *folders]))


def settle_one(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(opened)
