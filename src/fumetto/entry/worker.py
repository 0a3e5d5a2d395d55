"""The worker process: takes jobs from the queue until it is told to stop or its parent is gone."""

from __future__ import annotations

import asyncio
import signal
import sys

from fumetto.entry.wiring import open_house, work
from fumetto.kernel.logs import configure_logs
from fumetto.kernel.settings import Settings


async def run_worker_process(settings: Settings, *, with_parent: bool) -> None:
    """Work until SIGTERM, SIGINT, or, with a parent, until standard input ends."""
    configure_logs(settings, process="worker")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watcher = asyncio.create_task(parent_gone(stop)) if with_parent else None
    async with open_house(settings) as house:
        await work(house, stop=stop, concurrency=settings.worker_concurrency)
    if watcher:
        watcher.cancel()


async def parent_gone(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()
