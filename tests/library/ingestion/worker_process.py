"""A worker in a process of its own, to be killed: `python worker_process.py DATABASE_URL DATA_DIR`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import fumetto.library.ingestion.tasks  # noqa: F401 - declares the jobs
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.worker import Pace, run_worker
from fumetto.kernel.settings import load_settings
from fumetto.kernel.storage import open_storage

QUICK = Pace(
    beat=0.2, gone_after=0.8, dead_after=5.0, look=0.2, poll=0.2, abort_poll=0.2, store=0.05, grace=1.0, patience=10.0
)


async def work(url: str, data_dir: Path) -> None:
    settings = load_settings({"DATABASE_URL": url}, data_dir=data_dir, scan_interval_minutes=0)
    async with await Database.open(settings) as database:
        await run_worker(settings, database, open_storage(settings), concurrency=2, pace=QUICK)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2])))
