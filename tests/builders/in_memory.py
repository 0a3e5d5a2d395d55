"""A folder in memory for the server of a run of tests: a clone of a database is a thousand small files, which a disk's
file system takes ten times as long to make."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

MEMORY = Path("/dev/shm")
ROOM = 3 << 30  # bytes that have to be free: containers often have 64 MB there
OURS = f"fumetto-tests-{os.geteuid()}"
USED = ".used"


@contextlib.contextmanager
def in_memory(folder: Path) -> Iterator[Path]:
    """A folder for the same, by all processes that name the same `folder`, which is used itself where memory lacks.

    Whoever leaves last removes it; what a run left that was killed goes with the next.
    """
    if not has_room():
        yield folder
        return
    home = MEMORY / f"{OURS}-{hashlib.blake2b(str(folder).encode(), digest_size=8).hexdigest()}"
    with (
        open(MEMORY / OURS, "w", opener=for_us_alone) as door,
        contextlib.ExitStack() as stack,
    ):
        with held(door):
            sweep()
            used = stack.enter_context(open(home.with_suffix(USED), "w", opener=for_us_alone))
            fcntl.flock(used, fcntl.LOCK_SH)
            home.mkdir(mode=0o700, exist_ok=True)
        try:
            yield home
        finally:
            with held(door):
                fcntl.flock(used, fcntl.LOCK_UN)
                sweep()


def has_room() -> bool:
    try:
        return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        return False


def sweep() -> None:
    """Remove the folders that nobody uses any more."""
    for mark in MEMORY.glob(f"{OURS}-*{USED}"):
        with mark.open("w") as used, contextlib.suppress(BlockingIOError):
            fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(mark.with_suffix(""), ignore_errors=True)
            mark.unlink()


@contextlib.contextmanager
def held(door: IO[str]) -> Iterator[None]:
    fcntl.flock(door, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(door, fcntl.LOCK_UN)


def for_us_alone(path: str, flags: int) -> int:
    """Refuses what somebody else left under our name, in a folder that everybody writes to."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
