"""Signing in with a password, changing it, and getting in again without it."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request, Response, status

from fumetto.kernel.errors import NotAllowed, NotSignedIn
from fumetto.kernel.mail.service import has_mail
from fumetto.kernel.settings import Settings
from fumetto.kernel.web.proxies import base_address, client_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import WriteTransaction, database_of
from fumetto.people.access.dependencies import CurrentVisit
from fumetto.people.access.endpoints import client_of, session_out, signed_in
from fumetto.people.access.errors import LinkExpired, LinkUnknown, LinkUsed
from fumetto.people.access.identification import note_refused, on_record, refuse
from fumetto.people.access.passwords import service
from fumetto.people.access.passwords.schemas import (
    ForgottenOut,
    PasswordChange,
    PasswordForgotten,
    PasswordReset,
    PasswordSignIn,
    ResetLinkOut,
)
from fumetto.people.access.schemas import SessionOut
from fumetto.people.access.service import renew, require_own_sign_in
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.service import get_user

router = Routes(tags=["access"])
managing = Routes(prefix="/users", tags=["people"])


@router.post("/session/password", status_code=status.HTTP_201_CREATED)
async def sign_in_with_password(request: Request, response: Response, body: PasswordSignIn) -> SessionOut:
    """Sign in with name and password; sets the session cookie."""
    settings: Settings = request.app.state.settings
    client = client_of(request, body.capabilities)
    new = await service.sign_in_by_password(database_of(request), settings, body.name, body.password, client)
    return signed_in(request, response, new)


@router.put("/session/password")
async def change_password(
    request: Request, response: Response, visit: CurrentVisit, body: PasswordChange
) -> SessionOut:
    """Set one's own password. Other devices are signed out, and this one gets a new token."""
    if visit.session_id is None:
        raise NotSignedIn
    database, place = database_of(request), client_of(request).place or "unknown"
    async with database.read() as session:
        await require_own_sign_in(session, visit)
    await service.change_password(database, visit.reader.id, body.old, body.new, keep=visit.session_id, place=place)
    async with database.write() as session:
        new = await renew(session, visit.session_id)
    if new is None:
        raise NotSignedIn
    return signed_in(request, response, new, by_bearer="authorization" in request.headers)


@router.post("/password/reset", status_code=status.HTTP_201_CREATED)
async def reset_password(request: Request, response: Response, body: PasswordReset) -> SessionOut:
    """Set a password by a link made for it, and sign in; all other devices are signed out. Where somebody else made the
    link for a teenager, nobody is signed in: they come in with their new password."""
    settings, database = request.app.state.settings, database_of(request)
    try:
        client = client_of(request, body.capabilities)
        new = await service.reset_password(database, settings, body.token, body.password, client)
    except (LinkUnknown, LinkUsed, LinkExpired) as error:
        await note_refused(database, "password.refused", error)
        if isinstance(error, LinkUnknown):
            await refuse(database, client_address(request.scope))
        raise
    return signed_in(request, response, new) if new else session_out(request, None)


@router.post("/password/forgotten", status_code=status.HTTP_202_ACCEPTED)
async def forget_password(request: Request, body: PasswordForgotten) -> ForgottenOut:
    """Have a link sent by mail, if there is such an account with an address; the answer is the same if not."""
    settings: Settings = request.app.state.settings
    await service.send_reset_link(database_of(request), settings, body.name, client_of(request).place or "unknown")
    return ForgottenOut(mail=has_mail(settings))


@managing.post("/{user_id}/reset", status_code=status.HTTP_201_CREATED)
async def create_reset_link(
    request: Request, session: WriteTransaction, visit: CurrentVisit, user_id: UUID
) -> ResetLinkOut:
    """A link with which this person sets a new password; for the owner, and for their guardian."""
    async with on_record(database_of(request), "password.link_refused", visit.reader.id, of=user_id):
        if not visit.reader.may_act_as(Role.OWNER) and not await service.may_reset(session, visit.reader.id, user_id):
            raise NotAllowed
    account = await get_user(session, user_id)
    link = await service.create_reset_link(session, account.id, actor=visit.reader.id)
    base = base_address(request, request.app.state.settings.public_url)
    address = service.reset_address(base, link.token)
    return ResetLinkOut(token=link.token, address=address, expires_at=link.expires_at)
