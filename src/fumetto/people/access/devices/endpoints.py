"""Pairing a device, and children's sign-in on it."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request, Response, status

from fumetto.kernel.settings import Settings
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import base_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access import attempts
from fumetto.people.access.dependencies import CurrentReader
from fumetto.people.access.devices import service
from fumetto.people.access.devices.errors import CodeNotFound, NotPaired
from fumetto.people.access.devices.rules import ASK_EVERY, Picture
from fumetto.people.access.devices.schemas import (
    AskingDeviceOut,
    ChildOnDevice,
    ChildrenChange,
    ChildrenHere,
    ChildSignIn,
    ClaimBody,
    DecidedOut,
    DeviceDecision,
    NewCodeOut,
    PairedDeviceOut,
    SecretBody,
)
from fumetto.people.access.endpoints import SECONDS_A_DAY, client_of, cookie_path, signed_in
from fumetto.people.access.schemas import SessionOut

router = Routes(tags=["access"])
"""For the device itself, on which nobody is signed in."""
managing = Routes(tags=["people"])

COOKIE = "fumetto_device"
COOKIE_DAYS = 400  # as long as browsers keep one
PAIRING_PATH = "/pair"


@router.post("/devices/codes", status_code=status.HTTP_201_CREATED)
async def ask_for_pairing(request: Request, session: WriteTransaction) -> NewCodeOut:
    """A device asks to be paired: it shows the code and the number, and then claims until a grown-up has decided."""
    new = await service.ask_for_pairing(session, client_of(request))
    base = base_address(request, request.app.state.settings.public_url)
    return NewCodeOut(
        user_code=new.user_code,
        number=new.number,
        device_code=new.device_code,
        address=f"{base}{PAIRING_PATH}#code={new.user_code}",
        interval=ASK_EVERY,
        expires_at=new.expires_at,
    )


@router.post("/devices/claim")
async def claim_pairing(request: Request, response: Response, body: ClaimBody) -> ChildrenHere:
    """Ask whether the device was allowed: 425 while nobody has decided. Sets the device's cookie."""
    database = database_of(request)
    token = await service.claim(database, body.device_code, client_of(request).place or "unknown")
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_DAYS * SECONDS_A_DAY,
        path=cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"
    async with database.read() as session:
        return here(await service.children_here(session, token))


@router.get("/session/children")
async def list_children_here(request: Request, session: ReadTransaction) -> ChildrenHere:
    """Who may sign in on this device by picture and PIN; answers 200 on one that is not paired, too."""
    try:
        return here(await service.children_here(session, request.cookies.get(COOKIE, "")))
    except NotPaired:
        return ChildrenHere(paired=False, device_name=None, items=[], pictures=list(Picture))


@router.post("/session/child", status_code=status.HTTP_201_CREATED)
async def sign_in_child(request: Request, response: Response, body: ChildSignIn) -> SessionOut:
    """Sign a child in on this device, by its picture and PIN."""
    settings: Settings = request.app.state.settings
    new = await service.sign_in_child(
        database_of(request),
        settings,
        request.cookies.get(COOKIE, ""),
        body.user_id,
        body.picture.value,
        body.pin,
        client_of(request, body.capabilities),
    )
    return signed_in(request, response, new)


@managing.get("/devices/codes/{user_code}")
async def look_at_code(request: Request, reader: CurrentReader, user_code: str) -> AskingDeviceOut:
    """The device that shows this code, for a grown-up to compare; wrong codes are counted."""
    database, place = database_of(request), client_of(request).place or "unknown"
    async with database.read() as session:
        await attempts.check(session, place, reader.id)
    try:
        async with database.read() as session:
            return AskingDeviceOut.model_validate(await service.look_at_code(session, reader, user_code))
    except CodeNotFound:
        await attempts.count(database, place, reader.id)
        raise


@managing.post("/devices/codes/{user_code}")
async def decide_on_code(request: Request, reader: CurrentReader, user_code: str, body: DeviceDecision) -> DecidedOut:
    """Pair the device that shows this code and number, for these children, or refuse it."""
    database, place = database_of(request), client_of(request).place or "unknown"
    async with database.read() as session:
        await attempts.check(session, place, reader.id)
    try:
        async with database.write() as session:
            if not body.allow:
                await service.refuse(session, reader, user_code)
                return DecidedOut(device=None)
            paired = await service.allow(session, reader, user_code, body.number, body.name, set(body.children))
    except CodeNotFound:
        await attempts.count(database, place, reader.id)
        raise
    return DecidedOut(device=PairedDeviceOut.model_validate(paired))


@managing.get("/devices")
async def list_paired_devices(session: ReadTransaction, reader: CurrentReader) -> Listing[PairedDeviceOut]:
    """The devices that one has paired, the newest first."""
    devices = [PairedDeviceOut.model_validate(each) for each in await service.list_paired(session, reader.id)]
    return Listing(items=devices, total=len(devices))


@managing.put("/devices/{device_id}/children")
async def change_children(
    session: WriteTransaction, reader: CurrentReader, device_id: UUID, body: ChildrenChange
) -> PairedDeviceOut:
    """Say anew who may sign in on a device; who may not any more is signed out there."""
    changed = await service.change_children(session, reader, device_id, set(body.children))
    return PairedDeviceOut.model_validate(changed)


@managing.delete("/devices/{device_id}", status_code=status.HTTP_204_NO_CONTENT)
async def unpair_device(session: WriteTransaction, reader: CurrentReader, device_id: UUID) -> None:
    """Take a pairing back: its children are signed out on that device, at once."""
    await service.unpair(session, reader.id, device_id)


@managing.put("/users/{user_id}/secret", status_code=status.HTTP_204_NO_CONTENT)
async def set_child_secret(request: Request, reader: CurrentReader, user_id: UUID, body: SecretBody) -> None:
    """A guardian sets the picture and PIN that their child signs in with."""
    await service.set_secret(database_of(request), reader.id, user_id, body.picture, body.pin)


def here(found: tuple[str, list[service.Child]]) -> ChildrenHere:
    name, children = found
    items = [ChildOnDevice.model_validate(each) for each in children]
    return ChildrenHere(paired=True, device_name=name, items=items, pictures=list(Picture))
