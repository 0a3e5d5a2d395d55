"""Signing in and out, one's own devices, and one's programs' keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response, status

from fumetto import __version__
from fumetto.kernel.errors import NotSignedIn
from fumetto.kernel.settings import Settings
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import client_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access import service
from fumetto.people.access.dependencies import CurrentPerson, CurrentVisit, admit, visit_of
from fumetto.people.access.errors import LinkExpired, LinkUnknown, LinkUsed
from fumetto.people.access.identification import COOKIE, note_refused, refuse
from fumetto.people.access.kinds import Capability, SessionScope
from fumetto.people.access.notices import notices
from fumetto.people.access.readers import Visit
from fumetto.people.access.rules.tokens import place_of
from fumetto.people.access.schemas import (
    ApiKeyCreate,
    ApiKeyOut,
    DeviceOut,
    DevicesEnded,
    NewApiKeyOut,
    NoticeOut,
    OnboardingBody,
    SessionChange,
    SessionOut,
    SessionUser,
    SignInBody,
)
from fumetto.people.access.service import NO_FACTS, Client, NewSession, SessionFacts
from fumetto.people.accounts.errors import AgeSetAlready
from fumetto.people.accounts.service import AccountChanges, change_user

router = Routes(tags=["access"])

SECONDS_A_DAY = 86_400


@router.get("/session")
async def get_session(request: Request, response: Response, identity: CurrentIdentity) -> SessionOut:
    """Who is signed in; answers 200 with no user when nobody is. By cookie, takes up a scope that has become wider."""
    visit = visit_of(identity)
    if visit is None or visit.session_id is None:
        return session_out(request, visit)
    if visit.scope is not SessionScope.FULL and COOKIE in request.cookies and "authorization" not in request.headers:
        taken_up = await take_up(request, response, visit)
        if taken_up is not None:
            return taken_up
    async with database_of(request).read() as session:
        kept = await service.session_facts(session, visit)
    return session_out(request, visit, kept)


@router.post("/session", status_code=status.HTTP_201_CREATED)
async def start_session(request: Request, response: Response, body: SignInBody) -> SessionOut:
    """Sign in with a one-time link's token; sets the session cookie."""
    settings: Settings = request.app.state.settings
    database = database_of(request)
    try:
        async with database.write() as session:
            new = await service.sign_in(session, body.token, settings, client=client_of(request, body.capabilities))
    except (LinkUnknown, LinkUsed, LinkExpired) as error:
        await note_refused(database, "session.refused", error)
        if isinstance(error, LinkUnknown):
            await refuse(database, client_address(request.scope))
        raise
    return signed_in(request, response, new)


@router.post("/session/renew")
async def renew_session(request: Request, response: Response, visit: CurrentVisit) -> SessionOut:
    """Exchange the token for a new one, which reaches as far as its person has come by now."""
    if visit.session_id is None:
        raise NotSignedIn
    async with database_of(request).write() as session:
        new = await service.renew(session, visit.session_id)
    if new is None:
        raise NotSignedIn
    return signed_in(request, response, new, by_bearer="authorization" in request.headers)


@router.post("/session/onboarding")
async def onboard(request: Request, response: Response, visit: CurrentVisit, body: OnboardingBody) -> SessionOut:
    """Say who one is, once; gives a new token, for a session that reaches as far as one has come by that."""
    if visit.session_id is None:
        raise NotSignedIn
    database = database_of(request)
    try:
        async with database.write() as session:
            await service.onboard(session, visit.reader.id, **body.model_dump())
            new = await service.renew(session, visit.session_id)
    except AgeSetAlready as error:
        await note_refused(database, "user.onboard.refused", error, visit.reader.id)
        raise
    if new is None:
        raise NotSignedIn
    return signed_in(request, response, new, by_bearer="authorization" in request.headers)


@router.patch("/session")
async def change_own_settings(request: Request, visit: CurrentPerson, body: SessionChange) -> SessionOut:
    """Change one's own language, and whether titles and covers of unread episodes are hidden from oneself."""
    async with database_of(request).write() as session:
        await change_user(session, visit.reader.id, AccountChanges(**body.model_dump()), actor=visit.reader.id)
        reader = await service.reader_of(session, visit.reader.id)
    return session_out(request, replace(visit, reader=reader))


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


