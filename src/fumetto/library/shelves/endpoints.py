"""Routes of shared shelves, of what rules leave of the library, and of how far a class has read."""

from __future__ import annotations

import uuid

from fastapi import Request, status

from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.library.catalogue.service.viewer import viewer
from fumetto.library.shelves import service
from fumetto.library.shelves.schemas import (
    ClassProgress,
    FewIds,
    Ids,
    RuleEffects,
    RulePreview,
    ShelfCard,
    ShelfChange,
    ShelfCreate,
    ShelfDetail,
    ShelfList,
)
from fumetto.people.public import CurrentVisit, ReadingRuleIn, flags

router = Routes(tags=["shelves"])


@router.get("/shelves")
async def list_shelves(session: ReadTransaction, visit: CurrentVisit) -> ShelfList:
    """One's own shelves, and those shared with the collectives that one is in."""
    items = await service.shelves(session, visit.reader)
    return ShelfList(items=items, total=len(items))


@router.post("/shelves", status_code=status.HTTP_201_CREATED)
async def create_shelf(session: WriteTransaction, visit: CurrentVisit, body: ShelfCreate) -> ShelfCard:
    """A new, empty shelf, shared with nobody yet."""
    return await service.create(session, visit.reader, body.name, body.description)


@router.get("/shelves/{shelf_id}")
async def get_shelf(
    request: Request, session: ReadTransaction, visit: CurrentVisit, shelf_id: uuid.UUID
) -> ShelfDetail:
    """A shelf with those of its series that fit."""
    return await service.shelf(session, visit.reader, viewer(request, visit.reader), shelf_id)


@router.patch("/shelves/{shelf_id}")
async def change_shelf(
    session: WriteTransaction, visit: CurrentVisit, shelf_id: uuid.UUID, body: ShelfChange
) -> ShelfCard:
    """Call it something else."""
    return await service.change(session, visit.reader, shelf_id, body.name, body.description)


@router.delete("/shelves/{shelf_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_shelf(session: WriteTransaction, visit: CurrentVisit, shelf_id: uuid.UUID) -> None:
    """Take a shelf away; its series stay."""
    await service.remove(session, visit.reader, shelf_id)


@router.put("/shelves/{shelf_id}/series", status_code=status.HTTP_204_NO_CONTENT)
async def put_shelf_series(session: WriteTransaction, visit: CurrentVisit, shelf_id: uuid.UUID, body: Ids) -> None:
    """Make these, in this order, its series."""
    await service.put_series(session, visit.reader, shelf_id, body)


@router.put("/shelves/{shelf_id}/collectives", status_code=status.HTTP_204_NO_CONTENT)
async def put_shelf_collectives(
    session: WriteTransaction, visit: CurrentVisit, shelf_id: uuid.UUID, body: FewIds
) -> None:
    """Share it with these collectives, which one looks after, and with no others. Taking it back from all is possible
    while sharing is switched off."""
    if body:
        flags.require_on(visit.reader, "sharing")
    await service.share(session, visit.reader, shelf_id, body)


@router.get("/users/{user_id}/reading-rule/preview")
async def preview_reading_rule(request: Request, visit: CurrentVisit, user_id: uuid.UUID) -> RulePreview:
    """What the rules for somebody leave of what one sees oneself."""
    return await service.preview(database_of(request), visit.reader, user_id)


@router.post("/users/{user_id}/reading-rule/preview")
async def try_reading_rule(
    request: Request, visit: CurrentVisit, user_id: uuid.UUID, body: ReadingRuleIn
) -> RuleEffects:
    """What somebody would gain and lose, were this their own rule. Nothing is kept."""
    return await service.effects_on_user(database_of(request), visit.reader, user_id, body)


@router.post("/collectives/{collective_id}/reading-rule/preview")
async def try_collective_rule(
    request: Request, visit: CurrentVisit, collective_id: uuid.UUID, body: ReadingRuleIn
) -> RuleEffects:
    """What the people of a collective would gain and lose, were this its rule. Nothing is kept. Those whom one answers
    for have their names, all others are counted by age: what their own guardians set for them stays theirs."""
    return await service.effects_in(database_of(request), visit.reader, collective_id, body)


@router.get("/collectives/{collective_id}/progress")
async def get_class_progress(request: Request, visit: CurrentVisit, collective_id: uuid.UUID) -> ClassProgress:
    """How far members who agreed to be seen have read what is on the collective's shelves, for who looks after it."""
    return await service.class_progress(database_of(request), visit.reader, collective_id)
