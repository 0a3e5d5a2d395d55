"""status, doctor, backup, restore: how Fumetto is, and keeping it safe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import err, out, progress_bar, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say


def register(app: typer.Typer) -> None:
    app.command()(status)
    app.command()(doctor)
    app.command()(backup)
    app.command()(restore)


def status(
    problems: Annotated[bool, typer.Option("--problems", help="List what could not be read, and why.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what is in the library, what is being done, and what could not be read."""
    if problems:
        rows = run(list_problems(settings_for(data_dir, as_json=as_json)), as_json=as_json)
        show(rows, as_json=as_json, columns=("path", "message"), empty=say("en", "doctor.well"))
    else:
        found = run(describe(settings_for(data_dir, as_json=as_json)), as_json=as_json)
        if not as_json:
            found["address"] = found["address"] or say("en", "status.not_running")
            found = {name: value for name, value in found.items() if value is not None}
        show(found, as_json=as_json)


def doctor(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Check everything that Fumetto needs, and say how to mend what is amiss."""
    from fumetto.entry.doctor import examine

    findings = run(examine(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    if as_json:
        show(findings, as_json=True)
    else:
        for finding in findings:
            mark = "[green]✓[/green]" if finding.ok else "[bold red]✗[/bold red]"
            out.print(f"{mark} {finding.part}: {finding.detail}", soft_wrap=True)
        ill = sum(not finding.ok for finding in findings)
        out.print(say("en", "doctor.ill", count=ill) if ill else say("en", "doctor.well"))
    raise typer.Exit(any(not finding.ok for finding in findings))


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")], data_dir: DataDir = None, as_json: Json = False
) -> None:
    """Write database, derived files and settings into one file, and check it by reading it back."""
    result = run(make_backup(settings_for(data_dir, as_json=as_json), file), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        out.print(say("en", "backup.done", file=str(file), size=in_bytes(result["bytes"])))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put back what a backup holds. What is there now is kept in a restore point first."""
    settings = settings_for(data_dir, as_json=as_json)
    folder = str(settings.data_dir)
    if not yes and err.is_terminal and settings.data_dir.exists():
        typer.confirm(say("en", "backup.confirm", folder=folder), abort=True, err=True)
    result = run(put_back(settings, file), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    elif result["restore_point"]:
        out.print(say("en", "backup.restored", file=str(file), point=result["restore_point"]))
    else:
        out.print(say("en", "backup.restored_empty", file=str(file)))


def in_bytes(size: int) -> str:
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return str(size)


async def describe(settings: Settings) -> dict[str, Any]:
    from fumetto.entry.status import describe_everything
    from fumetto.entry.wiring import open_house

    async with open_house(settings) as house:
        return await describe_everything(house)


async def list_problems(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.status import problems
    from fumetto.entry.wiring import open_house

    async with open_house(settings) as house:
        return await problems(house)


async def make_backup(settings: Settings, file: Path) -> dict[str, Any]:
    from fumetto.entry.safekeeping import write_backup

    with progress_bar() as progress:
        return await write_backup(settings, file, progress)


async def put_back(settings: Settings, file: Path) -> dict[str, Any]:
    from fumetto.entry.safekeeping import restore_backup

    with progress_bar() as progress:
        return await restore_backup(settings, file, progress)
