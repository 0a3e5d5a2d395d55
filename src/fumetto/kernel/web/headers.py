"""What every response says besides its content, smaller responses, and HEAD."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMPRESSIBLE = (
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "application/opds+json",
    "application/opds-authentication+json",
    "application/opds-publication+json",
    "application/opensearchdescription+xml",
    "application/xml",
    "text/plain",
)
SMALLEST_COMPRESSED = 1024
# Enough for JSON, where level 9 takes four times as long for two per cent.
GZIP_LEVEL = 5

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
DATA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def application_policy(image_prefix: str = "") -> str:
    """The Content-Security-Policy of the web application: scripts from here only, none inline, pictures also as blobs.

    Styles may be inline because the component library sets them on elements. `image_prefix` is where images are served
    from when it is not here.
    """
    elsewhere = urlsplit(image_prefix)
    images = f" {elsewhere.scheme}://{elsewhere.netloc}" if elsewhere.netloc else ""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' blob: data:{images}",
            "font-src 'self' data:",
            f"connect-src 'self'{images}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class SecurityHeaders:
    """ASGI middleware: headers that keep browsers from guessing, framing, telling others and caching for others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Content-Security-Policy", DATA_POLICY)
                headers.setdefault("Permissions-Policy", PERMISSIONS)
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Cache-Control", "private, no-cache")
                if headers["Cache-Control"].startswith("private"):  # nor for who signs in next in the same browser
                    headers.add_vary_header("Cookie")
                    headers.add_vary_header("Authorization")
                if scope["scheme"] == "https":  # browsers ignore it elsewhere, and complain
                    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        await self.app(scope, receive, with_headers)


class Compression:
    """ASGI middleware: gzip for data sent in one piece. Pictures are compressed already; streams must not wait."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if is_compressible(Headers(raw=message["headers"])):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                first, start = start, None
                headers = MutableHeaders(raw=first["headers"])
                headers.add_vary_header("Accept-Encoding")
                body = message.get("body", b"")
                if not message.get("more_body", False) and len(body) >= SMALLEST_COMPRESSED:
                    body = gzip.compress(body, GZIP_LEVEL, mtime=0)
                    headers["Content-Encoding"] = "gzip"
                    headers["Content-Length"] = str(len(body))
                    if headers.get("etag", "").startswith('"'):
                        headers["ETag"] = f"W/{headers['etag']}"  # the bytes are others, the content is the same
                    message = {**message, "body": body}
                await send(first)
            await send(message)

        await self.app(scope, receive, compressed)


def is_compressible(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0] in COMPRESSIBLE and "content-encoding" not in headers


class HeadAsGet:
    """ASGI middleware: every GET answers HEAD too, with the same headers and no body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        ended = False

        async def without_body(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                scope["method"] = "HEAD"  # the server looks there whether to wait for the bytes that were announced
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        scope["method"], scope["fumetto.head"] = "GET", True
        await self.app(scope, receive, without_body)
