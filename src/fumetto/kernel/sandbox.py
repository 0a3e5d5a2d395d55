"""Worker processes in which hostile files are parsed, with limits that the operating system keeps.

A worker is a Python process of its own that holds no secrets, no database and no descriptors of ours. It cannot open
sockets or start programs (a system call filter, where the kernel has one), cannot write files beyond `file_bytes`, use
more address space than `memory_bytes`, or outlive us. It is killed and replaced when a call exceeds its time, and when
it dies the caller gets a typed error that names the file. What it sends back is unpickled with plain classes only.

    async with ParserPool(size=2, memory_bytes=settings.parse_memory_bytes) as pool:
        listing = await pool.run(list_book, path, limits, timeout=60)
        async for index, result in pool.map(list_book_or_error, paths, timeout=60): ...
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import struct
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self, TypeVar

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.sandbox_protocol import FRAME, MAX_FRAME, PlainUnpickler, Settled

T = TypeVar("T")

_SOURCE: Final = Path(__file__).resolve().parents[2]
_STARTING: Final = 30.0  # seconds for a worker to come up, on a machine under load
_OUT_OF_MEMORY: Final = "memory"


class ParserFailed(FumettoError):
    """A parser process could not finish with a file. `file` names it, `reason` says how it ended, in English."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "parser_failed"

    def __init__(self, *, file: str, reason: str) -> None:
        super().__init__(file=file, reason=reason)


class ParserCrashed(ParserFailed):
    """The process died, or an error escaped that nobody foresaw."""

    code = "parser_crashed"


class ParserOutOfMemory(ParserFailed):
    """The file wanted more memory than FUMETTO_PARSE_MEMORY_BYTES."""

    code = "parser_out_of_memory"


class ParserTimedOut(FumettoError):
    """The file took longer than FUMETTO_PARSE_TIMEOUT_SECONDS."""

    status = 422
    code = "parser_timed_out"

    def __init__(self, *, file: str, seconds: float) -> None:
        super().__init__(file=file, seconds=seconds)


class ParserPool:
    """Up to `size` workers, started when first needed. Safe to use from many tasks of one event loop.

    `preload` names modules that a worker imports before its limits bind and before it gets work. Functions given to
    `run` and `map` are module-level functions, found by name in the worker; arguments and results are plain values,
    dataclasses, named tuples, and exceptions of FumettoError's kind.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        memory_bytes: int = 2 * 1024**3,
        timeout: float = 60.0,
        file_bytes: int = 0,
        preload: Sequence[str] = (),
        calls_per_worker: int = 20_000,
    ) -> None:
        self._slots = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False
        self._timeout = timeout
        self._calls_per_worker = calls_per_worker
        self._setup = {"memory_bytes": memory_bytes, "file_bytes": file_bytes, "preload": tuple(preload)}

    async def run(
        self,
        function: Callable[..., T],
        *args: Any,
        timeout: float | None = None,  # noqa: ASYNC109  # at its end the process is killed, which no scope could do
        file: str = "",
    ) -> T:
        """The function's result. Raises what it raises if that is a FumettoError; ParserCrashed, ParserOutOfMemory or
        ParserTimedOut otherwise, naming `file` (or, if not given, the first argument that is a path)."""
        seconds = self._timeout if timeout is None else timeout
        named = file or _file_among(args)
        async with self._worker() as worker:
            await worker.send((function, [args], seconds))
            settled = await self._settle(worker, seconds, named)
        if settled.error is not None:
            raise settled.error
        result: T = settled.result
        return result

    async def map(
        self,
        function: Callable[[Any], T],
        items: Sequence[Any],
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # at its end the process is killed, which no scope could do
        batch: int = 64,
    ) -> AsyncIterator[tuple[int, T | FumettoError]]:
        """`function(item)` for many items, a worker taking `batch` of them at a time: (index, result or error).

        Pairs come as they are ready, in any order. `timeout` is for each item. An item that kills its worker or takes
        too long costs itself only.
        """
        seconds = self._timeout if timeout is None else timeout
        results: asyncio.Queue[tuple[int, T | FumettoError] | BaseException | None] = asyncio.Queue(maxsize=4 * batch)

        async def work(start: int) -> None:
            at, end = start, min(start + batch, len(items))
            while at < end:
                async with self._worker() as worker:
                    await worker.send((function, [(item,) for item in items[at:end]], seconds))
                    while at < end:
                        settled = await self._settle(worker, seconds, _file_among((items[at],)))
                        await results.put((at, settled.result if settled.error is None else settled.error))
                        at += 1
                        if not worker.alive:
                            break

        async def all_work() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    for start in range(0, len(items), batch):
                        group.create_task(work(start))
            except* Exception as errors:
                await results.put(errors.exceptions[0])
            else:
                await results.put(None)

        running = asyncio.create_task(all_work())
        try:
            while (found := await results.get()) is not None:
                if isinstance(found, BaseException):
                    raise found
                yield found
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def close(self) -> None:
        """End all workers at once."""
        self._closed = True
        for worker in list(self._all):
            await self._discard(worker)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @contextlib.asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        async with self._slots:
            if self._closed:
                raise ParserCrashed(file="", reason="the parser pool is closed")
            worker = None
            while self._idle and worker is None:
                worker = self._idle.pop()
                if not worker.alive:
                    await self._discard(worker)
                    worker = None
            if worker is None:
                worker = await _Worker.start(self._setup)
                self._all.add(worker)
            finished = False
            try:
                yield worker
                finished = True
            finally:
                # Left early (cancelled, timed out, dead): what it still sends belongs to nobody
                if finished and worker.alive and worker.pending == 0 and worker.calls < self._calls_per_worker:
                    self._idle.append(worker)
                else:
                    await self._discard(worker)

    async def _discard(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.kill()

    async def _settle(self, worker: _Worker, seconds: float, file: str) -> Settled:
        try:
            async with asyncio.timeout(seconds):
                return await worker.receive()
        except TimeoutError:
            await worker.kill()
            return Settled(None, ParserTimedOut(file=file, seconds=seconds))
        except EscapedError as escaped:
            kind = ParserOutOfMemory if escaped.kind == _OUT_OF_MEMORY else ParserCrashed
            if kind is ParserOutOfMemory:
                await worker.kill()  # an allocator that has once hit its limit may be in pieces
            return Settled(None, kind(file=file, reason=escaped.reason))
        except (EOFError, ConnectionError, asyncio.IncompleteReadError, pickle.UnpicklingError) as error:
            status = await worker.kill()
            return Settled(None, _death(status, error, file))


class EscapedError(Exception):
    """An error that a parser raised and that is none of ours."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


