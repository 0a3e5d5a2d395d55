"""What a disk was asked to keep, and disks that cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def watched_disk(failing_with: int | None = None) -> Iterator[set[Path]]:
    """The files and folders that this process has had written through to the disk meanwhile.

    With `failing_with`, an error number of the system's, the disk says that instead of keeping anything.
    """
    kept: set[Path] = set()
    fsync = os.fsync

    def watched(file: int) -> None:
        if failing_with is not None:
            raise OSError(failing_with, os.strerror(failing_with))
        fsync(file)
        kept.add(Path(os.readlink(f"/proc/self/fd/{file}")))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", watched)
        yield kept
