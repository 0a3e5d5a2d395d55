"""db upgrade, check, shell: looking after the database."""

from __future__ import annotations

import asyncio

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import show, to_plain
from fumetto.kernel.settings import Settings, as_environment

app = typer.Typer(no_args_is_help=True)


@app.command()
def upgrade(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Bring the schema up to date; what is in it is dumped to the backups folder first."""
    from fumetto.kernel.db.migrate import upgrade as migrate

    state = run(migrate(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    result = {"found": state.found, "now": state.head, "applied": list(state.pending)}
    show(result, as_json=as_json)


@app.command()
def check(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Compare the schema with what this code expects, down to the last constraint."""
    from fumetto.entry.models import METADATA
    from fumetto.kernel.db.proof import check_database

    report = run(check_database(settings_for(data_dir, as_json=as_json), METADATA), as_json=as_json)
    show({"ok": report.ok} | to_plain(report), as_json=as_json)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def shell(data_dir: DataDir = None) -> None:
    """Open psql on the database."""
    raise typer.Exit(run(open_shell(settings_for(data_dir))))


async def open_shell(settings: Settings) -> int:
    """psql's exit status. It is held in the foreground and gets the terminal's signals itself."""
    from fumetto.kernel.db.dump import shell_command
    from fumetto.kernel.db.server import running_database

    async with running_database(settings) as server:
        command, environment = shell_command(server)
        # Ours too: psql wants to know the terminal, the home folder with its history, and where the pager is
        process = await asyncio.create_subprocess_exec(*command, env=as_environment(settings) | environment)
        return await process.wait()
