"""The audit log, for the owner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime
from starlette.responses import StreamingResponse

from fumetto.kernel.audit import audit
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.pagination import CursorText, Limit, Listing, decode_cursor, encode_cursor
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access.dependencies import require_role
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.deeds import service
from fumetto.people.deeds.repository import Wanted
from fumetto.people.deeds.schemas import Deed, DeedWords

router = Routes(prefix="/admin/audit", tags=["administration"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]
Word = Annotated[str | None, Query(max_length=128)]
ORDER = "audit:newest"


def language_of(request: Request) -> str:
    """The language of the words around what is shown, which those of the house may change without the account's."""
    return best_language(request.headers.get("accept-language"))


def wanted(
    actor: Annotated[UUID | None, Query(description="Only what this person did.")] = None,
    machine: Annotated[bool, Query(description="Only what no person did: schedules, the command line.")] = False,
    action: Annotated[
        str | None, Query(max_length=64, description='One action, or with a dot at its end a room\'s: "series."')
    ] = None,
    entity_type: Word = None,
    entity_id: Word = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    request_id: Annotated[str | None, Query(max_length=64)] = None,
) -> Wanted:
    return Wanted(actor, machine, action, entity_type, entity_id, since, until, request_id)


Filters = Annotated[Wanted, Depends(wanted)]


@router.get("")
async def list_deeds(
    request: Request,
    session: ReadTransaction,
    owner: Owner,
    filters: Filters,
    cursor: CursorText = None,
    limit: Limit = 60,
) -> Listing[Deed]:
    """Who did what to which thing, newest first, with what it changed. `total` counts up to ten thousand."""
    place = decode_cursor(cursor, ORDER, (datetime, UUID))
    before = (place[0], place[1]) if place else None
    deeds, total = await service.list_deeds(session, filters, limit + 1, before, language_of(request))
    last = deeds[limit - 1] if len(deeds) > limit else None
    return Listing(
        items=deeds[:limit],
        total=total,
        next_cursor=encode_cursor(ORDER, (last.created_at, last.id)) if last else None,
    )


@router.get("/words")
async def list_deed_words(request: Request, session: ReadTransaction, owner: Owner) -> DeedWords:
    """Every action and kind of thing that the log has, to filter by."""
    return await service.words_in_use(session, language_of(request))


@router.post("/export", response_class=StreamingResponse)
async def export_deeds(
    request: Request, session: WriteTransaction, owner: Owner, filters: Filters
) -> StreamingResponse:
    """What the filters leave, as CSV. That it was taken out is itself a deed, hence not a GET."""
    await audit(session, owner.id, "audit.export", "audit", "all")
    return StreamingResponse(
        service.as_table(database_of(request), owner.id, filters, language_of(request)),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="fumetto-audit.csv"'},
    )
