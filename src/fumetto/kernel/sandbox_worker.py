"""The inside of a parser process: binds its own hands, then answers calls until its owner hangs up."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import importlib
import os
import pickle
import platform
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO, Final

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.sandbox_protocol import FRAME

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM

# Numbers of the calls that are refused, by machine: network, other programs, other processes, mounts, keys, kernel
_FORBIDDEN: Final = {
    "x86_64": (
        0xC000003E,
        (41, 42, 43, 49, 50, 53, 288, 59, 322, 57, 58, 62, 101, 165, 166, 155, 161, 200, 234, 248, 249, 250, 272, 308,
         310, 311, 321, 323, 425, 426, 427, 434, 438, 129, 297),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 202, 200, 201, 199, 242, 221, 281, 129, 117, 40, 39, 41, 51, 130, 131, 217, 218, 219, 97, 268, 270,
         271, 280, 282, 425, 426, 427, 434, 438, 138, 240),
    ),
}  # fmt: skip


def main() -> None:
    """Serve the two pipes that are standard input and output; they are taken away from whoever prints."""
    incoming = os.fdopen(os.dup(0), "rb", buffering=1 << 16)
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for our owner, who tells us
    setup = _receive(incoming)
    try:
        _prepare(**setup)
    except Exception as error:
        _send(outgoing, ("escaped", ("start", f"{type(error).__name__}: {error}")))
        return
    _send(outgoing, ("result", None))
    while True:
        try:
            function, calls, seconds = _receive(incoming)
        except EOFError:
            return
        for args in calls:
            _limit_cpu(seconds)
            _send(outgoing, _answer(function, args))
        gc.collect()


def _prepare(memory_bytes: int, file_bytes: int, preload: tuple[str, ...]) -> None:
    with contextlib.suppress(OSError, AttributeError):  # not every system has them
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for module in preload:
        importlib.import_module(module)
    gc.freeze()
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing too much is an OSError
    _lower(resource.RLIMIT_NOFILE, 256)
    if sys.platform == "linux":  # elsewhere address space counts what is never used
        _lower(resource.RLIMIT_AS, memory_bytes)
    with contextlib.suppress(OSError):
        os.nice(5)
    forbid_system_calls()


def _lower(limit: int, wanted: int) -> None:
    hard = resource.getrlimit(limit)[1]
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(limit, (value, value))


def _limit_cpu(seconds: float) -> None:
    """A last line, should our owner be gone or asleep: twice the call's time of processor from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + 2 * seconds) + 2, hard))


def _answer(function: Any, args: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "result", function(*args)
    except FumettoError as error:
        return "error", (type(error), error.detail)
    except MemoryError:
        return "escaped", ("memory", "it needs more memory than a parser may have")
    except RecursionError:
        return "escaped", ("recursion", "it is nested too deeply")
    except Exception as error:
        return "escaped", ("error", f"{type(error).__name__}: {error}"[:500])


def _receive(incoming: BinaryIO) -> Any:
    header = incoming.read(FRAME.size)
    if len(header) < FRAME.size:
        raise EOFError
    return pickle.loads(incoming.read(FRAME.unpack(header)[0]))  # noqa: S301  # our owner's own words


def _send(outgoing: BinaryIO, message: tuple[str, Any]) -> None:
    try:
        data = pickle.dumps(message, protocol=5)
    except MemoryError:
        data = pickle.dumps(("escaped", ("memory", "its result needs more memory than a parser may have")))
    except Exception as error:
        data = pickle.dumps(("escaped", ("error", f"its result cannot be handed over: {error}"[:500])))
    view = memoryview(FRAME.pack(len(data)) + data)
    while view:
        view = view[outgoing.write(view) :]


def forbid_system_calls() -> bool:
    """Refuse sockets, programs and meddling from now on (seccomp-bpf); False where the system has no such thing."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _FORBIDDEN:
        return False
    architecture, numbers = _FORBIDDEN[machine]
    program = [(0x20, 0, 0, 4), (0x15, 1, 0, architecture), (0x06, 0, 0, _REFUSE), (0x20, 0, 0, 0)]
    if machine == "x86_64":
        program += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, _REFUSE)]  # the x32 numbering of the same calls
    for number in numbers:
        program += [(0x15, 0, 1, number), (0x06, 0, 0, _REFUSE)]
    program.append((0x06, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        done = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_void_p(ctypes.addressof(header)), 0, 0)
        return bool(done == 0)
    except (OSError, AttributeError):
        return False
