"""Data directories with an initialised cluster in them, and other processes that use it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.db.embedded.processes import is_alive

CLIENT = Path(__file__).with_name("client.py")
SOURCE = Path(__file__).resolve().parents[4] / "src"


class Client:
    """A client process and what it says."""

    def __init__(self, data_dir: Path, word: str = "", *, before: list[str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*(before or []), sys.executable, str(CLIENT), str(data_dir), word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # or lines would wait in a buffer that `select` does not see
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE)},
        )

    def line(self, seconds: float = 90) -> dict[str, Any]:
        assert self.process.stdout
        assert select.select([self.process.stdout], [], [], seconds)[0], "the client said nothing"
        return json.loads(self.process.stdout.readline())

    def leave(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)

    def kill(self) -> list[dict[str, Any]]:
        """Kills it and returns what it had said and nobody had read."""
        self.process.kill()
        assert self.process.stdout
        rest = self.process.stdout.read().decode().split("\n")[:-1]
        self.process.wait(30)
        return [json.loads(line) for line in rest]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a new cluster and nobody in it."""
    folder = tmp_path_factory.mktemp("initialised")

    async def make() -> None:
        lease = Lease(folder, options={"fsync": "off"})  # what follows kills processes and not the machine
        await lease.acquire()
        lease.release()
        assert await lease.stopped()

    asyncio.run(make())
    return folder


@pytest.fixture
def data_dir(initialised: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it for one test, which has to leave no server behind."""
    target = Layout.below(tmp_path)
    target.base.mkdir(mode=0o700)
    shutil.copytree(Layout.below(initialised).data, target.data)
    yield tmp_path
    assert gone(lambda: not servers_below(tmp_path)), "a server was left behind"


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    started: list[Client] = []

    def start(data_dir: Path, word: str = "", **options: Any) -> Client:
        started.append(Client(data_dir, word, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


async def connect(host: str, role: str = "fumetto_app") -> psycopg.AsyncConnection:
    """A connection to the cluster's one database; close it by `async with`."""
    return await psycopg.AsyncConnection.connect(host=host, user=role, dbname="fumetto", autocommit=True)


@contextlib.contextmanager
def process(*command: object, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Any process, killed and reaped at the end."""
    started = subprocess.Popen([str(word) for word in command], **options)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(30)


def mode_of(path: Path | str) -> int:
    return Path(path).stat().st_mode & 0o777


def gone(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def servers_below(folder: Path) -> list[int]:
    """Postmasters and keepers of a data directory, looked for among all processes and not in our own files."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        ours = b"fumetto.kernel.db.embedded.keeper" in words or words[0].endswith(b"/postgres")
        if ours and any(os.fsencode(folder) in word for word in words) and is_alive(int(place.name)):
            found.append(int(place.name))
    return found


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
