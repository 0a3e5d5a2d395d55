"""up, serve and worker: the processes that stay."""

from __future__ import annotations

from typing import Annotated

import typer

from fumetto.entry.cli.options import DataDir, run, settings_for
from fumetto.entry.head_start import head_start
from fumetto.kernel.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(serve)
    app.command()(worker)


Host = Annotated[str | None, typer.Option("--host", help="Address to listen on (default: all).")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on (default 8420).", min=1, max=65535)]


def up(
    host: Host = None,
    port: Port = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Start Fumetto: database, server and worker. Ctrl-C stops it."""
    settings = settings_for(data_dir, host=host, port=port)
    raise typer.Exit(run(begin(settings, "run_up_alone", open_browser=not no_browser)))


def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start the server alone; workers are started with `worker`, here or on other machines."""
    raise typer.Exit(run(begin(settings_for(data_dir, host=host, port=port), "run_serve")))


async def begin(settings: Settings, how: str, **options: bool) -> int:
    """One of the ways to run in `entry.up`, which imports every room, while the database starts."""
    async with head_start(settings, "fumetto.entry.up") as (ways, release):
        status: int = await getattr(ways, how)(settings, opened=release, **options)
        return status


def worker(
    concurrency: Annotated[int | None, typer.Option("--concurrency", help="Jobs at a time.", min=1, max=64)] = None,
    data_dir: DataDir = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Work through the queue until stopped; any number may run, on any machine that reaches database and storage."""
    from fumetto.entry.worker import run_worker_process

    run(run_worker_process(settings_for(data_dir, worker_concurrency=concurrency), with_parent=with_parent))
