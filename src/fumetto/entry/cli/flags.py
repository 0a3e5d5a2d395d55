"""flags list, set, preview: what is switched on, and for whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the flags, shipped or set here."""
    rows = run(everything(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(rows, as_json=as_json, columns=("name", "is_enabled", "default_variant", "variant", "is_set", "version"))


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(help="The flag, such as ai, imports or sharing.")],
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it is enabled.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            help="A JSON file with the fields of the flag; see docs/how-to/flags.md.",
        ),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take back what was set.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Set a flag. It counts at once, wherever Fumetto runs on this data."""
    said = file.read_bytes() if file else None
    result = run(change(settings_for(data_dir, as_json=as_json), name, on, said, forget=forget), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        return
    out.print(say("en", "flags.set", name=name, on="yes" if result["is_enabled"] else "no"))


@app.command()
def preview(
    user: Annotated[str, typer.Argument(help="For whom.")],
    name: Annotated[str, typer.Argument(help="One flag; empty: all of them.")] = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what somebody gets, and why."""
    rows = run(previewed(settings_for(data_dir, as_json=as_json), user, name), as_json=as_json)
    show(rows, as_json=as_json, columns=("name", "value", "reason", "rule", "bucket"))


async def everything(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.flags import service

    async with open_house(settings) as house, house.database.read() as session:
        return [told(one) for one in await service.list_flags(session)]


async def change(settings: Settings, name: str, on: bool | None, said: bytes | None, *, forget: bool) -> dict[str, Any]:
    from dataclasses import replace

    from pydantic import TypeAdapter, ValidationError

    from fumetto.entry.wiring import open_house
    from fumetto.people.flags import service
    from fumetto.people.flags.errors import FlagNotFound, FlagUnusable
    from fumetto.people.flags.rules.flags import Flag
    from fumetto.people.flags.schemas import FlagBody

    async with open_house(settings) as house, house.database.write() as session:
        if forget:
            await service.forget_flag(session, name, confirmed=name, actor=None)
            try:
                return told(await service.get_flag(session, name))
            except FlagNotFound:
                return {"name": name, "is_enabled": False}
        if said is not None:
            try:
                body = TypeAdapter(FlagBody).validate_json(said)
            except ValidationError as error:
                place = ".".join(str(part) for part in error.errors()[0]["loc"])
                raise FlagUnusable(name=name, place=place, fault=error.errors()[0]["msg"]) from None
            flag = Flag(name=name, **body.model_dump())
        else:
            flag = (await service.get_flag(session, name)).flag
        if on is not None:
            flag = replace(flag, is_enabled=on)
        return told(await service.set_flag(session, flag, actor=None))


async def previewed(settings: Settings, user: str, name: str) -> list[dict[str, Any]]:
    from fumetto.entry.cli.people import wanted
    from fumetto.entry.wiring import open_house
    from fumetto.people.flags import service
    from fumetto.people.flags.board import BOARD

    async with open_house(settings) as house, house.database.read() as session:
        account = await wanted(session, user)
        who = await service.asker_of_user(session, account.id)
        made = await service.preview(session, BOARD, who, names=[name] if name else None)
        return [
            {
                "name": key,
                "value": json.dumps(one.value),
                "reason": one.reason.value,
                "rule": one.rule,
                "bucket": f"{one.bucket[0]} of {one.bucket[1]}" if one.bucket else None,
            }
            for key, one in made.items()
        ]


def told(one: Any) -> dict[str, Any]:
    from fumetto.people.flags import service

    return {
        "name": one.flag.name,
        **service.settable(one.flag),
        "is_shipped": one.is_shipped,
        "is_set": one.is_set,
        "version": one.flag.version,
    }
