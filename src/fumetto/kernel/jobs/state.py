"""How the queue and its workers are, for `fumetto status` and for whoever wonders why nothing happens."""

from __future__ import annotations

from dataclasses import dataclass

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.presence import APPLICATION, look

QUEUES = """
SELECT queue_name, count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()), count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed')
FROM jobs.procrastinate_jobs GROUP BY queue_name ORDER BY queue_name
"""
RUNNING = "SELECT worker_id, count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing' GROUP BY worker_id"
SILENT = 20.0  # seconds; a worker beats every other


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Jobs of one queue. `later` wait for their time: a retry, a delay. `failed` gave up within the last week."""

    name: str
    waiting: int
    later: int
    running: int
    failed: int


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker: where it runs as `host:pid` (empty when it has gone), whether it lives, and what it has in hand."""

    id: int
    place: str
    alive: bool
    seconds_silent: float
    running: int


@dataclass(frozen=True, slots=True)
class QueueState:
    queues: tuple[QueueDepth, ...]
    workers: tuple[WorkerState, ...]
    stalled: int
    """Jobs in the hands of workers that do not live; another takes them up within seconds, if there is one."""

    @property
    def waiting(self) -> int:
        return sum(queue.waiting + queue.later for queue in self.queues)

    @property
    def workers_alive(self) -> int:
        return sum(worker.alive for worker in self.workers)


async def queue_state(database: Database) -> QueueState:
    """The state of the queue now."""
    async with database.read() as session:
        raw = session.raw()
        queues = await (await raw.execute(QUEUES.encode())).fetchall()
        in_hand: dict[int | None, int] = dict(await (await raw.execute(RUNNING)).fetchall())
        sightings = await look(raw)
    workers = tuple(
        WorkerState(
            id=seen.worker,
            place=(seen.name or "").removeprefix(APPLICATION).strip(),
            alive=seen.connected and seen.age < SILENT,
            seconds_silent=max(seen.age, 0.0),
            running=in_hand.get(seen.worker, 0),
        )
        for seen in sorted(sightings, key=lambda seen: seen.worker)
    )
    held = sum(worker.running for worker in workers if worker.alive)
    return QueueState(tuple(QueueDepth(*row) for row in queues), workers, sum(in_hand.values()) - held)
