"""Background work leaves the processors to those who wait for a page."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.giving_way import NICENESS

SOURCE = Path(__file__).resolve().parents[2] / "src"


def in_a_process(code: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_process_that_gives_way_takes_what_it_starts_along() -> None:
    code = (
        "import os, subprocess, sys\nfrom fumetto.kernel.giving_way import give_way, gives_way\n"
        "give_way()\nassert gives_way()\n"
        "subprocess.run([sys.executable, '-c', 'import os; print(os.getpriority(os.PRIO_PROCESS, 0))'])"
    )
    assert int(in_a_process(code)) >= NICENESS


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="Linux has it, other systems do not")
def test_a_process_that_gives_way_interrupts_nobody() -> None:
    code = (
        "import os\nfrom fumetto.kernel.giving_way import give_way\ngive_way()\n"
        "print(os.sched_getscheduler(0) == os.SCHED_BATCH)"
    )
    assert in_a_process(code) == "True"


async def test_the_database_gives_way_to_others_for_a_process_that_does(database: Database) -> None:
    code = (
        "import asyncio, os, sys\nfrom psycopg import AsyncConnection\n"
        "from fumetto.kernel.giving_way import give_way, give_way_as_we_do\n"
        "async def main():\n"
        "    async with await AsyncConnection.connect(sys.argv[1]) as connection:\n"
        "        before = os.getpriority(os.PRIO_PROCESS, connection.info.backend_pid)\n"
        "        await give_way_as_we_do(connection)\n"
        "        assert os.getpriority(os.PRIO_PROCESS, connection.info.backend_pid) == before\n"
        "        give_way()\n"
        "        await give_way_as_we_do(connection)\n"
        "        print(os.getpriority(os.PRIO_PROCESS, connection.info.backend_pid))\n"
        "asyncio.run(main())"
    )
    given = await asyncio.to_thread(in_a_process, code, database.server.conninfo(database.role))
    assert int(given) >= NICENESS


def test_a_process_that_is_gone_is_not_missed() -> None:
    code = (
        "import subprocess, sys\nfrom fumetto.kernel.giving_way import lower\n"
        "gone = subprocess.Popen([sys.executable, '-c', ''])\ngone.wait()\nlower(gone.pid, 10)\nprint('on')"
    )
    assert in_a_process(code) == "on"
