"""How long a scan of many small archives takes until every book can be opened: fresh, unchanged, and with books moved.

    ./fumetto bench scan [--sizes 500,5000,20000] [--moved 20] [--no-peer] [--peer-home DIR] [--json]

Fumetto is measured as people use it: a path is imported, a worker takes the job, and the clock stops when the scan is
recorded as done; every row is then counted, and some books are opened. Making images is left for afterwards, as the
peer does. The peer is Codex (https://github.com/ajslater/codex, from PyPI), installed into an environment of its own
with a Python of 3.12 or newer that really runs; where there is none, that is said and nothing compared. Each size
makes a library of its own, of archives of three pages with a ComicInfo.xml, twenty to a series, and both scan the
same one in the same run. Codex's migrations are not counted, nor is our own making of the database.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

CODEX = "codex==2.5.6"
PER_SERIES = 20
PAGES = 3
PHASES = ("fresh", "unchanged", "moved")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="500,5000,20000", help="books in each library")
    parser.add_argument("--moved", type=int, default=PER_SERIES, help="books that are moved, whole series of twenty")
    parser.add_argument("--no-peer", action="store_true", help="measure Fumetto alone")
    parser.add_argument("--peer-home", type=Path, help="where Codex's environment is kept; else a cache of this user")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    peer, why = (None, "not asked for") if arguments.no_peer else peer_python(arguments.peer_home)
    rows = []
    for size in sizes:
        with scratch() as folder:
            library = Path(folder, "library")
            make_library(library, size)
            ours = asyncio.run(measure_fumetto(library, Path(folder, "data"), size, arguments.moved))
            theirs = measure_codex(peer, library, Path(folder, "codex"), size, arguments.moved) if peer else None
            rows.append({"books": size, "fumetto": ours, "codex": theirs})
    report = {
        "peer": CODEX if peer else f"none: {why}",
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "rows": rows,
    }
    print(json.dumps(report, indent=1) if arguments.json else told(report))


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """A folder for a while; the database in it takes a moment to stop after its last user has gone."""
    folder = tempfile.mkdtemp(prefix="fumetto-bench-")
    try:
        yield folder
    finally:
        for _ in range(100):
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.1)


def make_library(root: Path, size: int) -> None:
    for number in range(size):
        series = number // PER_SERIES
        folder = root / f"Series {series:04}"
        folder.mkdir(parents=True, exist_ok=True)
        issue = number % PER_SERIES + 1
        with zipfile.ZipFile(folder / f"Series {series:04} #{issue:03}.cbz", "w") as archive:
            for page in range(PAGES):
                archive.writestr(f"p{page:03}.png", picture(number + page))
            archive.writestr(
                "ComicInfo.xml",
                f"<?xml version='1.0'?><ComicInfo><Series>Series {series:04}</Series><Number>{issue}</Number>"
                f"<Title>T{number}</Title><Writer>W{series % 9}</Writer><PageCount>{PAGES}</PageCount></ComicInfo>",
            )


def picture(shade: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade * 7 % 256, shade * 13 % 256, row * 30]) * 8 for row in range(8))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def moves(library: Path, count: int) -> Iterator[tuple[Path, Path]]:
    """Folders to rename, each a whole series, spread over the library."""
    folders = sorted(library.iterdir())
    step = max(1, len(folders) // max(1, count // PER_SERIES))
    for folder in folders[::step][: max(1, count // PER_SERIES)]:
        yield folder, folder.with_name(f"Moved {folder.name}")


async def measure_fumetto(library: Path, data: Path, size: int, moved: int) -> dict[str, float]:
    import structlog

    import fumetto.entry.models  # every table
    import fumetto.library.ingestion.intake  # noqa: F401 - and every job that a scan needs
    from fumetto.kernel.db import migrate
    from fumetto.kernel.db.sessions import Database
    from fumetto.kernel.heap import loaded
    from fumetto.kernel.jobs.worker import run_worker
    from fumetto.kernel.settings import load_settings
    from fumetto.kernel.storage import open_storage
    from fumetto.library.ingestion.parsers import close_parsers

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = load_settings({}, data_dir=data, scan_interval_minutes=0, log_level="ERROR", sample_series=False)
    times: dict[str, float] = {}
    await migrate.upgrade(settings)
    loaded()  # as the worker process does when it has started
    async with await Database.open(settings) as database:
        stop = asyncio.Event()
        worker = asyncio.create_task(
            run_worker(settings, database, open_storage(settings), queues=["scan"], stop_event=stop)
        )
        await asyncio.sleep(1)
        times["fresh"] = await timed_scan(database, settings, library)
        await check_rows(database, size, library)
        times["unchanged"] = await timed_scan(database, settings, library)
        for before, after in moves(library, moved):
            before.rename(after)
        times["moved"] = await timed_scan(database, settings, library)
        await check_rows(database, size, library)
        for before, after in moves_back(library):
            before.rename(after)
        stop.set()
        await worker
        await close_parsers()
    return {phase: round(times[phase], 3) for phase in PHASES}


def moves_back(library: Path) -> list[tuple[Path, Path]]:
    moved = [folder for folder in library.iterdir() if folder.name.startswith("Moved ")]
    return [(folder, folder.with_name(folder.name.removeprefix("Moved "))) for folder in moved]


async def timed_scan(database: Any, settings: Any, library: Path) -> float:
    """Seconds from asking for the import to the scan's end."""
    from fumetto.library.ingestion.intake import import_path

    started = time.perf_counter()
    async with database.write() as session:
        activity = await import_path(session, settings, library)
    job = (
        "SELECT p.state FROM app.activity_parts p JOIN jobs.procrastinate_jobs j ON j.id = p.job_id"
        " WHERE p.activity_id = %s AND j.task_name = 'library.scan_root' AND j.status IN ('todo', 'doing')"
    )
    while True:
        async with database.read() as session:
            if await (await session.raw().execute(job, (activity,))).fetchone() is None:
                return time.perf_counter() - started
        await asyncio.sleep(0.02)


