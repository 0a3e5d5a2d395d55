"""`up`: database, server and workers as one thing that a person starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console

from fumetto.entry.addresses import lan_url, listen, local_url, qr_code
from fumetto.entry.api import create_app
from fumetto.entry.first_start import First, first_start
from fumetto.entry.head_start import Release
from fumetto.entry.only_one import announced, only_one
from fumetto.entry.wiring import open_house
from fumetto.entry.workers import worker_processes
from fumetto.kernel.heap import loaded, loading
from fumetto.kernel.logs import configure_logs
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.server import Server, make_server
from fumetto.library.ingestion.watch import watching

console = Console(highlight=False, soft_wrap=True)


async def run_up_alone(settings: Settings, *, opened: Release, open_browser: bool) -> int:
    """`run_up` with workers, as the only one on its data directory. Raises RunsAlready besides."""
    with only_one(settings):
        return await run_up(settings, opened=opened, workers=settings.workers, open_browser=open_browser)


async def run_serve(settings: Settings, *, opened: Release) -> int:
    """`run_up` without workers, beside any number of others."""
    with announced(settings):
        return await run_up(settings, opened=opened, workers=0, open_browser=False)


async def run_up(settings: Settings, *, opened: Release, workers: int, open_browser: bool) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status. Raises PortTaken and what opening the house raises.

    `opened` is called once the database is held here too, by whoever gave it a head start.
    """
    configure_logs(for_people(settings), process="server")
    loading()
    bound = listen(settings)
    with contextlib.closing(bound):
        async with open_house(settings, wait_until_stopped=True) as house:
            opened()
            first = await first_start(house, local_url(settings), lan_url(settings))
            async with watching(house.database, settings):
                server = make_server(create_app(settings, house.database, house.storage))
                async with stopping_on_signals(server):
                    serving = asyncio.create_task(server.serve(sockets=[bound]))
                    await started(server, serving)
                    async with worker_processes(settings, workers):  # no earlier: readers first
                        loaded()
                        greet(settings, first)
                        if open_browser:
                            await asyncio.to_thread(show_in_browser, first.link or local_url(settings))
                        await serving
    return 0


def for_people(settings: Settings) -> Settings:
    """On a terminal, warnings only unless a level was asked for; a log file or a service manager gets every request."""
    quiet = sys.stderr.isatty() and "log_level" not in settings.model_fields_set
    return settings.model_copy(update={"log_level": "WARNING"}) if quiet else settings


@contextlib.asynccontextmanager
async def stopping_on_signals(server: Server) -> AsyncIterator[None]:
    """The first signal ends things in good order; the second does not wait for requests that hang."""

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def started(server: Server, serving: asyncio.Task[None]) -> None:
    """Returns when requests are answered, or the server has given up; uvicorn tells of it in an attribute only."""
    while not server.started and not serving.done():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0.01)


def greet(settings: Settings, first: First) -> None:
    """What the terminal shows once pages can be read."""
    local, lan = local_url(settings), lan_url(settings)
    console.print(f"\n  [bold]Fumetto[/bold] · {say('en', 'start.reading_at', address=local)}")
    if first.link:
        console.print(f"  {say('en', 'start.owner_link')}\n\n    [bold]{first.link}[/bold]\n")
    if lan:
        console.print(f"  {say('en', 'start.phone', address=lan)}")
        console.print(qr_code(first.phone_link or lan), highlight=False)
    else:
        console.print(f"  {say('en', 'start.this_machine_only')}")
    console.print(f"  [dim]{say('en', 'start.data', folder=str(Path(settings.data_dir)))}[/dim]")
    console.print(f"  [dim]{say('en', 'start.stop')}[/dim]\n")


def show_in_browser(address: str) -> None:
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(address)
