"""Families, classes and schools, who is in them, and invitations to them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import segno
from fastapi import Depends, Path, Request, Response, status

from fumetto.kernel.errors import FumettoError, NotSignedIn
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import base_address, client_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access import service as access
from fumetto.people.access.dependencies import CurrentVisit, visit_of
from fumetto.people.access.endpoints import client_of, session_out, signed_in
from fumetto.people.access.errors import KeyTooNarrow
from fumetto.people.access.identification import note_refused, on_record, refuse
from fumetto.people.access.kinds import KeyScope, Method
from fumetto.people.access.schemas import SessionOut
from fumetto.people.collectives import invitations, service
from fumetto.people.collectives.errors import InvitationUnknown
from fumetto.people.collectives.rules import uses_allowed
from fumetto.people.collectives.schemas import (
    Acceptance,
    CollectiveChange,
    CollectiveCreate,
    CollectiveOut,
    InvitationCreate,
    InvitationOut,
    MemberChange,
    MemberOut,
    NewInvitationOut,
    OfferOut,
)
from fumetto.people.flags.switches import switched_on

router = Routes(tags=["collectives"])
joining = Routes(tags=["collectives"])
"""Apart, since whoever comes in by an invitation is not in yet."""

Token = Annotated[str, Path(max_length=200)]
SHARING = [Depends(switched_on("sharing"))]


@router.get("/collectives")
async def list_collectives(
    session: ReadTransaction, visit: CurrentVisit, every: bool = False
) -> Listing[CollectiveOut]:
    """One's own, and the classes of schools that one looks after; with `every`, all of them, for the operator."""
    found = await service.list_collectives(session, visit.reader, every=every)
    return Listing(items=[CollectiveOut.model_validate(each) for each in found], total=len(found))


@router.post("/collectives", status_code=status.HTTP_201_CREATED)
async def create_collective(
    request: Request, session: WriteTransaction, visit: CurrentVisit, body: CollectiveCreate
) -> CollectiveOut:
    """Found a family, a class or a school; whoever does so owns it."""
    async with on_record(database_of(request), "collective.refused", visit.reader.id):
        made = await service.found(session, visit.reader, body.kind, body.name, body.parent_id)
    return CollectiveOut.model_validate(made)


@router.get("/collectives/{collective_id}")
async def get_collective(session: ReadTransaction, visit: CurrentVisit, collective_id: UUID) -> CollectiveOut:
    """One of one's own."""
    return CollectiveOut.model_validate(await service.view(session, visit.reader, collective_id))


@router.patch("/collectives/{collective_id}")
async def change_collective(
    session: WriteTransaction, visit: CurrentVisit, collective_id: UUID, body: CollectiveChange
) -> CollectiveOut:
    """Name it anew, or put a class into a school."""
    changed = await service.change(session, visit.reader, collective_id, name=body.name, parent_id=body.parent_id)
    return CollectiveOut.model_validate(changed)


