"""The process's pool of parser processes: one per event loop, made when it is first wanted."""

from __future__ import annotations

import asyncio
import os
from weakref import WeakKeyDictionary

from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings

PRELOAD = (
    "fumetto.library.ingestion.parsing",
    "fumetto.library.ingestion.deriving",
    "fumetto.kernel.images.derive",
    "fumetto.library.ingestion.lettering.compose",
)
MOST = 8

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ParserPool] = WeakKeyDictionary()


def parsers(settings: Settings) -> ParserPool:
    """The pool of this process: as many workers as there are processors, each within the limits of the settings."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = ParserPool(
            size=min(os.cpu_count() or 1, MOST),
            memory_bytes=settings.parse_memory_bytes,
            timeout=settings.parse_timeout_seconds,
            preload=PRELOAD,
        )
    return _pools[loop]


async def close_parsers() -> None:
    """End the pool's processes; they would end with this one in any case."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.close()
