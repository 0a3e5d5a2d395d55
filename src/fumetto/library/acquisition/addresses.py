"""Which addresses may be asked: resolved once, checked, and then connected to by number, so that no name can change
its mind in between (DNS rebinding)."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from fumetto.kernel.web.addresses import is_public
from fumetto.library.acquisition.errors import AddressRefused, FetchFailed

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: `number` is what to connect to, `host` and `port` what was asked for."""

    url: str
    scheme: str
    host: str
    port: int
    number: str

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def numbered_url(self) -> str:
        """The same address with the number in place of the name."""
        number = f"[{self.number}]" if ":" in self.number else self.number
        parts = urlsplit(self.url)
        return f"{self.scheme}://{number}:{self.port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


async def checked(url: str, allow_private: bool) -> Target:
    """Resolve and check. Raises AddressRefused, or FetchFailed for a name that nobody knows."""
    scheme, host, port = split(url)
    numbers = await resolve(url, host, port)
    if not allow_private:
        inside = next((number for number in numbers if not is_public(number)), None)
        if inside is not None:
            raise AddressRefused(url=url, reason=f"{inside} is an address of this machine or network")
    return Target(url, scheme, host, port, numbers[0])


def split(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a web address. Raises AddressRefused for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(url=url, reason="it is malformed") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressRefused(url=url, reason="it is no http or https address")
    if parts.username or parts.password:
        raise AddressRefused(url=url, reason="it holds a password")
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme]


async def resolve(url: str, host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(url=url, reason=f"nobody knows the name {host}") from error
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def next_hop(url: str, location: str) -> str:
    """Where a redirect leads. Raises AddressRefused where that is another site, or no longer encrypted."""
    following = urljoin(url, location)
    (scheme, host, port), (new_scheme, new_host, new_port) = split(url), split(following)
    if new_host.removeprefix("www.") != host.removeprefix("www."):
        raise AddressRefused(url=following, reason=f"{host} redirects to another site")
    if scheme == "https" and new_scheme != "https":
        raise AddressRefused(url=following, reason="the redirect is no longer encrypted")
    if new_port != port and (port, new_port) != (80, 443):
        raise AddressRefused(url=following, reason=f"{host} redirects to another port")
    return following
