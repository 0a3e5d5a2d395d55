"""Options that many commands share, and how a command becomes a coroutine with settings and clear errors."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvloop

from fumetto.entry.cli.output import stop_with
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.heap import loaded
from fumetto.kernel.logs import configure_logs
from fumetto.kernel.settings import Settings, load_settings

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where the database and derived files live (default: ./data).")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]

Result = TypeVar("Result")
COMMAND_LOG = Path("logs", "commands.log")


def settings_for(data_dir: Path | None, *, as_json: bool = False, **overrides: Any) -> Settings:
    """The settings of this command, with an absolute data directory; a bad one ends the command with its name.

    What a command has to say it says to people, so its log goes to a file; with FUMETTO_LOG_LEVEL to standard error.
    """
    try:
        settings = load_settings(data_dir=data_dir, **overrides)
    except FumettoError as error:
        stop_with(error, as_json=as_json)
    settings = settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()})
    asked = "log_level" in settings.model_fields_set
    file = None if asked else settings.data_dir / COMMAND_LOG
    configure_logs(settings, process="command", file=file)  # a process that stays does this anew
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # every attempt; what comes of them is told once
    return settings


def run(work: Coroutine[Any, Any, Result], *, as_json: bool = False) -> Result:
    """Run the command's coroutine; a FumettoError becomes its text and an exit status, Ctrl-C ends quietly with 130."""
    loaded()
    try:
        return uvloop.run(work)
    except FumettoError as error:
        stop_with(error, as_json=as_json)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
