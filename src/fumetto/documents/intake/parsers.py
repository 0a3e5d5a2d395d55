"""The process's pool of processes that read documents: one per event loop, made when it is first wanted."""

from __future__ import annotations

import asyncio
from typing import Final
from weakref import WeakKeyDictionary

from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings

PRELOAD: Final = ("fumetto.documents.parsing.reading",)

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ParserPool] = WeakKeyDictionary()


def readers(settings: Settings) -> ParserPool:
    """One process: documents come seldom. It is within the limits of the settings, and started when first wanted."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = ParserPool(
            size=1,
            memory_bytes=settings.parse_memory_bytes,
            timeout=settings.parse_timeout_seconds,
            preload=PRELOAD,
        )
    return _pools[loop]


async def close_readers() -> None:
    """End the pool's processes; they would end with this one in any case."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.close()
