"""chat, mcp: talking with the companion, oneself or through an assistant."""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from fumetto.entry.cli.asking import AskMode, At, InMode, Language, Model, SeriesName, require_model, require_page
from fumetto.entry.cli.listening import listening
from fumetto.entry.cli.options import DataDir, run, settings_for
from fumetto.entry.cli.output import err, out
from fumetto.entry.cli.people import wanted
from fumetto.entry.cli.search import place, series_id_of
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

if TYPE_CHECKING:
    from fumetto.companion.public import Talk
    from fumetto.kernel.db.sessions import Database

LEAVE = {"/quit", "/exit", "/q"}
COMMANDS = "/page, /wiki, /at EP:PAGE, /quit"


def register(root: typer.Typer) -> None:
    root.command()(chat)
    root.command("mcp")(mcp_)


def chat(
    series: SeriesName,
    at: At = None,
    mode: InMode = AskMode.PAGE,
    language: Language = "en",
    model: Model = None,
    data_dir: DataDir = None,
) -> None:
    """Talk with the companion, question by question. /page, /wiki, /at EP:PAGE and /quit are heard too."""
    run(talk(settings_for(data_dir), series, place(at), mode, language, model))


async def talk(
    settings: Settings, series: str, at: tuple[Decimal, int] | None, mode: AskMode, language: str, model: str | None
) -> None:
    from fumetto.companion.public import Mode, Talk
    from fumetto.entry.companion import companion_rooms
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.kernel.errors import FumettoError

    async with open_house(settings) as house:
        async with house.database.read(EVERY_READER) as session:
            series_id = await series_id_of(session, series)
            await require_page(session, series_id, at)
        require_model(settings, model)
        rooms = companion_rooms(settings, house.database)
        talking = Talk(house.database, rooms, series_id, at, Mode(mode.value), language, model)
        asks = sys.stdin.isatty()
        if asks:
            err.print(f"[dim]{say('en', 'chat.hello')}[/dim]")
        async with listening():
            while (line := await asyncio.to_thread(next_line, asks=asks)) is not None:
                command, _, rest = line.strip().partition(" ")
                if command in LEAVE:
                    return
                try:
                    if command in ("/page", "/wiki"):
                        talking.mode = Mode(command[1:])
                    elif command == "/at":
                        await go_to(talking, house.database, place(rest.strip() or None))
                    elif command.startswith("/"):
                        err.print(say("en", "chat.unknown", given=command, commands=COMMANDS), markup=False)
                    elif line.strip():
                        await answer(talking, line)
                except (FumettoError, typer.BadParameter) as error:
                    err.print(str(error), markup=False)


async def go_to(talking: Talk, database: Database, at: tuple[Decimal, int] | None) -> None:
    """Stand there from now on. Raises PlaceNotFound, and then the operator stays where they were."""
    from fumetto.kernel.db.roles import EVERY_READER

    async with database.read(EVERY_READER) as session:
        await require_page(session, talking.series_id, at)
    talking.at = at


async def answer(talking: Talk, line: str) -> None:
    """Print an answer as it comes, and then the places it rests on."""
    async for text in talking.lines(line):
        out.print(text, soft_wrap=True, markup=False, highlight=False)


def next_line(*, asks: bool) -> str | None:
    """What is typed next, after a prompt where somebody is asked for it; None at the end of the input."""
    if asks:
        sys.stderr.write("> ")
        sys.stderr.flush()
    line = sys.stdin.readline()
    return line or None


def mcp_(
    name: Annotated[str, typer.Argument(help="As whose assistant; empty: the owner's.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Serve an assistant over standard input and output (Model Context Protocol), as one reader and no further than
    they have read. Over HTTP the server does the same at /mcp, for the reader of the key."""
    run(serve_assistant(settings_for(data_dir), name))


async def serve_assistant(settings: Settings, name: str) -> None:
    from fumetto.companion.programs.mcp.desk import Desk
    from fumetto.companion.programs.mcp.server import over_standard_streams
    from fumetto.entry.companion import companion_rooms
    from fumetto.entry.wiring import open_house

    async with open_house(settings) as house:
        async with house.database.write() as session:
            user = await wanted(session, name)
        rooms = companion_rooms(settings, house.database)
        async with listening():
            await over_standard_streams(Desk(house.database, rooms, user.id, user.language))
