"""Where a request really came from, and below which path: told by proxies, believed from those in the settings only."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
FORWARDING = (
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "forwarded",
    "x-real-ip",
)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks, comma-separated. Raises ValueError, which names the part that is neither."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


class Proxies:
    """ASGI middleware: sets client, scheme, host and root path to what they are for the person who asks.

    Leaves `fumetto.direct` in the scope: whether the peer spoke for itself, with no forwarding header whatsoever.
    A proxy may strip the base path from what it passes on, or leave it: both end the same.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[Network], base_path: str) -> None:
        self.app = app
        self.trusted = tuple(trusted)
        self.base_path = base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            scope["fumetto.direct"] = not any(name in headers for name in FORWARDING)
            root_path = self.base_path
            peer = scope["client"][0] if scope.get("client") else ""
            if not scope["fumetto.direct"] and self.trusts(peer):
                root_path = self.believe(scope, headers) or root_path
            path = scope["path"]
            scope["root_path"] = root_path
            scope["path"] = path if below(path, root_path) else root_path + path
        await self.app(scope, receive, send)

    def trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)

    def believe(self, scope: Scope, headers: Headers) -> str:
        """Take over what a trusted proxy says; returns the path prefix that it says it has stripped, or ''."""
        for address in reversed(
            [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
        ):
            if not is_address(address):
                break
            scope["client"] = (address, 0)
            if not self.trusts(address):
                break
        scheme = headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
        if scheme in {"http", "https"}:
            scope["scheme"] = scheme
        host = headers.get("x-forwarded-host", "").split(",")[0].strip()
        if HOST.fullmatch(host):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host.encode()), *others]
        prefix = headers.get("x-forwarded-prefix", "").split(",")[0].strip().rstrip("/")
        return prefix if PREFIX.fullmatch(prefix) else ""


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def below(path: str, root_path: str) -> bool:
    return not root_path or path == root_path or path.startswith(f"{root_path}/")


def client_address(scope: Scope) -> str:
    """The address of whoever asks, as far as trusted proxies tell it; '' where there is none."""
    client = scope.get("client")
    return client[0] if client else ""


def is_this_machine(request: Request) -> bool:
    """Whether a program on this machine asks, by a name of this machine and through no proxy.

    The name counts because a page of any site can make a browser here ask by a name that it points at 127.0.0.1.
    """
    if not request.scope.get("fumetto.direct", True):
        return False
    address, host = client_address(request.scope), (request.url.hostname or "").strip("[]")
    return is_loopback(address) and (host == "localhost" or is_loopback(host))


def is_loopback(address: str) -> bool:
    return is_address(address) and ipaddress.ip_address(address).is_loopback


def base_address(request: Request, public_url: str = "") -> str:
    """The address that Fumetto has for whoever asks, without a slash at its end: what links in feeds begin with."""
    if public_url:
        return public_url
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}"


def same_host(origin: str, hosts: Iterable[str]) -> bool:
    """Whether an Origin header names one of these hosts and ports. The scheme is left out: a proxy may change it."""
    parts = urlsplit(origin)
    return (
        parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.netloc.lower() in {h.lower() for h in hosts}
    )
