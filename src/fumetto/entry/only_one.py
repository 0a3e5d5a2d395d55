"""One `up` per data directory, and where what runs on it answers: files that a running server holds locked.

A second `up` would double the workers and answer at an address that nobody expects. Commands print the address of the
server that runs, which may have been given another than the settings say.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fumetto.entry.addresses import Addresses, addresses_in
from fumetto.entry.errors import RunsAlready
from fumetto.kernel.db.errors import DataDirectoryUnusable
from fumetto.kernel.settings import Settings

UP, SERVE = "up.lock", "serve.lock"
ATTEMPTS = 5  # who only looks holds the lock too, for an instant
PAUSE = 0.05


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data directory's `up.lock`, which tells others where we answer; the lock ends with the process.

    Raises RunsAlready, and DataDirectoryUnusable where nothing can be written.
    """
    with opened(settings, UP) as file:
        if not lock(file):
            there = read(file)
            raise RunsAlready(path=str(settings.data_dir), address=there.local if there else "?")
        write(file, settings)
        yield


@contextlib.contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Tell others where we answer, if no other server does so: any number may `serve` one data directory.

    Raises DataDirectoryUnusable where nothing can be written.
    """
    with opened(settings, SERVE) as file:
        if lock(file):
            write(file, settings)
        yield


def running_at(settings: Settings) -> Addresses | None:
    """Where a server answers that runs on this data directory on this machine; None when none does."""
    for name in (UP, SERVE):
        with contextlib.suppress(FileNotFoundError, PermissionError), (settings.data_dir / name).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                if (there := read(file)) is not None:
                    return there
    return None


def reachable_at(settings: Settings) -> Addresses:
    """The addresses to show to people: those of the server that runs, else those that the settings say."""
    return running_at(settings) or addresses_in(settings)


@contextlib.contextmanager
def opened(settings: Settings, name: str) -> Iterator[IO[bytes]]:
    path: Path = settings.data_dir / name
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise DataDirectoryUnusable(path=str(settings.data_dir), reason=error.strerror or str(error)) from error
    with file:
        yield file


def lock(file: IO[bytes]) -> bool:
    """Take the lock for as long as the file is open; whether it was free."""
    for attempt in range(ATTEMPTS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < ATTEMPTS:
                time.sleep(PAUSE)
        else:
            return True
    return False


def write(file: IO[bytes], settings: Settings) -> None:
    here = addresses_in(settings)
    file.truncate(0)
    file.write(json.dumps({"local": here.local, "lan": here.lan}).encode())
    file.flush()


def read(file: IO[bytes]) -> Addresses | None:
    """What the holder wrote; None while it has not yet."""
    file.seek(0)
    try:
        said = json.loads(file.read() or b"null")
        return Addresses(str(said["local"]), said["lan"] and str(said["lan"]))
    except (ValueError, TypeError, KeyError):
        return None
