"""world, wiki, notes: what a story is about, brought in from files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

world = typer.Typer(no_args_is_help=True)
wiki = typer.Typer(no_args_is_help=True)
notes = typer.Typer(no_args_is_help=True)

Series = Annotated[str, typer.Option("--series", help="The series, by slug, id or title.")]


@world.command("import")
def import_world(
    path: Annotated[Path, typer.Argument(help="A YAML file, or the folder of a pair.", metavar="PATH")],
    series: Series,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring a world graph in."""
    done = run(bring_world(settings_for(data_dir, as_json=as_json), path, series), as_json=as_json)
    show(done, as_json=as_json)


@world.command("check")
def check_world(
    path: Annotated[Path, typer.Argument(help="A YAML file, or the folder of a pair.", metavar="PATH")],
    series: Series,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a world graph, line by line, without bringing it in."""
    found = run(look_at_world(settings_for(data_dir, as_json=as_json), path, series), as_json=as_json)
    if as_json:
        show(found, as_json=True)
        raise typer.Exit(1 if found["problems"] else 0)
    for problem in found["problems"]:
        out.print(problem["message"], soft_wrap=True, markup=False)
    if found["problems"]:
        raise typer.Exit(1)
    out.print(say("en", "world.sound", entities=found["entities"], relationships=found["relationships"]))


@wiki.command("import")
def import_wiki(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown, or one file.", metavar="FOLDER")],
    series: Series,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring wiki articles in. Their statements wait for review."""
    show(run(bring_wiki(settings_for(data_dir, as_json=as_json), folder, series), as_json=as_json), as_json=as_json)


@notes.command("import")
def import_notes(
    series: Annotated[str | None, typer.Option("--series", help="Only of this series, by slug, id or title.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Take over again what makers wrote about acquired episodes."""
    show(run(bring_notes(settings_for(data_dir, as_json=as_json), series), as_json=as_json), as_json=as_json)


async def bring_world(settings: Settings, path: Path, series: str) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.world.service.files import world_files
    from fumetto.library.world.service.finding import series_named
    from fumetto.library.world.service.importing import import_world
    from fumetto.library.world.service.linking import link_pages
    from fumetto.library.world.service.placing import propose_places

    files = world_files(path)
    async with open_house(settings) as house:
        async with house.database.write(EVERY_READER) as session:
            series_id = await series_named(session, series)
            report = await import_world(session, series_id, files, None)
            await link_pages(session, series_id)
        async with house.database.write(EVERY_READER) as session:
            placed = await propose_places(session, series_id)
    return asdict(report) | {"proposed": placed}


async def look_at_world(settings: Settings, path: Path, series: str) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.world.errors import WorldFileInvalid
    from fumetto.library.world.service.files import world_files
    from fumetto.library.world.service.finding import series_named
    from fumetto.library.world.service.importing import check_world

    files = world_files(path)
    async with open_house(settings) as house, house.database.read(EVERY_READER) as session:
        series_id = await series_named(session, series)
        try:
            read = await check_world(session, series_id, files)
        except WorldFileInvalid as error:
            return {"entities": 0, "relationships": 0, "problems": error.lines("en")}
    return {"entities": len(read.entities), "relationships": len(read.relationships), "problems": []}


async def bring_wiki(settings: Settings, folder: Path, series: str) -> dict[str, Any]:
    import asyncio

    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.world.service.files import wiki_files
    from fumetto.library.world.service.finding import series_named
    from fumetto.library.world.service.placing import propose_places
    from fumetto.library.world.service.wiki import import_articles, read_articles

    articles = await asyncio.to_thread(lambda: read_articles(wiki_files(folder)))
    async with open_house(settings) as house:
        async with house.database.write(EVERY_READER) as session:
            series_id = await series_named(session, series)
            report = await import_articles(session, series_id, articles, None)
        async with house.database.write(EVERY_READER) as session:
            placed = await propose_places(session, series_id)
    return asdict(report) | {"proposed": placed}


async def bring_notes(settings: Settings, series: str | None) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.world.service.finding import all_series, series_named
    from fumetto.library.world.service.notes import import_notes_of

    async with open_house(settings) as house:
        async with house.database.read(EVERY_READER) as session:
            wanted = [await series_named(session, series)] if series else await all_series(session)
        episodes = found = 0
        for series_id in wanted:
            async with house.database.write(EVERY_READER) as session:
                counts = await import_notes_of(session, series_id)
            episodes += len(counts)
            found += sum(counts)
    return {"episodes": episodes, "notes": found}
