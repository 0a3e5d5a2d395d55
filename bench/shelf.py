"""How long lists take to come as a library grows: shelf, continue list, a series' page, title search, catalogue feeds.

    ./fumetto bench shelf [--sizes 500,1500,5000] [--requests N] [--json]

A library is written straight into the database: per series ten episodes of four pages, in two languages, and one
series of a thousand episodes besides; five readers have opened four episodes of every second series each. Then one
keep-alive connection asks the running program for every list over loopback, as one of these readers. Shown are the
median from request to last byte, and the processor time that server and database took for one answer, which a busy
machine disturbs less. There is no peer: the bar is that a list takes less than a tenth of a second of processor time
at the largest size; how that grows from size to size is the other half of the answer.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from page_latency import Client, Server

BAR = 100.0  # milliseconds of processor time, at the largest size
LANGUAGES = ("en", "fr")

LIBRARY = """
SET fumetto.reader = '*';
SET synchronous_commit = off;
INSERT INTO app.users (id, username, role, user_type, tier)
SELECT gen_random_uuid(), 'reader ' || n, 'reader', 'adult', 'free' FROM generate_series(1, 4) n;
INSERT INTO library.series (id, slug, title, sort_title, direction, tags, created_at, updated_at)
SELECT gen_random_uuid(), 'series-' || n, title, lower(title), 'ltr', ARRAY['tag ' || n % 40],
       now() - n * interval '1 minute', now() - n % 977 * interval '1 hour'
FROM generate_series(1, {series}) n,
     LATERAL (SELECT (ARRAY['Amber','Birch','Cobalt','Dusk','Ember','Fable'])[1 + n % 6] || ' '
                  || substr(md5(n::text), 1, 6) || ' ' || n AS title) named;
CREATE TEMP TABLE made AS
SELECT gen_random_uuid() AS id, s.id AS series_id, e, s.n
FROM (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS n FROM library.series WHERE slug LIKE 'series-%') s,
     generate_series(1, CASE WHEN s.n = 1 THEN 1000 ELSE 10 END) e;
INSERT INTO library.episodes (id, series_id, slug, episode_number, sort_key, title, languages, page_count,
                              state, ingested_at)
SELECT id, series_id, 'ep' || e, e, e, 'The ' || substr(md5(id::text), 1, 5) || ' of part ' || e, '{{en,fr}}', 4,
       'ready', now() - (n * 10 + e) * interval '90 seconds' FROM made;
INSERT INTO library.episode_titles (episode_id, language, title)
SELECT id, 'fr', 'Le ' || substr(md5(id::text), 1, 5) || ' de la partie ' || e FROM made;
INSERT INTO library.pages (id, episode_id, order_index, position, page_number, kind, member, media_type, byte_size,
                           fingerprint, state, image_metadata)
SELECT gen_random_uuid(), id, p, e::bigint * 100000000 + p * 10, p, 'story', p || '.jpg', 'image/jpeg', 400000,
       md5(id::text || p), 'ready', '{{"width": 1600, "height": 2300, "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
       "dominant_color": "#806040"}}' FROM made, generate_series(0, 3) p;
INSERT INTO library.episode_readings (reader_id, episode_id, state, last_read_at)
SELECT u.id, m.id, CASE WHEN e < 4 THEN 'read' ELSE 'reading' END, now() - (n * 20 + 10 - e) * interval '1 minute'
FROM app.users u, made m WHERE n % 2 = 1 AND e <= 4;
INSERT INTO library.reading_progress (reader_id, episode_id, device, position, order_index, finished, updated_at)
SELECT u.id, m.id, 'tablet', e::bigint * 100000000 + 20, 2, e < 4, now() - (n * 20 + 10 - e) * interval '1 minute'
FROM app.users u, made m WHERE n % 2 = 1 AND e <= 4;
INSERT INTO library.reading_ledgers (reader_id, series_id, seen)
SELECT u.id, series_id, int8multirange(int8range(100000000, 400000030)) FROM app.users u, (
    SELECT DISTINCT series_id FROM made WHERE n % 2 = 1) m;
