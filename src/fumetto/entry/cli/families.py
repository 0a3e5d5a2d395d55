"""family add, list, invite: families and classes, for whoever keeps this Fumetto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import say
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.collectives.kinds import CollectiveKind

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import WriteSession
    from fumetto.people.access.readers import Reader

app = typer.Typer(no_args_is_help=True)

Owner = Annotated[str, typer.Option("--owner", help="Who looks after it; empty: the owner of this Fumetto.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    kind: Annotated[CollectiveKind, typer.Option("--kind", help="family, class or school.")] = CollectiveKind.FAMILY,
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Found a family, a class or a school."""
    result = run(found(settings_for(data_dir, as_json=as_json), name, kind, owner), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        out.print(say("en", "family.founded", name=result["name"], owner=result["owner"]))


@app.command("list")
def list_(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List families, classes and schools."""
    rows = run(everything(settings_for(data_dir, as_json=as_json)), as_json=as_json)
    show(rows, as_json=as_json, columns=("name", "kind", "members", "id"))


@app.command()
def invite(
    name: Annotated[str, typer.Argument(help="Into which family or class.")],
    age_class: Annotated[
        AgeClass | None, typer.Option("--age-class", help="child, preteen, teenager or adult; whom it is for.")
    ] = None,
    uses: Annotated[int, typer.Option("--uses", min=1, max=1000, help="How many may come in by it.")] = 1,
    owner: Owner = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make a link by which somebody comes in."""
    settings = settings_for(data_dir, as_json=as_json)
    result = run(invited(settings, name, age_class, uses, owner), as_json=as_json)
    if as_json:
        show(result, as_json=True)
        return
    from fumetto.entry.addresses import qr_code

    out.print(say("en", "family.link", name=result["name"], uses=result["uses"]))
    out.print(f"\n    [bold]{result['link']}[/bold]\n", soft_wrap=True)
    out.print(qr_code(result["phone_link"] or result["link"]), highlight=False)


async def found(settings: Settings, name: str, kind: CollectiveKind, owner: str) -> dict[str, Any]:
    from fumetto.entry.wiring import open_house
    from fumetto.people.collectives import service

    async with open_house(settings) as house, house.database.write() as session:
        reader = await somebody(session, owner)
        made = await service.found(session, reader, kind, name)
        return {"id": str(made.id), "name": made.name, "kind": made.kind.value, "owner": reader.name}


async def everything(settings: Settings) -> list[dict[str, Any]]:
    from fumetto.entry.cli.output import to_plain
    from fumetto.entry.wiring import open_house
    from fumetto.people.collectives import service

    async with open_house(settings) as house, house.database.write() as session:
        reader = await somebody(session, "")
        return [to_plain(each) for each in await service.list_collectives(session, reader, every=True)]


async def invited(settings: Settings, name: str, age_class: AgeClass | None, uses: int, owner: str) -> dict[str, Any]:
    from fumetto.entry.only_one import reachable_at
    from fumetto.entry.wiring import open_house
    from fumetto.people.collectives import invitations, service
    from fumetto.people.collectives.errors import CollectiveNotFound

    async with open_house(settings) as house, house.database.write() as session:
        reader = await somebody(session, owner)
        mine = await service.list_collectives(session, reader)
        wanted = next((each for each in mine if each.name.casefold() == name.casefold()), None)
        if wanted is None:
            raise CollectiveNotFound
        made = await invitations.invite(
            session, reader, wanted.id, invitations.Wanted(age_class=age_class, usage_limit=uses)
        )
        at = reachable_at(settings)
        return {
            "name": wanted.name,
            "uses": uses,
            "token": made.token,
            "link": invitations.address(at.local, made.token),
            "phone_link": invitations.address(at.lan, made.token) if at.lan else None,
            "expires_at": made.invitation.expires_at,
        }


async def somebody(session: WriteSession, name: str) -> Reader:
    from fumetto.entry.cli.people import wanted
    from fumetto.people.public import reader_of

    return await reader_of(session, (await wanted(session, name)).id)
