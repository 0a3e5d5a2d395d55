"""What is kept about people: their file of it, its erasure, and for how long it is kept."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response, status
from starlette.responses import StreamingResponse

from fumetto.kernel.storage.protocol import Storage
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access.dependencies import CurrentReader, CurrentVisit, require_role
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.privacy import farewell, service
from fumetto.people.privacy.errors import ExportNotReady
from fumetto.people.privacy.kinds import ExportState, Term
from fumetto.people.privacy.schemas import ErasureBody, ExportBody, ExportOut, FormalExportBody, TermBody, TermOut
from fumetto.people.privacy.tasks import schedule_export

router = Routes(prefix="/privacy", tags=["privacy"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]


def storage_of(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


@router.post("/exports", status_code=status.HTTP_202_ACCEPTED)
async def ask_for_export(session: WriteTransaction, visit: CurrentVisit, body: ExportBody) -> ExportOut:
    """Have a file made of everything that is kept about oneself; or, as a guardian, of what one may have about a child:
    account, consents, reading and signals, never the chat."""
    made = await service.ask_for_export(session, visit.reader, body.user_id)
    await schedule_export(session, made.id)
    return ExportOut.model_validate(made)


@router.post("/formal-exports", status_code=status.HTTP_202_ACCEPTED)
async def ask_for_formal_export(session: WriteTransaction, owner: Owner, body: FormalExportBody) -> ExportOut:
    """Everything about somebody, on a formal request. It is noted, and the person sees it with its reason."""
    made = await service.ask_formally(session, owner, body.user_id, body.reason)
    await schedule_export(session, made.id)
    return ExportOut.model_validate(made)


@router.get("/exports")
async def list_exports(session: ReadTransaction, visit: CurrentVisit) -> Listing[ExportOut]:
    """About oneself, whoever asked for them, and those one has asked for; the latest first."""
    found = [ExportOut.model_validate(one) for one in await service.exports_of(session, visit.reader)]
    return Listing(items=found, total=len(found))


@router.get("/exports/{export_id}/file", response_class=StreamingResponse)
async def get_export_file(request: Request, visit: CurrentVisit, export_id: UUID) -> Response:
    """The file, a ZIP of JSON and of one's own files."""
    async with database_of(request).read(visit.reader.id) as session:
        found = await service.export_for(session, visit.reader, export_id)
    if found.state is not ExportState.READY or found.storage_key is None:
        raise ExportNotReady(state=found.state.value)
    headers = {
        "Content-Disposition": f'attachment; filename="fumetto-{found.created_at:%Y-%m-%d}.zip"',
        "Content-Length": str(found.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        storage_of(request).stream(found.storage_key), media_type="application/zip", headers=headers
    )


@router.post("/erasure", status_code=status.HTTP_204_NO_CONTENT)
async def erase_person(request: Request, visit: CurrentVisit, body: ErasureBody) -> None:
    """Erase oneself, a child one is the guardian of, or, as the owner, anybody: everything of theirs, everywhere, for
    good. A minor needs a guardian for it."""
    about = body.user_id or visit.reader.id
    await farewell.erase_person(database_of(request), storage_of(request), visit.reader, about, body.confirm)


@router.get("/retention")
async def list_terms(session: ReadTransaction, reader: CurrentReader) -> Listing[TermOut]:
    """For how many days each kind of data is kept here before it goes by itself."""
    found = [
        TermOut(
            kind=one.kind,
            what=say(reader.language, f"privacy.terms.{one.kind}"),
            days=one.days,
            standard=one.standard,
            changeable=one.changeable,
        )
        for one in await service.list_terms(session)
    ]
    return Listing(items=found, total=len(found))


@router.put("/retention/{kind}", status_code=status.HTTP_204_NO_CONTENT)
async def set_term(session: WriteTransaction, owner: Owner, kind: Term, body: TermBody) -> None:
    """Keep a kind of data for so many days, from the next time that terms are looked after."""
    await service.set_term(session, owner, kind, body.days)
