"""Where the embedded server keeps its things, and the rules its paths obey. Standard library only."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

MAJOR = 18
PORT = 5432  # names the socket file only; nothing listens on TCP
DATABASE = "fumetto"
LONGEST_SOCKET = 107 if sys.platform.startswith("linux") else 103  # bytes that sockaddr_un holds


class Refusal(Exception):
    """Why the server cannot run: an error code from docs/error-codes.md with its plain details."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Layout:
    """The folder of one embedded server. `base` is absolute, so that every process computes the same names."""

    base: Path

    @classmethod
    def below(cls, data_dir: Path) -> Layout:
        return cls(data_dir.resolve() / "postgres")

    @property
    def data(self) -> Path:
        """PGDATA. It appears by a rename when it is complete, so a kill during initialisation leaves none."""
        return self.base / "data"

    @property
    def fresh(self) -> Path:
        return self.base / "data.new"

    @property
    def leases(self) -> Path:
        """Every process that uses the database holds a shared lock on this file; the keeper wants it for itself."""
        return self.base / "leases"

    @property
    def keeper(self) -> Path:
        """Locked by the one keeper for as long as it lives; holds its process id."""
        return self.base / "keeper"

    @property
    def state(self) -> Path:
        return self.base / "state.json"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"

    @property
    def postmaster_pid(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def sockets(self) -> Path:
        """Folder of the socket: below `base`, or in /tmp where that name would be too long for a socket."""
        inside = self.base / "run"
        if len(os.fsencode(inside / self.socket_name)) <= LONGEST_SOCKET:
            return inside
        digest = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]
        return Path(f"/tmp/fumetto-{os.geteuid()}-{digest}")  # noqa: S108 - checked for owner and mode before use

    @property
    def socket_name(self) -> str:
        return f".s.PGSQL.{PORT}"


def log_tail(path: Path, start: int = 0, lines: int = 12) -> str:
    """The last lines of a log, from `start` bytes on; empty when there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - 8192))
            return "\n".join(file.read().decode("utf-8", "replace").strip().splitlines()[-lines:])
    except OSError:
        return ""
