"""user add, list, token, password, reset-link: who may come in."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.people.accounts.kinds import AgeClass, Role, UserType

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the person is called here.")],
    role: Annotated[Role, typer.Option("--role", help="owner, editor or reader.")] = Role.READER,
    kind: Annotated[
        UserType | None, typer.Option("--type", help="Who they are; without it they are asked when they come in.")
    ] = None,
    age_class: Annotated[
        AgeClass | None, typer.Option("--age-class", help="How old they are, as far as Fumetto needs to know.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Where they live (IT, FR ...): it decides who has to agree.")
    ] = None,
    mail: Annotated[str | None, typer.Option("--mail", help="Where a forgotten password is helped.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Add a person, and make the link that signs them in."""
    who = {"role": role, "user_type": kind, "age_class": age_class, "country": country, "email": mail}
    result = run(add_user(settings_for(data_dir, as_json=as_json), name, who), as_json=as_json)
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


@app.command()
def password(
    name: Annotated[str, typer.Argument(help="Whose password is set.")],
    from_input: Annotated[bool, typer.Option("--stdin", help="Read it from standard input, for scripts.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Set somebody's password, which signs them out everywhere."""
    new = sys.stdin.readline().rstrip("\n") if from_input else typer.prompt("Password", hide_input=True)
    result = run(set_password(settings_for(data_dir, as_json=as_json), name, new), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        out.print(say("en", "user.password_set", name=result["name"]))


@app.command("reset-link")
def reset_link(
    name: Annotated[str, typer.Argument(help="Who has forgotten their password.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make a link with which somebody sets a new password, once, within two hours."""
    result = run(make_reset_link(settings_for(data_dir, as_json=as_json), name), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        return
    out.print(say("en", "user.reset_link", name=result["name"]))
    out.print(f"\n    [bold]{result['link']}[/bold]\n", soft_wrap=True)


@app.command("list")
def list_(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the people."""
    rows = run(everybody(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(rows, as_json=as_json, columns=("name", "role", "user_type", "is_active", "last_seen_at"))


def say_link(result: dict[str, Any]) -> None:
    from fumetto.entry.addresses import qr_code

    out.print(say("en", "user.link", name=result["name"]))
    out.print(f"\n    [bold]{result['link']}[/bold]\n", soft_wrap=True)
    out.print(qr_code(result["phone_link"] or result["link"]), highlight=False)


async def add_user(settings: Settings, name: str, who: dict[str, Any]) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import create_user

    async with open_house(settings) as house, house.database.write() as session:
        made = await create_user(session, name=name, **who)
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


async def set_password(settings: Settings, name: str, new: str) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import set_password_of

    async with open_house(settings) as house:
        async with house.database.read() as session:
            account = await wanted(session, name)
        await set_password_of(house.database, account.id, new)
        return {"id": str(account.id), "name": account.name}


async def make_reset_link(settings: Settings, name: str) -> dict[str, Any]:
    from fumetto.entry.only_one import reachable_at
    from fumetto.entry.wiring import open_house
    from fumetto.people.public import create_reset_link, reset_address

    async with open_house(settings) as house, house.database.write() as session:
        account = await wanted(session, name)
        made = await create_reset_link(session, account.id, actor=None)
        base = settings.public_url or reachable_at(settings).local
        return {"name": account.name, "link": reset_address(base, made.token), "expires_at": made.expires_at}


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
