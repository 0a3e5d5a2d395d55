"""Taking part in the embedded server: a share in it for as long as the lease is held, whoever started it.

The first to come starts the keeper, the last to leave is why it stops. A lease is a shared lock on a file, so it ends
with its process, however that ends.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fumetto.kernel.db.embedded.layout import Layout, Refusal, log_tail
from fumetto.kernel.db.embedded.software import find_programs
from fumetto.kernel.db.errors import (
    DatabaseNotStarting,
    DataDirectoryOfOther,
    DataDirectoryUnusable,
    error_of,
)
from fumetto.kernel.errors import DiskFull, FumettoError
from fumetto.kernel.giving_way import gives_way

START_PATIENCE = 120.0  # seconds, recovery after a crash included
STOP_PATIENCE = 30.0
POLL = 0.02
SURE = 5  # looks in a row at which others are seen: a keeper that ends between two locks is mistaken for one
WATCH_EVERY = 1.0
SOURCE = Path(__file__).resolve().parents[4]  # what PYTHONPATH has to name for the keeper to be found


@dataclass(frozen=True)
class LocalServer:
    """A server that accepts connections. `generation` changes whenever it was started again."""

    host: str
    generation: str


class StartedKeeper:
    """A keeper that this process started. It detached itself; what is left is the pipe on which it answers one line."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self.ended = False  # it closed the pipe: it has answered and goes on silently, or it is dead
        os.set_blocking(pipe, False)

    def raise_refusal(self) -> None:
        """Raises what the keeper answered, if it refused. Its line is shorter than a pipe's atomic write."""
        if self.ended:
            return
        try:
            line = os.read(self._pipe, 65536)
        except BlockingIOError:
            return
        self.ended = not line
        answer = json.loads(line) if line else {}
        if "code" in answer:
            raise error_of(answer["code"], answer["detail"])

    def close(self) -> None:
        os.close(self._pipe)


