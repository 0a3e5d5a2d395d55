"""Where the server can be reached: the socket it listens on, and the addresses to show to people."""

from __future__ import annotations

import errno
import io
import ipaddress
import socket
from dataclasses import dataclass

import segno

from fumetto.entry.errors import HostUnknown, PortNotAllowed, PortTaken
from fumetto.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a browser on this machine finds the server, and where a phone does; None where that cannot reach it."""

    local: str
    lan: str | None


def addresses_in(settings: Settings) -> Addresses:
    """The addresses of a server with these settings."""
    return Addresses(local_url(settings), lan_url(settings))


def listen(settings: Settings) -> socket.socket:
    """A bound socket, taken before anything else starts. Raises PortTaken, PortNotAllowed or HostUnknown."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise HostUnknown(host=host) from error
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(512)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=str(port), next_port=str(port + 1)) from error
        if error.errno == errno.EACCES:
            raise PortNotAllowed(port=str(port)) from error
        raise HostUnknown(host=host) from error
    bound.setblocking(False)
    return bound


def local_url(settings: Settings) -> str:
    """The address for a browser on this machine."""
    host = "127.0.0.1" if listens_everywhere(settings) else in_url(settings.host)
    return f"http://{host}:{settings.port}{settings.base_path}"


def lan_url(settings: Settings) -> str | None:
    """The address for a phone on the same network; None where the server listens to this machine only."""
    if settings.public_url:
        return settings.public_url
    if is_loopback(settings.host):
        return None
    host = own_address() if listens_everywhere(settings) else settings.host
    return f"http://{in_url(host)}:{settings.port}{settings.base_path}" if host else None


def listens_everywhere(settings: Settings) -> bool:
    return settings.host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_address() -> str | None:
    """This machine's address on its network: the one it would send from. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if is_loopback(address) else address


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def qr_code(text: str) -> str:
    """A QR code drawn with half blocks, for a terminal."""
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, compact=True, border=2)
    return drawn.getvalue()
