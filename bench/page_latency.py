"""How long a page takes to reach the reader: display image and page JSON, cold, warm, and while a scan is running.

    ./fumetto bench page_latency [--books N] [--scanned N] [--requests N] [--json]

The whole program runs as people run it (`fumetto up`, server and worker), and one keep-alive connection over loopback
asks as a reader does, the times from request to last byte. Cold: each request is for a book that was not opened since
the server started, its file thrown out of the system's cache. Warm: pages asked for once before. Then a folder of
small archives is imported, and both are asked for again until that scan ends. Nobody publishes such numbers, so there
is no peer: the bars are QUALITY.md's.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
PAGES = 12
SIZE = (1600, 2300)
SMALL = (60, 90)
WARM_BAR, COLD_BAR = 20.0, 150.0  # milliseconds, p95
READY_SECONDS = 120
IMPORT_SECONDS = 1800


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--books", type=int, default=160, help="books that are read")
    parser.add_argument("--scanned", type=int, default=4000, help="archives scanned meanwhile")
    parser.add_argument("--requests", type=int, default=300, help="warm requests of each kind")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-bench-") as folder:
        report = measure(Path(folder), arguments)
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(folder: Path, arguments: argparse.Namespace) -> dict[str, object]:
    read, scanned = folder / "read", folder / "scanned"
    make_books(read, arguments.books, SIZE, quality=85)
    make_books(scanned, arguments.scanned, SMALL, quality=60, pages=6)
    with Server(folder / "data") as server:
        server.import_folder(read)
        client = Client(server.port, server.key())
        episodes = client.episodes()
        random.Random(7).shuffle(episodes)
        half = len(episodes) // 2
        quiet, busy = episodes[:half], episodes[half:]
        rows = [
            row("cold", quiet_cold := list(cold(client, quiet, read))),
            row("warm", warm(client, quiet, arguments.requests)),
        ]
        scan = server.start_import(scanned)
        rows.append(row("warm, scanning", warm(client, quiet, arguments.requests, scan)))
        rows.append(row("cold, scanning", list(cold(client, busy, read, scan))))
        scan.send_signal(signal.SIGINT)  # what it has left to do tells nothing more
        scan.wait(READY_SECONDS)
    return {
        "book": f"{PAGES} pages, JPEG {SIZE[0]}x{SIZE[1]}, {read_size(read)} KB each",
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "cold_books": len(quiet_cold),
        "rows": rows,
    }


Sample = tuple[float, float, bool]
"""Milliseconds for the page JSON and for the image, and whether the scan was running all the while."""


def cold(
    client: Client, episodes: list[str], folder: Path, scan: subprocess.Popen[bytes] | None = None
) -> Iterator[Sample]:
    for episode in episodes:
        forget(folder)
        running = scan is None or scan.poll() is None
        seconds, detail = client.timed(f"/api/v1/episodes/{episode}")
        page = json.loads(detail)["pages"][PAGES // 2]
        image, _ = client.timed(page["image_url"])
        yield seconds * 1000, image * 1000, running and (scan is None or scan.poll() is None)


def warm(
    client: Client, episodes: list[str], requests: int, scan: subprocess.Popen[bytes] | None = None
) -> list[Sample]:
    chosen = episodes[:8]
    urls = []
    for episode in chosen:
        pages = json.loads(client.timed(f"/api/v1/episodes/{episode}")[1])["pages"]
        urls += [(episode, page["image_url"]) for page in pages]
    for _, url in urls:
        client.timed(url)
    samples: list[Sample] = []
    for number in range(requests):
        episode, url = urls[number * 7 % len(urls)]
        running = scan is None or scan.poll() is None
        seconds, _ = client.timed(f"/api/v1/episodes/{episode}")
        image, _ = client.timed(url)
        samples.append((seconds * 1000, image * 1000, running))
    return samples


def row(name: str, samples: list[Sample]) -> dict[str, object]:
    kept = [sample for sample in samples if sample[2]] or samples
    return {
        "phase": name,
        "requests": len(kept),
        "scan_was_over": len(samples) - len([sample for sample in samples if sample[2]]),
        "page_json_ms": percentiles([sample[0] for sample in kept]),
        "image_ms": percentiles([sample[1] for sample in kept]),
    }


def percentiles(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else values * 99
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def told(report: dict[str, object]) -> str:
    rows = report["rows"]
    lines = [f"{report['book']}; {report['processors']} processors, load {report['load']}"]
    lines.append(f"{'':<16}{'n':>5}   page JSON p50/p95/p99 ms    image p50/p95/p99 ms     bar p95")
    for one in rows if isinstance(rows, list) else []:
        bar = WARM_BAR if one["phase"].startswith("warm") else COLD_BAR
        met = all(one[kind]["p95"] < bar for kind in ("page_json_ms", "image_ms"))
        both = [
            "/".join(f"{one[kind][cut]:.1f}" for cut in ("p50", "p95", "p99")) for kind in ("page_json_ms", "image_ms")
        ]
        lines.append(
            f"{one['phase']:<16}{one['requests']:>5}   {both[0]:>24}    {both[1]:>20}     {bar:.0f}: "
            + ("met" if met else "MISSED")
        )
    return "\n".join(lines)


def make_books(folder: Path, count: int, size: tuple[int, int], quality: int, pages: int = PAGES) -> None:
    """Archives of different pages: one drawing, changed in a corner, and a comment of its own in each file."""
    from PIL import Image

    noise = Image.effect_noise(size, 40).convert("L")
    art = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise.rotate(180)))
    small = art.resize((max(2, size[0] // 24), max(2, size[1] // 24))).resize(size, Image.Resampling.BICUBIC)
    encoded = []
    for number in range(pages):
        small.paste((number * 20 % 256, 90, 160), (0, 0, size[0] // 4, size[1] // 4))
        buffer = BytesIO()
        Image.blend(small, art, 0.12).save(buffer, "JPEG", quality=quality)
        encoded.append(buffer.getvalue())
    for number in range(count):
        series = folder / f"Series {number // 20:03}"
        series.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(series / f"Series {number // 20:03} #{number % 20 + 1:03}.cbz", "w") as archive:
            for page, data in enumerate(encoded):
                archive.writestr(f"{page:03}.jpg", data + f"{number:08}{page:04}".encode())


def read_size(folder: Path) -> int:
    first = next(folder.rglob("*.cbz"))
    return first.stat().st_size // PAGES // 1024


def forget(folder: Path) -> None:
    """Ask the system to drop the books from its cache."""
    for path in folder.rglob("*.cbz"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


class Server:
    """`fumetto up` on a data directory of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FUMETTO_")},
            "PYTHONPATH": str(HOME / "src"),
            "FUMETTO_OCR": "false",  # what is on made-up pages is not what is measured
            "FUMETTO_PANELS": "false",
            "FUMETTO_SAMPLE_SERIES": "false",
            "FUMETTO_SCAN_INTERVAL_MINUTES": "0",
            "FUMETTO_WATCH_FOLDERS": "false",
            "FUMETTO_LOG_LEVEL": "ERROR",
        }

    def __enter__(self) -> Server:
        self.process = self.start("up", "--no-browser", "--port", str(self.port))
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fumetto", *words, "--data-dir", str(self.data)]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_import(self, folder: Path) -> subprocess.Popen[bytes]:
        return self.start("import", str(folder), "--wait")

    def import_folder(self, folder: Path) -> None:
        if self.start_import(folder).wait(IMPORT_SECONDS):
            raise SystemExit("the import failed")

    def key(self) -> str:
        command = [
            sys.executable,
            "-m",
            "fumetto",
            "user",
            "token",
            "--key",
            "bench",
            "--json",
            "--data-dir",
            str(self.data),
        ]
        made = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return str(json.loads(made.stdout)["token"])


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}", "Accept": "*/*"}

    def timed(self, path: str) -> tuple[float, bytes]:
        """Seconds from the request to its answer's last byte, and the answer."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
        return seconds, body

    def episodes(self) -> list[str]:
        series, cursor = [], ""
        while True:
            page = json.loads(self.timed(f"/api/v1/series?limit=200{cursor}")[1])
            series += [one["slug"] for one in page["items"]]
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        found: list[str] = []
        for slug in series:
            found += [one["id"] for one in json.loads(self.timed(f"/api/v1/series/{slug}/episodes")[1])["items"]]
        return found


def ended(*_: object) -> None:
    """Ended from outside: leave by the way that stops the server."""
    raise SystemExit("ended before it was done")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, ended)
    main()
