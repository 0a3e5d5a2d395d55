"""Worker processes that `up` keeps running: started with it, started again when they die, gone when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator

import structlog

from fumetto.kernel.settings import Settings, as_environment

log = structlog.get_logger(__name__)

STEADY_SECONDS = 30.0
LONGEST_PAUSE = 15.0
GRACE_SECONDS = 20.0


@contextlib.asynccontextmanager
async def worker_processes(settings: Settings, count: int) -> AsyncIterator[None]:
    """Keep `count` workers alive for as long as the block runs."""
    keepers = [asyncio.create_task(keep_one(settings), name=f"worker-{number}") for number in range(count)]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


async def keep_one(settings: Settings) -> None:
    pause = 0.5
    while True:
        started = time.monotonic()
        process = await start_worker(settings)
        try:
            await process.wait()
        except asyncio.CancelledError:
            await stop(process)
            raise
        lived = time.monotonic() - started
        pause = 0.5 if lived > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        log.warning("worker.died", returncode=process.returncode, lived_seconds=round(lived, 1), again_in=pause)
        await asyncio.sleep(pause)


async def start_worker(settings: Settings) -> asyncio.subprocess.Process:
    """A worker whose standard input we hold open: when we are gone, however we went, it reads the end and stops."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fumetto",
        "worker",
        "--with-parent",
        "--data-dir",
        str(settings.data_dir),
        stdin=asyncio.subprocess.PIPE,
        env=as_environment(settings),
        start_new_session=True,  # Ctrl-C is for us; we then ask the worker to stop
    )


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