@router.get("/session/notices")
async def list_notices(session: ReadTransaction, visit: CurrentVisit) -> Listing[NoticeOut]:
    """What others have done about how one signs in within 90 days: a link made, a password set. Nobody can put it
    away: whoever it is about is to see it."""
    found = [NoticeOut.model_validate(each) for each in await notices(session, visit.reader.id)]
    return Listing(items=found, total=len(found))


@router.delete("/session/devices")
async def end_other_devices(session: WriteTransaction, visit: CurrentPerson) -> DevicesEnded:
    """Sign out all of one's devices but this one."""
    ended = await service.sign_out_everywhere(session, visit.reader.id, keep=visit.session_id)
    return DevicesEnded(ended=ended)


@router.delete("/session/devices/{device_id}", status_code=status.HTTP_204_NO_CONTENT)
async def end_device(session: WriteTransaction, visit: CurrentPerson, device_id: UUID) -> None:
    """Sign one of one's own devices out."""
    await service.sign_out(session, visit.reader.id, device_id)


@router.get("/api-keys")
async def list_api_keys(session: ReadTransaction, visit: CurrentVisit) -> Listing[ApiKeyOut]:
    """The keys of one's own programs, the newest first, without their secrets."""
    keys = [ApiKeyOut(**asdict(key)) for key in await service.list_api_keys(session, visit.reader.id)]
    return Listing(items=keys, total=len(keys))


@router.post("/api-keys", status_code=status.HTTP_201_CREATED)
async def create_api_key(session: WriteTransaction, visit: CurrentPerson, body: ApiKeyCreate) -> NewApiKeyOut:
    """A key for an OPDS reader or a script. `token` is shown in this answer only."""
    admit(visit)
    await service.require_own_sign_in(session, visit)
    expires_in = timedelta(days=body.expires_in_days) if body.expires_in_days else None
    key = await service.create_api_key(session, visit.reader.id, body.name, body.scopes, expires_in=expires_in)
    return NewApiKeyOut(**asdict(key))


@router.delete("/api-keys/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_api_key(session: WriteTransaction, visit: CurrentPerson, key_id: UUID) -> None:
    """Make one of one's own keys useless, at once."""
    await service.revoke_api_key(session, visit.reader.id, key_id)


async def take_up(request: Request, response: Response, visit: Visit) -> SessionOut | None:
    """A new token for a session whose person has come further since; None when they have not."""
    async with database_of(request).write() as session:
        if not visit.session_id or not await service.is_renewable(session, visit):
            return None
        new = await service.renew(session, visit.session_id)
    return signed_in(request, response, new) if new else None


def client_of(request: Request, capabilities: Sequence[str] = (), device_id: UUID | None = None) -> Client:
    """What signs in by this request."""
    return Client(
        user_agent=request.headers.get("user-agent", ""),
        origin="program" if Capability.BEARER in capabilities else "web",
        place=place_of(client_address(request.scope)),
        capabilities=tuple(capabilities),
        device_id=device_id,
    )


def signed_in(request: Request, response: Response, new: NewSession, *, by_bearer: bool | None = None) -> SessionOut:
    """The answer to a sign-in: the token as a cookie, or in it for a client that keeps tokens itself."""
    bearer = Capability.BEARER in new.capabilities if by_bearer is None else by_bearer
    if not bearer:
        set_session_cookie(request, response, new.token)
    response.headers["Cache-Control"] = "no-store"
    facts = SessionFacts(new.capabilities, new.expires_at, has_password=new.has_password)
    answer = session_out(request, Visit(new.reader, new.scope, session_id=new.id), facts)
    return answer.model_copy(update={"token": new.token}) if bearer else answer


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    settings: Settings = request.app.state.settings
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_days * SECONDS_A_DAY,
        path=cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def session_out(request: Request, visit: Visit | None, facts: SessionFacts = NO_FACTS) -> SessionOut:
    settings: Settings = request.app.state.settings
    if visit is None:
        return SessionOut(user=None, public_reading=settings.public_reading, version=__version__)
    waiting = {SessionScope.ONBOARDING: "onboarding", SessionScope.PENDING_CONSENT: "guardian"}
    return SessionOut(
        user=SessionUser.model_validate(visit.reader, from_attributes=True),
        scope=visit.scope,
        waiting_for=waiting.get(visit.scope),
        renewable=facts.renewable,
        capabilities=list(facts.capabilities),
        expires_at=facts.expires_at,
        has_password=facts.has_password,
        public_reading=settings.public_reading,
        version=__version__,
    )


def cookie_path(request: Request) -> str:
    return request.scope.get("root_path") or "/"
