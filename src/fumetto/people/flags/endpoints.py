"""Switches, for the owner: what there is, what was done to it, what somebody would get, and changing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, status

from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.people.access.dependencies import require_role
from fumetto.people.access.identification import on_record
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.flags import service
from fumetto.people.flags.board import BOARD
from fumetto.people.flags.rules.evaluating import Evaluation
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.flags.schemas import (
    Bucket,
    FieldChange,
    FlagDeed,
    FlagName,
    FlagOut,
    FlagPut,
    Preview,
    PreviewBody,
    Previewed,
)
from fumetto.people.flags.service import KnownFlag

router = Routes(prefix="/admin/flags", tags=["flags"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]


@router.get("")
async def list_flags(session: ReadTransaction, owner: Owner) -> Listing[FlagOut]:
    """Every flag, shipped or set here, by name."""
    found = [flag_out(one) for one in await service.list_flags(session)]
    return Listing(items=found, total=len(found))


@router.post("/preview")
async def preview_flags(session: ReadTransaction, owner: Owner, body: PreviewBody) -> Preview:
    """What a user, or somebody with these claims, would get, and why. Nothing is stored."""
    if body.user_id is not None:
        who = await service.asker_of_user(session, body.user_id)
    else:
        who = service.made_up(body.claims or {}, body.audience)
    draft = Flag(**body.draft.model_dump()) if body.draft else None
    made = await service.preview(session, BOARD, who, names=body.names, draft=draft)
    return Preview(
        audience=who.audience,
        claims=dict(who.attributes),
        targeting_key=who.key,
        flags=[previewed(name, one) for name, one in made.items()],
    )


@router.get("/{name}")
async def get_flag(session: ReadTransaction, owner: Owner, name: FlagName) -> FlagOut:
    """One flag as it counts now."""
    return flag_out(await service.get_flag(session, name))


@router.put("/{name}")
async def set_flag(request: Request, owner: Owner, name: FlagName, body: FlagPut) -> FlagOut:
    """Set a flag. It counts in every process as soon as this is answered, without a restart. One that could not be
    evaluated is refused with the place of the fault."""
    database = database_of(request)
    flag = Flag(name=name, **body.model_dump(exclude={"version"}))
    async with on_record(database, "flag.refused", owner.id, flag=name), database.write(owner.id) as session:
        made = await service.set_flag(session, flag, actor=owner.id, version=body.version)
    await BOARD.refresh(database)
    return flag_out(made)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_flag(
    request: Request,
    owner: Owner,
    name: FlagName,
    confirm: Annotated[str, Query(max_length=100, description="The flag's name again.")] = "",
) -> None:
    """Take back what was set: a shipped flag is as it was shipped, another is gone."""
    database = database_of(request)
    async with database.write(owner.id) as session:
        await service.forget_flag(session, name, confirmed=confirm, actor=owner.id)
    await BOARD.refresh(database)


@router.get("/{name}/history")
async def list_flag_history(session: ReadTransaction, owner: Owner, name: FlagName) -> Listing[FlagDeed]:
    """Who set it to what, the latest first, with the differences."""
    deeds = [
        FlagDeed(
            action=deed.action,
            actor_id=deed.actor_id,
            actor_name=deed.actor_name,
            at=deed.at,
            changes={field: FieldChange(**change) for field, change in deed.changes.items()},
        )
        for deed in await service.history(session, name)
    ]
    return Listing(items=deeds, total=len(deeds))


def flag_out(one: KnownFlag) -> FlagOut:
    return FlagOut(
        **service.settable(one.flag),
        name=one.flag.name,
        version=one.flag.version,
        is_shipped=one.is_shipped,
        is_set=one.is_set,
        updated_by=one.updated_by,
        updated_at=one.updated_at,
    )


def previewed(name: str, made: Evaluation) -> Previewed:
    return Previewed(
        name=name,
        value=made.value,
        reason=made.reason,
        variant=made.variant,
        rule=made.rule,
        bucket=Bucket(place=made.bucket[0], of=made.bucket[1]) if made.bucket else None,
        fault=made.fault,
        message=made.message,
    )
