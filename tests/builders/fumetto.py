"""A real Fumetto as a process of its own: what `./fumetto up` starts, on a free port and an empty data directory."""

from __future__ import annotations

import functools
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builders.warm import Warm

HOME = Path(__file__).resolve().parents[2]
PATIENCE = 240.0  # seconds; machines that test are busy
SAMPLE_OFF = {"FUMETTO_SAMPLE_SERIES": "false"}
QUICK = SAMPLE_OFF | {
    "FUMETTO_OCR": "false",
    "FUMETTO_PANELS": "false",
    "FUMETTO_DISPLAY_MAX_EDGE": "600",
    "FUMETTO_THUMBNAIL_WIDTH": "100",
}
"""For a test that is about something else than what is found on pages, or how large they are shown."""
LINK = re.compile(r"https?://\S+/welcome#token=\S+")


@dataclass
class RunningFumetto:
    process: subprocess.Popen[str]
    url: str
    data_dir: Path
    log: Path

    def owner_link(self) -> str:
        """The one-time link that the first start printed."""
        found = wait_for(lambda: LINK.search(self.log.read_text("utf-8", "replace")), self, "the owner's link")
        return str(found.group(0))


@contextmanager
def fumetto_up(data_dir: Path, *, expect_link: bool = True, **environment: str) -> Iterator[RunningFumetto]:
    """Started and answering; stopped, with everything it started, at the end. Later starts print no link."""
    port = free_port()
    log = data_dir.parent / f"{data_dir.name}.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [*COMMAND, "up", "--no-browser", "--host", "127.0.0.1", "--port", str(port), "--data-dir", str(data_dir)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment_of(environment),
            text=True,
            start_new_session=True,
        )
    running = RunningFumetto(process, f"http://127.0.0.1:{port}", data_dir, log)
    try:
        wait_for(lambda: answers(port), running, "the server")
        wait_for(lambda: "Ctrl-C" in log.read_text("utf-8", "replace"), running, "the greeting")
        if expect_link:
            running.owner_link()
        yield running
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command(
    data_dir: Path, *words: str, check: bool = True, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """One command of the CLI, run to its end."""
    done = subprocess.run(
        [*COMMAND, *words, "--data-dir", str(data_dir)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment_of(environment),
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0 or not check, f"{words}: {done.stdout}{done.stderr}"
    return done


def answer_of(data_dir: Path, *words: str, **environment: str) -> Any:
    """What a command answers with --json, run by a process that has loaded already what commands need."""
    full = [*words, "--json", "--data-dir", str(data_dir)]
    done = warm().run(full, environment_of(environment), seconds=PATIENCE)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


@functools.cache
def warm() -> Warm:
    return Warm(environment_of({}))


COMMAND = [sys.executable, "-m", "fumetto"]


def environment_of(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUMETTO_")}
    return kept | {"PYTHONPATH": str(HOME / "src"), "FUMETTO_WATCH_FOLDERS": "false"} | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(look: Any, running: RunningFumetto, what: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        assert running.process.poll() is None, f"ended before {what} came:\n{running.log.read_text('utf-8', 'replace')}"
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come:\n{running.log.read_text('utf-8', 'replace')}")
