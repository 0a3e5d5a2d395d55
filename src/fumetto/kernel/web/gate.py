"""What is turned away before it reaches an endpoint: malformed hosts, other sites' pages, and too large bodies."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fumetto.kernel.errors import FumettoError, NotSignedIn, TooLarge
from fumetto.kernel.web.errors import CrossSite, HostMalformed
from fumetto.kernel.web.identity import identify
from fumetto.kernel.web.problems import problem_response
from fumetto.kernel.web.proxies import HOST, same_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLIENT_HEADER = "x-fumetto-client"
BODY_LIMIT = 1024 * 1024


class CrossSiteGuard:
    """ASGI middleware against requests that another site's page makes with somebody's cookie.

    A request that changes something is refused when its browser says that it comes from elsewhere (Sec-Fetch-Site, or
    an Origin that is not our host). When nothing is said, as by browsers on plain-HTTP addresses of a home network, a
    cookie counts only beside the header `X-Fumetto-Client`, which no page of another site can add. A Bearer token,
    which only a program sends, needs no check; Basic does, since browsers send it again by themselves, to any page's
    request. Source: OWASP cheat sheet on cross-site request forgery.
    """

    def __init__(self, app: ASGIApp, cookie: str, public_url: str = "") -> None:
        self.app = app
        self.cookie = cookie
        self.own_hosts = [urlsplit(public_url).netloc] if public_url else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            error = self.objection(request)
            if error:
                await problem_response(request, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def objection(self, request: Request) -> FumettoError | None:
        hosts = request.headers.getlist("host")
        if len(hosts) > 1 or (hosts and not HOST.fullmatch(hosts[0])):
            return HostMalformed()
        if request.method in SAFE_METHODS or request.headers.get("authorization", "").lower().startswith("bearer "):
            return None
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site:
            return None if site in {"same-origin", "none"} else CrossSite()
        if origin and origin != "null":
            return None if same_host(origin, [*hosts, *self.own_hosts]) else CrossSite()
        if self.cookie in request.cookies and CLIENT_HEADER not in request.headers:
            return CrossSite()
        return None


class BodyLimits:
    """ASGI middleware: at most 1 MiB of body, or what `larger` allows by the beginning of the path; counted.

    More than 1 MiB is taken only from somebody signed in: the framework reads a body before it asks who sends it.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        try:
            limit = await self.limit_for(scope)
        except FumettoError as error:
            refused = problem_response(Request(scope), error)
            if error.status == 401:
                refused.headers["WWW-Authenticate"] = 'Bearer realm="Fumetto"'
            await refused(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            await problem_response(Request(scope), TooLarge())(scope, receive, send)
            return
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > limit:
                # The framework lets its own exceptions through its body parser, and turns all others into a 400.
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)

    async def limit_for(self, scope: Scope) -> int:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        limit = next((limit for beginning, limit in self.larger.items() if path.startswith(beginning)), BODY_LIMIT)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
        if limit > BODY_LIMIT and not (declared.isdigit() and int(declared) <= BODY_LIMIT):
            identity = await identify(Request(scope))
            if identity.reader is None:
                raise NotSignedIn
        return limit
