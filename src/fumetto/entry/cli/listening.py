"""Standard input that Ctrl-C ends at once, although a thread waits for what is typed next."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

INPUT = 0  # its file descriptor
PIECE = 65536  # bytes


@asynccontextmanager
async def listening() -> AsyncIterator[None]:
    """While the block runs, standard input is a pipe that has what comes in, and that ends with Ctrl-C: a read of a
    terminal cannot be called off, one of a pipe ends. Raises KeyboardInterrupt when the block was interrupted."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    source, (reading, writing), (stopped, stop) = os.dup(INPUT), os.pipe(), os.pipe()
    os.dup2(reading, INPUT)
    os.close(reading)
    pump = threading.Thread(target=pass_on, args=(source, writing, stopped), daemon=True)
    pump.start()
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            os.write(stop, b".")
            if task is not None:
                task.cancel()

    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        if not interrupted:
            os.write(stop, b".")
        pump.join()
        os.dup2(source, INPUT)
        for one in (source, stopped, stop):
            os.close(one)


def pass_on(source: int, sink: int, stopped: int) -> None:
    """From one file descriptor to the other, which is closed at the end, or when something comes from the third."""
    try:
        while stopped not in select.select([source, stopped], [], [])[0]:
            piece = os.read(source, PIECE)
            if not piece:
                return
            os.write(sink, piece)
    except OSError:
        return  # nobody reads any more, or the terminal is gone
    finally:
        os.close(sink)
