"""sidecars, ocr: what is on pages, as files say it and as it is read off them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import err, out, progress_bar, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

app = typer.Typer(no_args_is_help=True)
FEW = 10  # files of no page that a terminal is told; --json has them all
PLACE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?):(\d{1,6})")

Folder = Annotated[Path, typer.Argument(help="A folder of sidecars, of any depth.", metavar="FOLDER", exists=True)]


def register(root: typer.Typer) -> None:
    root.command()(ocr)
    root.add_typer(app, name="sidecars", help="Files that say what is on pages.")


@app.command()
def check(folder: Folder, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Check sidecars against their schema, and say where each mistake is. Needs no library."""
    from fumetto.library.contents.importing import check_folder

    checked = check_folder(folder)
    problems = [
        {"file": each.name, "line": problem.line, "key": problem.key, "reason": problem.reason}
        for each in checked
        for problem in each.problems
    ]
    if as_json:
        show({"files": len(checked), "problems": problems}, as_json=True)
    else:
        tell_problems(problems)
        if not problems:
            out.print(say("en", "sidecars.fine", count=len(checked)))
    raise typer.Exit(1 if problems else 0)


def tell_problems(problems: Sequence[dict[str, Any]]) -> None:
    for each in problems:
        err.print(say("en", "errors.sidecar_invalid", **each), soft_wrap=True, markup=False)
    if problems:
        files = len({each["file"] for each in problems})
        err.print(say("en", "sidecars.wrong", problems=len(problems), files=files), soft_wrap=True)


@app.command("import")
def import_(
    folder: Folder,
    series: Annotated[
        str | None, typer.Option("--series", help="Only pages of this series: its slug or title.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Take sidecars over for pages that the library has, by the names of their images."""
    result = run(take_over(settings_for(data_dir, as_json=as_json), folder, series), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        tell_problems(result["problems"])
        for name in result["left"][:FEW]:
            err.print(say("en", "sidecars.left", file=name), soft_wrap=True, markup=False)
        out.print(say("en", "sidecars.imported", count=len(result["taken"])))
    raise typer.Exit(1 if result["problems"] else 0)


async def take_over(settings: Settings, folder: Path, series: str | None) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.library.contents.importing import import_folder

    async with open_house(settings) as house:
        series_id = (await the_series(house, series)).id if series else None
        result = await import_folder(house.database, folder, series_id)
    return {
        "taken": result.taken,
        "left": result.left,
        "problems": [
            {"file": each.name, "line": problem.line, "key": problem.key, "reason": problem.reason}
            for each in result.wrong
            for problem in each.problems
        ],
    }


def ocr(
    series: Annotated[str, typer.Option("--series", help="The series: its slug or title.")],
    page: Annotated[
        list[str] | None,
        typer.Option(
            "--page", metavar="EP:PAGE", help="Only this page; may be given again. Page 0 is what comes first."
        ),
    ] = None,
    switch: Annotated[
        bool | None, typer.Option("--on/--off", help="Read words off pages of this series from now on, or not.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read the words off pages that have no better text, now, also where it was done before."""
    places = [place(text) for text in page or ()]
    settings = settings_for(data_dir, as_json=as_json)
    if switch is not None:
        result = run(switch_ocr(settings, series, switch), as_json=as_json)
        said = say("en", "ocr.switched", ocr="on" if switch else "off", title=result["title"])
        show(result, as_json=True) if as_json else out.print(said)
        return
    rows = run(read_now(settings, series, places), as_json=as_json)
    if as_json:
        show(rows, as_json=True)
        return
    columns = ("episode_number", "page_number", "state", "language", "text", "reason")
    lines = [row | {"text": " / ".join(each["text"] for each in row["balloons"])} for row in rows]
    show(lines, as_json=False, columns=columns)
    states = [row["state"] for row in rows]
    counts = {"skipped": states.count("skipped"), "failed": states.count("failed")}
    out.print(say("en", "ocr.read", pages=len(rows), read=sum(bool(row["balloons"]) for row in rows), **counts))


def place(text: str) -> tuple[Decimal, int]:
    """An episode's number and a page's in it."""
    match = PLACE.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter(f"{text} is not EP:PAGE, such as 6:3")
    return Decimal(match[1]), int(match[2])


@dataclass(frozen=True)
class Named:
    id: UUID
    title: str


async def the_series(house: Any, name: str) -> Named:
    """The series of that slug, id or title. Raises SeriesUnknown."""
    from fumetto.library.catalogue.repository.series import find_series
    from fumetto.library.contents.errors import SeriesUnknown
    from fumetto.library.contents.pages_repository import series_called

    async with house.database.read() as session:
        found = await find_series(session, name) or await series_called(session, name)
    if found is None:
        raise SeriesUnknown(series=name)
    return Named(found.id, found.title)


async def switch_ocr(settings: Settings, series: str, ocr: bool) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.library.contents.editing.service import switch_ocr

    async with open_house(settings) as house:
        named = await the_series(house, series)
        async with house.database.write(EVERY_READER) as session:
            await switch_ocr(session, None, named.id, ocr)
    return {"series_id": named.id, "title": named.title, "ocr": ocr}


async def read_now(settings: Settings, series: str, places: Sequence[tuple[Decimal, int]]) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import lending_a_hand, open_house
    from fumetto.kernel.db.roles import EVERY_READER
    from fumetto.kernel.jobs.activities import finish, start_activity
    from fumetto.library.catalogue.errors import PageNotFound
    from fumetto.library.contents import looks_repository, pages_repository
    from fumetto.library.contents.editing.service import explained
    from fumetto.library.contents.kinds import Look
    from fumetto.library.contents.tasks import schedule_pages
    from fumetto.library.ingestion.intake import Standing, wait_for

    async with open_house(settings) as house:
        named = await the_series(house, series)
        async with house.database.write(EVERY_READER) as session:
            pages = await pages_repository.pages_at(session, named.id, places)
            if places and not pages:
                raise PageNotFound
            activity = await start_activity(session, kind="ocr", title=named.title)
            await schedule_pages(session, pages, activity=activity, again=[Look.OCR], units=1)
            if not pages:
                await finish(session, activity)
        with progress_bar() as progress:
            bar = progress.add_task(named.title, total=len(pages))

            def moved(standing: Standing) -> None:
                progress.update(bar, completed=standing.done + standing.failed)

            async with lending_a_hand(house):
                await wait_for(house.database, activity, moved)
        async with house.database.read(EVERY_READER) as reading:
            read = await looks_repository.read_pages(reading, [page_id for _, page_id in pages])
    return [
        {
            "page_id": each.page_id,
            "episode_number": each.episode_number,
            "page_number": each.page_number,
            "kind": each.kind,
            "state": each.state.value,
            "reason": explained("en", each.reason_code, dict(each.reason_detail)),
            "reason_code": each.reason_code,
            "language": each.language,
            "balloons": [
                {
                    "text": balloon.text,
                    "kind": balloon.kind.value,
                    "box": [balloon.box.x, balloon.box.y, balloon.box.width, balloon.box.height],
                    "confidence": balloon.confidence,
                }
                for balloon in each.balloons
            ],
        }
        for each in read
    ]