async def check_rows(database: Any, size: int, library: Path) -> None:
    """Every book is there once, with its pages, and can be opened where the database says it is."""
    from fumetto.library.ingestion.books import open_book
    from fumetto.library.ingestion.walk import file_of

    async with database.read() as session:
        raw = session.raw()
        episodes = await (
            await raw.execute("SELECT count(*) FROM library.episodes WHERE missing_since IS NULL")
        ).fetchone()
        pages = await (await raw.execute("SELECT count(*) FROM library.pages")).fetchone()
        series = await (await raw.execute("SELECT count(*) FROM library.series")).fetchone()
        present = await (await raw.execute("SELECT path FROM library.sources WHERE state = 'present'")).fetchall()
    expected = (size, size * PAGES, -(-size // PER_SERIES), size)
    found = (episodes[0], pages[0], series[0], len(present))
    if found != expected:
        raise SystemExit(f"expected {expected} episodes, pages, series and sources; found {found}")
    for (path,) in random.sample(present, min(50, len(present))):
        with open_book(file_of(library, path)) as book:
            assert len(book.pages) == PAGES


def peer_python(home: Path | None) -> tuple[Path | None, str]:
    """The Python of an environment that Codex is installed in, made if need be, or why there is none."""
    home = home or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fumetto-bench" / "codex"
    python = home / "bin" / "python"
    if runs(python, "import codex"):
        return python, ""
    base = next(
        (candidate for candidate in candidates() if runs(candidate, "import sys; assert sys.version_info >= (3, 12)")),
        None,
    )
    if base is None:
        return None, "no Python of 3.12 or newer runs here"
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    print(f"installing {CODEX} into {home} …", file=sys.stderr)
    for command in ([base, "-m", "venv", home], [python, "-m", "pip", "install", "-q", CODEX]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return None, f"it could not be installed: {done.stderr.strip().splitlines()[-1:]}"
    return (python, "") if runs(python, "import codex") else (None, "it does not start")


def candidates() -> Iterator[Path]:
    """Pythons to try. Shims that are on the path and run nothing are common, so each is tried."""
    yield Path(sys.executable)
    for minor in range(20, 11, -1):
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
    if pyenv := shutil.which("pyenv"):
        listed = subprocess.run(
            [pyenv, "versions", "--bare"], capture_output=True, text=True, check=False
        ).stdout.split()
        for version in reversed(listed):
            prefix = subprocess.run(
                [pyenv, "prefix", version], capture_output=True, text=True, check=False
            ).stdout.strip()
            yield Path(prefix, "bin", "python3")


def runs(python: Path, code: str) -> bool:
    try:  # below a folder that goes away: on import, Codex makes its settings in the folder it finds itself in
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, timeout=60, check=False)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def measure_codex(python: Path, library: Path, config: Path, size: int, moved: int) -> dict[str, Any]:
    """The same three scans by Codex, in processes of its own, all of which are ended afterwards."""
    config.mkdir()
    renames = [[str(before), str(after)] for before, after in moves(library, moved)]
    output = config / "bench.log"
    with output.open("w") as log:
        running = subprocess.Popen(
            [python, HOME / "bench" / "_codex.py", library, str(size), json.dumps(renames)],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=config,
            env=os.environ | {"CODEX_CONFIG_DIR": str(config), "PYTHONWARNINGS": "ignore"},
            start_new_session=True,
        )
        try:
            running.wait(3600)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)  # its librarian's workers outlive it
    for before, after in moves_back(library):
        before.rename(after)
    said = output.read_text(errors="replace")
    lines = [line for line in said.splitlines() if line.startswith("{")]
    if not lines:
        return {"error": said.strip()[-400:]}
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def told(report: dict[str, Any]) -> str:
    lines = [f"peer: {report['peer']}    processors: {report['processors']}    load: {report['load'][0]:.1f}", ""]
    lines.append(f"{'books':>7} {'scan':<10} {'Fumetto':>16} {'Codex':>16} {'times faster':>13}")
    for row in report["rows"]:
        for phase in PHASES:
            ours, peer = row["fumetto"][phase], row["codex"]
            theirs = peer.get(phase) if peer else None
            rate = f"{ours:.2f} s" + (f" {row['books'] / ours:5.0f}/s" if phase == "fresh" else "")
            other = (
                "-"
                if theirs is None
                else f"{theirs:.2f} s" + (f" {row['books'] / theirs:5.0f}/s" if phase == "fresh" else "")
            )
            lines.append(
                f"{row['books']:>7} {phase:<10} {rate:>16} {other:>16} {f'{theirs / ours:.1f}' if theirs else '-':>13}"
            )
        if row["codex"] and "error" in row["codex"]:
            lines.append(f"        Codex failed: {row['codex']['error']}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
