"""What commands print is what was said, and Ctrl-C ends those that listen."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest

from fumetto.entry.cli.output import show
from tests.builders.fumetto import environment_of

LISTENS = """
import asyncio, sys
from fumetto.entry.cli.listening import listening
from fumetto.entry.cli.options import run

async def echo():
    async with listening():
        print("listens", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(line.strip(), flush=True)

run(echo())
"""


def test_command_that_waits_for_what_is_typed_ends_with_ctrl_c() -> None:
    theirs, ours = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", LISTENS], stdin=ours, stdout=subprocess.PIPE, env=environment_of({}), text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listens\n"
        os.write(theirs, b"who?\n")
        assert process.stdout.readline() == "who?\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def test_command_whose_input_ends_has_heard_all_of_it() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LISTENS], input="who?\nwhere?\n", capture_output=True, env=environment_of({}), text=True
    )
    assert (told.stdout.split(), told.returncode) == (["listens", "who?", "where?"], 0)


def test_signs_of_markup_in_what_was_found_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"text": "[/dim] [red]who[/red]"}], as_json=False, columns=("text",))
    show({"answer": "[/b] [1]"}, as_json=False)
    printed = capsys.readouterr().out
    assert "[/dim] [red]who[/red]" in printed
    assert "answer: [/b] [1]" in printed
