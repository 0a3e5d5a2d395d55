"""Counters for Prometheus: requests, connections, jobs, and which Fumetto this is. Labels hold nothing of people's."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text

from fumetto import __version__
from fumetto.kernel.errors import FumettoError

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import Database

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)

JOBS = text("""
    WITH queue AS (
        SELECT queue_name, status::text AS state, count(*) AS jobs, min(id) AS first
        FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2
    )
    SELECT queue_name, state, jobs,
           extract(epoch FROM now() - (SELECT min(at) FROM jobs.procrastinate_events WHERE job_id = first))
    FROM queue
""")

Statistics = Callable[[], Mapping[str, Mapping[str, int]]]


disable_created_metrics()  # type: ignore[no-untyped-call] # they double the series, and nobody draws them


class Metrics:
    """The metrics of one process, in a registry of their own; `pools` gives the pools' counters by name."""

    def __init__(self, pools: Statistics | None = None) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "fumetto_http_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "fumetto_http_request_duration_seconds",
            "Time until the last byte was handed over.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.jobs = Gauge("fumetto_jobs", "Jobs in the queue.", ["queue", "state"], registry=self.registry)
        self.oldest = Gauge(
            "fumetto_jobs_oldest_waiting_seconds",
            "Age of the oldest job that waits.",
            ["queue"],
            registry=self.registry,
        )
        build = Gauge("fumetto_build_info", "Always 1.", ["version", "python"], registry=self.registry)
        build.labels(__version__, platform.python_version()).set(1)
        if pools:
            self.registry.register(PoolCollector(pools))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. `route` is a template: a path would make a series for every book."""
        known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        self.requests.labels(known, route, str(status)).inc()
        self.seconds.labels(known, route).observe(seconds)

    async def render(self, database: Database) -> bytes:
        """All metrics in the text format; those of the jobs are left out while the database cannot be asked."""
        self.jobs.clear()
        self.oldest.clear()
        try:
            async with database.read() as session:
                for queue, state, count, age in (await session.execute(JOBS)).all():
                    self.jobs.labels(queue, state).set(count)
                    if state == "todo":
                        self.oldest.labels(queue).set(float(age or 0))
        except FumettoError:
            pass  # the pools' own metrics say so, and a scrape that fails says less
        return generate_latest(self.registry)


class PoolCollector(Collector):
    """What psycopg counts about each pool: gauges for sizes, counters for what adds up."""

    GAUGES = ("pool_size", "pool_available", "requests_waiting", "pool_min", "pool_max", "lent")

    def __init__(self, pools: Statistics) -> None:
        self.pools = pools

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for pool, statistics in self.pools().items():
            for name, value in statistics.items():
                if name not in families:
                    kind = GaugeMetricFamily if name in self.GAUGES else CounterMetricFamily
                    full = f"fumetto_database_pool_{name.removeprefix('pool_')}"
                    families[name] = kind(full, f"psycopg's {name}.", labels=["pool"])
                families[name].add_metric([pool], float(value))
        yield from families.values()
