"""How much memory server and worker hold, idle, beside a library of 10,000 pages.

    ./fumetto bench memory [--pages N] [--quiet SECONDS] [--json]

`fumetto up` runs with one worker on a library of archives of twenty pages. It is measured three times: with the library
imported and everything started anew, after a hundred pages were read, and after the same library was scanned again.
Each time the processes are left alone first. Counted are the server, the worker and the parser processes that belong to
them: RSS, which counts a page that two of them share twice, and PSS, which does not. PostgreSQL and its small keeper
are shown beside it, by PSS, since their RSS counts the shared buffers once for every connection. There is no peer: the
bar is QUALITY.md's, 400 MB for server and worker together.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import psutil
from page_latency import Client, Server, make_books

BAR = 400.0  # MB, RSS of server and worker together
PAGES_A_BOOK = 20
SMALL = (120, 180)
MEGABYTE = 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000, help="pages in the library, twenty to a book")
    parser.add_argument("--quiet", type=float, default=20.0, help="seconds without work before measuring")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-") as folder:
        report = measure(Path(folder), arguments.pages, arguments.quiet)
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(folder: Path, pages: int, quiet: float) -> dict[str, object]:
    library = folder / "read"
    make_books(library, pages // PAGES_A_BOOK, SMALL, quality=70, pages=PAGES_A_BOOK)
    with Server(folder / "data") as first:
        first.import_folder(library)
        key = first.key()
    first.process.wait()
    rows = []
    with Server(folder / "data") as server:
        rows.append({"after": "start", **weigh(server, quiet)})
        read_some(Client(server.port, key), 100)
        rows.append({"after": "100 pages read", **weigh(server, quiet)})
        server.import_folder(library)
        rows.append({"after": "a scan", **weigh(server, quiet)})
    server.process.wait()
    return {"pages": pages, "processors": os.cpu_count(), "load": os.getloadavg(), "rows": rows}


def read_some(client: Client, count: int) -> None:
    for episode in client.episodes()[: max(1, count // PAGES_A_BOOK)]:
        for page in json.loads(client.timed(f"/api/v1/episodes/{episode}")[1])["pages"]:
            client.timed(page["image_url"])


def weigh(server: Server, quiet: float) -> dict[str, object]:
    """Megabytes, and how many processes they are."""
    time.sleep(quiet)
    up = psutil.Process(server.process.pid)
    ours = [up, *up.children(recursive=True)]
    workers = [process for process in ours if "worker" in process.cmdline()]
    return {
        "processes": len(ours),
        "server_rss_mb": round(up.memory_info().rss / MEGABYTE, 1),
        "worker_rss_mb": round(sum(process.memory_info().rss for process in workers) / MEGABYTE, 1),
        "rss_mb": round(sum(process.memory_info().rss for process in ours) / MEGABYTE, 1),
        "pss_mb": round(sum(process.memory_full_info().pss for process in ours) / MEGABYTE, 1),
        "postgres_pss_mb": round(sum(pss_of(process) for process in database_of(server.data)) / MEGABYTE, 1),
    }


def database_of(data: Path) -> list[psutil.Process]:
    """The keeper of this data directory's database, and PostgreSQL with all its processes."""
    keepers = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "fumetto.kernel.db.embedded.keeper" in (process.info["cmdline"] or [])
        and any(word.startswith(str(data)) for word in process.info["cmdline"])
    ]
    return keepers + [child for keeper in keepers for child in keeper.children(recursive=True)]


def pss_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0  # it ended while we looked


def told(report: dict[str, object]) -> str:
    rows = report["rows"]
    assert isinstance(rows, list)
    lines = [f"{report['pages']} pages; {report['processors']} processors, load {report['load']}"]
    lines.append(
        f"{'after':<16}{'processes':>10}{'server':>9}{'worker':>9}{'RSS':>9}{'PSS':>9}{'PostgreSQL PSS':>17}  MB"
    )
    for row in rows:
        lines.append(
            f"{row['after']:<16}{row['processes']:>10}{row['server_rss_mb']:>9}{row['worker_rss_mb']:>9}"
            f"{row['rss_mb']:>9}{row['pss_mb']:>9}{row['postgres_pss_mb']:>17}"
        )
    met = all(row["rss_mb"] <= BAR for row in rows)
    return "\n".join([*lines, f"bar: {BAR:.0f} MB RSS, {'met' if met else 'MISSED'}"])


if __name__ == "__main__":
    main()
