"""Parser processes: what they may not do, and what happens when they do it."""

import asyncio
import operator
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
import types
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.images.probe import ImageHead, probe_image
from fumetto.kernel.sandbox import ParserCrashed, ParserOutOfMemory, ParserPool, ParserTimedOut
from fumetto.kernel.sandbox_protocol import PlainUnpickler
from fumetto.kernel.settings import load_settings
from fumetto.kernel.settings.running import LogFormat

MEBIBYTE = 1024 * 1024


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(size=1, memory_bytes=512 * MEBIBYTE, timeout=20) as pool:
        yield pool


async def test_result_comes_back_from_another_process_which_is_kept(pool: ParserPool) -> None:
    first, second = await pool.run(os.getpid), await pool.run(os.getpid)
    assert first == second != os.getpid()


async def test_named_tuples_and_decimals_come_back_as_they_are(pool: ParserPool) -> None:
    gif = b"GIF89a\x05\x00\x07\x00\x00\x00\x00;"
    assert await pool.run(probe_image, gif) == ImageHead("image/gif", 5, 7)
    assert await pool.run(Decimal, "12.5") == Decimal("12.5")


async def test_file_that_takes_too_long_is_named_and_its_process_replaced(pool: ParserPool) -> None:
    before = await pool.run(os.getpid)
    with pytest.raises(ParserTimedOut) as raised:
        await pool.run(time.sleep, 30, timeout=0.3, file="slow.cbz")
    assert raised.value.detail["file"] == "slow.cbz"
    assert not psutil.pid_exists(before)
    assert await pool.run(os.getpid) != before


async def test_crash_is_an_error_that_names_the_file_and_the_signal(pool: ParserPool) -> None:
    with pytest.raises(ParserCrashed) as raised:
        await pool.run(os._exit, 7, file="broken.cbr")
    assert raised.value.detail == {"file": "broken.cbr", "reason": "the parser process ended with status 7"}
    with pytest.raises(ParserCrashed) as raised:
        await pool.run(os.abort, file="worse.cbr")
    assert "SIG" in raised.value.detail["reason"]
    assert await pool.run(operator.add, 2, 3) == 5


async def test_memory_of_a_parser_is_bounded(pool: ParserPool) -> None:
    with pytest.raises(ParserOutOfMemory) as raised:
        await pool.run(bytearray, 2048 * MEBIBYTE, file="bomb.7z")
    assert raised.value.detail["file"] == "bomb.7z"
    assert len(await pool.run(bytes, 64 * MEBIBYTE)) == 64 * MEBIBYTE


async def test_parser_cannot_write_files(pool: ParserPool, tmp_path: Path) -> None:
    with pytest.raises(ParserCrashed) as raised:
        await pool.run(Path.write_bytes, tmp_path / "escaped", b"x" * 100)
    assert "File too large" in raised.value.detail["reason"]
    assert not (tmp_path / "escaped").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are filtered on Linux only")
async def test_parser_reaches_no_network_and_starts_no_program(pool: ParserPool) -> None:
    with pytest.raises(ParserCrashed, match="PermissionError"):
        await pool.run(socket.socket)
    with pytest.raises(ParserCrashed, match="PermissionError"):
        await pool.run(subprocess.run, ["/bin/true"])
    with pytest.raises(ParserCrashed, match="PermissionError"):
        await pool.run(os.kill, os.getpid(), signal.SIGTERM)


async def test_parser_knows_no_secrets_of_ours(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@db/fumetto")
    assert await pool.run(os.getenv, "DATABASE_URL") is None
    assert await pool.run(resource.getrlimit, resource.RLIMIT_CORE) == (0, 0)


async def test_errors_of_ours_arrive_as_they_were_raised(pool: ParserPool) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        await pool.run(load_settings, {"FUMETTO_PROT": "1"})
    assert raised.value.detail["key"] == "FUMETTO_PROT"


async def test_errors_among_the_results_arrive_as_what_they_are(pool: ParserPool) -> None:
    error = ParserTimedOut(file="slow.cbz", seconds=3)
    copies = await pool.run(list, [error])
    assert type(copies[0]) is ParserTimedOut
    assert (copies[0].detail, str(copies[0])) == (error.detail, str(error))


async def test_other_errors_become_a_crash_that_says_what_they_were(pool: ParserPool) -> None:
    with pytest.raises(ParserCrashed, match="ZeroDivisionError") as raised:
        await pool.run(operator.truediv, 1, 0, file="odd.pdf")
    assert raised.value.detail["file"] == "odd.pdf"
    assert await pool.run(operator.add, 1, 1) == 2


async def test_process_taken_over_gets_nothing_run_here(pool: ParserPool) -> None:
    with pytest.raises(ParserCrashed, match="answered what it may not"):
        await pool.run(types.SimpleNamespace, file="clever.cbr")
    for evil in (
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cfumetto.kernel.settings\nload_settings\n(tR.",
        b"cbuiltins\ngetattr\n(cdatetime\ndate\nS'today'\ntR.",
        b"cbuiltins\ngetattr\n(cfumetto.kernel.settings.running\nLogFormat\nS'mro'\ntR.",
    ):
        with pytest.raises((pickle.UnpicklingError, KeyError)):
            PlainUnpickler.loads(evil)


def test_members_of_enumerations_are_read_as_every_supported_python_writes_them() -> None:
    before_3_11_4 = b"cbuiltins\ngetattr\n(cfumetto.kernel.settings.running\nLogFormat\nS'CONSOLE'\ntR."
    assert PlainUnpickler.loads(before_3_11_4) is LogFormat.CONSOLE
    assert PlainUnpickler.loads(pickle.dumps(LogFormat.CONSOLE)) is LogFormat.CONSOLE


async def test_batch_goes_on_after_a_crash_and_names_the_item(pool: ParserPool) -> None:
    results = {}
    async for index, result in pool.map(os._exit, [3, 4], batch=8):
        results[index] = result
    assert [type(results[index]) for index in (0, 1)] == [ParserCrashed, ParserCrashed]
    assert "status 3" in str(results[0].detail["reason"])
    assert "status 4" in str(results[1].detail["reason"])


async def test_slow_item_of_a_batch_times_out_alone(pool: ParserPool) -> None:
    results = {}
    async for index, result in pool.map(time.sleep, [0.01, 60, 0.01], timeout=2):
        results[index] = result
    assert results[0] is None
    assert isinstance(results[1], ParserTimedOut)
    assert results[2] is None


async def test_cancelled_call_leaves_no_process_behind() -> None:
    async with ParserPool(size=1) as pool:
        pid = await pool.run(os.getpid)
        call = asyncio.create_task(pool.run(time.sleep, 30))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert not psutil.pid_exists(pid)
        assert await pool.run(operator.add, 1, 2) == 3


async def test_closing_the_pool_ends_its_processes() -> None:
    pool = ParserPool(size=2)
    pids = await asyncio.gather(pool.run(os.getpid), pool.run(os.getpid))
    await pool.close()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(ParserCrashed, match="closed"):
        await pool.run(os.getpid)


async def test_process_is_renewed_after_its_number_of_calls() -> None:
    async with ParserPool(size=1, calls_per_worker=3) as pool:
        pids = [await pool.run(os.getpid) for _ in range(5)]
    assert len(set(pids)) == 2
