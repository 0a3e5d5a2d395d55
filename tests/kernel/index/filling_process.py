"""A worker that makes vectors, to be killed: `python filling_process.py DATABASE_URL DATA_DIR OLLAMA_URL`."""

import asyncio
import sys
from pathlib import Path

import fumetto.kernel.index.tasks  # noqa: F401 - declares the jobs
from fumetto.kernel import index
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.worker import Pace, run_worker
from fumetto.kernel.settings import load_settings
from fumetto.kernel.storage.opening import open_storage
from tests.kernel.index.spaces import texts_in_table

QUICK = Pace(beat=0.2, gone_after=0.8, dead_after=5.0, look=0.2, poll=0.2, abort_poll=0.2, store=0.05, grace=1.0)


async def main(url: str, data_dir: str, ollama: str) -> None:
    wanted = {"EMBEDDING_PROVIDER": "ollama", "EMBEDDING_MODEL": "made-up", "EMBEDDING_BATCH": "4"}
    settings = load_settings({"DATABASE_URL": url, "OLLAMA_BASE_URL": ollama, **wanted}, data_dir=Path(data_dir))
    index.register_texts("tests", texts_in_table)
    async with await Database.open(settings) as database:
        await run_worker(settings, database, open_storage(settings), concurrency=1, pace=QUICK)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
