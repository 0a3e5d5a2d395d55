"""Looking at other processes without being fooled by zombies and reused process ids. Standard library only."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

ON_LINUX = Path("/proc/self/stat").exists()  # and what looks like Linux enough


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie does not: where process 1 reaps slowly they linger for seconds."""
    if ON_LINUX:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        except (OSError, IndexError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(pid: int) -> bytes:
    """The words of a process's command, or nothing when it is gone."""
    if ON_LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b""
    shown = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return shown.stdout


def postmaster_of(data: Path) -> int | None:
    """The living server of this data directory, by its postmaster.pid; None when the file is stale or names another."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    line = command_line(pid)
    return pid if pid > 1 and is_alive(pid) and b"postgres" in line and os.fsencode(data) in line else None


def wait_gone(pid: int, seconds: float) -> bool:
    """Waits until a process that may not be our child has ended; False when it has not in that time."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
