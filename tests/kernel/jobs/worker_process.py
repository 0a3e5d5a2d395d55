"""A worker process of the tests: `python -m tests.kernel.jobs.worker_process DATABASE_URL DATA_DIR CONCURRENCY`.

Works until its standard input ends.
"""

import asyncio
import sys
from pathlib import Path

import tests.kernel.jobs.sample_tasks  # noqa: F401 - declares the tasks
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.worker import run_worker
from fumetto.kernel.settings import load_settings
from fumetto.kernel.storage import open_storage
from tests.kernel.jobs.pace import QUICK


async def main(url: str, data_dir: str, concurrency: str) -> None:
    settings = load_settings({"DATABASE_URL": url}, data_dir=Path(data_dir), disk_reserve_bytes=0)
    stop = asyncio.Event()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def end() -> None:
        await reader.read()
        stop.set()

    ending = asyncio.create_task(end())
    async with await Database.open(settings) as database:
        await run_worker(
            settings,
            database,
            open_storage(settings),
            queues=["test"],
            concurrency=int(concurrency),
            stop_event=stop,
            pace=QUICK,
        )
    ending.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
