"""Signing in and out, one's own devices, and one's programs' keys."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from fumetto import __version__
from fumetto.kernel.settings import Settings
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import client_address
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access import service
from fumetto.people.access.dependencies import CurrentVisit, visit_of
from fumetto.people.access.errors import LinkUnknown
from fumetto.people.access.identification import COOKIE, refuse
from fumetto.people.access.schemas import (
    ApiKeyCreate,
    ApiKeyOut,
    DeviceOut,
    DevicesEnded,
    NewApiKeyOut,
    SessionChange,
    SessionOut,
    SessionUser,
    SignInBody,
)
from fumetto.people.accounts.service import AccountChanges, change_user

router = APIRouter(tags=["access"])

SECONDS_A_DAY = 86_400


@router.get("/session")
async def get_session(request: Request, identity: CurrentIdentity) -> SessionOut:
    """Who is signed in; answers 200 with no user when nobody is."""
    visit = visit_of(identity)
    return session_out(request, visit.reader if visit else None)


@router.post("/session", status_code=status.HTTP_201_CREATED)
async def start_session(request: Request, response: Response, body: SignInBody) -> SessionOut:
    """Sign in with a one-time link's token; sets the session cookie."""
    settings: Settings = request.app.state.settings
    database = database_of(request)
    try:
        async with database.write() as session:
            new = await service.sign_in(session, body.token, settings, user_agent=request.headers.get("user-agent", ""))
    except LinkUnknown:
        await refuse(database, client_address(request.scope))
        raise
    response.set_cookie(
        COOKIE,
        new.token,
        max_age=settings.session_days * SECONDS_A_DAY,
        path=cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return session_out(request, new.reader)


@router.patch("/session")
async def change_own_settings(
    request: Request, session: WriteTransaction, visit: CurrentVisit, body: SessionChange
) -> SessionOut:
    """Change one's own language, and whether titles and covers of unread episodes are hidden from oneself."""
    account = await change_user(session, visit.reader.id, AccountChanges(**body.model_dump()), actor=visit.reader.id)
    return session_out(request, account)


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(request: Request, session: WriteTransaction, identity: CurrentIdentity) -> Response:
    """Sign this device out. Succeeds for a device that is not signed in, too."""
    visit = visit_of(identity)
    if visit and visit.session_id:
        await service.sign_out(session, visit.reader.id, visit.session_id)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    response.delete_cookie(
        COOKIE, path=cookie_path(request), secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
    return response


@router.get("/session/devices")
async def list_devices(session: ReadTransaction, visit: CurrentVisit) -> Listing[DeviceOut]:
    """One's own devices that are signed in, the last active first."""
    devices = [
        DeviceOut(**asdict(device), current=device.id == visit.session_id)
        for device in await service.list_devices(session, visit.reader.id)
    ]
    return Listing(items=devices, total=len(devices))


@router.delete("/session/devices")
async def end_other_devices(session: WriteTransaction, visit: CurrentVisit) -> DevicesEnded:
    """Sign out all of one's devices but this one."""
    ended = await service.sign_out_everywhere(session, visit.reader.id, keep=visit.session_id)
    return DevicesEnded(ended=ended)


@router.delete("/session/devices/{device_id}", status_code=status.HTTP_204_NO_CONTENT)
async def end_device(session: WriteTransaction, visit: CurrentVisit, device_id: UUID) -> None:
    """Sign one of one's own devices out."""
    await service.sign_out(session, visit.reader.id, device_id)


@router.get("/api-keys")
async def list_api_keys(session: ReadTransaction, visit: CurrentVisit) -> Listing[ApiKeyOut]:
    """The keys of one's own programs, the newest first, without their secrets."""
    keys = [ApiKeyOut(**asdict(key)) for key in await service.list_api_keys(session, visit.reader.id)]
    return Listing(items=keys, total=len(keys))


@router.post("/api-keys", status_code=status.HTTP_201_CREATED)
async def create_api_key(session: WriteTransaction, visit: CurrentVisit, body: ApiKeyCreate) -> NewApiKeyOut:
    """A key for an OPDS reader or a script. `token` is shown in this answer only."""
    expires_in = timedelta(days=body.expires_in_days) if body.expires_in_days else None
    key = await service.create_api_key(session, visit.reader.id, body.name, body.scopes, expires_in=expires_in)
    return NewApiKeyOut(**asdict(key))


@router.delete("/api-keys/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_api_key(session: WriteTransaction, visit: CurrentVisit, key_id: UUID) -> None:
    """Make one of one's own keys useless, at once."""
    await service.revoke_api_key(session, visit.reader.id, key_id)


def session_out(request: Request, person: object | None) -> SessionOut:
    settings: Settings = request.app.state.settings
    user = SessionUser.model_validate(person, from_attributes=True) if person else None
    return SessionOut(user=user, public_reading=settings.public_reading, version=__version__)


def cookie_path(request: Request) -> str:
    return request.scope.get("root_path") or "/"
