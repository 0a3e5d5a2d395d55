"""Asking a provider's server: its name resolved once and connected to by number, little taken, no redirects."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from fumetto.kernel.web.addresses import is_public
from fumetto.people.access.providers.rules import Untrue

SECONDS = 10.0
MOST_BYTES = 256 * 1024


class Unreachable(Exception):
    """Why there is no answer, in few words."""


async def ask(
    url: str,
    *,
    private: bool,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> tuple[int, Any]:
    """Status and JSON of a GET, or of a POST with a form. `private`: it may be of this machine or network.

    Raises Unreachable, or Untrue for an address that may not be asked.
    """
    import httpx

    number, verify = await resolved(url, private=private), trusted()
    parts = urlsplit(url)
    place = f"[{number}]" if ":" in number else number
    port = f":{parts.port}" if parts.port else ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    name = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    headers = {"Host": f"{name}{port}", "Accept": "application/json"}
    taken = bytearray()
    try:
        # No proxy of the environment, which would resolve the name again.
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(timeout=SECONDS, verify=verify, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST" if data is not None else "GET",
                f"{parts.scheme}://{place}{port}{path}",
                headers=headers,
                data=data,
                auth=auth,
                extensions={"sni_hostname": parts.hostname},
            ) as response,
        ):
            async for piece in response.aiter_bytes():
                taken += piece
                if len(taken) > MOST_BYTES:
                    raise Unreachable("the answer is too long")
            return response.status_code, json.loads(taken)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise Unreachable("no answer") from error
    except (ValueError, RecursionError) as error:
        raise Unreachable("the answer is not JSON") from error


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes longer than the question."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


async def resolved(url: str, *, private: bool) -> str:
    """The number to connect to. Raises Unreachable for a name that nobody knows, Untrue for one of our own network."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise Unreachable("nobody knows its name") from error
    numbers = [str(address[4][0]) for address in found]
    if not private and not all(is_public(number) for number in numbers):
        raise Untrue("address")
    return numbers[0]
