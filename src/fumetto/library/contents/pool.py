"""The process in which pages are looked at, one per event loop. It is large, so it ends when there is nothing to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings

T = TypeVar("T")

PRELOAD = ("fumetto.library.contents.looking",)
IDLE_SECONDS = 60.0
PAGES_PER_PROCESS = 2000  # what native code may leak goes with it


class LookingPool:
    """A ParserPool of one process that is started when first needed and ended when it was idle for a while."""

    def __init__(self, settings: Settings, idle_seconds: float = IDLE_SECONDS) -> None:
        self._settings = settings
        self._idle_seconds = idle_seconds
        self._pool: ParserPool | None = None
        self._users = 0
        self._ending: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None

    async def ended(self) -> None:
        """Wait until the process has ended for want of work."""
        await self._idle.wait()

    @property
    def is_running(self) -> bool:
        return self._pool is not None

    async def run(self, function: Callable[..., T], *args: object, timeout: float, file: str) -> T:  # noqa: ASYNC109  # at its end the process is killed
        """As ParserPool.run."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if self._pool is None:
            self._idle.clear()
            self._pool = ParserPool(
                size=1,
                memory_bytes=self._settings.ocr_memory_bytes,
                timeout=timeout,
                preload=PRELOAD,
                calls_per_worker=PAGES_PER_PROCESS,
            )
        self._users += 1
        try:
            return await self._pool.run(function, *args, timeout=timeout, file=file)
        finally:
            self._users -= 1
            if not self._users:
                self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self._end)

    def _end(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self.close())

    async def close(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()
            self._idle.set()


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, LookingPool] = WeakKeyDictionary()


def looking_pool(settings: Settings) -> LookingPool:
    """The pool of this process."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = LookingPool(settings)
    return _pools[loop]


async def close_looking_pool() -> None:
    """End the pool's process; it would end with this one in any case."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.close()