@router.delete("/collectives/{collective_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_collective(session: WriteTransaction, visit: CurrentVisit, collective_id: UUID) -> None:
    """Dissolve it. Its people keep their accounts; guardianships that came of it end, and what was agreed by them."""
    await service.dissolve(session, visit.reader, collective_id)


@router.get("/collectives/{collective_id}/members")
async def list_members(session: ReadTransaction, visit: CurrentVisit, collective_id: UUID) -> Listing[MemberOut]:
    """Who is in it, as far as one may see them."""
    found = await service.list_members(session, visit.reader, collective_id)
    return Listing(items=[MemberOut.model_validate(each) for each in found], total=len(found))


@router.patch("/collectives/{collective_id}/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def change_member(
    session: WriteTransaction, visit: CurrentVisit, collective_id: UUID, user_id: UUID, body: MemberChange
) -> None:
    """Give somebody another role. Who looks after a family is a guardian of its minors."""
    await service.set_role(session, visit.reader, collective_id, user_id, body.role)


@router.delete("/collectives/{collective_id}/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_member(session: WriteTransaction, visit: CurrentVisit, collective_id: UUID, user_id: UUID) -> None:
    """Remove somebody, or leave."""
    await service.remove(session, visit.reader, collective_id, user_id)


@router.get("/collectives/{collective_id}/invitations")
async def list_invitations(
    session: ReadTransaction, visit: CurrentVisit, collective_id: UUID
) -> Listing[InvitationOut]:
    """Invitations with their state, the newest first."""
    found = await invitations.list_invitations(session, visit.reader, collective_id)
    return Listing(items=[InvitationOut.model_validate(each) for each in found], total=len(found))


@router.post("/collectives/{collective_id}/invitations", status_code=status.HTTP_201_CREATED, dependencies=SHARING)
async def create_invitation(
    request: Request,
    response: Response,
    session: WriteTransaction,
    visit: CurrentVisit,
    collective_id: UUID,
    body: InvitationCreate,
) -> NewInvitationOut:
    """A link, and the same as a picture to scan, for whoever is to join."""
    given = "usage_limit" in body.model_fields_set
    wanted = invitations.Wanted(
        role=body.role,
        age_class=body.age_class,
        guardian_of=body.guardian_of,
        language=body.language,
        label=body.label,
        usage_limit=uses_allowed(body.age_class, body.usage_limit, given),
        lifetime=timedelta(days=body.days),
    )
    made = await invitations.invite(session, visit.reader, collective_id, wanted)
    address = invitations.address(base_address(request, request.app.state.settings.public_url), made.token)
    response.headers["Cache-Control"] = "no-store"
    return NewInvitationOut(
        token=made.token,
        address=address,
        qr=qr_picture(address),
        invitation=InvitationOut.model_validate(made.invitation),
    )


@router.delete("/collectives/{collective_id}/invitations/{invitation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_invitation(
    session: WriteTransaction, visit: CurrentVisit, collective_id: UUID, invitation_id: UUID
) -> None:
    """Make a link useless, at once."""
    await invitations.revoke(session, visit.reader, collective_id, invitation_id)


@joining.get("/invitations/{token}")
async def get_invitation(request: Request, response: Response, token: Token) -> OfferOut:
    """What an invitation is; needs no account."""
    response.headers["Cache-Control"] = "no-store"
    try:
        async with database_of(request).read() as session:
            return OfferOut.model_validate(await invitations.look(session, token))
    except InvitationUnknown:
        await refuse(database_of(request), client_address(request.scope))
        raise


@joining.post("/invitations/{token}/accept", dependencies=SHARING)
async def accept_invitation(
    request: Request, response: Response, identity: CurrentIdentity, token: Token, body: Acceptance
) -> SessionOut:
    """Join with one's account, or with a new one of that name, which is signed in by this."""
    visit = visit_of(identity)
    settings: Settings = request.app.state.settings
    database = database_of(request)
    if visit is None and body.name is None:
        raise NotSignedIn
    if visit is not None and not visit.may_write(KeyScope.MANAGE):
        raise KeyTooNarrow(needed=KeyScope.MANAGE.value)
    try:
        async with database.write(patient=True) as session:  # a whole class may come at once
            if visit is not None:
                await invitations.join(session, token, visit.reader.id)
                return session_out(request, visit)
            language = body.language or best_language(request.headers.get("accept-language"))
            user_id = await invitations.join_as_new(session, token, body.name or "", language)
            client = client_of(request, body.capabilities)
            new = await access.start_session(session, user_id, settings, Method.INVITATION, client)
    except FumettoError as error:
        who = visit.reader.id if visit else None
        await note_refused(database, "invitation.refused", error, who, invitation=token[:12])
        if isinstance(error, InvitationUnknown):
            await refuse(database, client_address(request.scope))
        raise
    return signed_in(request, response, new)


def qr_picture(address: str) -> str:
    """The link as an SVG document."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, svgns=True, border=2, scale=4)
    return drawn.getvalue().decode()