class Lease:
    """A share in the server below `data_dir`. `account` and `options` reach the keeper only if this lease starts it;
    both are for tests and odd machines."""

    def __init__(self, data_dir: Path, *, account: str = "", options: Mapping[str, str] | None = None) -> None:
        self.layout = Layout.below(data_dir)
        self._account = account
        self._options = dict(options or {})
        self._handle = -1
        self.server: LocalServer | None = None

    async def acquire(self) -> LocalServer:
        """Holds the lease and returns the running server, starting it if need be.

        Raises DataDirectoryUnusable, DataDirectoryOfOther, DiskFull, DatabaseOtherVersion, PostgresNotFound,
        PostgresNeedsUser, or DatabaseNotStarting with the end of the server's log.
        """
        make_folder(self.layout.base)
        self._handle = open_lease(self.layout)
        os.register_at_fork(after_in_child=self._forget)  # a forked child must not keep the lease of its parent
        try:
            self.server = await self._running()
        except BaseException:
            self.release()
            raise
        return self.server

    def release(self) -> None:
        """Gives the share back; the keeper stops the server within half a second if it was the last."""
        self._forget()
        self.server = None

    async def stopped(self) -> bool:
        """After `release`: waits until the server is down, or somebody else is seen to use it (False)."""
        deadline, sightings = time.monotonic() + STOP_PATIENCE, 0
        while time.monotonic() < deadline and sightings < SURE:
            if not keeper_lives(self.layout):
                return True
            sightings = sightings + 1 if others_hold(self.layout) else 0
            await asyncio.sleep(POLL)
        return False

    async def watch(self, restarted: Callable[[], Awaitable[None]]) -> None:
        """For ever: brings the keeper back should it be killed, and calls `restarted` after each restart of the server.

        A restart that fails (no room, a folder that was removed) is tried again at the next look; requests meanwhile
        answer that the database is unreachable. A process that gives way looks less often: a server that it started
        would give way as it does, to everybody.
        """
        while self._handle >= 0:
            await asyncio.sleep(WATCH_EVERY * (5 if gives_way() else 1))
            before = self.server
            try:
                self.server = await self._running()
            except FumettoError:
                continue
            if before is None or before.generation != self.server.generation:
                await restarted()

    async def _running(self) -> LocalServer:
        deadline = time.monotonic() + START_PATIENCE
        started: StartedKeeper | None = None
        try:
            while time.monotonic() < deadline:
                if self._shares():
                    if (server := ready_server(self.layout)) is not None:
                        return server
                    if started is not None:
                        started.raise_refusal()
                    if not keeper_lives(self.layout) and (started is None or started.ended):
                        if started is not None:  # it was killed, or gave way to another that has ended since
                            started.close()
                        started = await asyncio.to_thread(self._start_keeper)
                await asyncio.sleep(POLL)
        finally:
            if started is not None:
                started.close()
        raise DatabaseNotStarting(path=str(self.layout.base), log=log_tail(self.layout.log))

    def _shares(self) -> bool:
        """Whether we hold the lock on the file that is there now. While a keeper is stopping, it holds it alone."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(self._handle), self.layout.leases.stat()):
                return True
        except BlockingIOError:
            return False
        except FileNotFoundError as error:
            if self.server is not None:  # removed below us; a new, empty database there would only hide that
                raise unusable(self.layout.base, error) from error
            make_folder(self.layout.base)
        os.close(self._handle)
        self._handle = open_lease(self.layout)
        return False

    def _start_keeper(self) -> StartedKeeper:
        try:
            programs = find_programs()
        except Refusal as refusal:
            raise error_of(refusal.code, refusal.detail) from None
        reading, writing = os.pipe()
        words = [f"--set={name}={value}" for name, value in self._options.items()]
        if self._account:
            words.append(f"--account={self._account}")
        try:
            with open(self.layout.log, "ab", opener=for_us_alone) as log:
                detaching = subprocess.Popen(
                    [
                        sys.executable,
                        "-S",
                        "-m",
                        "fumetto.kernel.db.embedded.keeper",
                        str(self.layout.base),
                        str(programs),
                        *words,
                    ],
                    cwd="/",
                    env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=writing,
                    stderr=log,
                )
                detaching.wait()  # it forks at once, and this part of it ends
        except OSError as error:
            os.close(reading)
            raise unusable(self.layout.base, error) from error
        finally:
            os.close(writing)
        return StartedKeeper(reading)

    def _forget(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def make_folder(base: Path) -> None:
    """The folder of the server, ours alone. Raises DataDirectoryUnusable or DataDirectoryOfOther."""
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        base.mkdir(mode=0o700, exist_ok=True)
        found = base.stat()
    except OSError as error:
        raise unusable(base, error) from error
    if found.st_uid != os.geteuid():
        raise DataDirectoryOfOther(path=str(base), owner=found.st_uid, user=os.geteuid())


def open_lease(layout: Layout) -> int:
    try:
        return os.open(layout.leases, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unusable(layout.base, error) from error


def for_us_alone(path: str, flags: int) -> int:
    """How a file is opened whose folder others may have to pass through."""
    return os.open(path, flags, 0o600)


def unusable(path: Path, error: OSError) -> DataDirectoryUnusable | DiskFull:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(path=str(path))
    return DataDirectoryUnusable(path=str(path), reason=error.strerror or str(error))


def keeper_lives(layout: Layout) -> bool:
    return held(layout.keeper, fcntl.LOCK_SH)


def others_hold(layout: Layout) -> bool:
    """Whether any process has a lease, the asker having none. A keeper about to stop looks like nobody."""
    return held(layout.leases, fcntl.LOCK_EX) and not held(layout.leases, fcntl.LOCK_SH)


def held(path: Path, mode: int) -> bool:
    """Whether taking a lock of that mode would have to wait."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def ready_server(layout: Layout) -> LocalServer | None:
    """The server as the living keeper last described it, if it accepts connections."""
    try:
        words: dict[str, Any] = json.loads(layout.state.read_text())
        keeper = layout.keeper.read_text()
    except (OSError, ValueError):
        return None
    if words.get("state") != "ready" or str(words.get("keeper")) != keeper or not keeper_lives(layout):
        return None
    return LocalServer(words["host"], f"{words['token']}:{words['starts']}")
