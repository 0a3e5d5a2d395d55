"""A process that has loaded what commands need, and splits off a child that becomes one whenever it is asked.

Loading is most of what a command costs, a second of a processor each time. The child is a process like any other, with
an environment, streams and an end of its own; what it lacks is only the start of the interpreter, so tests about that,
and about what a command says when it fails, start `python -m fumetto` itself.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from tempfile import TemporaryFile

LOADED = (
    "fumetto.entry.cli.main",
    "fumetto.entry.wiring",
    "fumetto.entry.models",
    "fumetto.entry.status",
    "fumetto.companion.public",
    "fumetto.library.ingestion.intake",
)
LARGEST = 1 << 20  # bytes of a request


class Warm:
    """The process, from the side of the tests. It ends with the one that started it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._started: tuple[subprocess.Popen[bytes], socket.socket] | None = None

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """A command, run to its end without any input. Raises TimeoutError when that does not come."""
        self._started = self._started or self._start()
        control = self._started[1]
        with TemporaryFile() as said, TemporaryFile() as told:
            request = json.dumps({"words": words, "environment": dict(environment), "cwd": os.getcwd()}).encode()
            control.settimeout(seconds)
            try:
                socket.send_fds(control, [request], [said.fileno(), told.fileno()])
                answer = control.recv(LARGEST)
            except TimeoutError as late:
                self._kill()
                raise TimeoutError(f"{' '.join(words)} did not end within {seconds:g} s") from late
            if not answer:
                self._kill()
                raise ConnectionError("the process that becomes commands has ended")
            texts = []
            for file in (said, told):
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
        return subprocess.CompletedProcess(list(words), json.loads(answer), *texts)

    def _start(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(its.fileno())],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                start_new_session=True,
            )
        return process, ours

    def _kill(self) -> None:
        """With the command that it may be waiting for; the next is run by another."""
        if self._started is not None:
            process, control = self._started
            self._started = None
            control.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def next_command(control: socket.socket) -> None:
    """Splits off a child for each request. Returns in the children, as the command, and when nobody asks any more."""
    while True:
        request, streams, _, _ = socket.recv_fds(control, LARGEST, 2)
        if not request:
            os._exit(0)
        child = os.fork()
        if child == 0:
            control.close()
            become(json.loads(request), streams)
            return
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(BrokenPipeError):
            control.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def become(request: dict[str, object], streams: Sequence[int]) -> None:
    for number, stream in enumerate(streams, 1):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    os.chdir(str(request["cwd"]))
    sys.argv = ["fumetto", *request["words"]]  # type: ignore[misc]


if __name__ == "__main__":
    from fumetto.kernel.heap import loading

    loading()
    for name in LOADED:
        importlib.import_module(name)
    from fumetto.entry.cli.main import main

    next_command(socket.socket(fileno=int(sys.argv[1])))
    main()