"""

LISTS = {
    "continue": "/api/v1/reading/continue",
    "shelf by title": "/api/v1/series",
    "shelf by last read": "/api/v1/series?sort=last_read",
    "shelf, unread": "/api/v1/series?filter=unread",
    "shelf, reading": "/api/v1/series?filter=reading",
    "shelf, new": "/api/v1/series?filter=new",
    "shelf, one language": "/api/v1/series?language=fr",
    "shelf, one tag": "/api/v1/series?tag=tag%207",
    "search, rare word": "/api/v1/series?search=999",
    "search, two words": "/api/v1/series?search=partie%20999",
    "search, common word": "/api/v1/series?search=amber",
    "filters to choose from": "/api/v1/facets",
    "a series": "/api/v1/series/series-3",
    "its episodes": "/api/v1/series/series-3/episodes",
    "a thousand episodes": "/api/v1/series/series-1/episodes",
    "feed: start": "/opds/v2",
    "feed: series": "/opds/v1.2/series",
    "feed: newest": "/opds/v1.2/new",
    "feed: a series": "/opds/v2/series/series-3",
    "feed: search": "/opds/v1.2/search/results?q=amber",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="500,1500,5000", help="how many series, in each library")
    parser.add_argument("--requests", type=int, default=15, help="of each list")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = measure([int(size) for size in arguments.sizes.split(",")], arguments.requests)
    print(json.dumps(report, indent=1) if arguments.json else told(report))


def measure(sizes: list[int], requests: int) -> dict[str, object]:
    rows: dict[str, dict[int, dict[str, float]]] = {name: {} for name in LISTS}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="fumetto-bench-") as folder, Server(Path(folder) / "data") as server:
            client = Client(server.port, server.key())  # the database is there when a key is
            fill(server, size)
            for name, path in LISTS.items():
                rows[name][size] = asked(server, client, path, requests)
    largest = max(sizes)
    return {
        "sizes": sizes,
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "bar_ms": BAR,
        "rows": [
            {"list": name, "by_size": found, "met": found[largest]["processor_ms"] < BAR}
            for name, found in rows.items()
        ],
    }


def fill(server: Server, series: int) -> None:
    """Write the library, and let the database see what it has."""
    command = [sys.executable, "-m", "fumetto", "db", "shell", "--data-dir", str(server.data)]
    statements = "\\set ON_ERROR_STOP on\n" + LIBRARY.format(series=series) + "ANALYZE;\n"
    done = subprocess.run(command, env=server.environment, input=statements, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the library could not be written: {done.stderr}")


def asked(server: Server, client: Client, path: str, requests: int) -> dict[str, float]:
    """Milliseconds from request to last byte, the median, and of processor time, the mean; after two to warm up."""
    for _ in range(2):
        client.timed(path)
    before = processor_time(server)
    times = [client.timed(path)[0] * 1000 for _ in range(requests)]
    spent = (processor_time(server) - before) * 1000 / requests
    return {"median_ms": round(statistics.median(times), 1), "processor_ms": round(spent, 1)}


def processor_time(server: Server) -> float:
    """Seconds that the server and the processes of its database have spent until now, its workers left out."""
    processes = [psutil.Process(server.process.pid)]
    for one in psutil.process_iter(["name", "cmdline"]):
        if one.info["name"] == "postgres" and str(server.data) in " ".join(one.info["cmdline"] or ()):
            processes += [one, *one.children()]
    spent = 0.0
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            spent += times.user + times.system
    return spent


def told(report: dict[str, object]) -> str:
    sizes, rows = report["sizes"], report["rows"]
    lines = [f"{report['processors']} processors, load {report['load']}; ms of processor time / median ms, by series"]
    lines.append(f"{'':<24}" + "".join(f"{size:>18}" for size in sizes) + f"   bar {report['bar_ms']:.0f} ms")
    for one in rows:
        found = [one["by_size"][size] for size in sizes]
        times = "".join(f"{each['processor_ms']:>9.1f} /{each['median_ms']:>7.1f}" for each in found)
        lines.append(f"{one['list']:<24}{times}   {'met' if one['met'] else 'MISSED'}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
