"""One `up` per data directory: a second would double the workers and answer at an address that nobody expects."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from fumetto.entry.addresses import local_url
from fumetto.entry.errors import RunsAlready
from fumetto.kernel.db.errors import DataDirectoryUnusable
from fumetto.kernel.settings import Settings


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data directory's `up.lock`, which tells others where we answer; the lock ends with the process.

    Raises RunsAlready, and DataDirectoryUnusable where nothing can be written.
    """
    path = settings.data_dir / "up.lock"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise DataDirectoryUnusable(path=str(settings.data_dir), reason=error.strerror or str(error)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise RunsAlready(path=str(settings.data_dir), address=file.read().strip() or "?") from error
        file.truncate(0)
        file.write(local_url(settings))
        file.flush()
        yield
