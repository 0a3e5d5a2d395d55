"""The process that owns the embedded server: starts it, starts it again when it dies, and stops it when nobody is left.

Detached from whoever started it, so that every command shares one server and none has to outlive the others. It runs
`python -S` on the standard library alone, in a few megabytes. What holds it together are locks that the system drops
when their holder dies, however it dies: the keeper's own on `keeper`, and everybody's shared one on `leases`.

    python -S -m fumetto.kernel.db.embedded.keeper BASE PROGRAMS [--account NAME] [--set NAME=VALUE]...

It ignores polite signals: when a machine or a service manager stops everything at once, those who still hold a lease
need the database until they are done. Taking the last lease away is the way to stop it.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from fumetto.kernel.db.embedded.account import choose_account
from fumetto.kernel.db.embedded.cluster import ENVIRONMENT, prepare, refusal_from
from fumetto.kernel.db.embedded.layout import MAJOR, Layout, Refusal, log_tail
from fumetto.kernel.db.embedded.processes import postmaster_of, wait_gone
from fumetto.kernel.db.embedded.software import programs_for

LOOK_EVERY = 0.25  # seconds between looks at the leases
LOCK_PATIENCE = 2.0  # a client that asks whether we live holds our lock for an instant
TRANSIENT = ("already exists", "still in use", "Is another postmaster")  # what a predecessor leaves for a moment
TRANSIENT_PATIENCE = 20.0
STOP_PATIENCE = 60.0
BIGGEST_LOG = 8 * 1024**2


class Abandoned(Exception):
    """Nobody holds a lease any more."""


def memory() -> int:
    """Bytes of memory that this machine has, or as much of it as a container may use."""
    found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return found


def buffers(memory: int) -> int:
    """Megabytes in which PostgreSQL keeps pages it has read: an eighth of the memory, taken only as it is filled.

    Its own 128 MB are less than the index of a hundred thousand passages, and fetching its pages anew from the
    system's cache takes as long as ranking them. More than a gigabyte is left to the system and to others.
    """
    return min(max(memory // 8 // 2**20, 128), 1024)


class Keeper:
    """One server of one data directory, from taking the lock to the last look at the leases."""

    def __init__(self, layout: Layout, programs: Path, account: str, options: dict[str, str]) -> None:
        self.layout = layout
        self.account = choose_account(account)
        self.programs = programs
        self.options = options
        self.token = secrets.token_hex(8)
        self.starts = 0
        self.server: subprocess.Popen[bytes] | None = None
        self.child_ended = wake_on_child()
        self.lock = os.open(layout.keeper, os.O_RDWR | os.O_CREAT, 0o600)
        self.leases = os.open(layout.leases, os.O_RDWR | os.O_CREAT, 0o600)

    def run(self) -> None:
        """Returns when nobody is left, or another keeper was first. Raises Refusal when there can be no server."""
        if not self.take_lock():
            return
        self.publish("starting")
        try:
            self.leave_if_abandoned()
            self.programs = programs_for(self.account, self.programs, self.layout)
            self.clear_away_predecessor()
            prepare(self.layout, self.account, self.programs, self.options)
            self.start()
            answer_client({"ready": True})
            while True:
                wait_readable(self.child_ended, LOOK_EVERY)
                self.leave_if_abandoned()
                if self.server is None or self.server.poll() is not None:
                    self.publish("restarting")
                    self.start()
        except Abandoned:
            self.stop()
            self.publish("stopped")
        except Refusal as refusal:
            self.stop()
            self.publish("failed", refusal)
            raise

    def take_lock(self) -> bool:
        deadline = time.monotonic() + LOCK_PATIENCE
        while not try_lock(self.lock):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, str(os.getpid()).encode(), 0)
        return True

    def leave_if_abandoned(self) -> None:
        """Having the leases to ourselves, a newcomer waits until we have stopped, and then starts a fresh keeper."""
        if try_lock(self.leases) or self.was_removed():
            raise Abandoned

    def was_removed(self) -> bool:
        """Whether somebody deleted the folder below us: then there is nothing to keep, and nothing to make anew."""
        try:
            return not os.path.samestat(self.layout.leases.stat(), os.fstat(self.leases))
        except OSError:
            return True

    def clear_away_predecessor(self) -> None:
        """We hold the lock, so a living server here is an orphan: stopped cleanly, since adopting it could not be
        undone if it died. A pid file that names no server of this directory would make PostgreSQL wait for ever."""
        orphan = postmaster_of(self.layout.data)
        if orphan is not None:
            os.kill(orphan, signal.SIGINT)
            if not wait_gone(orphan, STOP_PATIENCE):
                os.kill(orphan, signal.SIGQUIT)
                wait_gone(orphan, STOP_PATIENCE)
        self.layout.postmaster_pid.unlink(missing_ok=True)
        (self.layout.sockets / f"{self.layout.socket_name}.lock").unlink(missing_ok=True)

    def start(self) -> None:
        """Returns when connections are accepted, however long recovery takes, while anybody waits for it."""
        deadline, delay = time.monotonic() + TRANSIENT_PATIENCE, 0.05
        while True:
            self.rotate_log()
            begin = self.layout.log.stat().st_size if self.layout.log.exists() else 0
            self.server = self.spawn()
            if self.becomes_ready(self.server):
                self.starts += 1
                self.publish("ready")
                return
            last_words = log_tail(self.layout.log, begin)
            if time.monotonic() > deadline or not any(words in last_words for words in TRANSIENT):
                raise refusal_from(self.layout, last_words)
            time.sleep(delay)
            delay = min(2 * delay, 1.0)
            self.leave_if_abandoned()
            self.clear_away_predecessor()

    def spawn(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.layout.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            "shared_buffers": f"{buffers(memory())}MB",
        } | self.options
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with self.layout.log.open("ab") as log:
            # A session of its own, or Ctrl-C in the terminal would reach it before its clients are done.
            return subprocess.Popen(
                [self.programs / "postgres", "-D", self.layout.data, *words],
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self.account.enter,
            )

    def becomes_ready(self, server: subprocess.Popen[bytes]) -> bool:
        """False when it ended instead. The eighth line of postmaster.pid says how far it is (pg_ctl reads the same)."""
        while server.poll() is None:
            try:
                lines = self.layout.postmaster_pid.read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return True
            self.leave_if_abandoned()
            time.sleep(0.01)
        return False

    def stop(self) -> None:
        if self.server is None:
            return
        for wish, patience in ((signal.SIGINT, STOP_PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if self.server.poll() is not None:
                return
            self.server.send_signal(wish)
            try:
                self.server.wait(patience)
            except subprocess.TimeoutExpired:
                continue

    def rotate_log(self) -> None:
        if self.layout.log.exists() and self.layout.log.stat().st_size > BIGGEST_LOG:
            self.layout.log.replace(self.layout.log.with_suffix(".log.1"))

    def publish(self, state: str, refusal: Refusal | None = None) -> None:
        """Tells clients how things are; on a full disk the one that started us still hears it through its pipe."""
        words = {
            "state": state,
            "keeper": os.getpid(),
            "token": self.token,
            "starts": self.starts,
            "version": MAJOR,
            "server": self.server.pid if self.server else None,
            "host": str(self.layout.sockets),
        }
        if refusal is not None:
            words |= {"code": refusal.code, "detail": refusal.detail}
        fresh = self.layout.state.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(words))
            fresh.replace(self.layout.state)
        except OSError as error:
            print(f"keeper: cannot write {self.layout.state}: {error}", file=sys.stderr, flush=True)


def try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def answer_client(words: dict[str, object]) -> None:
    """One line to the client that started us, which may be gone, and then nothing ever again."""
    try:
        os.write(1, json.dumps(words).encode() + b"\n")
    except OSError:
        print("keeper: the client that started it is gone", file=sys.stderr, flush=True)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)


def wake_on_child() -> int:
    """A pipe that can be read when a child has ended, so that a crash is noticed at once and not at the next look."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def wait_readable(handle: int, seconds: float) -> None:
    if select.select([handle], [], [], seconds)[0]:
        os.read(handle, 512)


def detach() -> None:
    """Leaves the client's session and becomes a child of process 1, which reaps us; the client reaps what it ran."""
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    for polite in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(polite, signal.SIG_IGN)


def main() -> int:
    parser = argparse.ArgumentParser(description="Keeps the embedded PostgreSQL of one data directory running.")
    parser.add_argument("base", type=Path)
    parser.add_argument("programs", type=Path)
    parser.add_argument("--account", default="")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    words = parser.parse_args()
    detach()
    try:
        Keeper(Layout(words.base), words.programs, words.account, dict(item.split("=", 1) for item in words.set)).run()
    except Refusal as refusal:
        answer_client({"code": refusal.code, "detail": refusal.detail})
        return 1
    except OSError as error:
        code = "disk_full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "data_dir_unusable"
        answer_client({"code": code, "detail": {"path": str(words.base), "reason": error.strerror or str(error)}})
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
