"""acquire: fetch comics that their makers publish, politely, into a folder that can be imported."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)
