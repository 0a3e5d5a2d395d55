"""How long from typing `./fumetto up` on an existing library to its first page on the screen.

    ./fumetto bench start [--books N] [--runs N] [--without-launcher] [--json]

A library is made and imported once. Then, for each run, the launcher is started as a person starts it, and the clock
runs from there to the last byte of a page's image, asked for without pause until it is answered; in between it is noted
when the port answers and when the shelf does, and at the page how much processor time server and worker have used,
which other work on the machine changes little. After that everything is stopped, the database too, and the next run
begins. One run that is not counted comes first: it lets the launcher build what is missing. There is no peer: the bar
is QUALITY.md's, 3 s.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
from page_latency import HOME, Client, Server, make_books

BAR = 3.0  # seconds
PATIENCE = 120
MOMENTS = ("answers", "shelf", "page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--books", type=int, default=200, help="books in the library, of 12 pages")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--without-launcher", action="store_true", help="start the program itself; nothing is looked at or built"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "fumetto"] if arguments.without_launcher else [str(HOME / "fumetto")]
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-") as folder:
        report = measure(Path(folder), arguments.books, arguments.runs, command)
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(folder: Path, books: int, runs: int, command: list[str]) -> dict[str, object]:
    make_books(folder / "read", books, (900, 1300), quality=80)
    with Server(folder / "data") as server:
        server.import_folder(folder / "read")
        key = server.key()
        page = first_page(Client(server.port, key))
    server.process.wait(PATIENCE)
    taken = [one_start(server, command, key, page) for _ in range(runs + 1)][1:]
    return {
        "books": books,
        "started_as": Path(command[0]).name,
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "runs": taken,
    }


def first_page(client: Client) -> str:
    detail = json.loads(client.timed(f"/api/v1/episodes/{client.episodes()[0]}")[1])
    return str(detail["pages"][0]["image_url"])


def one_start(server: Server, command: list[str], key: str, page: str) -> dict[str, float]:
    """Seconds from the start to each of MOMENTS; everything is stopped when it returns."""
    wanted = dict(zip(MOMENTS, ("/health", "/api/v1/series", page), strict=True))
    times: dict[str, float] = {}
    log = server.data.with_name("start.log")
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "up", "--no-browser", "--port", str(server.port), "--data-dir", str(server.data)],
            env=server.environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        for moment, path in wanted.items():
            if not answered(server.port, key, path, process):
                raise SystemExit(f"{path} was not answered: {log.read_text(errors='replace')[-400:]}")
            times[moment] = round(time.perf_counter() - started, 3)
        times["processor"] = round(processor_seconds(process.pid), 2)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    return times


def processor_seconds(pid: int) -> float:
    """What the process, what it started and what has ended below it have used until now."""
    whole = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in (whole, *whole.children(recursive=True)))


def answered(port: int, key: str, path: str, process: subprocess.Popen[bytes]) -> bool:
    """Ask until there is an answer; False when the process has ended or PATIENCE has."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            client = Client(port, key)
            client.connection.request("GET", path, headers=client.headers)
            answer = client.connection.getresponse()
            answer.read()
            if answer.status == 200:
                return True
        time.sleep(0.01)
    return False


def told(report: dict[str, object]) -> str:
    runs = report["runs"]
    assert isinstance(runs, list)
    lines = [f"{report['books']} books; {report['processors']} processors, load {report['load']}"]
    for moment in MOMENTS:
        values = [run[moment] for run in runs]
        lines.append(f"{moment:<8} median {statistics.median(values):.2f} s   worst {max(values):.2f} s")
    used = [run["processor"] for run in runs]
    lines.append(f"processor time until then: median {statistics.median(used):.2f} s")
    met = statistics.median(run["page"] for run in runs) <= BAR
    return "\n".join([*lines, f"bar: first page within {BAR:.0f} s, {'met' if met else 'MISSED'}"])


if __name__ == "__main__":
    main()
