"""import, scan, series: what is on the shelf and how it gets there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.progress import Progress

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import err, out, progress_bar, show
from fumetto.entry.only_one import running_at
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

if TYPE_CHECKING:
    from fumetto.library.ingestion.intake import Standing

Wait = Annotated[bool, typer.Option("--wait", help="Return when everything is done, images, words and index included.")]

FOLLOWING = {
    "library.look_at_page": "looking",
    "library.know_episode": "knowing",
    "library.link_page": "knowing",
    "library.propose_world": "proposing",
    "library.index_episode": "indexing",
}
"""What the jobs that follow from an episode's pages are called while one waits for them."""

BRINGS_IN = {"import", "scan"}
FEW = 10  # reasons that a terminal is told; `status --problems` has them all


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command()(scan)
    app.command()(series)


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of any depth.", metavar="PATH...")],
    series: Annotated[str | None, typer.Option("--series", help="Put all of it into one series of this name.")] = None,
    wait: Wait = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring comics in. They stay where they are and are read from there."""
    settings = settings_for(data_dir, as_json=as_json)
    result = run(import_paths(settings, paths, series, wait=wait), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        raise typer.Exit(not came_through(result))
    if not wait:
        out.print(queued(settings, len(result)))
    for each in result if wait else ():
        out.print(say("en", "import.done", title=each["title"], done=each["done"], failed=each["failed"]))
    tell_failures(result)
    raise typer.Exit(not came_through(result))


def queued(settings: Settings, count: int) -> str:
    """That work was queued, and how it comes to be done: by what runs already, or once that is started."""
    return say("en", "import.begun" if running_at(settings) else "import.queued", count=count)


def came_through(result: Sequence[dict[str, Any]]) -> bool:
    """Some books and pages that cannot be read are told and are no failure; nothing but those is one, and so is work
    that was given up, as on a full disk."""
    return all(
        each.get("state", "succeeded") == "succeeded"
        and (each.get("done") or not each.get("failed"))
        and not each.get("given_up")
        for each in result
    )


def tell_failures(result: Sequence[dict[str, Any]]) -> None:
    for each in result:
        for reason in each.get("given_up", ()):
            err.print(f"[bold red]fumetto:[/bold red] {reason}", soft_wrap=True)
        for failure in each.get("failures", ())[:FEW]:
            err.print(f"  {failure['item']}: {failure['message']}", soft_wrap=True, markup=False)
    if any(each.get("failed") for each in result):
        out.print(say("en", "import.see_problems"))


def scan(
    wait: Wait = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what could not be read.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Look through all library folders for what is new, changed, moved or gone."""
    settings = settings_for(data_dir, as_json=as_json)
    result = run(scan_everything(settings, wait=wait, retry=retry), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        out.print(say("en", "scan.done", done=result["done"]) if wait else queued(settings, 1))
        tell_failures([result])
    raise typer.Exit(not came_through([result]))


def series(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the series."""
    rows = run(list_series(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(
        rows, as_json=as_json, columns=("slug", "title", "episode_count", "languages"), empty=say("en", "series.empty")
    )


async def import_paths(
    settings: Settings, paths: Sequence[Path], series_title: str | None, *, wait: bool
) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.library.ingestion.intake import import_path

    async with open_house(settings) as house:
        activities = []
        for path in paths:
            async with house.database.write() as session:
                activity = await import_path(session, settings, path, series_title)
            activities.append((activity, series_title or path.name or str(path)))
        if not wait:
            return [{"activity_id": str(activity), "title": title} for activity, title in activities]
        return await follow_all(house, activities)


async def scan_everything(settings: Settings, *, wait: bool, retry: bool) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.library.ingestion.intake import scan_all

    async with open_house(settings) as house:
        async with house.database.write() as session:
            activity = await scan_all(session, retry_failed=retry)
        if not wait:
            return {"activity_id": str(activity)}
        begun = await begun_before(house, activity)
        return (await follow_all(house, [(activity, "library"), *begun]))[0]


async def begun_before(house: Any, activity: UUID) -> list[tuple[UUID, str]]:
    """The library's other work that is not over, such as an import that was killed: what waits for a scan waits for
    it too."""
    from fumetto.kernel.jobs.views import changed_since

    async with house.database.read() as session:
        going = await changed_since(session, datetime.now(UTC))
    return [
        (each.id, each.title or "library")
        for each in going
        if each.kind in BRINGS_IN and each.id != activity and each.finished_at is None
    ]


async def follow_all(house: Any, activities: Sequence[tuple[UUID, str]]) -> list[dict[str, Any]]:
    """Work until every activity has ended, showing how far each is; what became of them."""
    from fumetto.entry.wiring import lending_a_hand

    results = []
    with progress_bar() as progress:
        async with lending_a_hand(house):
            for activity, title in activities:
                results.append(await follow(house, activity, title, progress))
    return results


async def follow(house: Any, activity: UUID, title: str, progress: Progress) -> dict[str, Any]:
    from fumetto.kernel.jobs.registry import TASKS
    from fumetto.kernel.jobs.views import failures_of
    from fumetto.library.ingestion.intake import wait_for

    task = progress.add_task(title, total=None)
    most = 0

    def moved(standing: Standing) -> None:
        nonlocal most
        left = sum(standing.following.values())
        most = max(most, left)
        progress.update(
            task,
            description=f"{title} · {doing}" if (doing := what_is_done(standing)) else title,
            completed=standing.done + standing.failed + most - left,
            total=(standing.total + most) or None,
        )

    ended = await wait_for(house.database, activity, moved)
    async with house.database.read() as session:
        failures = await failures_of(session, activity, "en")
    return {
        "activity_id": str(activity),
        "title": title,
        "state": ended.state.value,
        "done": ended.done,
        "failed": ended.failed,
        "failures": [
            {"item": each.item, "code": each.code, "message": each.message}
            for each in failures
            if each.item not in TASKS
        ],
        "given_up": sorted({each.message for each in failures if each.item in TASKS}),
    }


def what_is_done(standing: Standing) -> str:
    """What an import is busy with now: its books and pages, and then what follows from them, the most of it first."""
    if standing.done + standing.failed < standing.total:
        return say("en", "import.doing.pages")
    known = {task: count for task, count in standing.following.items() if task in FOLLOWING}
    return say("en", f"import.doing.{FOLLOWING[max(known, key=known.__getitem__)]}") if known else ""


async def list_series(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.library.catalogue.service.outline import series_outline

    async with open_house(settings) as house, house.database.read() as session:
        return await series_outline(session)
