"""user add, list, token, key: who may come in."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.people.accounts.kinds import Role

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the person is called here.")],
    role: Annotated[Role, typer.Option("--role", help="owner, editor or reader.")] = Role.READER,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Add a person, and make the link that signs them in."""
    result = run(add_user(settings_for(data_dir, as_json=as_json), name, role), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        return
    out.print(say("en", "user.created", name=result["name"], role=result["role"]))
    say_link(result)


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Who the link is for; empty: the owner.")] = "",
    key: Annotated[
        str, typer.Option("--key", help="Make a key of this name for OPDS applications and scripts instead.")
    ] = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make a link that signs somebody in once, or a key for a program."""
    result = run(make_token(settings_for(data_dir, as_json=as_json), name, key), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    elif key:
        out.print(say("en", "user.key"))
        out.print(f"\n    [bold]{result['token']}[/bold]\n", soft_wrap=True)
        out.print(say("en", "user.opds", address=result["opds"]))
    else:
        say_link(result)


@app.command("list")
def list_(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the people."""
    rows = run(everybody(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(rows, as_json=as_json, columns=("name", "role", "is_active", "last_seen_at"))


def say_link(result: dict[str, Any]) -> None:
    from fumetto.entry.addresses import qr_code

    out.print(say("en", "user.link", name=result["name"]))
    out.print(f"\n    [bold]{result['link']}[/bold]\n", soft_wrap=True)
    out.print(qr_code(result["phone_link"] or result["link"]), highlight=False)


async def add_user(settings: Settings, name: str, role: Role) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import create_user

    async with open_house(settings) as house, house.database.write() as session:
        made = await create_user(session, name=name, role=role)
        return {"id": str(made.id), "name": made.name, "role": made.role.value} | await links(
            session, settings, made.id
        )


async def make_token(settings: Settings, name: str, key: str) -> dict[str, Any]:
    from fumetto.entry.only_one import reachable_at
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import create_api_key

    async with open_house(settings) as house, house.database.write() as session:
        account = await wanted(session, name)
        if key:
            made = await create_api_key(session, account.id, key)
            at = reachable_at(settings)
            opds = f"{at.lan or at.local}/opds/v2"
            return {"name": account.name, "key": made.name, "token": made.token, "opds": opds}
        return {"name": account.name} | await links(session, settings, account.id)


async def wanted(session: Any, name: str) -> Any:
    from fumetto.entry.errors import UserUnknown
    from fumetto.people.public import ensure_owner, find_user, list_users

    if not name:
        return await ensure_owner(session)
    found = await find_user(session, name)
    if found is None:
        names = ", ".join(account.name for account in await list_users(session)) or "nobody yet"
        raise UserUnknown(name=name, names=names)
    return found


async def links(session: Any, settings: Settings, user_id: Any) -> dict[str, Any]:
    from fumetto.entry.only_one import reachable_at
    from fumetto.people.public import create_sign_in_link, sign_in_address

    made = await create_sign_in_link(session, user_id)
    at = reachable_at(settings)
    return {
        "token": made.token,
        "link": sign_in_address(at.local, made.token),
        "phone_link": sign_in_address(at.lan, made.token) if at.lan else None,
        "expires_at": made.expires_at,
    }


async def everybody(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.cli.output import to_plain
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import list_users

    async with open_house(settings) as house, house.database.read() as session:
        return [to_plain(account) for account in await list_users(session)]
