"""Signing in by a provider, and one's logins with them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request, Response, status
from fastapi.responses import RedirectResponse

from fumetto.kernel.errors import FumettoError
from fumetto.kernel.mail.service import has_mail
from fumetto.kernel.settings import Settings
from fumetto.kernel.text.catalogues import best_language
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import base_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.people.access import attempts
from fumetto.people.access.dependencies import CurrentPerson, CurrentVisit, visit_of
from fumetto.people.access.endpoints import client_of, cookie_path, set_session_cookie
from fumetto.people.access.identification import note_refused
from fumetto.people.access.providers import service
from fumetto.people.access.providers.schemas import LinkBody, LinkOut, LoginOut, ProviderOut, ProvidersOut
from fumetto.people.access.providers.service import Returned, SentAway
from fumetto.people.access.service import require_own_sign_in

router = Routes(tags=["access"])

BROWSER = "fumetto_oidc"
SIGN_IN_PATH = "/sign-in"
SECONDS = 600
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

Text = Annotated[str | None, Query(max_length=4096)]


@router.get("/session/providers")
async def list_providers(request: Request) -> ProvidersOut:
    """With whom one may sign in here beside a password, and whether a forgotten one can be helped by mail."""
    settings: Settings = request.app.state.settings
    base = our_address(request)
    items = [
        ProviderOut(id=each.id, name=each.name, address=f"{base}/api/v1/session/oidc/{each.id}/start")
        for each in service.providers_of(settings, base)
    ]
    return ProvidersOut(items=items, total=len(items), mail=has_mail(settings))


@router.get("/session/oidc/{provider}/start", status_code=302, response_class=RedirectResponse)
async def start_at_provider(
    request: Request,
    provider: str,
    next_path: Annotated[str, Query(alias="next", max_length=500)] = "/",
    invitation: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Send somebody to a provider to sign in; an invitation is carried through."""
    database, base = database_of(request), our_address(request)
    found = service.provider_called(request.app.state.settings, base, provider)
    async with database.read() as session:
        await attempts.check(session, client_of(request).place or "unknown", None)
    language = best_language(request.headers.get("accept-language"))
    sent = await service.send_away(database, found, base, next_path=next_path, invitation=invitation, language=language)
    response = RedirectResponse(sent.address, 302, NO_STORE)
    remember_browser(request, response, sent)
    return response


@router.post("/session/oidc/{provider}/link")
async def link_provider(
    request: Request, response: Response, visit: CurrentPerson, provider: str, body: LinkBody
) -> LinkOut:
    """Where to go to have a login with a provider for one's account, beside those that there are."""
    base = our_address(request)
    found = service.provider_called(request.app.state.settings, base, provider)
    async with database_of(request).read() as session:
        await require_own_sign_in(session, visit)
    sent = await service.send_away(
        database_of(request),
        found,
        base,
        next_path=body.next,
        user_id=visit.reader.id,
        language=visit.reader.language,
    )
    remember_browser(request, response, sent)
    return LinkOut(address=sent.address)


@router.get("/session/oidc/{provider}/callback", status_code=303, response_class=RedirectResponse)
async def come_back_from_provider(
    request: Request,
    identity: CurrentIdentity,
    provider: str,
    state: Text = None,
    code: Text = None,
    error: Text = None,
    iss: Text = None,
) -> Response:
    """Where a provider sends people back to: goes on at `next`, or at the sign-in page with what went wrong."""
    settings, database, base = request.app.state.settings, database_of(request), our_address(request)
    returned = Returned(state or "", request.cookies.get(BROWSER, ""), code, error, iss)
    visit = visit_of(identity)
    client = client_of(request)
    try:
        found = service.provider_called(settings, base, provider)
        visitor = visit.reader.id if visit else None
        back = await service.take_back(database, settings, found, base, returned, client, visitor)
    except FumettoError as problem:
        await attempts.count(database, client.place or "unknown", None)
        details = {key: str(value)[:64] for key, value in problem.detail.items()}
        await note_refused(database, "session.refused", problem, None, by="provider", **details)
        response = RedirectResponse(f"{base}{SIGN_IN_PATH}?error={quote(problem.code)}", 303, NO_STORE)
    else:
        response = RedirectResponse(f"{base}{back.next}", 303, NO_STORE)
        if back.session:
            set_session_cookie(request, response, back.session.token)
    response.delete_cookie(BROWSER, path=cookie_path(request), httponly=True, samesite="lax")
    return response


@router.get("/users/me/logins")
async def list_own_logins(session: ReadTransaction, visit: CurrentVisit) -> Listing[LoginOut]:
    """The providers that one signs in with."""
    logins = [LoginOut.model_validate(each) for each in await service.list_logins(session, visit.reader.id)]
    return Listing(items=logins, total=len(logins))


@router.delete("/users/me/logins/{login_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_own_login(session: WriteTransaction, visit: CurrentPerson, login_id: UUID) -> None:
    """Sign in with a provider no more."""
    await service.remove_login(session, visit.reader.id, login_id)


def our_address(request: Request) -> str:
    return base_address(request, request.app.state.settings.public_url)


def remember_browser(request: Request, response: Response, sent: SentAway) -> None:
    """So that only the browser which was sent away can come back."""
    response.set_cookie(
        BROWSER,
        sent.browser,
        max_age=SECONDS,
        path=cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
