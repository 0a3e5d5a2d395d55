"""How many pages a core makes ready for the shelf in a second, against the pipeline of the seed and libvips' own tool.

    ./fumetto bench page_ready [--pages N] [--rounds N] [--json]

Ready means: thumbnail, BlurHash, dominant colour, and a display image where it pays. The seed's pipeline is Pillow's:
two WebP encodes and a BlurHash for every page. libvips' own command line, `vipsthumbnail`, makes the same thumbnails
at the same settings and nothing else; where it is not installed that is said, and nothing compared. All of them work
on one thread, and processor time is what counts, so that other work on the machine does not matter much. Rounds
alternate between the contestants, and the best of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from math import cos, floor, pi
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

from fumetto.kernel.images.derive import THUMBNAIL, derive  # noqa: E402 - the bench runs without being installed

SIZES = {"screen": (900, 1300), "tablet": (1600, 2300), "print": (2481, 3503)}
WIDTH, EDGE, MOST = 400, 2400, 200_000_000
BAR_PILLOW, BAR_VIPS = 5.0, 1.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=8, help="pages of each size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tool = shutil.which("vipsthumbnail")
    found, rows = originals(), []
    for name, size in SIZES.items():
        pages = [page(found[index % len(found)], size) for index in range(arguments.pages)]
        rows.append({"size": name, "pixels": "x".join(map(str, size)), **measure(pages, arguments.rounds, tool)})
    report = {
        "pages": "the openly licensed pages beside the checkout" if len(found) > 1 else "made up",
        "libvips_tool": tool or "not installed (Debian: libvips-tools)",
        "rows": rows,
        "two_threads": two_threads([page(found[0], SIZES["tablet"])] * 8),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(pages: list[bytes], rounds: int, tool: str | None) -> dict[str, float | None]:
    """Milliseconds of processor time per page for each contestant, and the ratios that the bars are about."""
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for index, data in enumerate(pages):
            files.append(Path(scratch) / f"{index}.jpg")
            files[-1].write_bytes(data)
        ours = pillow = vips = float("inf")
        for _ in range(rounds):
            ours = min(ours, own_time(lambda: [fumetto(each) for each in pages]))
            pillow = min(pillow, own_time(lambda: [seed(each) for each in pages]))
            vips = min(vips, tool_time(tool, files)) if tool else vips
        thumbnails = own_time(lambda: [thumbnail_only(each) for each in pages])
    count = len(pages)
    return {
        "fumetto_ms": round(ours / count * 1000, 1),
        "pillow_ms": round(pillow / count * 1000, 1),
        "times_pillow": round(pillow / ours, 1),
        "thumbnail_ms": round(thumbnails / count * 1000, 1),
        "vipsthumbnail_ms": round(vips / count * 1000, 1) if tool else None,
        "of_vips": round(thumbnails / vips, 2) if tool else None,
        "pages_per_second_per_core": round(count / ours, 1),
    }


def fumetto(data: bytes) -> None:
    derive(data, thumbnail_width=WIDTH, display_max_edge=EDGE, max_pixels=MOST)


def thumbnail_only(data: bytes) -> None:
    """The same, where no display image pays: what is left is the thumbnail, with BlurHash and colour."""
    derive(data, thumbnail_width=WIDTH, display_max_edge=100_000, max_pixels=MOST)


def seed(data: bytes) -> None:
    """What the seed's ingestion does with each page: WebP for display, WebP for the thumbnail, a BlurHash in Python."""
    with Image.open(BytesIO(data)) as opened:
        image = opened.convert("RGB")
    display = image.copy()
    display.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    display.save(BytesIO(), "WEBP", quality=85)
    small = image.copy()
    small.thumbnail((WIDTH, WIDTH * 8), Image.Resampling.LANCZOS)
    small.save(BytesIO(), "WEBP", quality=80)
    copy = image.copy()
    copy.thumbnail((32, 48))
    blurhash_in_python(np.asarray(copy).tolist())


def blurhash_in_python(rows: list[list[list[int]]], across: int = 3, down: int = 4) -> list[float]:
    """The sums that a BlurHash is made of, as the pure-Python package takes them; writing them out costs nothing."""
    height, width = len(rows), len(rows[0])
    light = [
        [[(v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4) for v in p] for p in row] for row in rows
    ]
    sums = []
    for j in range(down):
        for i in range(across):
            total = [0.0, 0.0, 0.0]
            for y in range(height):
                for x in range(width):
                    basis = cos(pi * i * x / width) * cos(pi * j * y / height)
                    red, green, blue = light[y][x]
                    total[0] += basis * red
                    total[1] += basis * green
                    total[2] += basis * blue
            sums += [floor(each) for each in total]
    return sums


def own_time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def tool_time(tool: str, files: list[Path]) -> float:
    """Processor time of one run over all files, so that starting the tool hardly counts."""
    settings = f"Q={THUMBNAIL['Q']},effort={THUMBNAIL['effort']}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [tool, "-s", f"{WIDTH}x{WIDTH * 8}>", "-o", f"%s.webp[{settings}]", *map(str, files)],
        check=True, env={**os.environ, "VIPS_CONCURRENCY": "1"}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def two_threads(pages: list[bytes]) -> float:
    """How many times faster two threads are than one, by the clock."""
    times = []
    for threads in (1, 2):
        start = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fumetto, pages))
        times.append(time.perf_counter() - start)
    return round(times[0] / times[1], 2)


def originals() -> list[Image.Image]:
    """Real pages where they are beside the checkout, else one that is as hard to compress."""
    files = sorted((HOME.parent / "shared" / "data" / "pepper_carrot" / "lettered").glob("*/*.jpg"))
    if files:
        return [Image.open(file).convert("RGB") for file in files]
    random = np.random.default_rng(3)
    coarse = Image.fromarray(random.integers(0, 256, (60, 40, 3), dtype=np.uint8)).resize(
        (1200, 1800), Image.Resampling.BICUBIC
    )
    grain = Image.fromarray(random.integers(0, 256, (1800, 1200, 3), dtype=np.uint8)).filter(
        ImageFilter.GaussianBlur(1)
    )
    return [Image.blend(coarse, grain, 0.25)]


def page(original: Image.Image, size: tuple[int, int]) -> bytes:
    out = BytesIO()
    original.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=90)
    return out.getvalue()


def told(report: dict[str, object]) -> str:
    lines = [
        f"pages: {report['pages']}; libvips' tool: {report['libvips_tool']}",
        "processor time per page, one thread                      thumbnails alone",
        "size    pixels      Fumetto   Pillow   ratio (bar >= 5)   Fumetto   vips   ratio (bar <= 1.2)",
    ]
    for row in report["rows"]:  # type: ignore[attr-defined]  # made by main, just above
        tool = f"{row['vipsthumbnail_ms']:>6} {row['of_vips']:>7}" if row["of_vips"] else "     -       -"
        lines.append(
            f"{row['size']:<7} {row['pixels']:<10} {row['fumetto_ms']:>6} ms {row['pillow_ms']:>6} ms"
            f" {row['times_pillow']:>7}            {row['thumbnail_ms']:>7} {tool}"
        )
    lines.append(f"two threads are {report['two_threads']} times as fast as one; {report['peak_memory_mb']} MB at most")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
