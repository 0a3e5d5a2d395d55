"""words: the texts of Fumetto, as files for translators, and whether what is said otherwise still fits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

words = typer.Typer(no_args_is_help=True)

Language = Annotated[str | None, typer.Option("--language", help="Only of this language, such as fr or fr-CA.")]


@words.command()
def check(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List what is said otherwise and is outdated, or does not fit any more. Exits with 1 where something is broken."""
    found = run(looked_at(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    told = [row for row in found if row["state"] in {"stale", "broken"}]
    columns = ("language", "variant", "key", "state", "problem")
    if told or as_json:
        show(told, as_json=as_json, columns=columns)
    count = {state: sum(row["state"] == state for row in found) for state in ("stale", "broken")}
    if not as_json:
        out.print(say("en", "words.checked", count=len(found), **count), soft_wrap=True)
    if count["broken"]:
        raise typer.Exit(1)


@words.command("export")
def export_words(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; else to standard output.")] = None,
    language: Language = None,
    everything: Annotated[
        bool, typer.Option("--all", help="With all texts of the language, for a translator.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Write what is said otherwise as YAML."""
    text = run(exported(settings_for(data_dir), language, everything=everything))
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, "utf-8")


@words.command("import")
def import_words(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML, as `words export` writes it.")],
    only_check: Annotated[bool, typer.Option("--check", help="Only say what would change.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say what a file says: all of it, or nothing where some of it would break where it is shown."""
    text = file.read_text("utf-8", errors="replace")
    taken = run(imported(settings_for(data_dir, as_json=as_json), text, only_check=only_check), as_json=as_json)
    if as_json:
        show(taken, as_json=True)
    else:
        out.print(say("en", "words.taken_over", **taken), soft_wrap=True)


async def looked_at(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.localization import repository, rules, service
    from fumetto.people.localization.kinds import TextState

    async with open_house(settings) as house, house.database.read() as session:
        rows = await repository.all_said(session)
    found = []
    for row in rows:
        known = row.key in rules.known_keys()
        state = rules.state_of(row.language, row.variant, row.key, row) if known else TextState.BROKEN
        problems = service.problems_out(rules.problems(row.key, row.language, row.value), "en") if known else []
        gone = "" if known else say("en", "words.problems.unknown_key", place=row.key, wanted="")
        found.append(
            {
                "language": row.language,
                "variant": row.variant.value,
                "key": row.key,
                "state": state.value,
                "problem": problems[0].message if problems else gone,
            }
        )
    return found


async def exported(settings: Settings, language: str | None, *, everything: bool) -> str:
    from fumetto.entry.wiring import open_house
    from fumetto.people.localization.files import written_out

    async with open_house(settings) as house, house.database.read() as session:
        return await written_out(session, language, None, everything=everything)


async def imported(settings: Settings, text: str, *, only_check: bool) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.localization.files import taken_over

    async with open_house(settings) as house, house.database.write() as session:
        return (await taken_over(session, None, text, "en", check=only_check)).model_dump()
