"""Around every request: its id, one line in the log, one observation for the metrics, and no error that escapes."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fumetto.kernel.context import Origin, in_request
from fumetto.kernel.db.narrowing import narrowed_to
from fumetto.kernel.web.problems import unexpected
from fumetto.kernel.web.proxies import client_address

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"
QUIET = frozenset({"/health", "/ready", "/metrics", "web"})

Observe = Callable[[str, str, int, float], None]
"""Method, route template, status, seconds."""


class Requests:
    """ASGI middleware. The log names the route's template, never the path: that holds titles, and its query tokens."""

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        source = Origin(client_address(scope), headers.get("user-agent", "")[:400])
        with in_request(headers.get(HEADER), source) as identifier, narrowed_to(None):
            await self.answer(scope, receive, send, identifier)

    async def answer(self, scope: Scope, receive: Receive, send: Send, identifier: str) -> None:
        started, method, status, size = time.perf_counter(), scope["method"], 0, 0

        async def with_id(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = identifier
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, with_id)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:
            if status:
                log.error("response.broken", route=route_of(scope), exc_info=error)
                raise
            response = await unexpected(Request(scope), error)
            await response(scope, receive, with_id)
        finally:
            seconds, route = time.perf_counter() - started, route_of(scope)
            self.observe(method, route, status or 499, seconds)
            level = "debug" if route in QUIET and status < 500 else "info"
            getattr(log, level)(
                "request",
                method=method,
                route=route,
                status=status or 499,
                duration_ms=round(seconds * 1000, 1),
                bytes=size,
            )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, "web" for the web application, "unknown" for none."""
    if "fumetto.route" in scope:
        return str(scope["fumetto.route"])
    return str(getattr(scope.get("route"), "path_format", "unknown"))