class _Worker:
    """One process and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ParserCrashed(file="", reason="the parser process has no pipes")
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        # Not Process.kill: that polls first, which takes a dead process's status from the watcher who waits for it
        self._handle = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
        self.pending = 0
        self.calls = 0
        self.alive = True

    @classmethod
    async def start(cls, setup: dict[str, Any]) -> _Worker:
        # An environment of its own: ours may hold passwords
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-E", "-s", "-B", "-c", _COMMAND, str(_SOURCE), *filter(None, sys.path),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}, start_new_session=True, limit=1 << 20,
        )  # fmt: skip
        worker = cls(process)
        try:
            await worker.send(setup)
            async with asyncio.timeout(_STARTING):
                await worker.receive()
        except BaseException as error:
            await worker.kill()
            if isinstance(error, EscapedError):
                raise ParserCrashed(file="", reason=f"the parser process did not start: {error.reason}") from error
            if isinstance(error, (TimeoutError, EOFError, ConnectionError, asyncio.IncompleteReadError)):
                raise ParserCrashed(file="", reason="the parser process did not start") from error
            raise
        worker.calls = 0
        return worker

    async def send(self, message: Any) -> None:
        data = pickle.dumps(message, protocol=5)
        self.pending = len(message[1]) if isinstance(message, tuple) else 1
        try:
            self._stdin.write(FRAME.pack(len(data)) + data)
            await self._stdin.drain()
        except ConnectionError:
            pass  # it is dead: `receive` tells so, with its exit status

    async def receive(self) -> Settled:
        header = await self._stdout.readexactly(FRAME.size)
        (length,) = FRAME.unpack(header)
        if length > MAX_FRAME:
            raise EOFError
        data = await self._stdout.readexactly(length)
        self.pending -= 1
        self.calls += 1
        try:
            kind, value = PlainUnpickler.loads(data)
        except (TypeError, ValueError, AttributeError, ImportError, IndexError, KeyError, struct.error) as error:
            raise pickle.UnpicklingError(str(error)) from error
        if kind == "result":
            return Settled(value, None)
        if kind == "error":
            error_class, detail = value
            return Settled(None, rebuilt(error_class, detail))
        raise EscapedError(*value)

    async def kill(self) -> int:
        """End it now; its exit status."""
        self.alive = False
        with contextlib.suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            elif self._process.returncode is None:
                self._process.kill()
        self._stdin.close()
        status = await self._process.wait()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        return status


_COMMAND: Final = "import sys; sys.path[:] = sys.argv[1:]; from fumetto.kernel.sandbox_worker import main; main()"


def rebuilt(error_class: type[FumettoError], detail: dict[str, Any]) -> FumettoError:
    """An error of ours as it was raised in the worker, whatever arguments its class wants."""
    error = error_class.__new__(error_class)
    FumettoError.__init__(error, **detail)
    return error


def _death(status: int, error: Exception, file: str) -> FumettoError:
    if isinstance(error, pickle.UnpicklingError):
        return ParserCrashed(file=file, reason="the parser process answered what it may not")
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = str(-status)
        if name in ("SIGXCPU",):
            return ParserTimedOut(file=file, seconds=0)
        return ParserCrashed(file=file, reason=f"the parser process was ended by {name}")
    return ParserCrashed(file=file, reason=f"the parser process ended with status {status}")


def _file_among(args: Sequence[Any]) -> str:
    """The first path or text among some arguments, or among the fields of the first: what an error should name."""
    for value in args:
        if isinstance(value, (str, Path)):
            return str(value)
        for name in ("path", "file"):
            if isinstance(found := getattr(value, name, None), (str, Path)):
                return str(found)
    return ""
