"""Space on the disk, looked at before it is gone: PostgreSQL on a full disk stops, a refused write only waits."""

from __future__ import annotations

import shutil
from pathlib import Path

from fumetto.kernel.errors import DiskFull


def check_disk_space(directory: Path, reserve: int, needed: int = 0) -> None:
    """DiskFull when writing `needed` bytes to the file system of `directory` would leave less than `reserve` bytes."""
    free = shutil.disk_usage(directory).free
    if free - needed < reserve:
        raise DiskFull(path=str(directory), free=free, needed=needed, reserve=reserve)
